"""Appeal numbers: always the same length, one per request, and no slip of the tongue goes unseen."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import damm

from domain.identifiers import InvalidIdentifier
from domain.number import NumberSpace, candidate, format_number, parse_number

pytestmark = pytest.mark.requirement("INT-5")

KEY = b"a key for tests"
TINY = NumberSpace(payload_digits=2)

numbers = st.builds(candidate, st.just(KEY), st.just("portal"), st.text(), st.integers(0, 3))


@given(numbers)
def test_a_number_is_sixteen_digits_with_a_damm_check_digit(number: str) -> None:
    assert len(number) == 16
    assert number[0] != "0"
    assert damm.is_valid(number)
    assert parse_number(format_number(number)) == number


@given(numbers, st.integers(0, 15), st.integers(1, 9))
def test_every_wrong_digit_is_found(number: str, place: int, shift: int) -> None:
    wrong = str((int(number[place]) + shift) % 10)
    with pytest.raises(InvalidIdentifier):
        parse_number(number[:place] + wrong + number[place + 1 :])


@given(numbers, st.integers(0, 14))
def test_every_swap_of_neighbours_is_found(number: str, place: int) -> None:
    first, second = number[place], number[place + 1]
    assume(first != second)
    with pytest.raises(InvalidIdentifier):
        parse_number(number[:place] + second + first + number[place + 2 :])


@given(st.integers(10**15, 10**16 - 1).map(str))
def test_the_check_digit_agrees_with_another_implementation(number: str) -> None:
    try:
        accepted = parse_number(number) == number
    except InvalidIdentifier:
        accepted = False
    assert accepted == damm.is_valid(number)


@pytest.mark.requirement("INT-6")
@given(st.binary(min_size=1), st.text(), st.text(), st.integers(0, 100))
def test_a_repeated_request_has_the_same_number(key: bytes, portal: str, request: str, attempt: int) -> None:
    assert candidate(key, portal, request, attempt) == candidate(key, portal, request, attempt)


def test_a_number_does_not_change_between_releases() -> None:
    assert candidate(b"key", "gosuslugi", "request-1") == "2830102581846323"


def test_every_part_of_the_request_tells_numbers_apart() -> None:
    requests = [
        (KEY, "ab", "c", 0),
        (KEY, "a", "bc", 0),
        (KEY, "a", "bc", 1),
        (KEY, "a", "bc1", 0),
        (KEY, "", "abc", 0),
        (b"another key", "ab", "c", 0),
    ]
    assert len({candidate(*request) for request in requests}) == len(requests)


def test_attempts_reach_every_number_of_a_tiny_space() -> None:
    seen = {TINY.candidate(KEY, "portal", "request", attempt) for attempt in range(1500)}
    assert len(seen) == 90
    assert all(TINY.parse(number) == number for number in seen)


def test_numbers_are_spread_evenly() -> None:
    counts = [0] * 9
    for request in range(9000):
        counts[int(candidate(KEY, "portal", str(request))[0]) - 1] += 1
    # Six standard deviations of a fair draw; the key is fixed, so this passes always or never.
    assert all(abs(count - 1000) < 180 for count in counts)


def test_a_number_needs_a_key() -> None:
    with pytest.raises(ValueError, match="secret key"):
        candidate(b"", "portal", "request")


def test_a_number_is_shown_in_fours() -> None:
    assert format_number("4821093755612044") == "4821 0937 5561 2044"


@pytest.mark.parametrize(
    "text",
    ["4821093755612044", " 4821 0937 5561 2044 ", "4821-0937-5561-2044", "4821\u00a00937\u20135561\u22122044"],
)
def test_blanks_and_dashes_do_not_matter(text: str) -> None:
    assert parse_number(text) == "4821093755612044"


@pytest.mark.requirement("VAL-2")
@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "не заполнено"),
        ("4821 0937 5561 204", "16 цифр, у вас 15"),
        ("4821 0937 5561 20444", "16 цифр, у вас 17"),
        ("4821 0937 5561 204O", "только цифры"),
        ("4821 0937 5561 204²", "только цифры"),
        ("0821 0937 5561 2044", "не начинается с нуля"),
        ("4821 0937 5561 2047", "В номере обращения опечатка"),
    ],
)
def test_a_refusal_says_what_is_wrong(text: str, hint: str) -> None:
    with pytest.raises(InvalidIdentifier, match=hint):
        parse_number(text)


def test_the_sample_in_the_hint_is_a_number() -> None:
    with pytest.raises(InvalidIdentifier) as refusal:
        parse_number("1")
    sample = str(refusal.value).partition("Образец: ")[2].rstrip(".")
    assert format_number(parse_number(sample)) == sample
