"""The judge of a run is judged: a small run as it should be passes, and each fault that it knows of does not."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory

from tests.faults.checker import GENESIS, Verdict, judge
from tests.faults.client_log import ClientLog, Outcome, Sent
from tests.faults.driver import PORTAL
from tests.faults.evidence import CaseFile, Evidence, Letter

NUMBER = "4821093755612044"
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOMENT = timedelta(milliseconds=100)
EMAIL, SMS = f"{NUMBER}:registered:1:citizen:email", f"{NUMBER}:registered:1:citizen:sms"
CLOCK: dict[str, Any] = {"name": "answer", "budget": {"minutes": 60}, "started_at": BEGIN.isoformat(), "pauses": []}
RUNG = CLOCK | {"breached_at": (BEGIN + HOUR).isoformat()}
FACTS: list[tuple[datetime, dict[str, Any]]] = [
    (BEGIN, {"type": "ClockChanged", "clock": CLOCK}),
    (BEGIN, {"type": "DecisionTaken", "command_id": "answer-1"}),
    (BEGIN, {"type": "StatusAsked"}),
    (BEGIN, {"type": "PasswordIssued"}),
    (BEGIN, {"type": "DataResent", "order_id": "order-1"}),
    (BEGIN + HOUR, {"type": "ClockRang", "share": 1.0, "clock": RUNG}),
]


def journal(facts: list[tuple[datetime, dict[str, Any]]]) -> list[dict[str, Any]]:
    """The facts as the API shows a whole journal."""
    return [
        {
            "position": position,
            "sequence": position,
            "at": at.isoformat(),
            "type": event["type"],
            "event": event,
            "previous_hash": f"hash {position - 1}" if position > 1 else GENESIS,
            "hash": f"hash {position}",
        }
        for position, (at, event) in enumerate(facts, start=1)
    ]


def history(updates: list[str]) -> WorkflowHistory:
    """A run with a step at its begin, and one an hour later."""
    events: list[dict[str, Any]] = []

    def add(kind: str, at: datetime, attributes: dict[str, Any]) -> None:
        name = kind.title().replace("_", "")
        name = f"{name[0].lower()}{name[1:]}EventAttributes"
        told = {"eventId": str(len(events) + 1), "eventTime": at.isoformat(), name: attributes}
        events.append(told | {"eventType": f"EVENT_TYPE_{kind}"})

    for begin in (BEGIN, BEGIN + HOUR):
        add("WORKFLOW_TASK_STARTED", begin, {})
        add("WORKFLOW_TASK_COMPLETED", begin + MOMENT, {"startedEventId": str(len(events))})
    for update in updates:
        accepted = {"acceptedRequest": {"meta": {"updateId": f"{update}:digest"}}}
        add("WORKFLOW_EXECUTION_UPDATE_ACCEPTED", BEGIN, accepted)
    return WorkflowHistory.from_json(f"appeal-{NUMBER}", {"events": events})


class Run:
    """A run of one case, as it should be; a fault is planted into it before it is judged."""

    def __init__(self, folder: Path) -> None:
        self.log = ClientLog(folder / "log")
        self.facts = list(FACTS)
        self.updates = ["answer-1", "status-1"]
        view = {"clocks": [{"name": "answer", "due_at": (BEGIN + HOUR).isoformat()}]}
        self.evidence = Evidence(
            cases={NUMBER: CaseFile(NUMBER, view, [], [])},
            registered={NUMBER: PORTAL},
            ledger=[Letter(EMAIL, NUMBER, "email", "accepted", 1), Letter(SMS, NUMBER, "sms", "accepted", 1)],
            mails=[{"message_id": f"{EMAIL.replace(':', '.')}@example.org"}],
            texts=[{"idempotency_key": SMS}],
            account_events=["one_time_password_set"],
            submissions=[{"idempotency_key": "order-1"}],
            seen_at=BEGIN + 2 * HOUR,
        )
        self.opened = self.sent("open", "/v1/appeals", "", "")
        self.answered = self.sent("answer", f"/v1/appeals/{NUMBER}/commands", "AnswerQuestion", "answer-1")
        self.asked = self.sent("ask", f"/v1/appeals/{NUMBER}/commands", "AskStatus", "status-1")

    def sent(self, key: str, path: str, kind: str, command_id: str) -> Sent:
        made = Sent(key, "portal", path, {"type": kind}, number=NUMBER, command_id=command_id)
        self.log.invoked(made, 1)
        self.log.answered(made, [command_id or NUMBER], [])
        return made

    def without(self, kind: str) -> None:
        self.facts = [each for each in self.facts if each[1]["type"] != kind]

    def once_more(self, kind: str) -> None:
        self.facts += [each for each in self.facts if each[1]["type"] == kind]

    def judged(self) -> Verdict:
        if case := self.evidence.cases.get(NUMBER):
            told = case.journal or journal(self.facts)
            self.evidence.cases[NUMBER] = replace(case, journal=told, histories=[history(self.updates)])
        return judge(self.log, self.evidence)


def open_linked(run: Run) -> None:
    """Another appeal comes that names this one, as a recovery does that the process itself has begun."""
    registered = {"type": "AppealRegistered", "related_number": NUMBER}
    linked = CaseFile("4821093755612045", {"clocks": []}, journal([(BEGIN, registered)]), [])
    run.evidence.cases[linked.number] = linked
    run.evidence.registered[linked.number] = PORTAL


def appeal_lost(run: Run) -> None:
    lost = run.sent("open another", "/v1/appeals", "", "")
    lost.number, lost.answers = "1", ["1"]


def appeal_twice(run: Run) -> None:
    run.opened.answers.append("4821093755612045")


def appeal_of_nobody(run: Run) -> None:
    run.evidence.registered["4821093755612045"] = PORTAL


def update_lost(run: Run) -> None:
    run.updates.remove("answer-1")


def decision_forgotten(run: Run) -> None:
    run.without("DecisionTaken")


def status_not_asked(run: Run) -> None:
    run.without("StatusAsked")


def decision_twice(run: Run) -> None:
    run.once_more("DecisionTaken")


def refused_and_done(run: Run) -> None:
    run.answered.outcome = Outcome.REFUSED


def password_twice(run: Run) -> None:
    run.evidence.account_events *= 2


def password_never(run: Run) -> None:
    run.evidence.account_events.clear()


def resent_twice(run: Run) -> None:
    run.evidence.submissions *= 2


def never_resent(run: Run) -> None:
    run.evidence.submissions.clear()


def mail_twice(run: Run) -> None:
    run.evidence.mails *= 2


def text_twice(run: Run) -> None:
    run.evidence.texts *= 2


def mail_of_nobody(run: Run) -> None:
    run.evidence.mails.append({"message_id": "somebody@example.org"})


def mail_lost(run: Run) -> None:
    run.evidence.mails.clear()


def mail_there_and_called_failed(run: Run) -> None:
    run.evidence.ledger[0] = replace(run.evidence.ledger[0], state="failed")


def entry_missing(run: Run) -> None:
    run.evidence.cases[NUMBER].journal.extend(journal(FACTS))
    del run.evidence.cases[NUMBER].journal[0]


def chain_broken(run: Run) -> None:
    run.evidence.cases[NUMBER].journal.extend(journal(FACTS))
    run.evidence.cases[NUMBER].journal[2]["previous_hash"] = "another"


def early(run: Run) -> None:
    run.facts[-1] = (BEGIN + HOUR - timedelta(seconds=1), FACTS[-1][1])


def early_by_its_pause(run: Run) -> None:
    pause = {"since": (BEGIN + MOMENT).isoformat(), "until": None}
    run.facts[-1] = (BEGIN + HOUR, {"type": "ClockRang", "share": 1.0, "clock": RUNG | {"pauses": [pause]}})
    run.evidence.cases[NUMBER].view["clocks"].clear()


def never_rang(run: Run) -> None:
    run.without("ClockRang")


def started_when_nothing_was_done(run: Run) -> None:
    late = CLOCK | {"started_at": (BEGIN + timedelta(minutes=5)).isoformat()}
    run.facts = [(BEGIN, {"type": "ClockChanged", "clock": late}), *FACTS[1:-1]]
    run.evidence.seen_at = BEGIN + HOUR
    run.evidence.cases[NUMBER].view["clocks"].clear()


def shown_later(run: Run) -> None:
    run.evidence.cases[NUMBER].view["clocks"][0]["due_at"] = (BEGIN + 2 * HOUR).isoformat()


PLANTED: dict[Callable[[Run], None], str] = {
    **dict.fromkeys([appeal_lost], "appeals lost"),
    **dict.fromkeys([appeal_twice, appeal_of_nobody, open_linked], "appeals opened twice"),
    **dict.fromkeys([update_lost, decision_forgotten, status_not_asked], "commands lost"),
    decision_twice: "commands done twice",
    refused_and_done: "refused and done all the same",
    **dict.fromkeys([password_twice, password_never, resent_twice, never_resent], "orders done twice or never"),
    **dict.fromkeys([mail_twice, text_twice, mail_of_nobody], "messages got twice"),
    **dict.fromkeys([mail_lost, mail_there_and_called_failed], "messages lost"),
    **dict.fromkeys([entry_missing, chain_broken], "broken journals"),
    **dict.fromkeys([early, early_by_its_pause], "timers early"),
    never_rang: "clocks missed",
    **dict.fromkeys([started_when_nothing_was_done, shown_later], "deadlines moved"),
}


def test_a_run_as_it_should_be_passes(tmp_path: Path) -> None:
    verdict = Run(tmp_path).judged()
    assert (verdict.findings, verdict.slow, verdict.figures["timers"]) == ({}, [], 1)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.__name__)
def test_each_fault_is_called_by_its_name(tmp_path: Path, planted: Callable[[Run], None]) -> None:
    run = Run(tmp_path)
    planted(run)
    assert set(run.judged().findings) == {PLANTED[planted]}


def test_every_kind_of_fault_has_been_planted(tmp_path: Path) -> None:
    figures = Run(tmp_path).judged().figures
    kinds = {kind for kind, count in figures.items() if count == 0 and kind != "abandoned attempts"}
    assert kinds == set(PLANTED.values())


def test_what_the_engine_has_abandoned_does_not_count(tmp_path: Path) -> None:
    run = Run(tmp_path)
    given_up = (BEGIN, {"type": "AttemptAbandoned", "first_sequence": len(FACTS) + 1})
    run.facts += [(BEGIN, {"type": "DecisionTaken", "command_id": "answer-1"}), given_up]
    verdict = run.judged()
    assert (verdict.findings, verdict.figures["abandoned attempts"]) == ({}, 1)


def test_a_registry_that_never_answered_may_have_done_it(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.facts.append((BEGIN, {"type": "RegistryUnavailable", "operation": "issue_password"}))
    run.evidence.account_events *= 2
    assert run.judged().findings == {}


def test_a_linked_appeal_whose_opening_got_no_answer_is_not_opened_twice(tmp_path: Path) -> None:
    run = Run(tmp_path)
    open_linked(run)
    run.facts.append((BEGIN, {"type": "RegistryUnavailable", "operation": "open_linked"}))
    assert run.judged().findings == {}


@pytest.mark.parametrize(("seconds", "slow"), [(2.9, 0), (3.1, 1)])
def test_timers_that_are_late_are_slow_and_not_lost(tmp_path: Path, seconds: float, slow: int) -> None:
    run = Run(tmp_path)
    run.facts[-1:] = [(BEGIN + HOUR + timedelta(seconds=seconds), FACTS[-1][1])] * 2
    verdict = run.judged()
    assert (verdict.findings, len(verdict.slow)) == ({}, slow)


def test_the_client_s_log_has_four_outcomes(tmp_path: Path) -> None:
    log = ClientLog(tmp_path / "log")
    sent = {each: Sent(each, "portal", "/v1/appeals", {}) for each in Outcome}
    for each in sent.values():
        log.invoked(each, 2)
    log.answered(sent[Outcome.UNKNOWN], [], [])
    log.answered(sent[Outcome.REFUSED], [], ["422"])
    log.answered(sent[Outcome.ACKNOWLEDGED], [NUMBER], [])
    log.answered(sent[Outcome.ACKNOWLEDGED], [], ["409"])
    assert all(each.outcome is outcome for outcome, each in sent.items())
    assert log.figures() == dict.fromkeys(("invoked", "acknowledged", "refused", "unknown"), 1)
    assert [each.is_definite for each in sent.values()] == [False, True, True, False]
    lines = [json.loads(line) for line in (tmp_path / "log").read_bytes().splitlines()]
    assert [line["outcome"] for line in lines[4:]] == ["unknown", "refused", "acknowledged", "acknowledged"]
    assert {line["times"] for line in lines} == {2}
