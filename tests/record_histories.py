"""`python -m tests.record_histories`: records anew the histories that every change of the process must replay.

Record anew only when a change is meant for new cases alone and no case of the old code is open any more; else
the change needs `workflow.patched`, and the old histories stay beside the new ones.
"""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from domain.actors import Role
from domain.appeal import Category, DocumentKind, FileFormat, RepeatWay, Unit
from domain.calendar import CURRENT_VERSION
from domain.contracts.appeal import Details, DocumentScan, Policy
from domain.contracts.commands import (
    AddDetails,
    AnswerQuestion,
    AskStatus,
    AssessRepeat,
    Classify,
    ConfirmAuthority,
    ConfirmSolution,
    DecideIdentity,
    DecidePackage,
    DecideSecuring,
    FetchData,
    HandOver,
    RejectAppeal,
    RequestAnotherCode,
    RetryRegistry,
    ReviewLock,
    ReviewThreat,
    SupplyDetails,
    TellCitizen,
    Withdraw,
)
from domain.contracts.events import ClockRang, CodeMismatched, CodeSent, DataFetched, MessageQueued, ScanRefused
from domain.lock import LockVerdict
from domain.notifications import Template
from domain.threat import Threat
from infra.batches import process_of
from infra.codec import SealingCodec, decoded
from infra.engine import histories_of
from tests.accounts import (
    IDENTIFIED,
    KIM_ALARMED,
    KUZNETSOV,
    NOT_IDENTIFIED,
    ORLOVA,
    ZAITSEV,
    compromise_report,
    lock,
    lock_report,
)
from tests.batches import CHIEF, nobodys, ordered, over
from tests.codes import another, code, entered
from tests.examples import (
    ANSWER,
    CONCLUDED,
    GRANTED,
    KIM,
    LEGAL_ANSWER,
    MATCHED,
    PACKAGE,
    RECORDED,
    about_application,
    appeal,
    data_appeal,
    escalation,
    package,
    question,
    scan,
    secured,
    several_services,
    verification,
)
from tests.examples import display_error as wrong_page
from tests.failures import FIXED, TO_DEVELOPMENT, fixed, repeated, watch
from tests.house import House, engine, house
from tests.sandbox_process import SandboxProcess
from tests.walks import asked_again, checked, with_data_in_cabinet, with_password, with_question, with_specialist

HISTORIES = Path(__file__).parent / "histories"
MUST_FAIL = HISTORIES / "must_fail"
BATCHES = HISTORIES / "batches"
"""They are no cases: nothing of them is in a journal."""
SUPPLIED = SupplyDetails(details=Details(phone="+79000001001", login="smirnova.ap"))


async def happy_path(home: House) -> str:
    number = await _completed(home, await with_password(home))
    await home.ended(number)
    return number


async def mismatch(home: House) -> str:
    number = await asked_again(home, phone="+7 900 999-99-99")
    await home.decide(number, Role.CITIZEN, SUPPLIED)
    await home.expecting(number, "CheckDocuments")
    await home.decide(number, Role.SPECIALIST, MATCHED)
    return await _completed(home, number)


async def missing_data(home: House) -> str:
    number = await home.open(appeal(login=None))
    await home.expecting(number, "SupplyDetails")
    await home.forward(number, timedelta(days=1))
    await home.journalled(number, MessageQueued, template=Template.DETAILS_REMINDER)
    await home.decide(number, Role.CITIZEN, SUPPLIED)
    await home.expecting(number, "RecordRequest")
    await home.decide(number, Role.OPERATOR, RECORDED)
    await home.expecting(number, "CheckDocuments")
    await home.decide(number, Role.SPECIALIST, MATCHED)
    return await _completed(home, number)


async def nobody_answers(home: House) -> str:
    number = await home.open(appeal(login=None))
    await home.expecting(number, "SupplyDetails")
    await home.forward(number, timedelta(days=14))
    await home.closed(number)
    return number


async def overdue(home: House) -> str:
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    await home.forward(number, timedelta(hours=2))
    await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    await home.decide(number, Role.SUPERVISOR, RECORDED)
    await home.expecting(number, "CheckDocuments")
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.expecting(number, "ReportAccountSecurity")
    await home.forward(number, timedelta(hours=6))
    await home.journalled(number, MessageQueued, template=Template.SECURING_REMINDER)
    return await _completed(home, number)


