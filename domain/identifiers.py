"""Identifiers a citizen types in: checked by their own rules, normalised, refused with a hint (VAL-1, VAL-2).

Each parser returns the normal form or raises `InvalidIdentifier`. What the check digits find:

* INN of a person (12 digits): every wrong digit; every swap of neighbours but some of the 9th and 10th
  digits and of the 10th and 11th;
* INN of a legal entity (10 digits): all but some 2 % of either, as remainders 0 and 10 are both written 0;
* SNILS: every wrong digit and every swap of neighbours, but some where the ninth digit is off by one or the
  neighbours differ by one, as the remainders 0 and 100 are both written 00.
"""

from datetime import date
from re import fullmatch
from typing import Annotated

from pydantic import AfterValidator, validate_email
from pydantic_core import PydanticCustomError

_SEPARATORS = dict.fromkeys(map(ord, " \t\n\u00a0\u2009\u202f-\u2010\u2011\u2012\u2013\u2014\u2212"))
_BRACKETS = dict.fromkeys(map(ord, "()"))

_LEGAL_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_PERSON_WEIGHTS = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_PERSON_SECOND_WEIGHTS = (3, *_PERSON_WEIGHTS)
_SNILS_WEIGHTS = range(9, 0, -1)
_LAST_SNILS_WITHOUT_CHECKSUM = 1_001_998
_FIRST_PASSPORTS = date(1997, 10, 1)
_DAY = r"(?P<day>\d{1,2})[./\- ](?P<month>\d{1,2})[./\- ](?P<year>\d{4})|(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})"


class InvalidIdentifier(ValueError):
    """What is wrong and what is right, in Russian, for the person who typed it; never the value itself."""


def parse_inn(text: str) -> str:
    """The INN of a legal entity (10 digits) or a person (12), digits only (VAL-1)."""
    digits = digits_of(text, "ИНН", "10 цифр у организации, 12 цифр у физического лица")
    if len(digits) not in (10, 12):
        raise InvalidIdentifier(
            f"ИНН организации — 10 цифр, физического лица — 12, у вас {len(digits)}. "
            "Проверьте, все ли цифры на месте."
        )
    return _checked_inn(digits)


def parse_person_inn(text: str) -> str:
    """The INN of a person, 12 digits (VAL-1)."""
    digits = digits_of(text, "ИНН", "12 цифр у физического лица")
    _require_length(digits, 12, "ИНН физического лица")
    return _checked_inn(digits)


def _checked_inn(inn: str) -> str:
    if inn.startswith("00"):
        raise InvalidIdentifier("ИНН не может начинаться с двух нулей: первые две цифры — код региона, от 01 до 99.")
    if len(inn) == 10:
        matches = inn[9] == _inn_check_digit(inn[:9], _LEGAL_WEIGHTS)
    else:
        first = _inn_check_digit(inn[:10], _PERSON_WEIGHTS)
        matches = inn[10:] == first + _inn_check_digit(inn[:10] + first, _PERSON_SECOND_WEIGHTS)
    if not matches:
        raise InvalidIdentifier(
            "Контрольные цифры ИНН не сходятся: проверьте, нет ли опечатки. "
            "ИНН указан в свидетельстве о постановке на учёт в налоговом органе."
        )
    return inn


def _inn_check_digit(digits: str, weights: tuple[int, ...]) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
    return str(total % 11 % 10)


def parse_snils(text: str) -> str:
    """The SNILS, 11 digits; numbers up to 001-001-998 were issued without check digits (VAL-1)."""
    digits = digits_of(text, "СНИЛС", "11 цифр, например 112-233-445 95")
    _require_length(digits, 11, "СНИЛС")
    number, check = digits[:9], digits[9:]
    if int(number) == 0:
        raise InvalidIdentifier("Номер СНИЛС не может состоять из нулей. Образец: 112-233-445 95.")
    if int(number) > _LAST_SNILS_WITHOUT_CHECKSUM and check != _snils_check_digits(number):
        raise InvalidIdentifier(
            "Контрольные цифры СНИЛС не сходятся: проверьте, нет ли опечатки. Образец: 112-233-445 95."
        )
    return digits


def _snils_check_digits(number: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(_SNILS_WEIGHTS, number, strict=True))
    return f"{total % 101 % 100:02}"


