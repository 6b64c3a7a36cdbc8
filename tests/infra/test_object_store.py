"""Archive and attached files on a real S3 server, by configuration only (AUD-2, ATT-1)."""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from obstore.exceptions import BaseError
from temporalio.client import WorkflowHistory

from domain.sealing import Erased
from infra.archive import Archive, ArchiveDamaged, Placed, open_files
from infra.files.vault import PIECE_BYTES, FilesUnavailable, FileVault
from tests.keys import key_ring
from tests.object_store import ObjectStoreProcess, object_store
from tests.record_histories import HISTORIES

NUMBER, PLACE = "4821093755612044", "0" * 32
# More than one part of an upload to S3, and a rest.
CONTENT = os.urandom(24 * PIECE_BYTES + 5)
RUNS = [WorkflowHistory.from_json(f"appeal-{NUMBER}", (HISTORIES / "happy_path.json").read_text())]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStoreProcess]:
    with object_store(tmp_path_factory.mktemp("store")) as started:
        yield started


@pytest.mark.requirement("AUD-2")
async def test_an_archived_history_comes_back_until_its_key_or_its_place_is_gone(
    store: ObjectStoreProcess, tmp_path: Path
) -> None:
    async with key_ring(tmp_path) as keyring:
        archive = Archive(open_files(store.settings()), keyring)
        placed = await archive.put(RUNS)
        assert [run.to_json_dict() for run in await archive.read(placed)] == [run.to_json_dict() for run in RUNS]
        other = await archive.put(RUNS)
        await archive.remove(other)
        with pytest.raises(ArchiveDamaged, match="can't be read"):
            await archive.read(other)
        await archive.files.put_async(placed.path, b"something else")
        with pytest.raises(ArchiveDamaged, match="is not what was put there"):
            await archive.read(placed)
        sealed = await archive.put(RUNS)
        await keyring.destroy(NUMBER)
        with pytest.raises(Erased):
            await archive.read(sealed)


@pytest.mark.requirement("ATT-1")
async def test_an_attached_file_comes_back_until_it_is_thrown_away(store: ObjectStoreProcess, tmp_path: Path) -> None:
    async with key_ring(tmp_path) as keyring:
        vault = FileVault(open_files(store.settings()), keyring)
        await vault.keep(NUMBER, PLACE, len(CONTENT), BytesIO(CONTENT))
        assert b"".join([piece async for piece in vault.pieces(NUMBER, PLACE, len(CONTENT))]) == CONTENT
        await vault.remove(NUMBER, PLACE)
        await vault.remove(NUMBER, PLACE)
        with pytest.raises(FilesUnavailable):
            await vault.copy_to(BytesIO(), NUMBER, PLACE, len(CONTENT))


@pytest.mark.requirement("AUD-2", "ATT-1")
async def test_a_wrong_sign_in_is_trouble_and_shows_no_secret(store: ObjectStoreProcess, tmp_path: Path) -> None:
    wrong = "another secret"
    files = open_files(store.settings(wrong))
    async with key_ring(tmp_path) as keyring:
        archive, vault = Archive(files, keyring), FileVault(files, keyring)
        with pytest.raises(BaseError) as refused:  # the archiver tries again in its next round
            await archive.put(RUNS)
        assert wrong not in str(refused.value)
        with pytest.raises(ArchiveDamaged, match="can't be read: PermissionDenied"):
            await archive.read(Placed(f"appeal-{NUMBER}", "histories/1", "0" * 64, 7))
        for trouble in (
            vault.keep(NUMBER, PLACE, len(CONTENT), BytesIO(CONTENT)),
            vault.copy_to(BytesIO(), NUMBER, PLACE, len(CONTENT)),
            vault.remove(NUMBER, PLACE),
        ):
            with pytest.raises(FilesUnavailable):
                await trouble
