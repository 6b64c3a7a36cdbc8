"""A new production calendar for every case it concerns, by one command to each (ESC-4)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client, RPCTimeoutOrCancelledError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.actors import SYSTEM
from domain.contracts.commands import AdoptCalendar, Command, Receipt
from infra.engine import update_id, workflow_id

AT_ONCE = 16
TIMEOUT = timedelta(seconds=10)


@dataclass(frozen=True)
class Adoption:
    """What one case said to the new calendar; `trouble` is empty when it took it or is closed by now."""

    number: str
    trouble: str = ""


async def adopt_everywhere(
    client: Client, cases: AsyncIterator[tuple[str, int]], adopted: AdoptCalendar
) -> AsyncIterator[Adoption]:
    """Send the command to each of these cases, a few at once, and tell how it went as they answer.

    `cases` are numbers with the position of their journal: sent again before the case has gone on, it is the same
    command; a case that has taken it is not asked again.
    """
    under_way: set[asyncio.Task[Adoption]] = set()
    async for number, position in cases:
        under_way.add(asyncio.create_task(_adopt(client, number, position, adopted)))
        if len(under_way) >= AT_ONCE:
            done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                yield task.result()
    for finished in asyncio.as_completed(under_way):
        yield await finished


async def _adopt(client: Client, number: str, position: int, adopted: AdoptCalendar) -> Adoption:
    command = Command(id=f"adopt:{adopted.version}:{position}", actor=SYSTEM, decision=adopted)
    handle = client.get_workflow_handle(workflow_id(number))
    try:
        await handle.execute_update(
            "decide", command, id=update_id(command), result_type=Receipt, rpc_timeout=TIMEOUT
        )
    except WorkflowUpdateFailedError as refusal:
        cause = refusal.cause
        return Adoption(number, cause.message if isinstance(cause, ApplicationError) else str(cause))
    except RPCTimeoutOrCancelledError:
        return Adoption(number, "it did not answer in time")
    except RPCError as failure:
        if failure.status is RPCStatusCode.NOT_FOUND:
            return Adoption(number)  # its process is over: no term runs any more
        return Adoption(number, failure.message)
    return Adoption(number)
