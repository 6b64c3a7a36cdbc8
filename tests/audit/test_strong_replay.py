"""Strong replay finds what plain replay does not: forged payloads, arguments, timers and results (AUD-2)."""

from collections.abc import Callable
from typing import Any

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from audit.replay import StrongReplayer
from infra.runner import workflow_runner
from tests.audit.forging import Event, event_id, forge, history, nth, recorded, says
from workflows.appeal import AppealWorkflow

Forgery = Callable[[dict[str, Any]], Event]


def argument(content: dict[str, Any]) -> Event:
    asked = nth(content, "ACTIVITY_TASK_SCHEDULED", lambda it: it["activityType"]["name"] == "issue_password")
    forge(asked["input"], says(account_id="acc-6666"))
    return asked


def term(name: str, value: Any) -> Forgery:
    """One of the terms on which an activity was asked for."""

    def forgery(content: dict[str, Any]) -> Event:
        asked = nth(content, "ACTIVITY_TASK_SCHEDULED", lambda it: it["activityType"]["name"] == "issue_password")
        asked[name] = value
        return asked

    forgery.__name__ = name
    return forgery


TERMS = [
    *(term("scheduleToCloseTimeout", "901s"), term("scheduleToStartTimeout", "30s"), term("heartbeatTimeout", "5s")),
    *(term("startToCloseTimeout", "900s"), term("priority", {"priorityKey": 1})),
    *(term("retryPolicy", {"initialInterval": "1s", "backoffCoefficient": 2.0, "maximumInterval": "600s"}),),
    term("retryPolicy", {"initialInterval": "1s", "backoffCoefficient": 2.0, "maximumAttempts": 9}),
]


def another_activity(content: dict[str, Any]) -> Event:
    asked = nth(content, "ACTIVITY_TASK_SCHEDULED", lambda it: it["activityType"]["name"] == "issue_password")
    asked["activityType"]["name"] = "unlock_account"
    return asked


def another_local_activity(content: dict[str, Any]) -> Event:
    marker = nth(content, "MARKER_RECORDED")
    forge(marker["details"]["data"], says(activity_type="read_contacts"))
    return marker


def refusal(content: dict[str, Any]) -> Event:
    completed = nth(content, "WORKFLOW_EXECUTION_UPDATE_COMPLETED")
    completed["outcome"] = {"failure": {"message": "No.", "applicationFailureInfo": {"type": "Refused"}}}
    return completed


def another_kind_of_step(content: dict[str, Any]) -> Event:
    """Where a timer was, something that no process of ours asks for."""
    event = next(event for event in content["events"] if event["eventType"] == "EVENT_TYPE_TIMER_STARTED")
    after = event.pop("timerStartedEventAttributes")["workflowTaskCompletedEventId"]
    event["eventType"] = "EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES"
    attributes: Event = {"workflowTaskCompletedEventId": after}
    event["upsertWorkflowSearchAttributesEventAttributes"] = attributes
    return attributes


def timer(content: dict[str, Any]) -> Event:
    started = nth(content, "TIMER_STARTED")
    started["startToFireTimeout"] = "86400s"
    return started


def decision(content: dict[str, Any]) -> Event:
    accepted = nth(content, "WORKFLOW_EXECUTION_UPDATE_ACCEPTED")
    longer = {"type": "RecordRequest", "processing_hours": 72}
    forge(accepted["acceptedRequest"]["input"]["args"], says(decision=longer))
    return nth(content, "WORKFLOW_EXECUTION_UPDATE_COMPLETED")


def who_decided(content: dict[str, Any]) -> Event:
    accepted = nth(content, "WORKFLOW_EXECUTION_UPDATE_ACCEPTED")
    another = {"subject": "somebody else", "role": "operator"}
    forge(accepted["acceptedRequest"]["input"]["args"], says(actor=another))
    return _recording_after(content, event_id(content, accepted))


def answer(content: dict[str, Any]) -> Event:
    completed = nth(content, "WORKFLOW_EXECUTION_UPDATE_COMPLETED")
    forge(completed["outcome"]["success"], says(digest="0" * 64))
    return completed


def result_of_an_activity(content: dict[str, Any]) -> Event:
    completed = nth(content, "ACTIVITY_TASK_COMPLETED")
    forge(completed["result"], lambda said: said | {"account": said["account"] | {"phone": "+79990000000"}})
    return _recording_after(content, event_id(content, completed))


def start(content: dict[str, Any]) -> Event:
    started = nth(content, "WORKFLOW_EXECUTION_STARTED")
    forge(started["input"], lambda said: said | {"appeal": said["appeal"] | {"portal": "another-portal"}})
    return _recording_after(content, 1)


def recorded_digest(content: dict[str, Any]) -> Event:
    marker = _recording_after(content, 1)
    forge(marker["details"]["result"], lambda _: "0" * 64)
    return marker


def result(content: dict[str, Any]) -> Event:
    completed = nth(content, "WORKFLOW_EXECUTION_COMPLETED")
    forge(completed["result"], lambda _: "rejected")
    return completed


def _recording_after(content: dict[str, Any], first: int) -> Event:
    """The first digest of a transition that was recorded after an event."""
    return next(
        event["markerRecordedEventAttributes"]
        for event in content["events"]
        if int(event["eventId"]) > first
        and event["eventType"] == "EVENT_TYPE_MARKER_RECORDED"
        and _is_digest(event["markerRecordedEventAttributes"])
    )


def _is_digest(marker: Event) -> bool:
    found: list[Any] = []
    forge(marker["details"]["result"], lambda said: found.append(said) or said)  # type: ignore[func-returns-value]
    return isinstance(found[0], str) and len(found[0]) == 64