async def registry_outage(home: House) -> str:
    await home.fault("accounts", "unavailable")
    number = await home.open(appeal())
    await home.expecting(number, "RetryRegistry")
    await home.mended()
    await home.decide(number, Role.SPECIALIST, RetryRegistry(reason="Реестр снова отвечает."))
    await home.decide(number, Role.OPERATOR, RECORDED)
    await home.expecting(number, "CheckDocuments")
    await home.decide(number, Role.SPECIALIST, MATCHED)
    return await _completed(home, number)


async def continue_as_new(home: House) -> str:
    number = await with_specialist(home)
    await home.continue_as_new(number)
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.expecting(number, "ReportAccountSecurity")
    await home.continue_as_new(number)
    return await _completed(home, number)


async def several_services_outage(home: House) -> str:
    await home.http.delete("/services/clinic/records/14025631719")
    await home.fault("services.taxes", "unavailable")
    number = await home.open(several_services("pension", "taxes", "clinic", person=KIM))
    await home.expecting(number, "RetryRegistry")
    await home.mended()
    retry = RetryRegistry(reason="Сервис снова отвечает.", operation="check:taxes")
    await home.decide(number, Role.OPERATOR, retry)
    await home.expecting(number, "ConcludeProtocol")
    await home.decide(number, Role.OPERATOR, CONCLUDED)
    await home.closed(number)
    return number


async def consultation(home: House) -> str:
    number = await home.open(question(None))
    await home.expecting(number, "Classify")
    await home.decide(number, Role.OPERATOR, Classify(category=Category.PAYMENTS, reason="О платеже."))
    await home.expecting(number, "AnswerQuestion")
    await home.decide(number, Role.OPERATOR, HandOver(unit=Unit.SECOND_LINE, reason="Нужна сверка."))
    await home.decide(number, Role.SPECIALIST, ANSWER)
    await home.expecting(number, "ConfirmSolution")
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=False))
    await home.expecting(number, "AnswerQuestion")
    await home.decide(number, Role.SPECIALIST, ANSWER)
    await home.expecting(number, "ConfirmSolution")
    await home.forward(number, timedelta(days=3))
    await home.closed(number)
    await home.forward(number, timedelta(days=14))
    await home.until(number, lambda view: not view.expectations)
    await home.handle(number).result()
    return number


async def legal_question(home: House) -> str:
    """Found out only after the documents were looked at; the citizen asks and adds meanwhile."""
    number = await asked_again(home)
    await home.decide(number, Role.OPERATOR, Classify(category=Category.LEGAL_QUESTION, reason="О законе."))
    await home.expecting(number, "AnswerQuestion")
    await home.decide(number, Role.CITIZEN, AddDetails(text="Речь о доверенности."))
    await home.decide(number, Role.CITIZEN, AskStatus())
    await home.decide(number, Role.LEGAL, LEGAL_ANSWER)
    await home.expecting(number, "ConfirmSolution")
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
    await home.closed(number)
    return number


async def display_error(home: House) -> str:
    number = await checked(home, await home.open(wrong_page()))
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=False))
    await checked(home, number)
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=False))
    await home.expecting(number, "AnswerQuestion")
    await home.decide(number, Role.SPECIALIST, ANSWER)
    await home.expecting(number, "ConfirmSolution")
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
    await home.closed(number)
    return number


async def withdrawn(home: House) -> str:
    await home.fault("accounts", "unavailable")
    number = await home.open(appeal())
    await home.expecting(number, "RetryRegistry")
    await home.decide(number, Role.CITIZEN, Withdraw())
    await home.closed(number)
    await home.mended()
    return number


async def rejected(home: House) -> str:
    number = await with_question(home)
    await home.decide(number, Role.SUPERVISOR, RejectAppeal(reason="Это не обращение, а реклама."))
    await home.closed(number)
    return number


async def repeated_contact(home: House) -> str:
    """The second line answers a repeat."""
    await home.expecting(await home.open(about_application()), "AnswerQuestion")
    number = await home.open(about_application("И снова не отправляется."))
    await home.expecting(number, "AssessRepeat")
    assessed = AssessRepeat(way=RepeatWay.ESCALATE, reason="Передаём дальше.", next_steps=["Ответит специалист."])
    await home.decide(number, Role.OPERATOR, assessed)
    await home.expecting(number, "AnswerQuestion")
    await home.decide(number, Role.SPECIALIST, AnswerQuestion(summary="Нет индекса.", steps=["Укажите индекс."]))
    await home.expecting(number, "ConfirmSolution")
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
    await home.closed(number)
    return number


