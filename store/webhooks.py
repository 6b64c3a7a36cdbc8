"""Where portals want to be told of their appeals, and the secrets that sign what they are told (ADR 22)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.sealing import SYSTEM_KEY, Keyring
from domain.webhooks import ENDPOINTS_AT_MOST, ROTATION_OVERLAP, Endpoint, Fault
from store.database import writing
from store.tables import webhook, webhook_secret


class TooManyEndpoints(Exception):
    """The portal has as many as it may."""


@dataclass(frozen=True)
class Endpoints:
    """The endpoints of all portals; each portal reaches its own alone."""

    engine: AsyncEngine

    async def of(self, portal: str) -> list[Endpoint]:
        """A portal's endpoints, oldest first."""
        query = select(webhook).where(webhook.c.portal == portal).order_by(webhook.c.made_at, webhook.c.id)
        async with self.engine.execution_options(reads=True).connect() as connection:
            return [_endpoint(row) for row in (await connection.execute(query)).mappings()]

    async def find(self, endpoint_id: str) -> Endpoint | None:
        query = select(webhook).where(webhook.c.id == endpoint_id)
        async with self.engine.execution_options(reads=True).connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _endpoint(row) if row else None

    async def add(self, added: Endpoint) -> Endpoint:
        """Keep a new endpoint, or find the one with this id; `TooManyEndpoints`."""
        async with writing(self.engine) as connection:
            known = (await connection.execute(select(webhook).where(webhook.c.id == added.id))).mappings().first()
            if known:
                return _endpoint(known)
            count = select(func.count()).select_from(webhook).where(webhook.c.portal == added.portal)
            if (await connection.execute(count)).scalar_one() >= ENDPOINTS_AT_MOST:
                raise TooManyEndpoints
            await connection.execute(insert(webhook).values(_row(added)))
        return added

    async def change(self, changed: Endpoint) -> None:
        """Keep its address, its types and whether it is on; switched on again it begins anew."""
        values = {"url": changed.url, "types": _row(changed)["types"], "enabled": changed.enabled}
        if changed.enabled:
            values |= {"disabled_because": None, "noticed_at": None}
        async with writing(self.engine) as connection:
            await connection.execute(update(webhook).where(webhook.c.id == changed.id).values(values))

    async def remove(self, endpoint_id: str) -> None:
        async with writing(self.engine) as connection:
            await connection.execute(delete(webhook).where(webhook.c.id == endpoint_id))

    async def switch_off(self, endpoint_id: str, because: Fault) -> bool:
        """Send it nothing any more; whether somebody still has to be told so."""
        async with writing(self.engine) as connection:
            on = (webhook.c.id == endpoint_id) & webhook.c.enabled.is_(True)
            await connection.execute(update(webhook).where(on).values(enabled=False, disabled_because=because.value))
            untold = select(webhook.c.id).where(webhook.c.id == endpoint_id, webhook.c.noticed_at.is_(None))
            return (await connection.execute(untold)).first() is not None

    async def note_told(self, endpoint_id: str, at: datetime) -> None:
        """Somebody was told that it is off."""
        async with writing(self.engine) as connection:
            await connection.execute(update(webhook).where(webhook.c.id == endpoint_id).values(noticed_at=at))


@dataclass(frozen=True)
class WebhookSecrets:
    """One secret for each portal, and for a while after a rotation the former one; sealed, and shown once."""

    engine: AsyncEngine
    keyring: Keyring

    async def put(self, portal: str, secret_id: str, secret: str, at: datetime) -> bool:
        """Begin to sign with a new secret; false if this very one was put before.

        The former secret signs too, for `ROTATION_OVERLAP`; the one before that is gone at once.
        """
        sealed = (await self.keyring.key(SYSTEM_KEY)).seal(_label(secret_id), secret.encode())
        of_portal = webhook_secret.c.portal == portal
        async with writing(self.engine) as connection:
            known = select(webhook_secret.c.id).where(webhook_secret.c.id == secret_id)
            if (await connection.execute(known)).first():
                return False
            former = webhook_secret.c.valid_until
            await connection.execute(delete(webhook_secret).where(of_portal, former.is_not(None)))
            until = at + ROTATION_OVERLAP
            await connection.execute(update(webhook_secret).where(of_portal).values(valid_until=until))
            row = {"id": secret_id, "portal": portal, "sealed": sealed, "made_at": at}
            await connection.execute(insert(webhook_secret).values(row))
        return True

    async def valid(self, portal: str, at: datetime) -> list[str]:
        """The secrets that sign now, the newest first."""
        until = webhook_secret.c.valid_until
        query = select(webhook_secret.c.id, webhook_secret.c.sealed).where(
            webhook_secret.c.portal == portal, or_(until.is_(None), until > at)
        )
        async with self.engine.execution_options(reads=True).connect() as connection:
            rows = (await connection.execute(query.order_by(webhook_secret.c.made_at.desc()))).all()
        key = await self.keyring.key(SYSTEM_KEY)
        return [key.open(_label(row.id), row.sealed).decode() for row in rows]


def _label(secret_id: str) -> str:
    return f"webhook secret {secret_id}"


def _row(endpoint: Endpoint) -> dict[str, Any]:
    said = endpoint.model_dump(mode="json", exclude={"made_at", "last_delivered_at"})
    return said | {"made_at": endpoint.made_at, "last_delivered_at": endpoint.last_delivered_at}


def _endpoint(row: Any) -> Endpoint:
    return Endpoint.model_validate(dict(row))
