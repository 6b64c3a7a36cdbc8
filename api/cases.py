"""The API's one door to the engine: starting cases and sending them decisions."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.problems import ProblemError, unavailable, unknown_appeal
from api.schemas import AppealIn
from domain.actors import Actor, Role
from domain.contracts.appeal import Appeal, Policy
from domain.contracts.commands import Command, Receipt
from domain.contracts.state import AppealStart
from domain.digest import canonical, digest
from domain.number import NumberSpace
from infra.engine import workflow_id
from store.register import Register
from workflows.appeal import AppealWorkflow

CANDIDATES_AT_MOST = 20
START_TIMEOUT = timedelta(seconds=5)
DECISION_TIMEOUT = timedelta(seconds=10)
# A worker that dies in the middle of a step is given up after this.
TASK_TIMEOUT = timedelta(seconds=5)
NORMAL_PRIORITY = 3

log = structlog.get_logger()

_REFUSALS = {
    "not_expected": (409, "Решение сейчас не ожидается"),
    "role_not_allowed": (403, "Решение не по вашей роли"),
    "contradiction": (422, "Решение противоречит обращению"),
    "id_reused": (422, "Ключ уже использован"),
}


@dataclass(frozen=True)
class Opened:
    """An appeal that is durably in the engine."""

    number: str
    is_new: bool


@dataclass(frozen=True)
class Cases:
    """Cases, reached through the engine."""

    client: Client
    register: Register
    queue: str
    key: bytes
    policy: Policy
    numbers: NumberSpace = NumberSpace()

    async def open(self, actor: Actor, idempotency_key: str, sent: AppealIn) -> Opened:
        """Start the case of this request, or find the one that it has started before (INT-5, INT-6).

        The number is derived from the portal, or the operator, and the key. Where it leads to another request's
        case, the next candidate is tried; where it leads to this request with another body, the caller is told.
        """
        # An operator who happens to be named like a portal is not that portal.
        portal = actor.subject if actor.role is Role.PORTAL else f"{actor.role}:{actor.subject}"
        request_digest = self._digest([portal, idempotency_key])
        body_digest = self._digest(sent.model_dump(mode="json", exclude_unset=True))
        for attempt in range(CANDIDATES_AT_MOST):
            number = self.numbers.candidate(self.key, portal, idempotency_key, attempt)
            if known := await self._known(number):
                if known[0] != request_digest:
                    continue
                return _same_or_refused(number, known[1], body_digest)
            if await self._start(_appeal(number, portal, actor, sent, request_digest, body_digest)):
                return Opened(number, is_new=True)
            found_request, found_body = await self._memo(number)
            if found_request == request_digest:
                return _same_or_refused(number, found_body, body_digest)
        raise unavailable("no_free_number")

    async def decide(self, number: str, command: Command) -> Receipt:
        """Send a decision and wait for its receipt; it is durable when this returns."""
        try:
            with _engine_trouble_is_a_503():
                receipt = await self._handle(number).execute_update(
                    AppealWorkflow.decide_now, command, id=command.id, rpc_timeout=DECISION_TIMEOUT
                )
        except WorkflowUpdateFailedError as failure:
            raise _refused(failure) from None
        except _NotFound:
            raise await self._closed_or_unknown(number) from None
        if receipt.digest != digest(command.decision):
            # The engine answers a known id with its first receipt, whatever is sent under it now.
            raise _refusal("id_reused", "Под этим ключом уже принято другое решение.", [])
        return receipt

    async def is_started(self, number: str) -> bool:
        """Whether the engine holds a case that the register has not seen yet."""
        try:
            with _engine_trouble_is_a_503():
                await self._handle(number).describe(rpc_timeout=START_TIMEOUT)
        except _NotFound:
            return False
        return True

    async def _known(self, number: str) -> tuple[str, str] | None:
        view = await self.register.view(number)
        return (view.request_digest, view.body_digest) if view else None

    async def _start(self, appeal: Appeal) -> bool:
        try:
            with _engine_trouble_is_a_503():
                await self.client.start_workflow(
                    AppealWorkflow.run,
                    AppealStart(appeal=appeal, policy=self.policy),
                    id=workflow_id(appeal.number),
                    task_queue=self.queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    priority=Priority(priority_key=NORMAL_PRIORITY, fairness_key=appeal.channel),
                    memo={"request": appeal.request_digest, "body": appeal.body_digest},
                    task_timeout=TASK_TIMEOUT,
                    rpc_timeout=START_TIMEOUT,
                )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def _memo(self, number: str) -> tuple[str, str]:
        with _engine_trouble_is_a_503():
            description = await self._handle(number).describe(rpc_timeout=START_TIMEOUT)
        memo = await description.memo()
        return memo["request"], memo["body"]

    async def _closed_or_unknown(self, number: str) -> ProblemError:
        if await self.register.view(number) is None:
            return unknown_appeal()
        return ProblemError(409, "closed", "Обращение закрыто", "Решений по нему больше не требуется.", expects=[])

    def _handle(self, number: str) -> WorkflowHandle[AppealWorkflow, str]:
        return self.client.get_workflow_handle_for(AppealWorkflow.run, workflow_id(number))

    def _digest(self, content: object) -> str:
        return hmac.new(self.key, canonical(content), hashlib.sha256).hexdigest()


def _appeal(number: str, portal: str, actor: Actor, sent: AppealIn, request_digest: str, body_digest: str) -> Appeal:
    return Appeal(
        number=number,
        portal=portal,
        opened_by=actor,
        received_at=sent.received_at or datetime.now(UTC),
        details=sent.details.contract(),
        request_digest=request_digest,
        body_digest=body_digest,
        **sent.model_dump(exclude={"details", "received_at"}),
    )


def _same_or_refused(number: str, found: str, sent: str) -> Opened:
    if found != sent:
        raise ProblemError(
            422,
            "idempotency_key_reused",
            "Ключ идемпотентности уже использован",
            "С этим ключом уже принято другое обращение. Для нового обращения возьмите новый ключ.",
        )
    return Opened(number, is_new=False)


def _refused(failure: WorkflowUpdateFailedError) -> ProblemError:
    cause = failure.cause
    if not isinstance(cause, ApplicationError) or cause.type not in _REFUSALS:
        raise failure
    return _refusal(cause.type, cause.message, cause.details[0] if cause.details else [])


def _refusal(kind: str, detail: str, expectations: list[dict[str, Any]]) -> ProblemError:
    status, title = _REFUSALS[kind]
    expects = [{"command": open_["command"], "roles": open_["roles"]} for open_ in expectations]
    return ProblemError(status, kind, title, detail, expects=expects)


class _NotFound(Exception):
    """The engine has no open case under this number."""


@contextmanager
def _engine_trouble_is_a_503() -> Iterator[None]:
    try:
        yield
    except RPCTimeoutOrCancelledError:
        raise unavailable("engine_timeout") from None
    except RPCError as failure:
        if failure.status is RPCStatusCode.NOT_FOUND:
            raise _NotFound from None
        log.warning("engine did not answer", status=failure.status.name)
        raise unavailable("engine_unavailable") from None
    except RuntimeError as failure:
        # So the lazy client says that it could not connect at all.
        if not str(failure).startswith("Failed client connect"):
            raise
        raise unavailable("engine_unavailable") from None
