"""The judge of a run: what was promised to the clients, against what is there. It knows nothing of the faults."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from tests.faults.client_log import ClientLog, Outcome, Sent
from tests.faults.clock_ledger import Reckoned, reckon
from tests.faults.decisions import STANDING
from tests.faults.driver import PORTAL
from tests.faults.evidence import CaseFile, Evidence

LATE_P95_SECONDS = 3.0
GENESIS = "0" * 64
# What the account registry does by our orders, the fact that the journal has for it, and the call that asks for it.
DONE_TO_ACCOUNTS = {
    "one_time_password_set": ("PasswordIssued", "issue_password"),
    "unlocked": ("AccountUnlocked", "unlock_account"),
    "password_change_forced": ("AccountSecured", "secure_account"),
}


@dataclass
class Verdict:
    """What is wrong, by kind, what was only too slow, and the figures of the run."""

    findings: dict[str, list[str]] = field(default_factory=dict)
    slow: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def add(self, kind: str, found: Iterator[str] | list[str]) -> None:
        listed = list(found)
        self.figures[kind] = len(listed)
        if listed:
            self.findings[kind] = listed


def judge(log: ClientLog, evidence: Evidence) -> Verdict:
    """Hold everything that was promised against the evidence."""
    verdict = Verdict(figures={"requests": log.figures(), "cases": len(evidence.cases)})
    verdict.add("appeals lost", _lost_appeals(log, evidence))
    verdict.add("appeals opened twice", _appeals_twice(log, evidence))
    verdict.add("commands lost", _lost_commands(log, evidence))
    verdict.add("commands done twice", _commands_twice(evidence))
    verdict.add("refused and done all the same", _refused_and_done(log, evidence))
    verdict.add("orders done twice or never", _orders(evidence))
    verdict.add("messages got twice", _messages_twice(evidence))
    verdict.add("messages lost", _messages_lost(evidence))
    verdict.add("broken journals", _broken_journals(evidence))
    clocks = Reckoned()
    for case in evidence.cases.values():
        reckon(case, evidence.seen_at, clocks)
    verdict.add("timers early", clocks.early)
    verdict.add("clocks missed", clocks.missed)
    verdict.add("deadlines moved", clocks.moved)
    _judge_lateness(clocks.late_seconds, verdict)
    states = Counter(letter.state for letter in evidence.ledger)
    verdict.figures |= {"messages": dict(states), "abandoned attempts": _abandoned(evidence)}
    return verdict


def _judge_lateness(late: list[float], verdict: Verdict) -> None:
    verdict.figures["timers"] = len(late)
    if len(late) < 2:
        return
    cuts = quantiles(late, n=20)
    verdict.figures |= {"timers late p50 s": round(cuts[9], 2), "timers late p95 s": round(cuts[18], 2)}
    verdict.figures["timers late max s"] = round(max(late), 2)
    if cuts[18] > LATE_P95_SECONDS:
        verdict.slow.append(f"timers are late: p95 is {cuts[18]:.2f} s")


def _lost_appeals(log: ClientLog, evidence: Evidence) -> Iterator[str]:
    for sent in log.sent.values():
        if sent.opens and sent.outcome is Outcome.ACKNOWLEDGED and sent.number not in evidence.cases:
            yield f"{sent.number} was acknowledged"


def _appeals_twice(log: ClientLog, evidence: Evidence) -> Iterator[str]:
    for sent in log.sent.values():
        if sent.opens and len(set(sent.answers)) > 1:
            yield f"one key, numbers {sorted(set(sent.answers))}"
    wanted = {sent.number for sent in log.sent.values() if sent.opens}
    linked = {
        entry["event"]["number"] for case in evidence.cases.values() for entry in case.events("LinkedAppealOpened")
    }
    for number, portal in evidence.registered.items():
        if portal == PORTAL and number not in wanted | linked and not _may_be_linked(number, evidence):
            yield f"{number}: nobody has asked for it"


def _may_be_linked(number: str, evidence: Evidence) -> bool:
    """Whether an appeal has asked for it and got no answer: it will ask again, under the same number."""
    case = evidence.cases.get(number)
    registered = case.events("AppealRegistered") if case else []
    parent = evidence.cases.get(registered[0]["event"].get("related_number", "")) if registered else None
    return parent is not None and _is_unknown(parent, "LinkedAppealOpened", "open_linked")


def _lost_commands(log: ClientLog, evidence: Evidence) -> Iterator[str]:
    unasked: Counter[tuple[str, str]] = Counter()
    for sent in _commands(log, Outcome.ACKNOWLEDGED):
        case = evidence.cases[sent.number]
        if case.updates().count(sent.command_id) != 1:
            yield f"{sent.number}: the engine has {sent.command} {case.updates().count(sent.command_id)} times"
        if sent.command in STANDING:
            unasked[sent.number, sent.command] += 1
        elif sent.command_id not in _taken(case):
            yield f"{sent.number}: {sent.command} was acknowledged, and nothing came of it"
    for (number, command), times in unasked.items():
        if len(evidence.cases[number].events(STANDING[command])) < times:
            yield f"{number}: {command} was acknowledged {times} times, and not done so often"


def _commands_twice(evidence: Evidence) -> Iterator[str]:
    for case in evidence.cases.values():
        for key, times in Counter(_taken(case)).items():
            if times > 1:
                yield f"{case.number}: {key} was taken {times} times"


def _refused_and_done(log: ClientLog, evidence: Evidence) -> Iterator[str]:
    for sent in _commands(log, Outcome.REFUSED):
        if sent.number in evidence.cases and sent.command_id in _taken(evidence.cases[sent.number]):
            yield f"{sent.number}: {sent.command} was refused ({sent.refusals}), and done"


def _orders(evidence: Evidence) -> Iterator[str]:
    done = Counter(evidence.account_events)
    for event, (fact, operation) in DONE_TO_ACCOUNTS.items():
        told = sum(len(case.events(fact)) for case in evidence.cases.values())
        unknown = sum(_is_unknown(case, fact, operation) for case in evidence.cases.values())
        if not told <= done[event] <= told + unknown:
            yield f"{event}: {done[event]} times at the registry, {told} in the journals, {unknown} unknown there"
    resent = Counter(
        entry["event"]["order_id"] for case in evidence.cases.values() for entry in case.events("DataResent")
    )
    taken = Counter(each["idempotency_key"] for each in evidence.submissions)
    for order in resent.keys() | taken.keys():
        if resent[order] != taken[order]:
            yield f"{order}: taken {taken[order]} times, told {resent[order]} times"


def _is_unknown(case: CaseFile, fact: str, operation: str) -> bool:
    """Whether the journal's last word is that the registry did not answer: it may have done what it was asked."""
    unanswered = [
        each["sequence"] for each in case.events("RegistryUnavailable") if each["event"]["operation"] == operation
    ]
    return max(unanswered, default=0) > max((each["sequence"] for each in case.events(fact)), default=0)


