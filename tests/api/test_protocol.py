"""The protocol of an incident over HTTP: as JSON, as a paper, and for whom."""

import io
from typing import Any
from uuid import uuid4

import httpx
import pypdfium2
import pytest

from domain.actors import Role
from domain.contracts.commands import ConcludeProtocol
from tests.api_server import Doors
from tests.examples import AKHMETOV, appeal, several_services
from tests.house import House

CONCLUSION = "Обновите паспорт в сервисе «Налоги»: там указан прежний."
NAME = AKHMETOV["full_name"]


async def concluded(doors: Doors, home: House) -> str:
    """The address of a protocol that is done; its appeal is of `citizen-8`, who lives in Omsk."""
    body = several_services("taxes", "property", person=AKHMETOV, time_zone="Asia/Omsk") | {"citizen": "citizen-8"}
    number = (await doors.post("/v1/appeals", body, uuid4().hex)).json()["number"]
    await home.expecting(number, "ConcludeProtocol")
    await home.decide(number, Role.OPERATOR, ConcludeProtocol(conclusion=CONCLUSION))
    await home.closed(number)
    return f"/v1/appeals/{number}/protocol"


def text_of(pdf: httpx.Response) -> str:
    assert pdf.headers["Content-Type"] == "application/pdf"
    pages = pypdfium2.PdfDocument(io.BytesIO(pdf.content))
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(text.split())


@pytest.mark.requirement("MSV-2", "MSV-4")
async def test_the_protocol_lists_every_step_and_its_result(doors: Doors, home: House) -> None:
    path = await concluded(doors, home)
    answer = await doors.get(path, "citizen", "citizen-8")
    again = await doors.get(path, "citizen", "citizen-8")
    assert answer.headers["ETag"] == again.headers["ETag"]
    protocol = answer.json()
    steps = [(step["service_text"], step["step"], step["result"]) for step in protocol["steps"]]
    assert set(steps[:-2]) == {
        ("Налоги", "Запрос сведений", "Отправлен"),
        ("Недвижимость", "Запрос сведений", "Отправлен"),
        ("Налоги", "Запрос сведений: ответ", "Запись есть, не совпадает: паспорт"),
        ("Недвижимость", "Запрос сведений: ответ", "Запись есть, данные совпадают"),
    }
    ages = "Самые новые данные: «Недвижимость». Более старые: «Налоги»"
    assert steps[-2:] == [("Все сервисы", "Сравнение временных меток", ages), ("Все сервисы", "Вывод", CONCLUSION)]
    assert [step["at"] for step in protocol["steps"]] == sorted(step["at"] for step in protocol["steps"])
    stamps = {each["service"]: each for each in protocol["stamps"]}
    assert (stamps["taxes"]["age"], stamps["property"]["age"]) == ("older", "newest")
    assert stamps["taxes"]["recorded_at"] == "2016-02-11T08:40:00Z"
    assert stamps["taxes"]["asked_at"]
    assert stamps["taxes"]["answered_at"]
    assert protocol["conclusion"] == CONCLUSION
    assert NAME not in str(protocol)


@pytest.mark.requirement("MSV-4")
async def test_the_protocol_can_be_downloaded_as_a_paper(doors: Doors, home: House) -> None:
    path = await concluded(doors, home)
    pdf = await doors.get(f"{path}?format=pdf", "citizen", "citizen-8")
    text = text_of(pdf)
    for told in (NAME, "Запись есть, не совпадает: паспорт", "Более старые: «Налоги»", CONCLUSION, "мское время"):
        assert told in text
    number = path.split("/")[3]
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="protocol-{number}.pdf"'
    assert (await doors.get(f"{path}?format=pdf", "operator")).content == pdf.content, "made once and for all"


@pytest.mark.requirement("MSV-4")
async def test_who_may_read_the_appeal_may_read_its_protocol(doors: Doors, home: House) -> None:
    path = await concluded(doors, home)
    for role, subject in (("portal", "another-portal"), ("citizen", "citizen-9"), ("legal", None)):
        for form in ("json", "pdf"):
            assert (await doors.get(f"{path}?format={form}", role, subject)).status_code == 404
    auditor = await doors.get(f"{path}?format=pdf", "auditor")
    assert CONCLUSION in text_of(auditor)
    assert NAME not in text_of(auditor), "for whom the citizen is a number, on paper too"


@pytest.mark.requirement("MSV-4")
async def test_a_protocol_is_read_while_it_grows_and_tells_a_defect_to_the_staff_alone(
    doors: Doors, home: House
) -> None:
    await home.fault("services.taxes", "garbage")
    body = several_services("taxes", "property", person=AKHMETOV) | {"citizen": "citizen-8"}
    number = (await doors.post("/v1/appeals", body, uuid4().hex)).json()["number"]
    await home.until(number, lambda view: len(view.facts.protocol) >= 2)
    path = f"/v1/appeals/{number}/protocol"
    protocol = (await doors.get(path)).json()
    assert protocol["conclusion"] is None
    assert [step["defect"] for step in protocol["steps"]] == [None] * len(protocol["steps"])
    assert "ещё не закончена" in text_of(await doors.get(f"{path}?format=pdf"))


@pytest.mark.requirement("VAL-1", "MSV-4")
async def test_what_has_no_protocol_says_so(doors: Doors, home: House) -> None:
    number = (await doors.post("/v1/appeals", appeal(), uuid4().hex)).json()["number"]
    await home.expecting(number, "RecordRequest")
    answer = await doors.get(f"/v1/appeals/{number}/protocol")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_protocol")
    unknown_form = await doors.get(f"/v1/appeals/{number}/protocol?format=docx")
    assert (unknown_form.status_code, unknown_form.json()["errors"][0]["field"]) == (422, "format")


async def test_the_description_of_the_api_tells_of_both_forms(api: httpx.AsyncClient) -> None:
    described: dict[str, Any] = (await api.get("/openapi.json")).json()
    route = described["paths"]["/v1/appeals/{number}/protocol"]["get"]
    assert set(route["responses"]["200"]["content"]) == {"application/json", "application/pdf"}