FORGERIES = [
    *(argument, *TERMS, another_activity, timer, decision, who_decided, answer, refusal, result_of_an_activity),
    *(start, recorded_digest, another_local_activity, another_kind_of_step, result),
]


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
@pytest.mark.requirement("AUD-2")
async def test_a_forged_history_is_found_at_its_first_divergence(forgery: Forgery) -> None:
    content = recorded("happy_path")
    place = forgery(content)
    divergence = (await StrongReplayer().replay([history(content)])).divergence
    assert divergence is not None
    assert divergence.event_id == event_id(content, place)
    assert divergence.run_id == history(content).run_id


def local_result(content: dict[str, Any]) -> Event:
    """Found by another mark of the person than the register had found it by."""
    marker = nth(content, "MARKER_RECORDED")
    forge(marker["details"]["result"], says(found_by="phone"))
    return marker


def signal(content: dict[str, Any]) -> Event:
    signalled = nth(content, "WORKFLOW_EXECUTION_SIGNALED")
    forge(signalled["input"], lambda said: said | {"decision": said["decision"] | {"incident_number": "1"}})
    return signalled


def report(content: dict[str, Any]) -> Event:
    signalled = nth(content, "WORKFLOW_EXECUTION_SIGNALED")
    forge(signalled["input"], says(number="1"))
    return signalled


@pytest.mark.parametrize(
    ("name", "forgery"),
    [("happy_path", local_result), ("critical_failure", signal), ("incident", report)],
    ids=["local activity", "signal", "report"],
)
@pytest.mark.requirement("AUD-2")
async def test_what_the_process_was_told_is_held_against_what_it_recorded_of_it(name: str, forgery: Forgery) -> None:
    content = recorded(name)
    assert (await StrongReplayer().replay([history(content)])).divergence is None
    place = event_id(content, forgery(content))
    divergence = (await StrongReplayer().replay([history(content)])).divergence
    assert divergence is not None
    assert divergence.event_id >= place


@pytest.mark.requirement("AUD-2")
async def test_a_step_that_the_history_lacks_is_found() -> None:
    """Nothing that is recorded is wrong, but the code asks for more: the last step of which nobody has heard."""
    content = recorded("happy_path")
    *_, last, _ = content["events"]
    content["events"].pop()
    after = last.pop("markerRecordedEventAttributes")["workflowTaskCompletedEventId"]
    last["eventType"] = "EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED"
    last["workflowPropertiesModifiedEventAttributes"] = {"workflowTaskCompletedEventId": after}
    divergence = (await StrongReplayer().replay([history(content)])).divergence
    assert divergence is not None
    assert (divergence.event_id, divergence.recorded) == (0, "another course of the process")


@pytest.mark.requirement("AUD-2", "INT-6")
async def test_of_a_decision_that_was_sent_twice_the_engine_may_note_the_other_sending() -> None:
    content = recorded("happy_path")
    accepted = nth(content, "WORKFLOW_EXECUTION_UPDATE_ACCEPTED")
    forge(accepted["acceptedRequest"]["input"]["args"], says(attempt="the second one"))
    assert (await StrongReplayer().replay([history(content)])).divergence is None


@pytest.mark.requirement("AUD-2")
async def test_plain_replay_takes_most_of_them() -> None:
    replayer = Replayer(
        workflows=[AppealWorkflow], workflow_runner=workflow_runner(), data_converter=pydantic_data_converter
    )
    for forgery in (argument, *TERMS, timer, decision, answer, recorded_digest, result):
        content = recorded("happy_path")
        forgery(content)
        outcome = await replayer.replay_workflow(history(content), raise_on_replay_failure=False)
        assert outcome.replay_failure is None


@pytest.mark.requirement("AUD-2")
async def test_a_run_begins_with_what_the_one_before_handed_over() -> None:
    runs = [recorded(f"continue_as_new.{nth_run}") for nth_run in (1, 2, 3)]
    forge(nth(runs[1], "WORKFLOW_EXECUTION_STARTED")["input"], lambda said: _with_state(said, mismatches=2))
    divergence = (await StrongReplayer().replay([history(run) for run in runs])).divergence
    assert divergence is not None
    assert (divergence.run_id, divergence.event_id) == (history(runs[1]).run_id, 1)
    assert "state.mismatches" in divergence.recorded


@pytest.mark.requirement("AUD-2")
async def test_what_a_run_hands_over_is_what_its_code_hands_over() -> None:
    runs = [recorded(f"continue_as_new.{nth_run}") for nth_run in (1, 2, 3)]
    handed_over = nth(runs[0], "WORKFLOW_EXECUTION_CONTINUED_AS_NEW")
    for payloads in (handed_over["input"], nth(runs[1], "WORKFLOW_EXECUTION_STARTED")["input"]):
        forge(payloads, lambda said: _with_state(said, mismatches=2))
    divergence = (await StrongReplayer().replay([history(run) for run in runs])).divergence
    assert divergence is not None
    assert (divergence.run_id, divergence.event_id) == (history(runs[0]).run_id, event_id(runs[0], handed_over))


@pytest.mark.requirement("AUD-2")
async def test_a_divergence_shows_nothing_of_the_person() -> None:
    content = recorded("happy_path")
    asked = nth(content, "ACTIVITY_TASK_SCHEDULED", lambda it: it["activityType"]["name"] == "check_registries")
    forge(asked["input"], lambda said: said | {"details": said["details"] | {"full_name": "Другая Дарья"}})
    divergence = (await StrongReplayer().replay([history(content)])).divergence
    assert divergence is not None
    assert "details.full_name" in str(divergence)
    assert "Дарья" not in str(divergence)
    assert "Смирнова" not in str(divergence)


def _with_state(said: dict[str, Any], **values: Any) -> dict[str, Any]:
    return said | {"state": said["state"] | values}
