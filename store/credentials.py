"""One-time passwords on their way to the citizen: sealed, and destroyed as soon as their letter is accepted."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from store.tables import credential


@dataclass(frozen=True)
class Credentials:
    """Sealed credentials by id; this module never sees one open."""

    engine: AsyncEngine

    async def keep(self, credential_id: str, sealed: bytes) -> bytes:
        """Keep a sealed credential unless one is kept under this id already; return the one that is kept."""
        try:
            async with self.engine.begin() as connection:
                await connection.execute(
                    insert(credential).values(
                        id=credential_id, sealed=sealed, created_at=datetime.now(UTC), destroyed=False
                    )
                )
        except IntegrityError:
            return await self.sealed(credential_id)
        return sealed

    async def sealed(self, credential_id: str) -> bytes:
        """The sealed credential; `LookupError` when there is none or it was destroyed."""
        query = select(credential.c.sealed).where(credential.c.id == credential_id)
        async with self.engine.connect() as connection:
            found = (await connection.execute(query)).scalar()
        if found is None:
            raise LookupError(f"no credential {credential_id}")
        return bytes(found)

    async def destroy(self, credential_id: str) -> None:
        """Forget the credential for good."""
        async with self.engine.begin() as connection:
            await connection.execute(
                update(credential).where(credential.c.id == credential_id).values(sealed=None, destroyed=True)
            )
