"""The API's one door to the engine: starting cases and sending them decisions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from temporalio.client import (
    RPCTimeoutOrCancelledError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from api.changes import changed
from api.problems import ProblemError, key_reused, unavailable, unknown_appeal
from api.schemas import AppealIn
from domain.actors import Actor, Role
from domain.appeal import Channel
from domain.case import CaseView
from domain.contracts.appeal import Appeal
from domain.contracts.commands import Command, Decision, Receipt
from domain.digest import digest
from domain.rights import opened_by
from domain.rules import CLOSED, Refusal
from infra.cases import CaseOpener, KeyReused, NoFreeNumber, Opened
from infra.engine import has_ended, process_id, update_id, workflow_id
from store.register import Register
from workflows.appeal import AppealWorkflow

ASKING_TIMEOUT = timedelta(seconds=5)
DECISION_TIMEOUT = timedelta(seconds=10)
CONNECTING_TIMEOUT = timedelta(seconds=2)

log = structlog.get_logger()

_REFUSALS = {
    "not_expected": (409, "Решение сейчас не ожидается"),
    "closed": (409, "Обращение закрыто"),
    "role_not_allowed": (403, "Решение не по вашей роли"),
    "contradiction": (422, "Решение противоречит обращению"),
    "too_often": (429, "Слишком много запросов по одному обращению"),
    "id_reused": (422, "Ключ уже использован"),
}


@dataclass(frozen=True)
class Cases:
    """Cases, reached through the engine."""

    opener: CaseOpener
    register: Register

    async def open(self, actor: Actor, idempotency_key: str, sent: AppealIn) -> Opened:
        """Start the case of this request, or find the one that it has started before (INT-5, INT-6).

        It stays the same request when other files are announced with it: they are known by ids of their own.
        """
        body = sent.model_dump(mode="json", exclude_unset=True, exclude={"coming_scans"})
        if actor.role is Role.CITIZEN:
            # All citizens open under one name: their keys are told apart by whom they are of.
            idempotency_key = self.opener.command_id(actor, idempotency_key)
        try:
            async with engine_trouble_is_a_503():
                return await self.opener.open(appeal_contract(actor, sent), idempotency_key, body)
        except KeyReused:
            raise key_reused() from None
        except NoFreeNumber:
            raise unavailable("no_free_number") from None

    def command(self, actor: Actor, idempotency_key: str, decision: Decision, seen: int | None = None) -> Command:
        """What this actor sends under this key, once however often; `seen` is the state that they decide on.

        Where the receipt names another `attempt` than the command, it is that of an earlier sending.
        """
        known_as = self.opener.command_id(actor, idempotency_key)
        return Command(id=known_as, actor=actor, decision=decision, attempt=uuid4().hex, seen=seen)

    async def decide(self, number: str, command: Command) -> Receipt:
        """Send a decision and wait for its receipt; it is durable when this returns."""
        try:
            receipt = await self._decide(workflow_id(number), number, command)
        except EngineNotFound:
            receipt = await self._decide_on_incident(number, command)
        if receipt.digest != digest(command.decision):
            # The engine answers a known id with its first receipt, whatever is sent under it now.
            raise _refusal("id_reused", "Под этим ключом уже принято другое решение.", [])
        return receipt

    async def is_started(self, number: str) -> bool:
        """Whether the engine holds a case that the register has not seen yet."""
        try:
            async with engine_trouble_is_a_503():
                await self._handle(workflow_id(number)).describe(rpc_timeout=ASKING_TIMEOUT)
        except EngineNotFound:
            return False
        return True

    async def has_ended(self, number: str) -> bool:
        """Whether the case's process is over."""
        async with engine_trouble_is_a_503():
            return await has_ended(self.opener.client, workflow_id(number))

    async def _decide(self, process: str, number: str, command: Command) -> Receipt:
        handle = self._handle(process)
        try:
            async with engine_trouble_is_a_503(DECISION_TIMEOUT):
                return await handle.execute_update(
                    AppealWorkflow.decide_now, command, id=update_id(command), rpc_timeout=DECISION_TIMEOUT
                )
        except WorkflowUpdateFailedError as failure:
            raise await self._refused(failure, command, number) from None

    async def _decide_on_incident(self, number: str, command: Command) -> Receipt:
        """Decide on what has no process of its own number: an open incident, or nothing at all (TEC-3)."""
        view = await self.register.view(number)
        if view is None:
            raise unknown_appeal()
        if view.facts.incident and not view.is_closed:
            with suppress(EngineNotFound):
                return await self._decide(process_id(view), number, command.model_copy(update={"number": number}))
        raise _refusal("closed", CLOSED, [])

    async def _refused(self, failure: WorkflowUpdateFailedError, command: Command, number: str) -> ProblemError:
        cause = failure.cause
        if not isinstance(cause, ApplicationError):
            raise failure
        if cause.type == "unknown_appeal":
            return unknown_appeal()
        if cause.type == "changed":
            return await changed(self.register, number, command.seen or 0, cause.message)
        if cause.type not in _REFUSALS:
            raise failure
        return _refusal(cause.type, cause.message, cause.details[0] if cause.details else [])

    def _handle(self, process: str) -> WorkflowHandle[AppealWorkflow, str]:
        return self.opener.client.get_workflow_handle_for(AppealWorkflow.run, process)


