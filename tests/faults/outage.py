"""The register is away: decisions are still taken at once, and are on record soon after it is back."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from sqlalchemy import func, select
from temporalio.client import Client

from domain.actors import Actor, Role
from domain.contracts.commands import AddDetails, Command
from infra.engine import connect, update_id, workflow_id
from infra.settings import Settings
from store.database import DATABASE_TROUBLE, open_database
from store.tables import journal
from tests.faults.client_log import ClientLog, Sent
from tests.faults.parts import Parts
from tests.faults.patience import until

DECISION = AddDetails(text="Ошибка повторяется.")
PAUSE_SECONDS = 1.0
# A case's first decision waits until two local attempts at the register have failed.
FIRST_PAUSE_SECONDS = 2.5
TAKEN_WITHIN_SECONDS = 0.1
CAUGHT_UP_WITHIN_SECONDS = 5.0


@dataclass
class Outage:
    """How long decisions took meanwhile, beside each case's first, and how long the register then took."""

    seconds: list[float] = field(default_factory=list)
    caught_up_seconds: float = float("inf")

    def figures(self) -> dict[str, float]:
        ordered = sorted(self.seconds)
        return {
            "updates while the register is away": len(ordered),
            "of these p50 s": round(ordered[len(ordered) // 2], 3),
            "of these p95 s": round(ordered[int(len(ordered) * 0.95)], 3),
            "caught up after s": round(self.caught_up_seconds, 1),
        }

    def findings(self) -> list[str]:
        figures = self.figures()
        slow = figures["of these p95 s"] >= TAKEN_WITHIN_SECONDS
        late = self.caught_up_seconds > CAUGHT_UP_WITHIN_SECONDS
        return ([f"decisions were taken in {figures}"] if slow else []) + ([f"caught up: {figures}"] if late else [])


async def measure_outage(parts: Parts, log: ClientLog, numbers: Sequence[str], length_seconds: float) -> Outage:
    """Take the register away, decide on these cases through the engine alone, and give it back."""
    outage, client = Outage(), await connect(parts.settings, "outage", parts.keyring)
    before = await _added(parts.settings)
    await asyncio.to_thread(parts.register.crash)
    ends_at = time.monotonic() + length_seconds
    await asyncio.gather(*(_decide(client, log, number) for number in numbers))
    await asyncio.sleep(FIRST_PAUSE_SECONDS)
    while time.monotonic() < ends_at:
        for number in numbers:  # one after another: it is the case that is measured, not a crowd
            outage.seconds.append(await _decide(client, log, number))
        await asyncio.sleep(PAUSE_SECONDS)
    await asyncio.to_thread(parts.register.start)
    back_at = time.monotonic()
    wanted = before + len(numbers) + len(outage.seconds)

    async def caught_up() -> bool:
        return await _added(parts.settings) >= wanted

    await until(caught_up, 60)
    outage.caught_up_seconds = time.monotonic() - back_at
    return outage


async def _decide(client: Client, log: ClientLog, number: str) -> float:
    """Send one decision past the API, which reads the register first; how long it took."""
    body = DECISION.model_dump(mode="json", exclude_none=True)
    sent = Sent(uuid4().hex, Role.OPERATOR, f"/v1/appeals/{number}/commands", body, number)
    sent.command_id = sent.key
    command = Command(id=sent.key, actor=Actor(subject="faults-operator", role=Role.OPERATOR), decision=DECISION)
    log.invoked(sent, 1)
    began = time.monotonic()
    await client.get_workflow_handle(workflow_id(number)).execute_update("decide", command, id=update_id(command))
    took = time.monotonic() - began
    log.answered(sent, [sent.key], [])
    return took


async def _added(settings: Settings) -> int:
    database = open_database(settings.database)
    query = select(func.count()).select_from(journal).where(journal.c.type == "DetailsAdded")
    try:
        async with database.connect() as connection:
            return (await connection.execute(query)).scalar_one()
    except DATABASE_TROUBLE:
        return 0
    finally:
        await database.dispose()
