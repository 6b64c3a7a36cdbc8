"""Files at rest: sealed, whole or not at all, and gone with the key of their case (ATT-1, AUD-3)."""

import os
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from domain.sealing import Erased
from infra.archive import open_files
from infra.files.vault import PIECE_BYTES, SEALING_BYTES, FilesUnavailable, FileVault
from infra.keyring import WrappedKeyring
from infra.settings import Settings
from infra.wrapping import LocalKeyFile
from store.keys import KeyStore, open_keys, prepare_keys

NUMBER, PLACE = "4821093755612044", "0" * 32
CONTENT = os.urandom(2 * PIECE_BYTES + 5)


@pytest.fixture
async def vault(tmp_path: Path) -> AsyncIterator[FileVault]:
    wrapping = LocalKeyFile(tmp_path / "wrapping.json")
    wrapping.create()
    keys = open_keys(f"sqlite+aiosqlite:///{tmp_path}/keys.db")
    await prepare_keys(keys)
    yield FileVault(
        open_files(Settings(files_url=(tmp_path / "files").as_uri())), WrappedKeyring(KeyStore(keys), wrapping)
    )
    await keys.dispose()


async def read(vault: FileVault, place: str = PLACE) -> bytes:
    return b"".join([piece async for piece in vault.pieces(NUMBER, place, len(CONTENT))])


@pytest.mark.requirement("ATT-1")
async def test_a_file_comes_back_whole_in_pieces_and_nothing_of_it_lies_in_clear(
    vault: FileVault, tmp_path: Path
) -> None:
    await vault.keep(NUMBER, PLACE, len(CONTENT), BytesIO(CONTENT))
    assert await read(vault) == CONTENT
    kept = (tmp_path / "files/attachments" / NUMBER / PLACE).read_bytes()
    assert len(kept) == len(CONTENT) + 3 * SEALING_BYTES
    assert CONTENT[:64] not in kept
    await vault.remove(NUMBER, PLACE)
    await vault.remove(NUMBER, PLACE)
    with pytest.raises(FilesUnavailable):
        await read(vault)


@pytest.mark.requirement("ATT-1")
async def test_pieces_can_neither_be_left_out_nor_changed_over_nor_moved(vault: FileVault, tmp_path: Path) -> None:
    await vault.keep(NUMBER, PLACE, len(CONTENT), BytesIO(CONTENT))
    file = tmp_path / "files/attachments" / NUMBER / PLACE
    kept, step = file.read_bytes(), PIECE_BYTES + SEALING_BYTES
    file.write_bytes(kept[step : 2 * step] + kept[:step] + kept[2 * step :])
    with pytest.raises(InvalidTag):
        await read(vault)
    file.write_bytes(kept[: 2 * step])
    with pytest.raises(FilesUnavailable, match="not whole"):
        await read(vault)
    file.with_name("1" * 32).write_bytes(kept)
    with pytest.raises(InvalidTag):
        await read(vault, "1" * 32)


@pytest.mark.requirement("AUD-3")
async def test_without_the_key_of_its_case_nobody_reads_a_file(vault: FileVault) -> None:
    await vault.keep(NUMBER, PLACE, len(CONTENT), BytesIO(CONTENT))
    await vault.keyring.destroy(NUMBER)
    with pytest.raises(Erased):
        await read(vault)
