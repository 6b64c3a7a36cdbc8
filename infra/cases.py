"""Starting cases: each request finds its own number, and is started once (INT-5, INT-6)."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from temporalio.client import Client
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from domain.actors import Actor
from domain.case import CaseView
from domain.contracts.appeal import Appeal, Policy
from domain.contracts.state import AppealStart
from domain.digest import canonical
from domain.number import NumberSpace
from domain.sealing import Erased, Keyring, NoKey
from domain.urgency import urgency_of
from infra.engine import TASK_TIMEOUT, workflow_id

CANDIDATES_AT_MOST = 20
START_TIMEOUT = timedelta(seconds=5)

Known = Callable[[str], Awaitable[CaseView | None]]
"""The case on record under a number, if there is one."""


class NoFreeNumber(Exception):
    """Every candidate for the number of this request is another's."""


class KeyReused(Exception):
    """The same idempotency key came with another content."""


@dataclass(frozen=True)
class Opened:
    """An appeal that is durably in the engine."""

    number: str
    is_new: bool


@dataclass(frozen=True)
class CaseOpener:
    """Starts the case of a request, or finds the one that it has started before."""

    client: Client
    queue: str
    key: bytes
    policy: Policy
    known: Known
    keyring: Keyring
    numbers: NumberSpace = NumberSpace()

    async def open(self, appeal: Appeal, idempotency_key: str, body: object) -> Opened:
        """Start the case; the appeal's number is derived from its portal and the key.

        Where that leads to another request's case, the next candidate is tried. Raises `KeyReused` where it leads to
        this request with another `body`, `NoFreeNumber` after too many candidates, and what the engine's client
        raises.
        """
        request_digest, body_digest = self._digest([appeal.portal, idempotency_key]), self._digest(body)
        for attempt in range(CANDIDATES_AT_MOST):
            number = self.numbers.candidate(self.key, appeal.portal, idempotency_key, attempt)
            try:
                # The key is kept before the engine is told anything. Under a number's first key nothing was ever
                # sealed, so there is no case to be looked up.
                view = None if await self.keyring.make(number) else await self.known(number)
            except Erased:
                continue  # what was asked for under it is nobody's to know any more
            if view:
                if view.request_digest != request_digest:
                    continue
                return _same_or_refused(number, view.body_digest, body_digest)
            digests = {"number": number, "request_digest": request_digest, "body_digest": body_digest}
            if await self._start(appeal.model_copy(update=digests)):
                return Opened(number, is_new=True)
            try:
                found_request, found_body = await self._memo(number)
            except (Erased, NoKey, InvalidTag):
                continue  # sealed under a key that is not there any more, or by another deployment
            if found_request == request_digest:
                return _same_or_refused(number, found_body, body_digest)
        raise NoFreeNumber

    def command_id(self, actor: Actor, idempotency_key: str) -> str:
        """The id of the command that this actor sent under this key.

        Engines keep ids in clear, and a key may hold a name.
        """
        return self._digest(["command", actor.role, actor.subject, idempotency_key])

    async def _start(self, appeal: Appeal) -> bool:
        try:
            await self.client.start_workflow(
                "AppealWorkflow",
                AppealStart(appeal=appeal, policy=self.policy),
                id=workflow_id(appeal.number),
                task_queue=self.queue,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                priority=Priority(priority_key=urgency_of(appeal), fairness_key=appeal.channel),
                memo={"request": appeal.request_digest, "body": appeal.body_digest},
                task_timeout=TASK_TIMEOUT,
                rpc_timeout=START_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def _memo(self, number: str) -> tuple[str, str]:
        description = await self.client.get_workflow_handle(workflow_id(number)).describe(rpc_timeout=START_TIMEOUT)
        memo = await description.memo()
        return memo["request"], memo["body"]

    def _digest(self, content: object) -> str:
        return hmac.new(self.key, canonical(content), hashlib.sha256).hexdigest()


def _same_or_refused(number: str, found: str, sent: str) -> Opened:
    if found != sent:
        raise KeyReused
    return Opened(number, is_new=False)
