"""Checkpoints and signed notes, held against the examples of their specifications."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.checkpoint import Checkpoint, InvalidNote, LogKey
from domain.merkle import EMPTY_ROOT

pytestmark = pytest.mark.requirement("AUD-1")

# The example of golang.org/x/mod/sumdb/note, which C2SP's signed-note comes from.
KNOWN_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
KNOWN_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
KNOWN_NOTE = f"{KNOWN_TEXT}\n— PeterNeumann {SIGNATURE}\n"
ROOT = base64.b64encode(EMPTY_ROOT).decode()


def test_a_known_note_is_read_and_written_alike() -> None:
    key = LogKey.parse(KNOWN_KEY)
    assert key.id.hex() == "c74f20a3"
    assert key.text == KNOWN_KEY
    text, signature = key.signature_of(KNOWN_NOTE)
    assert (text, len(signature)) == (KNOWN_TEXT, 64)
    assert key.signed(text, signature) == KNOWN_NOTE


def test_a_key_finds_its_own_signature_among_others() -> None:
    key = LogKey.parse(KNOWN_KEY)
    other = LogKey("other", bytes(32))
    both = other.signed(KNOWN_TEXT, bytes(64)) + KNOWN_NOTE.rpartition("\n\n")[2]
    assert key.signature_of(both) == key.signature_of(KNOWN_NOTE)
    with pytest.raises(InvalidNote):
        LogKey("PeterNeumann", bytes(32)).signature_of(KNOWN_NOTE)


@pytest.mark.parametrize("name", ["", "two words", "plus+sign", "line\nbreak"])
def test_a_key_has_a_plain_name(name: str) -> None:
    with pytest.raises(InvalidNote):
        LogKey(name, bytes(32))


@given(st.integers(min_value=0, max_value=2**63), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_three_lines_and_comes_back(size: int, root: bytes) -> None:
    checkpoint = Checkpoint("hotline.example.org/log", size, root)
    assert checkpoint.text.split("\n")[:2] == ["hotline.example.org/log", str(size)]
    assert Checkpoint.parse(checkpoint.text) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n1\n",
        f"log\n01\n{ROOT}\n",
        f"log\n-1\n{ROOT}\n",
        f"log\n1\n{ROOT}",
        f"log\n1\n{ROOT}\nmore\n",
        f"\n1\n{ROOT}\n",
        "log\n1\nAAAA\n",
        f"log\none\n{ROOT}\n",
    ],
)
def test_anything_else_is_no_checkpoint(text: str) -> None:
    with pytest.raises(InvalidNote):
        Checkpoint.parse(text)


@pytest.mark.parametrize("key", ["", "a+b", "log+00000000+AAAA", KNOWN_KEY.replace("c74f", "c74e"), KNOWN_KEY + "A"])
def test_anything_else_is_no_key(key: str) -> None:
    with pytest.raises(InvalidNote):
        LogKey.parse(key)