async def repeat_solved_anew(home: House) -> str:
    await home.expecting(await home.open(appeal()), "RecordRequest")
    number = await home.open(appeal())
    await home.expecting(number, "AssessRepeat")
    assessed = AssessRepeat(way=RepeatWay.SOLVE, reason="Начнём заново.", next_steps=["Мы сверим документы."])
    await home.decide(number, Role.OPERATOR, assessed)
    await home.expecting(number, "RecordRequest")
    await home.decide(number, Role.OPERATOR, RECORDED)
    await home.expecting(number, "CheckDocuments")
    await home.decide(number, Role.SPECIALIST, MATCHED)
    return await _completed(home, number)


async def escalated(home: House) -> str:
    """The package is completed late, and the decision is overdue."""
    first = await home.open(about_application())
    await home.expecting(first, "AnswerQuestion")
    number = await home.open(escalation(None, documents=PACKAGE[:3]))
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(first_appeal=first)))
    await home.until(number, lambda view: view.requested_items == ["scan:application_copy"])
    await home.forward(number, timedelta(days=3))
    await home.expecting(number, "DecideEscalation")
    await home.forward(number, timedelta(days=30))
    await home.journalled(number, ClockRang, breached=True, times=2)
    await home.decide(number, Role.QUALITY_CONTROL, GRANTED)
    await home.closed(number)
    return number


async def mended_package(home: House) -> str:
    unsigned = scan("consent", reference="portal:consent:unsigned")
    number = await home.open(package("general", scan("passport", format="jpg"), unsigned))
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, _sent("passport", "portal:passport:unreadable"))
    await home.until(number, lambda view: view.requested_items == ["scan:consent"])
    await home.decide(number, Role.CITIZEN, _sent("consent", "portal:consent:2"))
    await home.expecting(number, "DecidePackage")
    await home.decide(number, Role.SPECIALIST, DecidePackage(accept=True, reason="Документы читаются."))
    await home.closed(number)
    return number


def _sent(kind: str, reference: str) -> SupplyDetails:
    better = DocumentScan.model_validate(scan(kind, reference=reference))
    return SupplyDetails(details=Details(scans=[better]))


async def data_by_email(home: House) -> str:
    number = await home.open(data_appeal())
    await home.closed(number)
    return number


async def data_in_cabinet(home: House) -> str:
    number = await with_data_in_cabinet(home)
    await home.decide(number, Role.CITIZEN, FetchData())
    await home.journalled(number, DataFetched)
    await home.forward(number, timedelta(days=7))
    await home.closed(number)
    return number


async def data_not_in_time(home: House) -> str:
    number = await home.open(data_appeal(), authority="доверенность 77-1")
    await home.expecting(number, "ConfirmAuthority")
    await home.fault("accounts", "unavailable")
    await home.decide(number, Role.SPECIALIST, ConfirmAuthority(confirmed=True, reason="Доверенность действует."))
    await home.until(number, lambda view: "provision" in view.clocks)
    await home.forward(number, timedelta(minutes=3))
    await home.closed(number)
    await home.mended()
    return number


async def _completed(home: House, number: str) -> str:
    await home.expecting(number, "ReportAccountSecurity")
    await home.decide(number, Role.REGISTRY, secured(at=await home.now(number)))
    await home.closed(number)
    return number


async def identity_confirmed(home: House) -> str:
    return await _code_entered(home, await home.open(verification()))


async def identity_second_tries(home: House) -> str:
    """Another passport number, another format, another code; the first one is entered wrongly and then expires."""
    scan = {"kind": "passport", "reference": "portal:scan:1", "format": "png"}
    number = await home.open(verification(passport="45 10 738216", scans=[scan]))
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(passport="4510738215")))
    await home.journalled(number, ScanRefused)
    await home.expecting(number, "SupplyDetails")
    accepted = DocumentScan(kind=DocumentKind.PASSPORT, reference="portal:scan:2", format=FileFormat.PDF)
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(scans=[accepted])))
    wrong = await entered(home, number, another(await code(home, number)))
    await home.decide(number, Role.CITIZEN, wrong)
    await home.journalled(number, CodeMismatched)
    await home.expecting(number, "ConfirmCode")
    await home.forward(number, timedelta(minutes=10))
    await home.expecting(number, "RequestAnotherCode")
    await home.decide(number, Role.CITIZEN, RequestAnotherCode())
    await home.journalled(number, CodeSent, times=2)
    return await _code_entered(home, number)


