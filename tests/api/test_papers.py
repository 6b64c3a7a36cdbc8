"""The papers of an escalation over HTTP: what they say, when they are there, and who reads them."""

import io
from datetime import timedelta

import pypdfium2
import pytest

from domain.actors import Role
from domain.number import format_number
from tests.api_server import Doors
from tests.examples import ANSWER, GRANTED, about_application, escalation
from tests.house import House

CITIZEN = "citizen-1"


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    words = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return " ".join(words.split())


@pytest.mark.requirement("ESC-2", "ESC-3", "ESC-5")
async def test_request_and_decision_are_in_the_cabinet(doors: Doors, home: House) -> None:
    first = await home.open(about_application())
    await home.expecting(first, "AnswerQuestion")
    sent = escalation(first, time_zone="Asia/Vladivostok") | {"citizen": CITIZEN}
    number = await home.open(sent)
    await home.expecting(number, "DecideEscalation")
    path = f"/v1/appeals/{number}"

    request = await doors.get(f"{path}/request", "citizen", CITIZEN)
    assert request.headers["content-type"] == "application/pdf"
    assert request.headers["cache-control"] == "no-store"
    said = text_of(request.content)
    for part in (format_number(first), "Смирнова Анна Петровна", "Мне отказали без объяснений.", "скан паспорта"):
        assert part in said
    assert "(владивостокское время)" in said
    assert "Отдел контроля качества" in said
    assert request.content == (await doors.get(f"{path}/request", "quality_control")).content

    not_yet = await doors.get(f"{path}/decision", "citizen", CITIZEN)
    assert (not_yet.status_code, not_yet.json()["code"]) == (404, "no_paper_yet")
    await home.decide(number, Role.QUALITY_CONTROL, GRANTED)
    await home.closed(number)
    said = text_of((await doors.get(f"{path}/decision", "portal")).content)
    for part in ("Запрос удовлетворён.", GRANTED.decision, *GRANTED.grounds, format_number(first), "Срок соблюдён."):
        assert part in said
    assert "рабочий день" in said


@pytest.mark.requirement("ESC-2", "ESC-5")
async def test_without_a_first_appeal_there_is_a_decision_only(doors: Doors, home: House) -> None:
    number = await home.open(escalation(None))
    await home.expecting(number, "SupplyDetails")
    assert (await doors.get(f"/v1/appeals/{number}/request", "portal")).status_code == 404
    await home.forward(number, timedelta(days=3))
    await home.expecting(number, "DecideEscalation")
    await home.decide(number, Role.QUALITY_CONTROL, GRANTED)
    await home.closed(number)
    assert (await doors.get(f"/v1/appeals/{number}/request", "portal")).status_code == 404
    said = text_of((await doors.get(f"/v1/appeals/{number}/decision", "portal")).content)
    assert GRANTED.decision in said
    assert "первого обращения" not in said


@pytest.mark.requirement("ESC-5")
async def test_papers_are_for_the_citizen_and_for_who_decides(doors: Doors, home: House) -> None:
    first = await home.open(about_application())
    await home.expecting(first, "AnswerQuestion")
    number = await home.open(escalation(first))
    await home.expecting(number, "DecideEscalation")
    path = f"/v1/appeals/{number}/request"
    for role in ("quality_control", "supervisor"):
        assert (await doors.get(path, role)).status_code == 200
    assert (await doors.get(path, "auditor")).json()["code"] == "role_not_allowed"
    for role in ("operator", "developer"):
        assert (await doors.get(path, role)).json()["code"] == "unknown_appeal"
    assert (await doors.get(path, "citizen", "citizen-2")).status_code == 404
    assert (await doors.get(path, "portal", "another-portal")).status_code == 404
    ordinary = await doors.get(f"/v1/appeals/{first}/decision", "portal")
    assert ordinary.json()["code"] == "no_paper_yet"


@pytest.mark.requirement("KBA-2")
async def test_an_answer_can_be_had_in_writing(doors: Doors, home: House) -> None:
    number = await home.open(about_application() | {"citizen": CITIZEN})
    path = f"/v1/appeals/{number}/confirmation"
    await home.expecting(number, "AnswerQuestion")
    not_yet = await doors.get(path, "citizen", CITIZEN)
    assert (not_yet.status_code, not_yet.json()["code"]) == (404, "no_paper_yet")

    await home.decide(number, Role.OPERATOR, ANSWER)
    await home.expecting(number, "ConfirmSolution")
    said = text_of((await doors.get(path, "citizen", CITIZEN)).content)
    for part in (format_number(number), "Не отправляется заявление.", ANSWER.summary, *ANSWER.steps):
        assert part in said
    assert (await doors.get(path, "citizen", "somebody-else")).status_code == 404
