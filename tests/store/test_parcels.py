"""Encrypted files on their way: the first writer's is kept, and nothing is left of it in the end (DAT-2)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.provision import DataParcel
from domain.sealing import Keyring
from store.parcels import Parcels

NUMBER = "1000000000000000"
NOW = datetime(2026, 1, 22, 15, 30, tzinfo=UTC)

pytestmark = pytest.mark.requirement("DAT-2")


@pytest.fixture
def parcels(database: AsyncEngine, keyring: Keyring) -> Parcels:
    return Parcels(database, keyring)


def parcel(parcel_id: str = "case-1", sha256: str = "a" * 64) -> DataParcel:
    return DataParcel(parcel_id=parcel_id, sha256=sha256, size_bytes=3)


async def test_of_writers_at_once_one_wins_and_the_others_get_what_it_wrote(parcels: Parcels) -> None:
    digests = [character * 64 for character in "abcdef"]
    kept = await asyncio.gather(
        *(parcels.keep(NUMBER, parcel(sha256=each), each[:3].encode(), NOW) for each in digests),
        return_exceptions=True,
    )
    (won,) = {each.sha256 for each in kept if isinstance(each, DataParcel)}
    assert len(kept) == sum(isinstance(each, DataParcel) for each in kept)
    assert await parcels.content(NUMBER, "case-1") == won[:3].encode()


async def test_destroyed_it_is_gone_and_never_comes_back(parcels: Parcels) -> None:
    await parcels.keep(NUMBER, parcel(), b"pdf", NOW)
    await parcels.destroy("case-1")
    await parcels.destroy("case-1")
    assert await parcels.known("case-1") is None
    with pytest.raises(LookupError):
        await parcels.content(NUMBER, "case-1")
    with pytest.raises(LookupError):
        await parcels.keep(NUMBER, parcel(), b"pdf", NOW)


async def test_what_has_expired_is_found_until_it_is_destroyed(parcels: Parcels) -> None:
    await parcels.keep(NUMBER, parcel("early"), b"pdf", NOW)
    await parcels.keep(NUMBER, parcel("late"), b"pdf", NOW + timedelta(minutes=1))
    assert await parcels.expired(NOW) == ["early"]
    await parcels.destroy("early")
    assert await parcels.expired(NOW) == []
