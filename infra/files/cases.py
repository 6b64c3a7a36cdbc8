"""Having files checked durably, and telling their cases of those that are clean (ATT-2)."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityAlreadyStartedError, ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.case import CaseView
from domain.contracts.appeal import Details
from domain.contracts.attachments import Attachment, ScreeningOrder
from domain.contracts.commands import AddDetails, Command, Decision, Receipt, SupplyDetails
from infra.engine import process_id

SCREENING_TRY = timedelta(minutes=3)
# A scanner that is down is asked again for as long as it takes.
SCREENING_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
RPC_TIMEOUT = timedelta(seconds=10)
_TAKEN_BEFORE = "id_reused"
_NOT_SO = ("not_expected", "contradiction")


@dataclass(frozen=True)
class Screenings:
    """Hands files over to the engine, which has each checked as a standalone activity."""

    client: Client
    queue: str

    async def order(self, received: Attachment, patience_seconds: float) -> None:
        """Have the file checked; ordered again it is the same check. Waits a moment for the outcome."""
        try:
            handle = await self.client.start_activity(
                "screen_attachment",
                ScreeningOrder(number=received.number, file_id=received.id),
                id=f"file-{received.id}",
                task_queue=self.queue,
                start_to_close_timeout=SCREENING_TRY,
                retry_policy=SCREENING_RETRY,
                rpc_timeout=RPC_TIMEOUT,
            )
        except ActivityAlreadyStartedError:
            return
        try:
            async with asyncio.timeout(patience_seconds):
                await handle.result()
        except TimeoutError:
            return


@dataclass(frozen=True)
class FileReports:
    """Tells cases of files, on behalf of whoever sent them."""

    client: Client

    async def attach(self, view: CaseView, received: Attachment) -> bool:
        """Give the file to the case, as the answer to its question or unasked; false when it takes it in no way.

        One id for both ways: what was taken in one way before is not taken in the other now.
        """
        answer = SupplyDetails(details=Details(scans=[received.scan()]))
        addition = AddDetails(scans=[received.scan()])
        is_asked = any(open_.command == answer.type for open_ in view.expectations)
        first, second = (answer, addition) if is_asked else (addition, answer)
        taken = await self._sent(view, received, first)
        if taken in _NOT_SO:
            taken = await self._sent(view, received, second)
        return taken in ("", _TAKEN_BEFORE)

    async def _sent(self, view: CaseView, received: Attachment, decision: Decision) -> str:
        """Why the case refuses; empty when it takes it."""
        known_as = f"file-{received.id}"
        command = Command(id=known_as, actor=received.sender, decision=decision, number=view.number)
        try:
            await self.client.get_workflow_handle(process_id(view)).execute_update(
                "decide",
                command,
                id=f"{known_as}-{decision.type}",
                result_type=Receipt,
                rpc_timeout=RPC_TIMEOUT,
            )
        except WorkflowUpdateFailedError as failure:
            if isinstance(failure.cause, ApplicationError) and failure.cause.type:
                return failure.cause.type
            raise
        except RPCError as refusal:
            if refusal.status is RPCStatusCode.NOT_FOUND:
                return "closed"
            raise
        return ""