def parse_passport(text: str) -> str:
    """Series and number of an internal passport, 10 digits: plausible, as there is no checksum (VAL-1)."""
    digits = digits_of(text, "Паспорт", "серия из 4 цифр и номер из 6, например 45 09 123456")
    _require_length(digits, 10, "Серия и номер паспорта")
    if digits.startswith("00"):
        raise InvalidIdentifier(
            "Серия паспорта не может начинаться с двух нулей: первые две цифры — код региона, от 01 до 99."
        )
    if digits.endswith("000000"):
        raise InvalidIdentifier(
            "Номер паспорта не может состоять из нулей: укажите 6 цифр, которые напечатаны после серии."
        )
    return digits


def parse_day(text: str) -> str:
    """A day of the calendar as 2010-05-20; people write 20.05.2010 (VAL-1)."""
    sample = "Образец: 20.05.2010."
    found = fullmatch(_DAY, text.strip()) if text.isascii() else None
    if found is None:
        raise InvalidIdentifier(f"Дата — день, месяц и четыре цифры года. {sample}")
    year, month, day = (
        int(found[long] or found[short]) for long, short in (("year", "y"), ("month", "m"), ("day", "d"))
    )
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise InvalidIdentifier(f"Такого дня в календаре нет: проверьте день и месяц. {sample}") from None


def issued_by(day: str, today: date) -> str:
    """The day as it is, if a passport can have been issued on it; `today` is Moscow's (VAL-1)."""
    if day > today.isoformat():
        raise InvalidIdentifier("Этот день ещё не наступил: укажите дату выдачи, которая напечатана в паспорте.")
    if day < _FIRST_PASSPORTS.isoformat():
        raise InvalidIdentifier("Паспорта России выдают с 1 октября 1997 года: проверьте год в дате выдачи.")
    return day


def parse_phone(text: str) -> str:
    """A Russian phone number as +7 and ten digits; it may be given with +7, 7 or 8 in front (VAL-1)."""
    sample = "+7 и 10 цифр, например +7 916 123-45-67"
    compact = text.translate(_BRACKETS).strip()
    digits = digits_of(compact.removeprefix("+"), "Телефон", sample)
    if compact.startswith("+") and not digits.startswith("7"):
        raise InvalidIdentifier(f"Российский номер телефона начинается с +7 или с 8. Образец: {sample}.")
    _require_length(digits, 11, "Номер телефона вместе с +7 или 8")
    # Area and mobile codes of Russia begin with these four; +7 6 and +7 7 are Kazakhstan.
    if digits[0] not in "78" or digits[1] not in "3489":
        raise InvalidIdentifier(f"Такого кода в российских номерах нет, проверьте первые цифры. Образец: {sample}.")
    return f"+7{digits[1:]}"


def parse_email(text: str) -> str:
    """An e-mail address in normal form: domain in lower case, Cyrillic domains kept readable (VAL-1)."""
    sample = "Образец: ivanov@example.ru."
    address = text.strip()
    if address.count("@") != 1:
        raise InvalidIdentifier(f"В адресе электронной почты должен быть ровно один знак «@». {sample}")
    if address.endswith(">"):
        raise InvalidIdentifier(f"Укажите только адрес электронной почты, без имени и скобок. {sample}")
    try:
        return validate_email(address)[1]
    except PydanticCustomError:
        # The library's own words are English and quote the address.
        raise InvalidIdentifier(
            "В адресе электронной почты ошибка: проверьте, нет ли лишних знаков и верно ли указано "
            f"всё, что стоит после «@». {sample}"
        ) from None


def digits_of(text: str, name: str, rule: str) -> str:
    """The digits of `text` without blanks and dashes; a refusal names the field by `name` and its `rule`."""
    digits = text.translate(_SEPARATORS)
    if not digits:
        raise InvalidIdentifier(f"{name}: поле не заполнено. Нужно: {rule}.")
    # ASCII only: "²" and Arabic-Indic digits are digits to Python, not to a registry.
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidIdentifier(f"{name}: допустимы только цифры, пробелы и дефисы. Нужно: {rule}.")
    return digits


def _require_length(digits: str, length: int, name: str) -> None:
    if len(digits) != length:
        fault = "не пропущена ли цифра" if len(digits) < length else "нет ли лишней цифры"
        raise InvalidIdentifier(f"{name} — {length} цифр, у вас {len(digits)}. Проверьте, {fault}.")


Inn = Annotated[str, AfterValidator(parse_inn)]
PersonInn = Annotated[str, AfterValidator(parse_person_inn)]
Snils = Annotated[str, AfterValidator(parse_snils)]
Passport = Annotated[str, AfterValidator(parse_passport)]
Day = Annotated[str, AfterValidator(parse_day)]
Phone = Annotated[str, AfterValidator(parse_phone)]
Email = Annotated[str, AfterValidator(parse_email)]