async def identity_decided(home: House) -> str:
    number = await home.open(verification())
    await home.expecting(number, "ConfirmCode")
    await home.decide(number, Role.CITIZEN, RequestAnotherCode())
    await home.journalled(number, CodeSent, times=2)
    await home.expecting(number, "ConfirmCode")
    await home.decide(number, Role.CITIZEN, RequestAnotherCode())
    await home.expecting(number, "DecideIdentity")
    await home.decide(number, Role.SPECIALIST, DecideIdentity(confirmed=True, reason="Установлена по видеосвязи."))
    await home.closed(number)
    return number


async def _code_entered(home: House, number: str) -> str:
    digits = await code(home, number)
    await home.decide(number, Role.CITIZEN, await entered(home, number, digits))
    await home.closed(number)
    return number


async def account_unlock(home: House) -> str:
    await lock(home, KUZNETSOV["login"])
    number = await home.open(lock_report(KUZNETSOV, phone="+7 900 999-99-99"))
    await home.expecting(number, "IdentifySubscriber")
    await home.decide(number, Role.SPECIALIST, NOT_IDENTIFIED)
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(phone="+79000001004")))
    return await _unlocked(home, number)


async def unexplained_lock(home: House) -> str:
    number = await home.open(lock_report(ZAITSEV))
    await home.expecting(number, "ReviewLock")
    own = ReviewLock(verdict=LockVerdict.LOCKED_BY_FAILURES, reason="Ошибки входа подтвердил администратор.")
    await home.decide(number, Role.SPECIALIST, own)
    return await _unlocked(home, number)


async def no_lock(home: House) -> str:
    number = await home.open(lock_report(KIM_ALARMED))
    await home.expecting(number, "AnswerQuestion")
    return number


async def attacked_account(home: House) -> str:
    return await _reviewed(home, await home.open(lock_report(ORLOVA)))


async def compromise(home: House) -> str:
    number = await home.open(compromise_report(KIM_ALARMED, phone="+7 900 999-99-99"))
    await home.expecting(number, "DecideSecuring")
    await home.decide(number, Role.SPECIALIST, DecideSecuring(secure=True, reason="Владелец подтвердил по телефону."))
    return await _reviewed(home, number)


async def _unlocked(home: House, number: str) -> str:
    await home.expecting(number, "IdentifySubscriber")
    await home.decide(number, Role.OPERATOR, IDENTIFIED)
    await home.closed(number)
    return number


async def _reviewed(home: House, number: str) -> str:
    await home.expecting(number, "ReviewThreat")
    reviewed = ReviewThreat(threat=Threat.PASSWORD_GUESSING, measures=["Адреса, с которых подбирали, закрыты."])
    await home.decide(number, Role.SPECIALIST, reviewed)
    await home.closed(number)
    return number


async def technical_failure(home: House) -> str:
    number = await fixed(home)
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=False))
    await home.expecting(number, "AssessFailure")
    await home.forward(number, timedelta(hours=2))
    await home.journalled(number, MessageQueued, 2, template=Template.STATUS_REPORT)
    await home.decide(number, Role.SUPERVISOR, TO_DEVELOPMENT)
    await home.expecting(number, "ReportFix")
    await home.decide(number, Role.DEVELOPER, FIXED)
    await home.expecting(number, "ConfirmSolution")
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
    await home.closed(number)
    return number


async def critical_failure(home: House) -> str:
    incident, (number, *_) = await repeated(home)
    await home.decide(incident, Role.DEVELOPER, FIXED)
    await home.expecting(number, "ConfirmSolution")
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
    await home.closed(number)
    return number


async def incident(home: House) -> str:
    number, _ = await repeated(home)
    await home.skipper.fast_forward(watch(home), timedelta(minutes=30))
    await home.journalled(number, MessageQueued, template=Template.DEADLINE_BREACHED)
    await home.decide(number, Role.DEVELOPER, FIXED)
    await watch(home).result()
    return number


