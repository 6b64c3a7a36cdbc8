"""Identifiers: normal forms, oracles, what check digits find, and hints that never quote the value."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from stdnum.ru import inn as stdnum_inn

from domain.identifiers import (
    Email,
    Inn,
    InvalidIdentifier,
    Passport,
    PersonInn,
    Phone,
    Snils,
    issued_by,
    parse_day,
    parse_email,
    parse_inn,
    parse_passport,
    parse_person_inn,
    parse_phone,
    parse_snils,
)

pytestmark = pytest.mark.requirement("VAL-1")

Parser = Callable[[str], str]


def accepts(parse: Parser, text: str) -> bool:
    try:
        parse(text)
    except InvalidIdentifier:
        return False
    return True


def remainder(digits: str, weights: tuple[int, ...], modulus: int) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % modulus


def legal_remainder(inn: str) -> int:
    return remainder(inn, (2, 4, 10, 3, 5, 9, 4, 6, 8), 11)


def snils_remainder(snils: str) -> int:
    return remainder(snils, (9, 8, 7, 6, 5, 4, 3, 2, 1), 101)


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


legal_inns = digits(9).map(lambda d: d + stdnum_inn.calc_company_check_digit(d))
person_inns = digits(10).map(lambda d: d + stdnum_inn.calc_personal_check_digits(d))
snils_numbers = digits(9).map(lambda d: d + f"{snils_remainder(d) % 100:02}")


def with_digit(text: str, place: int, shift: int) -> str:
    return text[:place] + str((int(text[place]) + shift) % 10) + text[place + 1 :]


def swapped(text: str, place: int) -> str:
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


# INN


@given(st.one_of(digits(10), digits(12), legal_inns, person_inns))
def test_inn_agrees_with_another_implementation(inn: str) -> None:
    # The other one does not know that no region has the code 00.
    assert accepts(parse_inn, inn) == (stdnum_inn.is_valid(inn) and not inn.startswith("00"))


@given(st.one_of(digits(10), digits(12), legal_inns, person_inns))
def test_the_inn_of_a_person_has_twelve_digits(inn: str) -> None:
    assert accepts(parse_person_inn, inn) == (accepts(parse_inn, inn) and len(inn) == 12)


@given(person_inns, st.integers(0, 11), st.integers(1, 9))
def test_every_wrong_digit_of_a_persons_inn_is_found(inn: str, place: int, shift: int) -> None:
    assert not accepts(parse_inn, with_digit(inn, place, shift))


@given(person_inns, st.integers(0, 10))
def test_swaps_in_a_persons_inn_are_found_but_for_two_places(inn: str, place: int) -> None:
    assume(inn[place] != inn[place + 1])
    if accepts(parse_inn, swapped(inn, place)):
        assert place in (8, 9)


@given(legal_inns, st.integers(0, 9), st.integers(1, 9))
def test_a_wrong_digit_of_a_legal_inn_is_found_unless_remainders_look_alike(inn: str, place: int, shift: int) -> None:
    wrong = with_digit(inn, place, shift)
    if accepts(parse_inn, wrong):
        assert {legal_remainder(inn), legal_remainder(wrong)} == {0, 10}


@given(legal_inns, st.integers(0, 8))
def test_a_swap_in_a_legal_inn_is_found_unless_remainders_look_alike(inn: str, place: int) -> None:
    assume(inn[place] != inn[place + 1])
    wrong = swapped(inn, place)
    if accepts(parse_inn, wrong) and place < 8:
        assert {legal_remainder(inn), legal_remainder(wrong)} == {0, 10}


# SNILS


@pytest.mark.parametrize("text", ["112-233-445 95", "11223344595", " 112 233 445\u00a095"])
def test_a_known_snils_is_normalised(text: str) -> None:
    assert parse_snils(text) == "11223344595"


@pytest.mark.parametrize("snils", ["00100199899", "00000000100"])
def test_old_snils_numbers_have_no_check_digits(snils: str) -> None:
    assert parse_snils(snils) == snils


def test_newer_snils_numbers_have_check_digits() -> None:
    assert [n for n in range(100) if accepts(parse_snils, f"001001999{n:02}")] == [snils_remainder("001001999") % 100]


@given(snils_numbers)
def test_a_snils_with_its_check_digits_is_accepted(snils: str) -> None:
    assume(int(snils[:9]) > 0)
    assert parse_snils(f"{snils[:3]}-{snils[3:6]}-{snils[6:9]} {snils[9:]}") == snils


@given(snils_numbers, st.integers(0, 10), st.integers(1, 9))
def test_a_wrong_digit_of_a_snils_is_found_but_for_the_ninth_by_one(snils: str, place: int, shift: int) -> None:
    wrong = with_digit(snils, place, shift)
    assume(int(wrong[:9]) > 1_001_998)
    if accepts(parse_snils, wrong):
        assert place == 8
        assert abs(int(snils[8]) - int(wrong[8])) == 1
        assert {snils_remainder(snils), snils_remainder(wrong)} == {0, 100}


@given(snils_numbers, st.integers(0, 9))
def test_a_swap_in_a_snils_is_found_but_for_neighbours_that_differ_by_one(snils: str, place: int) -> None:
    wrong = swapped(snils, place)
    assume(snils[place] != snils[place + 1] and int(wrong[:9]) > 1_001_998)
    if accepts(parse_snils, wrong):
        assert place < 8
        assert abs(int(snils[place]) - int(snils[place + 1])) == 1
        assert {snils_remainder(snils), snils_remainder(wrong)} == {0, 100}


@pytest.mark.parametrize(
    ("parse", "meant", "typed"),
    [
        (parse_inn, "8521748880", "8525748880"),
        (parse_inn, "6998378110", "6993878110"),
        (parse_inn, "754578973900", "754578979300"),
        (parse_inn, "948117063060", "948117063600"),
        (parse_snils, "72742355300", "72742355200"),
        (parse_snils, "94343117800", "94334117800"),
    ],
)
def test_these_slips_no_check_digit_can_find(parse: Parser, meant: str, typed: str) -> None:
    assert parse(meant) == meant
    assert parse(typed) == typed


# Passport


@pytest.mark.parametrize("text", ["4509 123456", "45 09 123456", "4509123456", "45\u00a009 №123456"])
def test_a_passport_is_normalised(text: str) -> None:
    assert parse_passport(text.replace("№", "")) == "4509123456"


@given(digits(10))
def test_a_passport_is_plausible(passport: str) -> None:
    plausible = not passport.startswith("00") and not passport.endswith("000000")
    assert accepts(parse_passport, passport) == plausible


# Days


@given(st.dates())
def test_a_day_is_read_however_it_is_written(day: date) -> None:
    russian = f"{day.day:02}.{day.month:02}.{day.year:04}"
    for text in (russian, f" {day.day}/{day.month}/{day.year:04} ", day.isoformat(), russian.replace(".", "-")):
        assert parse_day(text) == day.isoformat()


@pytest.mark.parametrize(
    "text", ["", "20.05.10", "05.2010", "20 мая 2010", "2010.05.20", "20.05.2010.", "٢٠.05.2010"]
)
def test_what_is_no_day_is_told_so(text: str) -> None:
    with pytest.raises(InvalidIdentifier, match="четыре цифры года. Образец"):
        parse_day(text)


@pytest.mark.parametrize("text", ["30.02.2010", "29.02.2011", "31.04.2010", "05.20.2010", "00.01.2010", "2010-13-01"])
def test_a_day_that_no_calendar_has_is_told_so(text: str) -> None:
    with pytest.raises(InvalidIdentifier, match="в календаре нет"):
        parse_day(text)


def test_a_passport_is_issued_since_1997_and_not_tomorrow() -> None:
    today = date(2026, 11, 23)
    for day in (date(1997, 10, 1), today):
        assert issued_by(day.isoformat(), today) == day.isoformat()
    with pytest.raises(InvalidIdentifier, match="ещё не наступил"):
        issued_by((today + timedelta(days=1)).isoformat(), today)
    with pytest.raises(InvalidIdentifier, match="с 1 октября 1997"):
        issued_by("1997-09-30", today)


# Phone


@pytest.mark.parametrize(
    "text",
    ["+7 916 123-45-67", "8 (916) 123-45-67", "79161234567", "+7(916)1234567", "8\u2013916\u00a01234567"],
)
def test_a_phone_is_normalised(text: str) -> None:
    assert parse_phone(text) == "+79161234567"


@given(st.sampled_from(["+7", "8", "7"]), st.builds("".join, st.tuples(st.sampled_from("346789"), digits(9))))
def test_a_phone_reads_as_another_implementation_reads_it(prefix: str, rest: str) -> None:
    theirs = phonenumbers.parse("+7" + rest)
    if phonenumbers.region_code_for_number(theirs) == "RU":
        assert parse_phone(prefix + rest) == phonenumbers.format_number(theirs, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.region_code_for_number(theirs) == "KZ":
        assert not accepts(parse_phone, prefix + rest)


@pytest.mark.parametrize("text", ["+375 29 123-45-67", "+8 916 123-45-67", "9161234567", "++79161234567"])
def test_other_phones_are_refused(text: str) -> None:
    assert not accepts(parse_phone, text)


# E-mail


@pytest.mark.parametrize(
    ("text", "email"),
    [
        (" Ivanov@Example.RU ", "Ivanov@example.ru"),
        ("иванов@почта.рф", "иванов@почта.рф"),
        ("a@xn--80a1acny.xn--p1ai", "a@почта.рф"),
    ],
)
def test_an_email_is_normalised(text: str, email: str) -> None:
    assert parse_email(text) == email


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "ровно один знак «@»"),
        ("ivanov.example.ru", "ровно один знак «@»"),
        ("a@example.ru, b@example.ru", "ровно один знак «@»"),
        ("Иван <ivanov@example.ru>", "без имени и скобок"),
        ("ivanov@mail,ru", "после «@»"),
        ("ivanov@example", "после «@»"),
        ("a" * 5000 + "@example.ru", "лишних знаков"),
    ],
)
def test_a_wrong_email_is_refused(text: str, hint: str) -> None:
    with pytest.raises(InvalidIdentifier, match=hint):
        parse_email(text)


# Hints


@pytest.mark.requirement("VAL-2")
@pytest.mark.parametrize(
    ("parse", "text", "hint"),
    [
        (parse_person_inn, "50010073225", "12 цифр, у вас 11. Проверьте, не пропущена ли цифра."),
        (parse_person_inn, "5001007322590", "12 цифр, у вас 13. Проверьте, нет ли лишней цифры."),
        (parse_inn, "77070838931", "ИНН организации — 10 цифр, физического лица — 12, у вас 11."),
        (parse_inn, "7707083894", "Контрольные цифры ИНН не сходятся"),
        (parse_inn, "0007083893", "код региона, от 01 до 99"),
        (parse_inn, "77О7083893", "допустимы только цифры"),
        (parse_inn, " ", "ИНН: поле не заполнено"),
        (parse_snils, "112-233-445 96", "Контрольные цифры СНИЛС не сходятся: проверьте, нет ли опечатки."),
        (parse_snils, "112-233-445", "11 цифр, у вас 9"),
        (parse_snils, "112-233-445 9\u0665", "допустимы только цифры"),
        (parse_snils, "000-000-000 00", "не может состоять из нулей"),
        (parse_passport, "0009 123456", "код региона, от 01 до 99"),
        (parse_passport, "4509 000000", "не может состоять из нулей"),
        (parse_passport, "4509 12345", "10 цифр, у вас 9"),
        (parse_phone, "+375 29 123-45-67", "начинается с \\+7 или с 8"),
        (parse_phone, "+7 516 123-45-67", "Такого кода"),
        (parse_phone, "916 123-45-67", "11 цифр, у вас 10"),
        (parse_phone, "+7 916 CALL-ME", "допустимы только цифры"),
    ],
)
def test_a_hint_says_what_is_wrong_and_what_is_right(parse: Parser, text: str, hint: str) -> None:
    with pytest.raises(InvalidIdentifier, match=hint):
        parse(text)


@pytest.mark.requirement("VAL-2")
@given(
    st.sampled_from([parse_inn, parse_person_inn, parse_snils, parse_passport, parse_phone, parse_email]),
    st.one_of(st.text(), digits(9), digits(10), digits(11), digits(12), st.emails(domains=st.just("a.test"))),
)
def test_any_text_is_normalised_for_good_or_refused_in_russian_without_quoting_it(parse: Parser, text: str) -> None:
    try:
        normal = parse(text)
    except InvalidIdentifier as refusal:
        message = str(refusal)
        assert re.search("[а-яё]", message)
        assert len(text.strip()) < 5 or text.strip() not in message
    else:
        assert parse(normal) == normal


class Form(BaseModel):
    inn: Inn | None = None
    person_inn: PersonInn | None = None
    snils: Snils | None = None
    passport: Passport | None = None
    phone: Phone | None = None
    email: Email | None = None


def test_a_model_holds_normal_forms() -> None:
    form = Form(
        inn="7707 083893",
        person_inn="5001 0073 2259",
        snils="112-233-445 95",
        passport="4509 123456",
        phone="8 916 123-45-67",
        email="Ivanov@EXAMPLE.ru",
    )
    assert form.model_dump() == {
        "inn": "7707083893",
        "person_inn": "500100732259",
        "snils": "11223344595",
        "passport": "4509123456",
        "phone": "+79161234567",
        "email": "Ivanov@example.ru",
    }


def test_a_model_names_every_wrong_field() -> None:
    with pytest.raises(ValidationError) as refusal:
        Form(inn="1", person_inn="1", snils="1", passport="1", phone="1", email="1")
    errors = refusal.value.errors()
    assert {error["loc"][0] for error in errors} == set(Form.model_fields)
    assert all(isinstance(error["ctx"]["error"], InvalidIdentifier) for error in errors)