def _messages_twice(evidence: Evidence) -> Iterator[str]:
    arrived = Counter(mail["message_id"] for mail in evidence.mails)
    arrived += Counter(text["idempotency_key"] for text in evidence.texts)
    for key, times in arrived.items():
        if times > 1:
            yield f"{key} arrived {times} times"
    known = {_name_of(letter.key, letter.channel) for letter in evidence.ledger}
    known |= {_name_of(key, key.rpartition(":")[2]) for key in evidence.known_later}
    for key in arrived.keys() - known:
        yield f"{key} arrived, and the ledger knows nothing of it"


def _messages_lost(evidence: Evidence) -> Iterator[str]:
    arrived = {mail["message_id"] for mail in evidence.mails} | {text["idempotency_key"] for text in evidence.texts}
    for letter in evidence.ledger:
        has_arrived = _name_of(letter.key, letter.channel) in arrived
        if letter.channel != "push" and letter.state == "accepted" and not has_arrived:
            yield f"{letter.key} was accepted, and is not there"
        if letter.state in ("queued", "sending", "failed", "skipped") and has_arrived:
            yield f"{letter.key} is there, and the ledger says {letter.state}"


def _broken_journals(evidence: Evidence) -> Iterator[str]:
    for case in evidence.cases.values():
        previous = GENESIS
        for position, entry in enumerate(case.journal, start=1):
            if (entry["position"], entry["previous_hash"]) != (position, previous):
                yield f"{case.number}: entry {position} does not follow"
            previous = entry["hash"]


def _abandoned(evidence: Evidence) -> int:
    return sum(entry["type"] == "AttemptAbandoned" for case in evidence.cases.values() for entry in case.journal)


def _commands(log: ClientLog, outcome: Outcome) -> list[Sent]:
    return [sent for sent in log.sent.values() if not sent.opens and sent.outcome is outcome]


def _taken(case: CaseFile) -> list[str]:
    return [entry["event"]["command_id"] for entry in case.events("DecisionTaken")]


def _name_of(key: str, channel: str) -> str:
    return f"{key.replace(':', '.')}@example.org" if channel == "email" else key
