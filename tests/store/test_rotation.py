"""Another wrapping key for all data keys, in a file and in a KMS that we did not write: moto's."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from botocore.session import get_session
from moto.server import ThreadedMotoServer

from infra.keyring import WrappedKeyring
from infra.kms import KmsKey
from infra.rotation import retire, rewrap_all
from infra.wrapping import LocalKeyFile, Wrapping, WrappingKeyTrouble
from store.keys import KeptKey, KeyStore, open_keys, prepare_keys

REGION = "eu-central-1"


class Killed(Exception):
    """What the process that rotates comes to in the middle of it."""


class Dying(KeyStore):
    """A store whose process is killed with the third key."""

    async def rewrap(self, old: KeptKey, wrapped: bytes, wrapping_key_id: str) -> None:
        if old.name == "2":
            raise Killed
        await super().rewrap(old, wrapped, wrapping_key_id)


@pytest.fixture
async def keys(tmp_path: Path) -> AsyncIterator[KeyStore]:
    engine = open_keys(f"sqlite+aiosqlite:///{tmp_path / 'keys.db'}")
    await prepare_keys(engine)
    yield KeyStore(engine)
    await engine.dispose()


@pytest.fixture(scope="module")
def kms_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    with pytest.MonkeyPatch.context() as environment:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "for-tests")
        server.start()
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
        server.stop()


def _new_kms_key(url: str) -> str:
    client = get_session().create_client("kms", region_name=REGION, endpoint_url=url)
    arn: str = client.create_key()["KeyMetadata"]["Arn"]
    client.close()
    return arn


async def _sealed(keys: KeyStore, wrapping: Wrapping) -> dict[str, bytes]:
    ring = WrappedKeyring(keys, wrapping)
    return {name: (await ring.key(name)).seal("view", name.encode()) for name in "012345"}


async def _assert_open(keys: KeyStore, wrapping: Wrapping, sealed: dict[str, bytes]) -> None:
    ring = WrappedKeyring(keys, wrapping)
    for name, content in sealed.items():
        assert (await ring.key(name)).open("view", content) == name.encode()


@pytest.mark.requirement("DAT-2")
async def test_a_rotation_that_was_killed_is_run_again_and_loses_nothing(keys: KeyStore, tmp_path: Path) -> None:
    file = LocalKeyFile(tmp_path / "wrapping.json")
    file.create()
    sealed, old = await _sealed(keys, file), await file.current()
    await WrappedKeyring(keys, file).destroy("5")
    del sealed["5"]
    new = await file.rotate()
    with pytest.raises(Killed):
        await rewrap_all(Dying(keys.engine), file)
    assert (await keys.count(old), await keys.count(new)) == (3, 2)
    await _assert_open(keys, file, sealed)
    with pytest.raises(WrappingKeyTrouble, match="3 keys are wrapped"):
        await retire(keys, file, old)

    assert await rewrap_all(keys, file) == 3
    await retire(keys, file, old)
    await _assert_open(keys, file, sealed)
    assert old not in file.path.read_text()
    for refused in (old, new):
        with pytest.raises(WrappingKeyTrouble):
            await retire(keys, file, refused)


@pytest.mark.requirement("DAT-2")
async def test_a_key_destroyed_while_it_is_wrapped_anew_stays_destroyed(keys: KeyStore, tmp_path: Path) -> None:
    file = LocalKeyFile(tmp_path / "wrapping.json")
    file.create()
    await _sealed(keys, file)
    kept = await keys.find("1")
    assert kept
    await keys.destroy("1")
    await keys.rewrap(kept, b"again", "another")
    assert await keys.find("1") == KeptKey("1", None, None)


@pytest.mark.requirement("DAT-2")
async def test_a_kms_wraps_each_key_bound_to_its_name(keys: KeyStore, kms_url: str) -> None:
    kms = KmsKey(await asyncio.to_thread(_new_kms_key, kms_url), REGION, kms_url)
    sealed = await _sealed(keys, kms)
    await _assert_open(keys, kms, sealed)
    wrapped, wrapping_key_id = await kms.wrap("1", b"k" * 32)
    assert await kms.unwrap("1", wrapped, wrapping_key_id) == b"k" * 32
    with pytest.raises(WrappingKeyTrouble, match="InvalidCiphertext"):
        await kms.unwrap("2", wrapped, wrapping_key_id)


@pytest.mark.requirement("DAT-2")
async def test_the_keys_follow_the_settings_to_another_kms_key(keys: KeyStore, kms_url: str) -> None:
    first, second = [KmsKey(await asyncio.to_thread(_new_kms_key, kms_url), REGION, kms_url) for _ in range(2)]
    sealed, old = await _sealed(keys, first), await first.current()
    assert await rewrap_all(keys, second) == len(sealed)
    await retire(keys, second, old)
    await _assert_open(keys, second, sealed)


@pytest.mark.requirement("DAT-2")
@pytest.mark.usefixtures("kms_url")
async def test_a_kms_that_is_away_is_told_in_bounded_time() -> None:
    kms = KmsKey("some", REGION, "http://127.0.0.1:1")
    async with asyncio.timeout(30):
        with pytest.raises(WrappingKeyTrouble, match="does not answer"):
            await kms.wrap("1", b"k" * 32)
