"""What a case costs: history events, billable actions and bytes of history, for every procedure.

`python -m bench.history` prints them. Actions are the server's own count (`action` in its metrics), which leaves
out the starts of standalone activities; each of these is added, as the managed service would bill it.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from domain.actors import Role
from domain.appeal import DocumentKind, RepeatWay
from domain.calendar import CURRENT_VERSION
from domain.contracts.appeal import Details, DocumentScan, Policy
from domain.contracts.commands import AnswerQuestion, AssessRepeat, ConfirmSolution, ReviewThreat, SupplyDetails
from domain.contracts.events import MessageQueued
from domain.threat import Threat
from tests.accounts import IDENTIFIED, KIM_ALARMED, KUZNETSOV, compromise_report, lock, lock_report
from tests.codes import code, entered
from tests.examples import (
    CONCLUDED,
    GRANTED,
    KIM,
    MATCHED,
    MISMATCHED,
    PACKAGE,
    RECORDED,
    about_application,
    appeal,
    data_appeal,
    display_error,
    escalation,
    package,
    scan,
    secured,
    several_services,
    verification,
)
from tests.failures import FIXED, fixed, flood, joined, repeated
from tests.house import House, engine, house
from tests.sandbox_process import SandboxProcess, free_ports
from tests.walks import answered, checked

# The server publishes its counters with some delay.
METRICS_LAG_SECONDS = 3.0
# Between two steps of people, so that systems have answered, as they would have in life.
PAUSE_SECONDS = 0.5


# All walks are the same person's: only what names an earlier appeal is a repeat.
POLICY = Policy(calendar_version=CURRENT_VERSION, repeat_window_days=0)


@dataclass(frozen=True)
class Cost:
    """The three figures; `deliveries` of the actions are standalone activities."""

    procedure: str
    events: int
    actions: int
    deliveries: int
    history_bytes: int


async def happy_path(home: House) -> str:
    """The reference case: one registry check, four decisions, four moments by e-mail and SMS."""
    number = await _recorded(home, await home.open(appeal()))
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.expecting(number, "ReportAccountSecurity")
    await home.decide(number, Role.REGISTRY, secured(two_factor=False))
    await asyncio.sleep(PAUSE_SECONDS)
    await home.decide(number, Role.REGISTRY, secured())
    return number


async def mismatch(home: House) -> str:
    """The specialist finds another SNILS; the citizen corrects it."""
    number = await _recorded(home, await home.open(appeal(snils="087-654-303 00")))
    await home.decide(number, Role.SPECIALIST, MISMATCHED)
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(snils="11223344595")))
    await home.expecting(number, "CheckDocuments")
    return await _matched_and_secured(home, number)


async def missing_scan(home: House) -> str:
    """The scan is missing and is sent later; the rest is the happy path with one report."""
    number = await home.open(appeal(scans=None))
    await home.expecting(number, "SupplyDetails")
    scan = DocumentScan(kind=DocumentKind.SNILS, reference="portal:scan:2")
    await home.decide(number, Role.PORTAL, SupplyDetails(details=Details(scans=[scan])))
    return await _matched_and_secured(home, await _recorded(home, number))


async def repeated_contact(home: House) -> str:
    """A repeat goes to the second line, which answers it; the citizen confirms."""
    first = await home.open(about_application())
    await home.expecting(first, "AnswerQuestion")
    number = await home.open(about_application("И снова не отправляется.", related_number=first))
    await home.expecting(number, "AssessRepeat")
    await asyncio.sleep(PAUSE_SECONDS)
    assessed = AssessRepeat(way=RepeatWay.ESCALATE, reason="Передаём дальше.", next_steps=["Ответит специалист."])
    await home.decide(number, Role.OPERATOR, assessed)
    await home.expecting(number, "AnswerQuestion")
    await home.decide(number, Role.SPECIALIST, AnswerQuestion(summary="Нет индекса.", steps=["Укажите индекс."]))
    await home.expecting(number, "ConfirmSolution")
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
    return number


async def escalated(home: House) -> str:
    """The package lacks one document, which comes; quality control grants the request."""
    first = await home.open(about_application())
    await home.expecting(first, "AnswerQuestion")
    number = await home.open(escalation(first, documents=PACKAGE[:3]))
    await home.expecting(number, "SupplyDetails")
    await asyncio.sleep(PAUSE_SECONDS)
    copy = DocumentScan(kind=DocumentKind.APPLICATION_COPY, reference="portal:scan:2")
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(scans=[copy])))
    await home.expecting(number, "DecideEscalation")
    await home.decide(number, Role.QUALITY_CONTROL, GRANTED)
    return number


async def four_services(home: House) -> str:
    """Four services checked side by side, one of them sent to again; an operator concludes."""
    await home.http.delete("/services/clinic/records/14025631719")
    number = await home.open(several_services(person=KIM))
    await home.expecting(number, "ConcludeProtocol")
    await home.decide(number, Role.OPERATOR, CONCLUDED)
    return number


async def whole_package(home: House) -> str:
    """A complete package with a signed consent; no person takes part."""
    return await home.open(package("financial", scan("passport"), scan("consent"), scan("income_proof")))


async def data_by_email(home: House) -> str:
    """The registry confirms the requester, and the data leave at once."""
    return await home.open(data_appeal())


async def _recorded(home: House, number: str) -> str:
    await home.expecting(number, "RecordRequest")
    await asyncio.sleep(PAUSE_SECONDS)
    await home.decide(number, Role.OPERATOR, RECORDED)
    await home.expecting(number, "CheckDocuments")
    return number


async def _matched_and_secured(home: House, number: str) -> str:
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.expecting(number, "ReportAccountSecurity")
    await home.decide(number, Role.REGISTRY, secured())
    return number


async def consultation(home: House) -> str:
    """A question, its answer, and the citizen's word that it has helped."""
    number = await answered(home)
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
    return number


