"""Every procedure, walked by random decisions of random people on the real engine, with its promises held."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from api.problems import ProblemError
from domain.actors import Role
from domain.case import CaseView
from domain.contracts.commands import Decision
from domain.contracts.expectation import Expectation
from domain.procedures import Procedure
from domain.standing import standing_decisions
from infra.runner import workflow_runner
from tests.model.appeals import APPEALS
from tests.model.decisions import DECISIONS, ONLY_OF_THE_SYSTEM
from tests.model.walker import Walker, rings_of, walking
from tests.sandbox_process import SandboxProcess
from workflows.appeal import AppealWorkflow

WALKS = settings(
    max_examples=int(os.environ.get("WALKS", "4")),
    stateful_step_count=12,
    deadline=None,
    derandomize="WALKS" not in os.environ,  # more walks are other walks
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
REFUSALS = {"unknown_appeal", "not_expected", "role_not_allowed", "contradiction", "closed", "too_often"}
PEOPLE = [role for role in Role if role not in (Role.AUDITOR, Role.SYSTEM)]
LATE_AT_MOST = timedelta(seconds=5)  # A timer runs from the end of the step that sets it.
TERMS = {"registry_patience_seconds": 3, "repeat_window_days": 0}


@pytest.fixture(scope="module")
def walker(world: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    with walking(world, tmp_path_factory.mktemp("walks"), **TERMS) as started:
        yield started


class Walk(RuleBasedStateMachine):
    """One case on a random way."""

    walker: ClassVar[Walker]
    sent: ClassVar[dict[str, Any]]
    number: str
    view: CaseView

    @initialize()
    def open(self) -> None:
        # A failure of its own: three of one kind would become an incident, which nobody here decides on.
        sent = self.sent | ({"service": uuid4().hex} if "failure" in self.sent else {})
        if sent.get("relation"):
            sent |= {"related_number": self.walker.do(self.walker.home.open(APPEALS[Procedure.CONSULTATION]))}
        self.number = self.walker.do(self.walker.home.open(sent))
        self.view = self.walker.view(self.number)

    # No rule has a precondition: what is drawn must not depend on how fast the world answers.

    @rule(which=st.integers(0, 50), how=st.integers(0, 50), who=st.integers(0, 50))
    def somebody_decides_what_is_awaited(self, which: int, how: int, who: int) -> None:
        if not self.view.expectations:
            return
        awaited = self.view.expectations[which % len(self.view.expectations)]
        made = DECISIONS[awaited.command]
        self._send(made[how % len(made)](awaited, self.view), awaited.roles[who % len(awaited.roles)])

    @rule(what=st.sampled_from(sorted(DECISIONS)), how=st.integers(0, 50), role=st.sampled_from(PEOPLE))
    def anybody_decides_anything(self, what: str, how: int, role: Role) -> None:
        self._send(DECISIONS[what][how % len(DECISIONS[what])](None, self.view), role)

    @rule()
    def time_passes_to_the_next_ring(self) -> None:
        home = self.walker.home
        if rings := rings_of(self.view):
            now = self.walker.do(home.now(self.number))
            self.walker.do(home.forward(self.number, min(rings) - now + LATE_AT_MOST))
        self.view = self.walker.view(self.number)

    def _send(self, decision: Decision, role: Role) -> None:
        before = self.view
        refusal = self.walker.do(self._refusal(decision, role))
        self.view = self.walker.view(self.number)
        if refusal:
            assert refusal in REFUSALS
            assert self.view.last_sequence == before.last_sequence, "a refused decision has left a trace"
        else:
            assert _is_expected(before, decision, role), f"{decision.type} by {role} was taken, but not expected"
            assert self.view.last_sequence > before.last_sequence, "an accepted decision has left no trace"

    async def _refusal(self, decision: Decision, role: Role) -> str | None:
        try:
            await self.walker.home.decide(self.number, role, decision, key=uuid4().hex)
        except ProblemError as refusal:
            return refusal.problem.code
        return None

    @invariant()
    def the_register_is_the_fold_of_the_journal(self) -> None:
        assert self.walker.do(self.walker.home.refolded(self.number)) == self.view

    @invariant()
    def each_status_has_a_date_and_a_reason(self) -> None:
        assert self.view.statuses
        assert all(change.at and change.reason for change in self.view.statuses)
        assert [change.at for change in self.view.statuses] == sorted(change.at for change in self.view.statuses)

    @invariant()
    def an_open_case_waits_for_somebody_and_a_clock_runs(self) -> None:
        if not self.view.is_closed:
            assert self.view.expectations, "nobody has anything to do, and the case is not closed"
            assert any(clock.is_running for clock in self.view.clocks.values())
        assert all(open_.roles for open_ in self.view.expectations)

    @invariant()
    def a_closed_case_waits_for_its_rating_at_most(self) -> None:
        if self.view.is_closed:
            assert {open_.command for open_ in self.view.expectations} <= {"RateSatisfaction"}

    def teardown(self) -> None:
        if not hasattr(self, "view"):
            return
        self.walker.do(_told_once_and_replays(self.walker, self.number))


def _is_expected(view: CaseView, decision: Decision, role: Role) -> bool:
    """Said anew here, from what the case shows to everybody, and not by the rule that refuses."""

    def is_awaited(open_: Expectation) -> bool:
        subject = getattr(decision, "operation", None) or getattr(decision, "item", None)
        return open_.command == decision.type and role in open_.roles and subject in (None, open_.subject)

    return role in standing_decisions(view).get(decision.type, ()) or any(map(is_awaited, view.expectations))


async def _told_once_and_replays(walker: Walker, number: str) -> None:
    home = walker.home
    await home.delivered(number)
    assert await home.arrived_twice(number) == []
    replayer = Replayer(
        workflows=[AppealWorkflow], workflow_runner=workflow_runner(), data_converter=pydantic_data_converter
    )
    for history in await home.histories(number):
        await replayer.replay_workflow(history)


@pytest.mark.requirement("AUD-1", "AUD-2", "STS-1")
@pytest.mark.parametrize("procedure", list(APPEALS))
def test_every_walk_keeps_the_promises(walker: Walker, procedure: Procedure) -> None:
    machine = type("Walk", (Walk,), {"walker": walker, "sent": APPEALS[procedure]})
    run_state_machine_as_test(machine, settings=WALKS)


def test_every_procedure_and_every_decision_is_walked() -> None:
    assert set(APPEALS) == set(Procedure)
    from domain.contracts.commands import Decision as Every

    types = {model.model_fields["type"].default for model in Every.__origin__.__args__}  # type: ignore[attr-defined]
    assert types - set(DECISIONS) == ONLY_OF_THE_SYSTEM
