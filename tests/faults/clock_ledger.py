"""Clocks, reckoned anew from what the journal says of them; nothing of ours helps here, so that it can be wrong."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.faults.evidence import CaseFile, standing

WIDEST_SPREAD_SECONDS = 300
"""Warnings come up to so much earlier, as the last digits of the number say."""
SETTLING = timedelta(seconds=10)


@dataclass
class Reckoned:
    """What the clocks of a run have done: how late each ring was, and what is wrong."""

    late_seconds: list[float] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)


def reckon(case: CaseFile, seen_at: datetime, into: Reckoned) -> None:
    """Judge every clock of a case."""
    steps = case.steps()
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in standing(case.journal):
        if entry["type"] not in ("ClockChanged", "ClockRang"):
            continue
        clock = entry["event"]["clock"]
        if not clock["budget"].get("minutes"):
            continue
        where = f"{case.number} {clock['name']}"
        last[clock["name"], clock["started_at"]] = clock
        if not all(any(begin <= at <= end for begin, end in steps) for at in _instants(clock)):
            into.moved.append(f"{where}: it did not start, pause or stop when the process did something")
        if entry["type"] == "ClockRang":
            _judge_ring(where, entry, _spread(case.number), into)
    for clock in last.values():
        due = _used_up_at(clock, 1.0)
        end = _instant(clock.get("stopped_at")) or seen_at - SETTLING
        if due and due < end and not clock.get("breached_at"):
            into.missed.append(f"{case.number} {clock['name']}: due {due}, never rang")
    _judge_shown(case, last, into)


def _judge_ring(where: str, entry: dict[str, Any], spread: timedelta, into: Reckoned) -> None:
    share, clock = entry["event"]["share"], entry["event"]["clock"]
    due = _used_up_at(clock, share)
    if due is None:
        into.early.append(f"{where}: rang {share} and is not used up so far")
        return
    start = max(since for since, _ in _runs(clock) if since <= due)
    expected = due if share == 1.0 else max(due - spread, start)
    late = (_required(entry["at"]) - expected).total_seconds()
    if late < 0:
        into.early.append(f"{where}: {share} rang {-late:.3f} s early")
    elif expected > start:  # what rings with the start of the clock is no timer
        into.late_seconds.append(late)


def _judge_shown(case: CaseFile, last: dict[tuple[str, str], dict[str, Any]], into: Reckoned) -> None:
    """The due instant that everybody reads has to be the one reckoned here."""
    latest = {name: clock for (name, _), clock in last.items()}
    for shown in case.view["clocks"]:
        clock = latest.get(shown["name"])
        if clock and shown.get("due_at") and _required(shown["due_at"]) != _used_up_at(clock, 1.0):
            into.moved.append(f"{case.number} {shown['name']}: due {shown['due_at']} by the API")


def _spread(number: str) -> timedelta:
    return timedelta(seconds=int(number[-4:]) % WIDEST_SPREAD_SECONDS)


def _runs(clock: dict[str, Any]) -> list[tuple[datetime, datetime | None]]:
    since = _required(clock["started_at"])
    runs: list[tuple[datetime, datetime | None]] = []
    for pause in clock["pauses"]:
        runs.append((since, _required(pause["since"])))
        if pause.get("until") is None:
            return runs
        since = _required(pause["until"])
    return [*runs, (since, None)]


def _used_up_at(clock: dict[str, Any], share: float) -> datetime | None:
    left = timedelta(minutes=clock["budget"]["minutes"]) * share
    for since, until in _runs(clock):
        if until is None or until - since >= left:
            return since + left
        left -= until - since
    return None


def _instants(clock: dict[str, Any]) -> list[datetime]:
    given = [
        clock["started_at"],
        clock.get("stopped_at"),
        *(at for pause in clock["pauses"] for at in pause.values()),
    ]
    return [at for at in map(_instant, given) if at]


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _required(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
