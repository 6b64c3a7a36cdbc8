"""The signing key lies in a file of its owner, and its notes hold against another implementation."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.checkpoint import InvalidNote, LogKey
from infra.signing import UnusableKey, load_signer, public_pem, verified
from tests.domain.test_checkpoint import KNOWN_KEY, KNOWN_NOTE, KNOWN_TEXT

pytestmark = pytest.mark.requirement("AUD-1")

ORIGIN = "hotline.example.org/log"


def test_a_made_key_is_private_and_stays_the_same(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "signing.pem"
    with ThreadPoolExecutor(4) as at_once:
        keys = list(at_once.map(lambda _: load_signer(ORIGIN, file, make=True).key, range(8)))
    assert set(keys) == {load_signer(ORIGIN, file, make=False).key}
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "signing.pem"
    load_signer(ORIGIN, file, make=True)
    file.chmod(0o640)
    with pytest.raises(UnusableKey, match="chmod 600"):
        load_signer(ORIGIN, file, make=True)


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "signing.pem"
    with pytest.raises(UnusableKey, match="can't be read"):
        load_signer(ORIGIN, file, make=False)
    file.touch(mode=0o600)
    with pytest.raises(UnusableKey, match="no Ed25519 key"):
        load_signer(ORIGIN, file, make=True)


def test_a_note_that_others_have_signed_is_verified() -> None:
    assert verified(KNOWN_NOTE, LogKey.parse(KNOWN_KEY)) == KNOWN_TEXT
    with pytest.raises(InvalidNote):
        verified(KNOWN_NOTE.replace("problem is", "problem was"), LogKey.parse(KNOWN_KEY))


def test_openssl_verifies_what_we_sign(tmp_path: Path) -> None:
    signer = load_signer(ORIGIN, tmp_path / "signing.pem", make=True)
    text, signature = signer.key.signature_of(signer.checkpoint(5, bytes(32)))
    for name, content in (("text", text.encode()), ("signature", signature)):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "public.pem").write_text(public_pem(signer.key))
    verify = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin"]
    subprocess.run([*verify, "-in", "text", "-sigfile", "signature"], cwd=tmp_path, check=True)  # noqa: S603
