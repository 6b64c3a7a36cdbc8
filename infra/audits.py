"""Having a case verified or proved by a worker, durably and one thing at a time for each person (ADR 27)."""

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import BinaryIO, cast

from temporalio.client import ActivityExecutionStatus, ActivityHandle, Client, PendingActivityState
from temporalio.common import ActivityIDConflictPolicy, RetryPolicy
from temporalio.exceptions import ActivityAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.actors import Actor
from domain.contracts.audits import EvidenceMade, EvidenceOrder, Verdict, VerificationOrder
from domain.contracts.contract import Contract
from domain.digest import digest
from infra.files.vault import FilesUnavailable, FileVault

WAITING_AT_MOST = timedelta(minutes=10)
ONE_TRY = timedelta(minutes=3)
RETRY = RetryPolicy(maximum_attempts=2)
RPC_TIMEOUT = timedelta(seconds=5)


class Work(StrEnum):
    """What is done for an auditor, by the name of its activity."""

    VERIFICATION = "verify_case"
    EVIDENCE = "make_evidence"


class Stage(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    AT_WORK = "at_work"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        return self in (Stage.DONE, Stage.FAILED)


class NoSuchWork(LookupError):
    """Nothing of this id was ordered by this person, or it is long ago."""


class AnotherAtWork(Exception):
    """Something else is being done for this person; it is that."""

    def __init__(self, ordered: "Ordered") -> None:
        super().__init__(ordered.run_id)
        self.ordered = ordered


@dataclass(frozen=True)
class Ordered:
    """What somebody has ordered, and what has become of it; the outcome fits the work, once it is done."""

    work: Work
    number: str
    run_id: str
    stage: Stage
    since: datetime
    seconds: int
    outcome: Verdict | EvidenceMade | None = None


@dataclass(frozen=True)
class AuditOrders:
    """Orders of auditors: standalone activities, whose id is the person's."""

    client: Client
    queue: str
    vault: FileVault

    async def verify(self, actor: Actor, number: str) -> str:
        """Have a case verified; the id to ask for it by. `AnotherAtWork`, one at a time."""
        return await self._order(actor, Work.VERIFICATION, VerificationOrder(number=number))

    async def prove(self, actor: Actor, number: str) -> str:
        """Have the evidence of a case made; the same."""
        order = EvidenceOrder(number=number, place=_place(actor, number))
        return await self._order(actor, Work.EVIDENCE, order)

    async def find(self, actor: Actor, run_id: str) -> Ordered:
        """What this person has ordered under this id; `NoSuchWork`."""
        handle = self.client.get_activity_handle(_id(actor), run_id=run_id)
        try:
            return await _described(handle, run_id)
        except RPCError as refusal:
            if refusal.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
                raise NoSuchWork(run_id) from None
            raise

    async def evidence(self, actor: Actor, number: str, made: EvidenceMade) -> bytes:
        """The archive that was made; `FilesUnavailable` where a later one has taken its place."""
        opened = io.BytesIO()
        await self.vault.copy_to(cast(BinaryIO, opened), made.key, _place(actor, number), made.size_bytes)
        if hashlib.sha256(opened.getvalue()).hexdigest() != made.sha256:
            raise FilesUnavailable("another archive lies there")
        return opened.getvalue()

    async def _order(self, actor: Actor, work: Work, order: Contract) -> str:
        try:
            handle = await self.client.start_activity(
                work.value,
                order,
                id=_id(actor),
                task_queue=self.queue,
                id_conflict_policy=ActivityIDConflictPolicy.FAIL,
                schedule_to_start_timeout=WAITING_AT_MOST,
                start_to_close_timeout=ONE_TRY,
                retry_policy=RETRY,
                rpc_timeout=RPC_TIMEOUT,
            )
        except ActivityAlreadyStartedError as running:
            raise AnotherAtWork(await self.find(actor, running.run_id or "")) from None
        return handle.run_id or ""


async def _described(handle: ActivityHandle[object], run_id: str) -> Ordered:
    told = await handle.describe(include_input=True, include_outcome=True, rpc_timeout=RPC_TIMEOUT)
    work = Work(told.activity_type)
    kinds = {Work.VERIFICATION: (VerificationOrder, Verdict), Work.EVIDENCE: (EvidenceOrder, EvidenceMade)}
    taken, given = kinds[work]
    (order,) = await told.input([taken]) or [None]
    stage = Stage.FAILED
    if told.status is ActivityExecutionStatus.RUNNING:
        stage = Stage.AT_WORK if told.run_state is PendingActivityState.STARTED else Stage.WAITING
    elif told.status is ActivityExecutionStatus.COMPLETED:
        stage = Stage.DONE
    since = told.schedule_time
    return Ordered(
        work=work,
        number=cast(VerificationOrder | EvidenceOrder, order).number,
        run_id=run_id,
        stage=stage,
        since=since,
        seconds=max(0, int((datetime.now(UTC) - since).total_seconds())),
        outcome=await told.result(given) if stage is Stage.DONE else None,
    )


def _id(actor: Actor) -> str:
    return f"audit-{_name([actor.role, actor.subject])}"


def _place(actor: Actor, number: str) -> str:
    return f"evidence-{_name([actor.role, actor.subject, number])}"


def _name(words: list[str]) -> str:
    return digest(words)[:32]
