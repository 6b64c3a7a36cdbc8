"""The replay gate: the process as it is must be able to take over every case begun by the one that was (AUD-2)."""

from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from audit.replay import StrongReplayer
from domain.contracts.state import CaseState
from domain.procedures import Procedure, procedure_of
from infra.runner import workflow_runner
from tests.record_histories import BATCH_SCENARIOS, BATCHES, HISTORIES, MUST_FAIL, SCENARIOS
from workflows.appeal import AppealWorkflow
from workflows.batch import BatchWorkflow
from workflows.incident import IncidentWorkflow
from workflows.procedures import STAGES

RECORDED = sorted(HISTORIES.glob("*.json"))


CASES = sorted({path.name.split(".")[0] for path in RECORDED})


async def replay(recorded: Path) -> Exception | None:
    """What keeps one recorded run from being replayed by the present code, or None."""
    replayer = Replayer(
        workflows=[AppealWorkflow, IncidentWorkflow, BatchWorkflow],
        workflow_runner=workflow_runner(),
        data_converter=pydantic_data_converter,
    )
    return (await replayer.replay_workflow(_history(recorded), raise_on_replay_failure=False)).replay_failure


def _history(recorded: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(recorded.stem, recorded.read_text())


def runs_of(case: str) -> list[WorkflowHistory]:
    """The recorded runs of one case, oldest first."""
    return [_history(path) for path in RECORDED if path.name.split(".")[0] == case]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.requirement("AUD-2")
async def test_a_recorded_history_replays_and_asks_for_all_that_it_once_did(case: str) -> None:
    replayed = await StrongReplayer().replay(runs_of(case))
    assert replayed.divergence is None
    assert replayed.told


@pytest.mark.parametrize("recorded", sorted(BATCHES.glob("*.json")), ids=lambda path: path.stem)
@pytest.mark.requirement("AUD-2")
async def test_a_recorded_batch_replays(recorded: Path) -> None:
    assert await replay(recorded) is None


@pytest.mark.requirement("AUD-2")
async def test_a_history_of_another_process_does_not() -> None:
    failure = await replay(MUST_FAIL / "another_activity.json")
    assert isinstance(failure, NondeterminismError)
    assert "check_registers" in str(failure)


@pytest.mark.requirement("AUD-2")
def test_every_scenario_is_recorded_and_one_of_them_over_several_runs() -> None:
    assert set(CASES) == {scenario.__name__ for scenario in SCENARIOS}
    assert {path.name.split(".")[0] for path in BATCHES.glob("*.json")} == {each.__name__ for each in BATCH_SCENARIOS}
    assert len(list(BATCHES.glob("carried_out.*.json"))) > 1
    assert len(list(HISTORIES.glob("continue_as_new.*.json"))) == 3


@pytest.mark.requirement("AUD-2")
async def test_every_procedure_and_every_stage_is_in_some_history(monkeypatch: pytest.MonkeyPatch) -> None:
    entered = {"begin"}
    followed: set[Procedure] = set()
    set_ = CaseState.__setattr__

    def spy(state: CaseState, name: str, value: Any) -> None:
        if name == "stage":
            entered.add(value)
            if state.view:
                followed.add(procedure_of(state.view))
        elif name == "view" and value.category is None:
            followed.add(procedure_of(value))  # triage ends with the classification, within the first stage
        set_(state, name, value)

    monkeypatch.setattr(CaseState, "__setattr__", spy)
    for recorded in RECORDED:
        await replay(recorded)
    assert entered - {""} == set(STAGES)
    assert followed == set(Procedure)
