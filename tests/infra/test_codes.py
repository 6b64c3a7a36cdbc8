"""Confirmation codes: derived alike by every process that has the key, and telling nothing without it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.codes import ConfirmationCodes

CODES, OTHERS = ConfirmationCodes(b"a key"), ConfirmationCodes(b"another key")
IDS = st.uuids().map(lambda id_: id_.hex)


@pytest.mark.requirement("VER-3")
@given(IDS)
def test_a_code_is_six_digits_and_always_the_same(code_id: str) -> None:
    code = CODES.code(code_id)
    assert re.fullmatch(r"[0-9]{6}", code)
    assert ConfirmationCodes(b"a key").code(code_id) == code


@pytest.mark.requirement("VER-3")
@given(IDS, IDS)
def test_a_digest_depends_on_key_id_and_code(code_id: str, other_id: str) -> None:
    code = CODES.code(code_id)
    known = CODES.digest(code_id, code)
    assert known == CODES.digest(code_id, code)
    assert known != OTHERS.digest(code_id, code)
    assert known != CODES.digest(code_id, f"{(int(code) + 1) % 10**6:06}")
    assert code_id == other_id or known != CODES.digest(other_id, code)


@pytest.mark.requirement("VER-3")
def test_codes_of_different_ids_and_keys_differ() -> None:
    ids = [f"{n:032x}" for n in range(1000)]
    assert len({CODES.code(each) for each in ids}) > 990
    assert sum(CODES.code(each) == OTHERS.code(each) for each in ids) < 5
