"""The number of an appeal: 15 digits and a Damm check digit, to be read out over the phone (INT-5).

The check digit finds every single wrong digit and every swap of neighbours. The digits are derived from
portal and idempotency key, so that a request sent twice gives one number (INT-6), and keyed, so that nobody
can guess them.
"""

import hashlib
import hmac
from dataclasses import dataclass

from domain.identifiers import InvalidIdentifier, digits_of

# A totally anti-symmetric quasigroup of order 10 (H. M. Damm, 2004). Its diagonal is zero: a number that ends
# in its check digit comes out as 0.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_PURPOSE = b"hotline appeal number 1"
_SAMPLE = "4821 0937 5561 2044"


@dataclass(frozen=True, slots=True)
class NumberSpace:
    """All numbers of one length, none of which begins with 0; tests take a tiny space to see collisions."""

    payload_digits: int = 15

    def candidate(self, key: bytes, portal: str, idempotency_key: str, attempt: int = 0) -> str:
        """The number of that request: the same for the same arguments, uniform over the space otherwise.

        Two requests may get the same number; the caller that finds it taken asks for the next `attempt`.
        `key` is a secret of the deployment. Raises `ValueError` if it is empty (INT-5, INT-6).
        """
        if not key:
            raise ValueError("appeal numbers need a secret key, or anybody could derive them")
        message = _PURPOSE + _encoded(portal) + _encoded(idempotency_key) + _encoded(str(attempt))
        chance = int.from_bytes(hmac.digest(key, message, hashlib.sha256))
        # 256 bits over some 50: the remainder favours no number by more than 2 to the power of -200.
        smallest = 10 ** (self.payload_digits - 1)
        payload = str(smallest + chance % (9 * smallest))
        return payload + _check_digit(payload)

    def parse(self, text: str) -> str:
        """The digits of a number as typed or dictated; raises `InvalidIdentifier` in Russian (INT-5)."""
        length = self.payload_digits + 1
        number = digits_of(text, "Номер обращения", f"{length} цифр, например {_SAMPLE}")
        if len(number) != length:
            raise InvalidIdentifier(f"Номер обращения — {length} цифр, у вас {len(number)}. Образец: {_SAMPLE}.")
        if number.startswith("0"):
            raise InvalidIdentifier(
                f"Номер обращения не начинается с нуля: проверьте первую цифру. Образец: {_SAMPLE}."
            )
        if _check_digit(number) != "0":
            raise InvalidIdentifier(
                "В номере обращения опечатка: одна из цифр неверна или две переставлены местами. "
                "Сверьте его, пожалуйста, с письмом или сообщением о регистрации."
            )
        return number

    def format(self, number: str) -> str:
        """The number in groups of four, as it is shown and read out: «4821 0937 5561 2044» (INT-5)."""
        return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def _encoded(part: str) -> bytes:
    # With the length in front no two lists of parts give the same bytes, whatever characters they hold.
    content = part.encode()
    return len(content).to_bytes(8) + content


def _check_digit(digits: str) -> str:
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return str(state)


_APPEALS = NumberSpace()
candidate = _APPEALS.candidate
parse_number = _APPEALS.parse
format_number = _APPEALS.format
