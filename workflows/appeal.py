"""One appeal, from its receipt to its result."""

import asyncio
import re
from typing import Any

from pydantic import ValidationError
from temporalio import workflow
from temporalio.exceptions import ApplicationError

from domain.actors import SYSTEM
from domain.contracts import events
from domain.contracts.appeal import Appeal
from domain.contracts.commands import Command, Receipt
from domain.contracts.state import AppealStart, CaseState
from domain.digest import digest
from domain.rules import Refusal, answered_expectation, refuse_beyond_limits, refuse_unless_expected
from workflows.case import Case, Diverted, RollOver, Stage
from workflows.procedures import STAGES
from workflows.procedures.closing import hear_satisfaction
from workflows.procedures.intake import register_appeal
from workflows.standing import HANDLERS

RECEIPTS_KEPT = 200
_WORD = re.compile(r"[A-Za-z0-9:._-]{1,120}")


@workflow.defn
class AppealWorkflow:
    """A durable case: it takes decisions as updates or signals and lets the procedure do the rest."""

    @workflow.init
    def __init__(self, start: AppealStart) -> None:
        # Messages can arrive before `run`: the case must be able to answer them from here on.
        self._case = Case(start.state or _new_state(start))
        if start.state is None:
            self._case.journal.record(_registered(self._case.state), self._case.state.appeal.opened_by or SYSTEM)

    @workflow.run
    async def run(self, start: AppealStart) -> str:
        case = self._case
        if start.state is None:
            await register_appeal(case)
        keepers = [asyncio.create_task(case.journal.keep()), asyncio.create_task(case.clocks.watch())]
        try:
            await self._run_stages()
        except RollOver:
            await case.journal.written()
            await workflow.wait_condition(workflow.all_handlers_finished)
            for keeper in keepers:
                keeper.cancel()
            workflow.continue_as_new(AppealStart(state=case.state))
        await case.journal.written()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return case.journal.view.status

    async def _run_stages(self) -> None:
        state = self._case.state
        while state.stage:
            following = await self._stage_after(STAGES[state.stage])
            closing = None if state.stage == hear_satisfaction.__name__ else hear_satisfaction
            state.stage = getattr(following or closing, "__name__", "")

    async def _stage_after(self, stage: Stage) -> Stage | None:
        try:
            return await stage(self._case)
        except Diverted:
            return STAGES[self._case.taken_diversion()]

    @workflow.update(name="decide")
    def decide_now(self, command: Command) -> Receipt:
        """Take a decision and acknowledge it. The procedure acts on it after this handler, never within it."""
        return self._known_receipt(command) or self._take(command)

    @decide_now.validator
    def _refuse_unless_expected(self, command: Command) -> None:
        try:
            self._check(command)
        except Refusal as refusal:
            raise ApplicationError(str(refusal), self._case.journal.view.expectations, type=refusal.kind) from None

    @workflow.signal(name="decide")
    def decide_later(self, payload: Any = None) -> None:
        """Take a decision from a sender who does not wait; a refused one is journalled.

        The payload is decoded here, since the engine's client drops signals that it cannot decode.
        """
        try:
            command = Command.model_validate(payload)
            self._check(command)
        except (ValidationError, Refusal) as refusal:
            self._record_refusal(payload, refusal)
            return
        if self._known_receipt(command) is None:
            self._take(command)

    def _check(self, command: Command) -> None:
        known = self._known_receipt(command)
        if known is None:
            view, state = self._case.journal.view, self._case.state
            refuse_unless_expected(view, command, state.decisions)
            refuse_beyond_limits(view, command.decision, state.policy)
        elif known.digest != digest(command.decision):
            raise Refusal("id_reused", "Под этим ключом уже принято другое решение.")

    def _known_receipt(self, command: Command) -> Receipt | None:
        return next((known for known in self._case.state.receipts if known.command_id == command.id), None)

    def _take(self, command: Command) -> Receipt:
        state, journal = self._case.state, self._case.journal
        decision = command.decision
        if expectation := answered_expectation(journal.view, command, state.decisions):
            state.decisions[expectation.id] = [*state.decisions.get(expectation.id, []), command]
        else:
            HANDLERS[type(decision)](self._case, decision, command.actor)
        receipt = Receipt(
            command_id=command.id,
            type=decision.type,
            accepted_at=workflow.now(),
            digest=digest(decision),
        )
        state.receipts = [*state.receipts, receipt][-RECEIPTS_KEPT:]
        return receipt

    def _record_refusal(self, payload: Any, refusal: ValueError) -> None:
        # The text of a validation error quotes its input, which may be personal data, and so may any of its parts.
        reason = "The payload is not a command." if isinstance(refusal, ValidationError) else str(refusal)
        command_id = payload.get("id") if isinstance(payload, dict) else None
        decision = payload.get("decision") if isinstance(payload, dict) else None
        command = decision.get("type") if isinstance(decision, dict) else None
        self._case.journal.record(
            events.DecisionRefused(command=_word(command), command_id=_word(command_id), reason=reason)
        )


def _word(given: Any) -> str:
    """A name or an id as senders make them; anything else is not for the journal."""
    return given if isinstance(given, str) and _WORD.fullmatch(given) else ""


def _new_state(start: AppealStart) -> CaseState:
    if start.appeal is None or start.policy is None:
        raise ApplicationError("A new case needs its appeal and its policy.", non_retryable=True)
    return CaseState(appeal=start.appeal, policy=start.policy)


def _registered(state: CaseState) -> events.AppealRegistered:
    shared = state.appeal.model_dump(include=set(events.AppealRegistered.model_fields) & set(Appeal.model_fields))
    return events.AppealRegistered(
        calendar_version=state.policy.calendar_version, personal=state.appeal.details, **shared
    )
