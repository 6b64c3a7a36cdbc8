"""What appeals and incidents tell each other: signals, which the engine keeps whether or not anybody works."""

import asyncio
from dataclasses import dataclass

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.interfaces import IncidentActivities
from domain.actors import SYSTEM
from domain.contracts.commands import Command
from domain.contracts.incident import FailureReport, Telling, WatchedReport
from domain.number import NumberSpace
from infra.incidents import Incidents
from store.register import Register

AT_ONCE = 10
CANDIDATES_AT_MOST = 20


@dataclass(frozen=True)
class IncidentMessenger(IncidentActivities):
    """The body of `IncidentActivities`. `number_key` keys the numbers of incidents, as those of appeals."""

    incidents: Incidents
    case_register: Register
    number_key: bytes
    numbers: NumberSpace = NumberSpace()

    @activity.defn
    async def report_failure(self, report: FailureReport) -> None:
        candidate = await self._free_number(report)
        await self.incidents.report(WatchedReport(candidate=candidate, **report.model_dump()))

    @activity.defn
    async def tell_appeals(self, telling: Telling) -> None:
        told = next(iter(activity.info().heartbeat_details), 0)  # by an attempt that was cut off
        while numbers := telling.numbers[told : told + AT_ONCE]:
            await asyncio.gather(*(self._tell(telling, number) for number in numbers))
            told += len(numbers)
            activity.heartbeat(told)

    async def _tell(self, telling: Telling, number: str) -> None:
        decision = telling.decision
        command_id = f"{decision.incident_number}:{decision.type}:{number}"
        await self.incidents.tell(number, Command(id=command_id, actor=SYSTEM, decision=decision))

    async def _free_number(self, report: FailureReport) -> str:
        """The number of the incident that this report may begin: derived, like any other, and not on record."""
        key = f"incident:{report.signature}:{report.number}"
        for attempt in range(CANDIDATES_AT_MOST):
            number = self.numbers.candidate(self.number_key, "hotline", key, attempt)
            if await self.case_register.portal_of(number) is None:
                return number
        raise ApplicationError("Every candidate for the incident's number is taken.")