async def legal_question(home: House) -> str:
    """A question of law, answered by a lawyer."""
    number = await answered(home, "legal_question")
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
    return number


async def wrong_page(home: House) -> str:
    """One round of the checklist, after which the page is right."""
    number = await checked(home, await home.open(display_error()))
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
    return number


async def identity_verification(home: House) -> str:
    """Registry, scan and code agree: nobody of the staff is needed."""
    number = await home.open(verification())
    digits = await code(home, number)
    await asyncio.sleep(PAUSE_SECONDS)
    await home.decide(number, Role.CITIZEN, await entered(home, number, digits))
    return number


async def account_unlock(home: House) -> str:
    """The log is read twice, the subscriber identified, the lock taken away."""
    await lock(home, KUZNETSOV["login"])
    number = await home.open(lock_report(KUZNETSOV))
    await home.expecting(number, "IdentifySubscriber")
    await home.decide(number, Role.OPERATOR, IDENTIFIED)
    return number


async def compromise(home: House) -> str:
    """Secured at once, the recovery opened (which is a case of its own, begun within this one), then reviewed."""
    number = await home.open(compromise_report(KIM_ALARMED))
    await home.expecting(number, "ReviewThreat")
    await home.decide(
        number, Role.SPECIALIST, ReviewThreat(threat=Threat.MALWARE, measures=["Устройство проверено."])
    )
    return number


INCIDENT_APPEALS = 1000
# What a procedure, and an incident with so many appeals, may cost the engine.
EVENTS_MAX = 90
ACTIONS_MAX = 26
INCIDENT_EVENTS_MAX = 10_000


async def single_failure(home: House) -> str:
    """A failure is assessed, mended by the developers and confirmed."""
    number = await fixed(home)
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
    return number