SCENARIOS: dict[Callable[[House], Awaitable[str]], dict[str, Any]] = {
    happy_path: {},
    mismatch: {},
    missing_data: {},
    nobody_answers: {},
    overdue: {},
    registry_outage: {"registry_patience_seconds": 3},
    continue_as_new: {"history_events": 50},
    consultation: {},
    legal_question: {},
    display_error: {"checklist_rounds": 2},
    withdrawn: {"registry_patience_seconds": 3},
    rejected: {},
    identity_confirmed: {},
    identity_second_tries: {},
    identity_decided: {},
    account_unlock: {},
    unexplained_lock: {},
    no_lock: {},
    attacked_account: {},
    compromise: {},
    technical_failure: {},
    critical_failure: {},
    incident: {},
    repeated_contact: {},
    repeat_solved_anew: {},
    escalated: {},
    several_services_outage: {"registry_patience_seconds": 3},
    mended_package: {},
    data_by_email: {},
    data_in_cabinet: {},
    data_not_in_time: {"provision_minutes": 3},
}
"""Each scenario with the terms in which its policy differs."""


async def carried_out(home: House) -> str:
    first, second = await with_question(home), await with_question(home, **KIM)
    batch_id = await ordered(home, TellCitizen(text="Работы закончены."), [first, *nobodys(400), second])
    await over(home, batch_id)
    return batch_id


async def cancelled(home: House) -> str:
    async with home.register_locked():
        batch_id = await ordered(home, HandOver(unit=Unit.SECOND_LINE, reason="Сложный вопрос."), nobodys(60))
        await home.client.get_workflow_handle(process_of(batch_id)).signal("cancel", CHIEF)
    await over(home, batch_id)
    return batch_id


BATCH_SCENARIOS: dict[Callable[[House], Awaitable[str]], dict[str, Any]] = {
    carried_out: {"history_events": 50},
    cancelled: {},
}


async def record_batches(environment: WorkflowEnvironment, world: SandboxProcess, scratch: Path) -> None:
    """The histories of batches; each run is a history of its own."""
    BATCHES.mkdir(exist_ok=True)
    for old in BATCHES.glob("*.json"):
        old.unlink()
    for scenario, terms in BATCH_SCENARIOS.items():
        data_dir = scratch / scenario.__name__
        data_dir.mkdir()
        policy = Policy(calendar_version=CURRENT_VERSION, **terms)
        async with house(environment, world, data_dir, policy=policy) as home:
            batch_id = await scenario(home)
            await home.client.get_workflow_handle(process_of(batch_id)).result()
            runs = await histories_of(home.client, process_of(batch_id))
            for nth, history in enumerate(runs, start=1):
                _write(
                    BATCHES / f"{scenario.__name__}.{nth}.json", await decoded(history, SealingCodec(home.keyring))
                )


async def record() -> None:
    for old in HISTORIES.glob("*.json"):
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch, SandboxProcess(Path(scratch) / "world") as world:
        async with engine() as environment:
            for scenario, terms in SCENARIOS.items():
                name = scenario.__name__
                data_dir = Path(scratch) / name
                data_dir.mkdir()
                policy = Policy(calendar_version=CURRENT_VERSION, **terms)
                async with house(environment, world, data_dir, policy=policy) as home:
                    runs = await home.histories(await scenario(home))
                for nth, history in enumerate(runs, start=1):
                    _write(HISTORIES / (f"{name}.json" if len(runs) == 1 else f"{name}.{nth}.json"), history)
            await record_batches(environment, world, Path(scratch))
    _write_one_that_must_fail()


_OF_MACHINES = {"identity", "stackTrace"}


def _write(path: Path, history: WorkflowHistory) -> None:
    content = _without_machines(history.to_json_dict())
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _without_machines(content: Any) -> Any:
    """The history without the names of the machines it was recorded on, and without their paths."""
    if isinstance(content, dict):
        return {name: _without_machines(value) for name, value in content.items() if name not in _OF_MACHINES}
    return [_without_machines(value) for value in content] if isinstance(content, list) else content


def _write_one_that_must_fail() -> None:
    """The happy path of a process that asked the registries in another way."""
    content = (HISTORIES / "happy_path.json").read_text()
    altered = content.replace('"check_registries"', '"check_registers"')
    (MUST_FAIL / "another_activity.json").write_text(altered)


if __name__ == "__main__":
    asyncio.run(record())
