"""Encrypted files on their way to citizens: kept once per order, and destroyed after delivery or expiry (DAT-2)."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.provision import DataParcel
from domain.sealing import Keyring
from store.tables import parcel


@dataclass(frozen=True)
class Parcels:
    """Files by the id of their order, sealed by the key of their case; this module has no code that opens one."""

    engine: AsyncEngine
    keyring: Keyring

    async def keep(self, number: str, found: DataParcel, content: bytes, expires_at: datetime) -> DataParcel:
        """Keep a case's file unless one is kept under this id already; return what is told of the one that is kept.

        `LookupError` when there was one and it was destroyed.
        """
        sealed = (await self.keyring.key(number)).seal(_label(found.parcel_id), content)
        row = found.model_dump() | {"content": sealed, "created_at": datetime.now(UTC), "expires_at": expires_at}
        try:
            async with self.engine.begin() as connection:
                await connection.execute(insert(parcel).values(**row))
        except IntegrityError:
            kept = await self.known(found.parcel_id)
            if kept is None:
                raise LookupError(f"the parcel {found.parcel_id} was destroyed") from None
            return kept
        return found

    async def known(self, parcel_id: str) -> DataParcel | None:
        """What is told of a file that is kept; None when there is none or it was destroyed."""
        query = select(parcel.c.parcel_id, parcel.c.sha256, parcel.c.size_bytes).where(
            parcel.c.parcel_id == parcel_id, parcel.c.content.is_not(None)
        )
        async with self.engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return DataParcel(**row) if row else None

    async def content(self, number: str, parcel_id: str) -> bytes:
        """The case's file; `LookupError` when there is none or it was destroyed."""
        query = select(parcel.c.content).where(parcel.c.parcel_id == parcel_id)
        async with self.engine.connect() as connection:
            found = (await connection.execute(query)).scalar()
        if found is None:
            raise LookupError(f"no parcel {parcel_id}")
        return (await self.keyring.key(number, may_make=False)).open(_label(parcel_id), bytes(found))

    async def destroy(self, parcel_id: str) -> None:
        """Forget the file for good."""
        async with self.engine.begin() as connection:
            await connection.execute(update(parcel).where(parcel.c.parcel_id == parcel_id).values(content=None))

    async def expired(self, now: datetime) -> list[str]:
        """The ids of files that are still kept although their time is over."""
        query = select(parcel.c.parcel_id).where(parcel.c.expires_at <= now, parcel.c.content.is_not(None))
        async with self.engine.connect() as connection:
            return list((await connection.execute(query)).scalars())


def _label(parcel_id: str) -> str:
    return f"parcel {parcel_id}"
