"""Escalation: a written request, its package, quality control's official decision, and who may do what."""

from datetime import timedelta

import pytest

from domain.actors import Role
from domain.appeal import Status, Unit
from domain.contracts.appeal import Details, DocumentScan
from domain.contracts.commands import (
    AddDetails,
    AnswerQuestion,
    Classify,
    DecideEscalation,
    RejectAppeal,
    SupplyDetails,
    Withdraw,
)
from domain.contracts.events import (
    DetailsRequested,
    EscalationDecided,
    ExpectationClosed,
    HandedOver,
    PreviousFound,
    WrittenRequestComposed,
)
from tests.examples import GRANTED, PACKAGE, about_application, escalation
from tests.house import House

NOT_GRANTED = DecideEscalation(granted=False, decision="Отказ обоснован.", grounds=["Документ недействителен."])


async def first_appeal(home: House) -> str:
    number = await home.open(about_application())
    await home.expecting(number, "AnswerQuestion")
    return number


def supplied(*kinds: str, first: str | None = None) -> SupplyDetails:
    scans = [DocumentScan.model_validate({"kind": kind, "reference": "portal:scan:9"}) for kind in kinds]
    named = {"first_appeal": first} if first else {}
    return SupplyDetails(details=Details(scans=scans, **named))


async def letters(home: House, number: str, to: str) -> list[str]:
    await home.delivered(number)
    return [mail["text"] for mail in await home.mail(number) if mail["to"] == to]


@pytest.mark.requirement("ESC-1", "ESC-2", "ESC-3", "ESC-5", "RES-1", "STS-1")
async def test_a_whole_package_leads_to_an_official_decision(home: House) -> None:
    first = await first_appeal(home)
    number = await home.open(escalation(first))
    view = await home.expecting(number, "DecideEscalation")

    assert view.unit is Unit.QUALITY_CONTROL
    assert view.requested_items == []
    registered = await home.register.view(first)
    (composed,) = await home.journalled(number, WrittenRequestComposed)
    assert registered is not None
    assert composed.event == WrittenRequestComposed(
        first_number=first,
        first_at=registered.registered_at,
        documents=list(PACKAGE),
        missing=[],
        personal="Поддержка отказала в решении вопроса. Мне отказали без объяснений.",
    )
    assert view.clocks["escalation"].started_at == view.registered_at
    (told,) = await letters(home, number, home.settings.authority_email)
    assert "рабочий день" in told
    assert "Смирнова" not in told
    await home.decide(number, Role.QUALITY_CONTROL, GRANTED)
    view = await home.closed(number)

    assert view.status is Status.COMPLETED
    assert view.result is not None
    assert view.result.summary == "Официальное решение: запрос удовлетворён."
    assert view.facts.escalation.decision is not None
    assert (view.facts.escalation.decision.decision, view.facts.escalation.decision.grounds) == (
        GRANTED.decision,
        GRANTED.grounds,
    )
    (decided,) = await home.journalled(number, EscalationDecided)
    assert decided.public_event() == {
        "type": "EscalationDecided",
        "granted": True,
        "decided_by": "quality_control",
    }
    assert decided.actor.role is Role.QUALITY_CONTROL
    mails = await letters(home, number, "anna.smirnova@example.org")
    assert GRANTED.decision in mails[-1]
    assert len(mails) == 3, "registered, handed over, decided"


@pytest.mark.requirement("ESC-5", "STS-1")
async def test_what_is_not_granted_is_rejected_with_the_official_decision(home: House) -> None:
    number = await home.open(escalation(await first_appeal(home)))
    await home.expecting(number, "DecideEscalation")
    await home.decide(number, Role.QUALITY_CONTROL, NOT_GRANTED)
    view = await home.closed(number)
    assert (view.status, view.facts.escalation.decision and view.facts.escalation.decision.granted) == (
        Status.REJECTED,
        False,
    )


@pytest.mark.requirement("ESC-3", "ESC-4")
async def test_what_is_missing_is_named_while_the_term_runs(home: House) -> None:
    number = await home.open(escalation(await first_appeal(home), documents=["passport"]))
    view = await home.expecting(number, "SupplyDetails")
    assert view.requested_items == ["scan:snils", "scan:exchange_screenshots", "scan:application_copy"]
    await home.delivered(number)
    (asking,) = [mail for mail in await home.mail(number) if "нужны ваши данные" in mail["subject"]]
    listed = [line for line in asking["text"].splitlines() if line.startswith("- ")]
    assert len(listed) == 3
    assert listed[0] == "- скан СНИЛС"
    term = view.clocks["escalation"]
    assert term.is_running

    await home.decide(number, Role.CITIZEN, supplied("snils", "application_copy"))
    view = await home.until(number, lambda view: view.requested_items == ["scan:exchange_screenshots"])
    await home.forward(number, timedelta(days=1))
    await home.decide(number, Role.CITIZEN, supplied("exchange_screenshots"))
    view = await home.expecting(number, "DecideEscalation")
    assert view.clocks["escalation"].pauses == ()
    assert view.clocks["escalation"].due_at() == term.due_at()
    assert not view.clocks["details"].is_running


