"""The protocol of an incident: every step with its result, and the time stamps compared (MSV-2, MSV-4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from infra.papers.paper import Paper
from infra.rendering import MOSCOW, time_to_the_second, zone_time

_UNITS = (
    (timedelta(days=1), "дн."),
    (timedelta(hours=1), "ч"),
    (timedelta(minutes=1), "мин"),
    (timedelta(seconds=1), "с"),
)
_NOT_TOLD = "нет данных"


@dataclass(frozen=True)
class ProtocolStep:
    """One step in one service, and what came of it."""

    at: datetime
    service: str
    step: str
    result: str


@dataclass(frozen=True)
class TimeStamps:
    """When a service was asked by our clock, and what it told: when it answered and when its record last changed."""

    service: str
    asked_at: datetime
    answered_at: datetime | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Protocol(Paper):
    """The steps in the order given, each in Moscow time and in the citizen's where that is another."""

    template = "protocol"

    steps: Sequence[ProtocolStep]
    stamps: Sequence[TimeStamps] = ()
    conclusion: str

    def words(self) -> Mapping[str, object]:
        other_zone = zone_time(self.time_zone) if zone_time(self.time_zone) != zone_time(MOSCOW) else ""
        zones = [MOSCOW, self.time_zone] if other_zone else [MOSCOW]
        return {
            "other_zone": other_zone.capitalize(),
            "steps": [
                {
                    "at": [time_to_the_second(each.at, zone) for zone in zones],
                    "service": each.service,
                    "step": each.step,
                    "result": each.result,
                }
                for each in self.steps
            ],
            "stamps": [_compared(each) for each in self.stamps],
            "conclusion": self.conclusion,
        }


def _compared(stamps: TimeStamps) -> dict[str, str]:
    return {
        "service": stamps.service,
        "asked_at": time_to_the_second(stamps.asked_at, MOSCOW),
        "answered_at": _told(stamps.answered_at),
        "recorded_at": _told(stamps.recorded_at),
        "difference": _difference(stamps.answered_at - stamps.asked_at) if stamps.answered_at else _NOT_TOLD,
    }


def _told(instant: datetime | None) -> str:
    return time_to_the_second(instant, MOSCOW) if instant else _NOT_TOLD


def _difference(late: timedelta) -> str:
    # The clock of a service may be behind ours: then its answer seems to come before our request.
    seconds = timedelta(seconds=round(late.total_seconds()))
    if not seconds:
        return "в ту же секунду"
    if seconds > timedelta(0):
        return f"ответ на {_amount(seconds)} позже"
    return f"ответ на {_amount(-seconds)} раньше"


def _amount(left: timedelta) -> str:
    parts = []
    for unit, name in _UNITS:
        number, left = divmod(left, unit)
        if number:
            parts.append(f"{number} {name}")
    return " ".join(parts)
