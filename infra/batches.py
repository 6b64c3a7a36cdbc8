"""Batches, reached through the engine: one decision for many appeals (ADR 21)."""

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio.client import Client, RPCTimeoutOrCancelledError, WorkflowUpdateFailedError
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.actors import Actor
from domain.contracts.appeal import Policy
from domain.contracts.batches import BatchDecision, BatchOrder, BatchPiece, BatchStart, BatchState, ItemOutcome
from domain.contracts.commands import Command, Receipt
from domain.contracts.contract import AwareDatetime, Contract
from domain.digest import canonical
from domain.rules import CLOSED
from domain.sealing import Erased
from domain.urgency import Urgency
from infra.cases import START_TIMEOUT, KeyReused
from infra.engine import update_id, workflow_id

DECISION_TIMEOUT = timedelta(seconds=10)
TRIES = 3
PAUSE_SECONDS = 1.0
_PREFIX = "batch-"


class Begun(Contract):
    """What the engine can tell of a batch before the register has it."""

    command: str
    ordered_by: str
    ordered_at: AwareDatetime
    total: int


@dataclass(frozen=True)
class Ordered:
    """A batch that is durably in the engine."""

    id: str
    total: int
    is_new: bool


@dataclass(frozen=True)
class BatchStarter:
    """Starts the batch of a request, or finds the one that it has started before."""

    client: Client
    queue: str
    key: bytes
    policy: Policy

    def id_of(self, actor: Actor, idempotency_key: str) -> str:
        """The id of the batch that this actor orders under this key."""
        return str(UUID(self._digest(["batch", actor.role, actor.subject, idempotency_key])[:32]))

    async def begun(self, batch_id: str) -> Begun:
        """What was ordered under this id; `RPCError` where nothing was."""
        memo = await self._memo(batch_id)
        return Begun.model_validate(memo["order"])

    async def known(self, batch_id: str, body: object) -> Ordered:
        """The batch of this id; `KeyReused` where it was ordered by another body, `RPCError` where not at all."""
        memo = await self._memo(batch_id)
        if memo["body"] != self._digest(body):
            raise KeyReused
        return Ordered(batch_id, Begun.model_validate(memo["order"]).total, is_new=False)

    async def start(
        self, batch_id: str, actor: Actor, decision: BatchDecision, numbers: list[str], body: object
    ) -> Ordered | None:
        """Start the batch; None where there is one of this id."""
        order = BatchOrder(
            id=batch_id,
            actor=actor,
            ordered_at=datetime.now(UTC),
            decision=decision,
            numbers=numbers,
            history_events=self.policy.history_events,
        )
        begun = Begun(
            command=decision.type, ordered_by=actor.subject, ordered_at=order.ordered_at, total=len(numbers)
        )
        try:
            await self.client.start_workflow(
                "BatchWorkflow",
                BatchStart(state=BatchState(order=order)),
                id=process_of(batch_id),
                task_queue=self.queue,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                priority=Priority(priority_key=Urgency.NORMAL),
                memo={"body": self._digest(body), "order": begun.model_dump(mode="json")},
                rpc_timeout=START_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            return None
        return Ordered(batch_id, len(numbers), is_new=True)

    async def cancel(self, batch_id: str, actor: Actor) -> None:
        """Have a batch send nothing more; `RPCError` where it is over."""
        handle = self.client.get_workflow_handle(process_of(batch_id))
        await handle.signal("cancel", actor, rpc_timeout=START_TIMEOUT)

    async def _memo(self, batch_id: str) -> Mapping[str, Any]:
        handle = self.client.get_workflow_handle(process_of(batch_id))
        return await (await handle.describe(rpc_timeout=START_TIMEOUT)).memo()

    def _digest(self, content: object) -> str:
        return hmac.new(self.key, canonical(content), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Sent:
    """What a case has answered to the decision of a batch."""

    outcome: ItemOutcome
    code: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class BatchSender:
    """Sends cases the decision of a batch; sent again, a case takes it once."""

    client: Client
    patience: timedelta = DECISION_TIMEOUT

    async def send(self, piece: BatchPiece, number: str) -> Sent:
        """Send one case its decision and hear what it says; where nothing is heard, it is asked again."""
        known_as = f"{process_of(piece.batch_id)}:{number}"
        command = Command(id=known_as, actor=piece.actor, decision=piece.decision, number=number)
        for _ in range(TRIES):
            try:
                return await self._sent(command, number)
            except RPCTimeoutOrCancelledError:
                continue
            except RPCError as trouble:
                if trouble.status is RPCStatusCode.NOT_FOUND:
                    return Sent(ItemOutcome.REFUSED, "closed", CLOSED)
                await asyncio.sleep(PAUSE_SECONDS)
        return Sent(ItemOutcome.UNKNOWN)

    async def _sent(self, command: Command, number: str) -> Sent:
        handle = self.client.get_workflow_handle(workflow_id(number))
        try:
            await handle.execute_update(
                "decide", command, id=update_id(command), result_type=Receipt, rpc_timeout=self.patience
            )
        except Erased:
            return Sent(ItemOutcome.REFUSED, "erased", "Данные обращения удалены.")
        except WorkflowUpdateFailedError as failure:
            cause = failure.cause
            if isinstance(cause, ApplicationError) and cause.type:
                return Sent(ItemOutcome.REFUSED, cause.type, cause.message)
            return Sent(ItemOutcome.UNKNOWN)
        return Sent(ItemOutcome.DONE)


def process_of(batch_id: str) -> str:
    """The engine's id of a batch's process."""
    return _PREFIX + batch_id
