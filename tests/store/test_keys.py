"""The cases' keys at rest: one for each name, and nothing left of a destroyed one."""

import asyncio
import json
import os
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.sealing import Erased
from infra import keyring
from infra.keyring import WrappedKeyring
from infra.wrapping import LocalKeyFile, WrappingKeyTrouble
from store.keys import KeyStore, open_keys, prepare_keys


@pytest.fixture
async def keys(empty: AsyncEngine) -> AsyncIterator[KeyStore]:
    engine = open_keys(empty.url.render_as_string(hide_password=False))
    await prepare_keys(engine)
    yield KeyStore(engine)
    await engine.dispose()


@pytest.fixture
def key_file(tmp_path: Path) -> LocalKeyFile:
    file = LocalKeyFile(tmp_path / "wrapping.json")
    file.create()
    return file


@pytest.fixture
def ring(keys: KeyStore, key_file: LocalKeyFile) -> WrappedKeyring:
    return WrappedKeyring(keys, key_file)


@pytest.mark.requirement("DAT-2")
async def test_what_is_sealed_opens_under_its_key_and_label_only(ring: WrappedKeyring) -> None:
    key, other = await ring.key("1"), await ring.key("2")
    sealed = key.seal("view", b"Ivanova")
    assert key.open("view", sealed) == b"Ivanova"
    assert b"Ivanova" not in sealed
    assert key.seal("view", b"Ivanova") != sealed
    for wrong, label in ((key, "parcel"), (other, "view")):
        with pytest.raises(InvalidTag):
            wrong.open(label, sealed)


@pytest.mark.requirement("DAT-2")
async def test_of_processes_that_ask_at_once_all_get_the_same_key(keys: KeyStore, key_file: LocalKeyFile) -> None:
    rings = [WrappedKeyring(keys, key_file) for _ in range(8)]
    makers = [ring.make("1") for ring in rings]
    assert sorted(await asyncio.gather(*makers))[-2:] == [False, True], "one alone is told that it is the first"
    made = [await ring.key("1") for ring in rings]
    sealed = made[0].seal("view", b"content")
    assert {key.open("view", sealed) for key in made} == {b"content"}
    assert not any([await ring.make("1") for ring in (*rings, WrappedKeyring(keys, key_file))])


@dataclass(frozen=True)
class SlowKeyFile(LocalKeyFile):
    """Unwraps nothing before its test says so."""

    began: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)

    async def unwrap(self, name: str, wrapped: bytes, wrapping_key_id: str) -> bytes:
        self.began.set()
        await asyncio.wait_for(self.may_end.wait(), 30)
        return await super().unwrap(name, wrapped, wrapping_key_id)


@pytest.mark.requirement("DAT-2")
async def test_a_key_that_is_destroyed_while_it_is_opened_is_not_remembered(
    ring: WrappedKeyring, keys: KeyStore, key_file: LocalKeyFile
) -> None:
    await ring.key("1")
    slow = SlowKeyFile(key_file.path)
    another = WrappedKeyring(keys, slow)
    opened = asyncio.create_task(another.key("1"))
    await asyncio.wait_for(slow.began.wait(), 30)
    await another.destroy("1")
    slow.may_end.set()
    await opened
    with pytest.raises(Erased):
        await another.key("1")