async def measure_incident(appeals: int) -> list[int]:
    """The events of each run of an incident that so many appeals join one after another, as they would in life."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with SandboxProcess(data / "sandbox") as sandbox:
            async with engine() as environment, house(environment, sandbox, data) as home:
                incident, joined_already = await repeated(home)
                await flood(home, range(appeals - len(joined_already)), at_once=1)
                await joined(home, incident, appeals)
                await home.decide(incident, Role.DEVELOPER, FIXED)
                await home.until(incident, lambda view: view.is_closed, seconds=60)
                return [len(run.events) for run in await home.histories(incident)]


WALKS: dict[str, Callable[[House], Awaitable[str]]] = {
    "access recovery": happy_path,
    "access recovery, mismatch": mismatch,
    "access recovery, missing scan": missing_scan,
    "consultation": consultation,
    "legal question": legal_question,
    "display error": wrong_page,
    "identity verification": identity_verification,
    "account unlock": account_unlock,
    "compromise": compromise,
    "technical failure": single_failure,
    "repeated contact": repeated_contact,
    "escalation": escalated,
    "several services": four_services,
    "document package": whole_package,
    "provision of data": data_by_email,
}


async def measure(walks: dict[str, Callable[[House], Awaitable[str]]]) -> list[Cost]:
    """Walk each once on an engine of its own and count."""
    with tempfile.TemporaryDirectory() as folder:
        data, (metrics_port,) = Path(folder), free_ports(1)
        with SandboxProcess(data / "sandbox") as sandbox:
            async with (
                engine(data / "engine.db", "--metrics-port", str(metrics_port)) as environment,
                house(environment, sandbox, data, policy=POLICY) as home,
            ):
                return [await _cost(name, walk, home, metrics_port) for name, walk in walks.items()]


async def _cost(name: str, walk: Callable[[House], Awaitable[str]], home: House, metrics_port: int) -> Cost:
    before = await _actions(metrics_port)
    number = await walk(home)
    await home.closed(number)
    await home.delivered(number)
    history = await home.sealed_history(number)
    deliveries = len(await home.journalled(number, MessageQueued))
    return Cost(
        procedure=name,
        events=len(history.events),
        actions=await _actions(metrics_port) - before + deliveries,
        deliveries=deliveries,
        history_bytes=sum(event.ByteSize() for event in history.events),
    )


async def _actions(metrics_port: int) -> int:
    await asyncio.sleep(METRICS_LAG_SECONDS)
    async with httpx.AsyncClient() as client:
        metrics = (await client.get(f"http://127.0.0.1:{metrics_port}/metrics")).text
    counted = re.findall(r'^action\{[^}]*namespace="default"[^}]*\} (\d+)', metrics, re.MULTILINE)
    return sum(int(count) for count in counted)


def main() -> None:
    costs = asyncio.run(measure(WALKS))
    rows = [f"{'procedure':32} {'events':>7} {'actions':>8} {'of these deliveries':>20} {'bytes':>7}"]
    rows += [
        f"{cost.procedure:32} {cost.events:>7} {cost.actions:>8} {cost.deliveries:>20} {cost.history_bytes:>7}"
        for cost in costs
    ]
    runs = asyncio.run(measure_incident(INCIDENT_APPEALS))
    rows.append(f"incident with {INCIDENT_APPEALS:,} appeals: {sum(runs):,} events in {len(runs)} runs")
    sys.stdout.write("\n".join(rows) + "\n")
    if over := [cost.procedure for cost in costs if cost.events > EVENTS_MAX or cost.actions > ACTIONS_MAX]:
        sys.exit(f"over {EVENTS_MAX} events or {ACTIONS_MAX} actions: {', '.join(over)}")
    if sum(runs) > INCIDENT_EVENTS_MAX:
        sys.exit(f"an incident of {INCIDENT_APPEALS:,} appeals takes over {INCIDENT_EVENTS_MAX:,} events")


if __name__ == "__main__":
    main()