def appeal_contract(actor: Actor, sent: AppealIn) -> Appeal:
    """The appeal as the case carries it; only staff and portals may say that they have had it since `received_at`."""
    fields, now = sent.model_dump(exclude={"details", "received_at"}), datetime.now(UTC)
    received_at = sent.received_at or now
    if actor.role is Role.CITIZEN:
        # Nobody opens an appeal of another citizen, what a citizen types has come by no other channel, and just now:
        # an earlier date of their own making would let every clock of the case begin in the past.
        fields |= {"citizen": actor.subject, "channel": Channel.WEB_FORM}
        received_at = now
    return Appeal(
        number="",
        portal=opened_by(actor),
        opened_by=actor,
        received_at=received_at,
        details=sent.details.contract(),
        **fields,
    )


async def refusal_problem(register: Register, view: CaseView, command: Command, refusal: Refusal) -> ProblemError:
    """The problem that a sender gets whose decision is refused for this reason."""
    if refusal.kind == "unknown_appeal":
        return unknown_appeal()
    if refusal.kind == "changed":
        return await changed(register, view.number, command.seen or 0, str(refusal))
    return _refusal(refusal.kind, str(refusal), [open_.model_dump(mode="json") for open_ in view.expectations])


def _refusal(kind: str, detail: str, expectations: list[dict[str, Any]]) -> ProblemError:
    status, title = _REFUSALS[kind]
    expects = [{"command": open_["command"], "roles": open_["roles"]} for open_ in expectations]
    return ProblemError(status, kind, title, detail, expects=expects)


class EngineNotFound(Exception):
    """The engine has no process of this id, or none that is open."""


@asynccontextmanager
async def engine_trouble_is_a_503(within: timedelta = ASKING_TIMEOUT) -> AsyncIterator[None]:
    """Answer 503 where the engine does not answer; what it does not have is `EngineNotFound`.

    This bounds the connecting too: the client begins it with the first call, and has no time-out for it.
    """
    limit = asyncio.timeout((within + CONNECTING_TIMEOUT).total_seconds())
    try:
        async with limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise unavailable("engine_timeout") from None
    except RPCTimeoutOrCancelledError:
        raise unavailable("engine_timeout") from None
    except RPCError as failure:
        if failure.status is RPCStatusCode.NOT_FOUND:
            raise EngineNotFound from None
        log.warning("engine did not answer", status=failure.status.name)
        raise unavailable("engine_unavailable") from None
    except RuntimeError as failure:
        # So the lazy client says that it could not connect at all.
        if not str(failure).startswith("Failed client connect"):
            raise
        raise unavailable("engine_unavailable") from None