@pytest.mark.requirement("DAT-2")
async def test_a_key_for_a_name_that_is_new_is_made_without_looking_for_one(
    keys: KeyStore, key_file: LocalKeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as neither_found_nor_unwrapped:
        neither_found_nor_unwrapped.setattr(KeyStore, "find", None)
        neither_found_nor_unwrapped.setattr(LocalKeyFile, "unwrap", None)
        ring = WrappedKeyring(keys, key_file)
        assert await ring.make("1")
        sealed = (await ring.key("1")).seal("view", b"content")
        assert (await ring.key("1")).open("view", sealed) == b"content"
    elsewhere = WrappedKeyring(keys, key_file)
    assert not await elsewhere.make("1")
    assert (await elsewhere.key("1")).open("view", sealed) == b"content"
    await elsewhere.destroy("1")
    with pytest.raises(Erased):
        await WrappedKeyring(keys, key_file).make("1")


@pytest.mark.requirement("DAT-2")
async def test_a_destroyed_key_is_never_followed_by_another(ring: WrappedKeyring) -> None:
    await ring.key("1")
    await ring.key("2")
    for name in ("1", "never asked for"):
        await ring.destroy(name)
        await ring.destroy(name)
        with pytest.raises(Erased):
            await ring.key(name)
    assert await ring.key("2")


@pytest.mark.requirement("DAT-2")
async def test_another_process_notices_a_destruction_in_bounded_time(
    keys: KeyStore, key_file: LocalKeyFile, ring: WrappedKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = WrappedKeyring(keys, key_file)
    await elsewhere.key("1")
    await ring.destroy("1")
    assert await elsewhere.key("1"), "remembered for a moment"
    later = monotonic() + keyring.REMEMBERED_SECONDS
    monkeypatch.setattr("infra.keyring.monotonic", lambda: later)
    with pytest.raises(Erased):
        await elsewhere.key("1")


@pytest.mark.requirement("DAT-2")
async def test_a_keyring_remembers_a_bounded_number_of_keys(
    ring: WrappedKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "REMEMBERED_AT_MOST", 2)
    for name in "123":
        await ring.key(name)
    assert list(ring._known) == ["2", "3"]


@pytest.mark.requirement("DAT-2")
async def test_nothing_is_left_of_a_destroyed_key_in_the_files(keys: KeyStore, ring: WrappedKeyring) -> None:
    if keys.engine.dialect.name != "sqlite":
        async with keys.engine.connect() as connection:
            await ring.key("1")
            await ring.destroy("1")
            left = await connection.execute(text("SELECT wrapped, wrapping_key_id FROM data_key"))
            assert left.all() == [(None, None)]
        return
    wrapped = {}
    for name in (str(number) for number in range(50)):
        await ring.key(name)
        kept = await keys.find(name)
        wrapped[name] = kept.wrapped if kept else None
    file = Path(str(make_url(str(keys.engine.url)).database))
    assert _lies_in(file, wrapped["7"])
    await ring.destroy("7")
    assert not _lies_in(file, wrapped["7"])
    assert _lies_in(file, wrapped["8"])


def _lies_in(database: Path, content: bytes | None) -> bool:
    assert content
    files = [path for path in database.parent.glob(f"{database.name}*") if not path.name.endswith("-shm")]
    return any(content in path.read_bytes() for path in files)


@pytest.mark.requirement("DAT-2")
async def test_a_key_moved_to_another_name_is_refused(keys: KeyStore, key_file: LocalKeyFile) -> None:
    wrapped, wrapping_key_id = await key_file.wrap("1", os.urandom(32))
    await keys.keep("2", wrapped, wrapping_key_id)
    with pytest.raises(WrappingKeyTrouble, match="not wrapped as it"):
        await WrappedKeyring(keys, key_file).key("2")


@pytest.mark.requirement("DAT-2")
def test_the_key_file_is_private_and_refused_when_it_is_not(key_file: LocalKeyFile) -> None:
    assert stat.S_IMODE(key_file.path.stat().st_mode) == 0o600
    key_file.path.chmod(0o640)
    with pytest.raises(WrappingKeyTrouble, match="chmod 600"):
        key_file.check()


@pytest.mark.requirement("DAT-2")
@pytest.mark.parametrize("content", ["", "[]", '{"current": "1", "keys": {}}', '{"current": "1", "keys": {"1": ""}}'])
def test_a_broken_key_file_is_refused_without_telling_its_content(key_file: LocalKeyFile, content: str) -> None:
    key_file.path.write_text(content)
    with pytest.raises(WrappingKeyTrouble, match="can't be used"):
        key_file.check()


@pytest.mark.requirement("DAT-2")
def test_a_key_file_that_is_there_is_never_replaced_by_a_new_one(key_file: LocalKeyFile) -> None:
    before = json.loads(key_file.path.read_text())
    key_file.create()
    assert json.loads(key_file.path.read_text()) == before
    assert list(key_file.path.parent.glob(".wrapping*")) == []


@pytest.mark.requirement("DAT-2")
async def test_rotations_at_once_lose_no_wrapping_key(key_file: LocalKeyFile) -> None:
    first = await key_file.current()
    made = await asyncio.gather(*(asyncio.to_thread(asyncio.run, key_file.rotate()) for _ in range(6)))
    assert set(json.loads(key_file.path.read_text())["keys"]) == {first, *made}
