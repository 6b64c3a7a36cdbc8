"""One appeal, from its receipt to its result."""

import asyncio
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from domain.actors import SYSTEM
from domain.contracts.commands import Command, Receipt
from domain.contracts.state import AppealStart, CaseState
from workflows.case import Case, Diverted, RollOver, Stage
from workflows.desk import Desk
from workflows.procedures import STAGES
from workflows.procedures.closing import hear_satisfaction
from workflows.procedures.intake import receive_files, register_appeal, registered


@workflow.defn
class AppealWorkflow:
    """A durable case: it takes decisions as updates or signals and lets the procedure do the rest."""

    @workflow.init
    def __init__(self, start: AppealStart) -> None:
        # Messages can arrive before `run`: the case must be able to answer them from here on.
        self._case = Case(start.state or _new_state(start))
        self._desk = Desk(self._case)
        if start.state is None:
            self._case.journal.record(registered(self._case), self._case.state.appeal.opened_by or SYSTEM)

    @workflow.run
    async def run(self, start: AppealStart) -> str:
        case = self._case
        if start.state is None:
            await register_appeal(case)
        keepers = [asyncio.create_task(case.journal.keep()), asyncio.create_task(case.clocks.watch())]
        try:
            if start.state is None:
                await receive_files(case)
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
        return self._desk.take(command)

    @decide_now.validator
    def _refuse_unless_expected(self, command: Command) -> None:
        self._desk.refuse_unless_expected(command)

    @workflow.signal(name="decide")
    def decide_later(self, payload: Any = None) -> None:
        """Take a decision from a sender who does not wait; a refused one is journalled."""
        self._desk.take_or_journal(payload)


def _new_state(start: AppealStart) -> CaseState:
    if start.appeal is None or start.policy is None:
        raise ApplicationError("A new case needs its appeal and its policy.", non_retryable=True)
    return CaseState(appeal=start.appeal, policy=start.policy)