@pytest.mark.requirement("ESC-3", "ESC-5")
async def test_when_nothing_more_comes_quality_control_decides_on_what_there_is(home: House) -> None:
    number = await home.open(escalation(await first_appeal(home), documents=["passport"]))
    await home.expecting(number, "SupplyDetails")
    await home.forward(number, timedelta(days=3))
    await home.expecting(number, "DecideEscalation")

    (composed,) = await home.journalled(number, WrittenRequestComposed)
    assert composed.public_event()["missing"] == ["scan:snils", "scan:exchange_screenshots", "scan:application_copy"]
    (handed,) = await home.journalled(number, HandedOver)
    assert handed.event.model_dump()["reason"] == "Пакет собран не полностью, срок для дополнений истёк."
    scan = DocumentScan.model_validate({"kind": "snils", "reference": "portal:scan:late"})
    await home.decide(number, Role.CITIZEN, AddDetails(scans=[scan]))
    await home.decide(number, Role.QUALITY_CONTROL, GRANTED)
    await home.closed(number)


@pytest.mark.parametrize("named", ["nothing", "a stranger's", "unknown"])
@pytest.mark.requirement("ESC-2")
async def test_the_first_appeal_must_be_the_citizens_own(home: House, named: str) -> None:
    own = await first_appeal(home)
    stranger = {"full_name": "Орлова Марина Игоревна", "login": None, "snils": None}
    foreign = about_application() | {
        "details": about_application()["details"] | stranger | {"phone": "+7 900 000-10-05"}
    }
    foreign["details"] = {k: v for k, v in foreign["details"].items() if v} | {"email": "m.orlova@example.com"}
    strangers = await home.open(foreign)
    await home.expecting(strangers, "AnswerQuestion")
    given = {"nothing": None, "a stranger's": strangers, "unknown": "4821093755612044"}[named]

    number = await home.open(escalation(given))
    view = await home.expecting(number, "SupplyDetails")
    assert view.requested_items == ["first_appeal"]
    await home.decide(number, Role.CITIZEN, supplied(first=strangers))
    await home.journalled(number, DetailsRequested, times=2)
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, supplied(first=own))
    await home.expecting(number, "DecideEscalation")

    (found,) = await home.journalled(number, PreviousFound)
    assert found.event == PreviousFound(relation="escalation", found_by="number", number=own)
    assert len(await home.journalled(number, WrittenRequestComposed)) == 1
    await home.delivered(number)
    assert any("Обращения с таким номером нет среди ваших" in mail["text"] for mail in await home.mail(number))


@pytest.mark.requirement("ESC-2")
async def test_nobody_is_shown_a_strangers_appeal_by_naming_the_stranger_later(home: House) -> None:
    strangers = await first_appeal(home)
    mine = {"full_name": "Орлова Марина Игоревна", "login": "orlova.mi", "snils": "153-702-468 51"}
    contacts = {"phone": "+7 900 000-10-05", "email": "marina.orlova@example.com"}
    number = await home.open(escalation(None, **mine, **contacts))
    await home.expecting(number, "SupplyDetails")
    taken = Details(first_appeal=strangers, snils="11223344595")
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=taken))
    await home.journalled(number, DetailsRequested, times=2)
    assert "PreviousFound" not in await home.events(number)


@pytest.mark.requirement("ESC-2", "ESC-5")
async def test_without_a_first_appeal_there_is_no_written_request_but_a_decision(home: House) -> None:
    number = await home.open(escalation(None))
    await home.expecting(number, "SupplyDetails")
    await home.forward(number, timedelta(days=3))
    await home.expecting(number, "DecideEscalation")
    await home.decide(number, Role.QUALITY_CONTROL, NOT_GRANTED)
    view = await home.closed(number)
    assert view.facts.escalation.request is None


@pytest.mark.requirement("ESC-5")
async def test_only_quality_control_ends_an_escalation(home: House) -> None:
    number = await home.open(escalation(await first_appeal(home)))
    await home.expecting(number, "DecideEscalation")
    before = await home.events(number)
    for role in (Role.OPERATOR, Role.SPECIALIST, Role.SUPERVISOR, Role.CITIZEN):
        assert await home.refused(number, role, GRANTED) == "role_not_allowed"
    rejected = RejectAppeal(reason="Отказано.")
    assert await home.refused(number, Role.SPECIALIST, rejected) == "contradiction"
    other = Classify(category="other", reason="Другое.")
    assert await home.refused(number, Role.OPERATOR, other) == "contradiction"
    answer = AnswerQuestion(summary="Ответ.", steps=["Шаг."])
    assert await home.refused(number, Role.QUALITY_CONTROL, answer) == "not_expected"
    assert await home.events(number) == before


@pytest.mark.requirement("ESC-3")
async def test_a_citizen_may_withdraw_while_the_package_is_collected(home: House) -> None:
    number = await home.open(escalation(await first_appeal(home), documents=[]))
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, Withdraw())
    assert (await home.closed(number)).status is Status.COMPLETED
    assert await home.journalled(number, ExpectationClosed)
    assert "WrittenRequestComposed" not in await home.events(number)
