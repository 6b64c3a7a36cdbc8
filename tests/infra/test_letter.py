"""The letter with the one-time password."""

import io
from datetime import UTC, datetime

import pikepdf
import pytest

from infra.letters import password_letter
from tests.citizen import text_of
from tests.infra.contexts import FULL_NAME, GREETING, GROUPED_NUMBER, NUMBER

pytestmark = pytest.mark.requirement("REC-4")

CODE = "K7MQ-2XWD"
MARKUP = "#*_$`\\<x>@ref--~fi"


@pytest.fixture(scope="module")
def letter() -> bytes:
    return written(password="Qx7!mK0lO9-fG%2r")  # noqa: S106 - an invented one


def written(password: str, login: str = "anna@example.ru", expires_at: datetime | None = None) -> bytes:
    return password_letter(
        password=password,
        opening_code=CODE,
        full_name=FULL_NAME,
        login=login,
        number=NUMBER,
        expires_at=expires_at or datetime(2026, 1, 22, 15, 30, tzinfo=UTC),
        time_zone="Asia/Omsk",
    )


def test_it_tells_the_password_and_until_when(letter: bytes) -> None:
    text = text_of(letter, CODE)
    assert GREETING in text
    assert "Одноразовый пароль:\r\nQx7!mK0lO9-fG%2r\r\n" in text
    assert "anna@example.ru" in text
    assert "22 января 2026, 21:30 (омское время)" in text
    assert f"Обращение {GROUPED_NUMBER}" in text


@pytest.mark.parametrize("code", ["", CODE.lower(), f"{CODE} ", NUMBER])
def test_it_opens_with_its_code_only(letter: bytes, code: str) -> None:
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(letter), password=code)


def test_it_is_encrypted_by_aes_256(letter: bytes) -> None:
    with pikepdf.open(io.BytesIO(letter), password=CODE) as pdf:
        assert pdf.user_password_matched
        assert not pdf.owner_password_matched
        encryption = pdf.encryption
        assert (encryption.R, encryption.bits) == (6, 256)
        assert (encryption.stream_method.name, encryption.string_method.name) == ("aesv3", "aesv3")


def test_what_is_given_is_text_and_no_markup() -> None:
    text = text_of(written(password=MARKUP, login="#panic()"), CODE)
    assert MARKUP in text
    assert "#panic()" in text


def test_an_expiry_without_an_offset_is_no_instant() -> None:
    with pytest.raises(ValueError, match="offset"):
        written(password="Qx7", expires_at=datetime(2026, 1, 22))  # noqa: S106, DTZ001 - what is refused here
