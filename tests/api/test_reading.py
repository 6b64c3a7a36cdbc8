"""Reading a case, on PostgreSQL: nothing is sent twice, long answers are compressed, results are papers."""

import gzip
from uuid import uuid4

import pytest

from domain.actors import Role
from domain.contracts.commands import ConfirmSolution
from store.access import of_case
from tests.api.test_papers import text_of
from tests.api_server import Doors, served
from tests.examples import ANSWER, about_application
from tests.house import PORTAL, House

CHANGING = ("journal", "chain", "chain/journal", "messages")


@pytest.mark.requirement("RES-1", "STS-1", "AUD-3")
async def test_what_a_reader_gets_of_a_case(home_on_postgres: House) -> None:
    home, phone = home_on_postgres, "+7900" + str(uuid4().int)[:7]
    question = about_application(citizen="anna")
    number = await home.open(question | {"details": question["details"] | {"phone": phone}})
    await home.expecting(number, "AnswerQuestion")
    path = f"/v1/appeals/{number}"
    async with served(home.settings) as api:
        doors = Doors(api, home.http)
        portal = {"Authorization": f"Bearer {await doors.token('portal', PORTAL)}"}

        # A reading that is still right is a 304, in whatever form a proxy has made of its tag.
        first = await api.get(path, headers=portal)
        tag = first.headers["ETag"]
        assert first.headers["Vary"] == "Authorization"
        [clock] = first.json()["clocks"]
        assert [list(span) for span in clock["ran"]] == [["since"]], "it runs still, since then"
        for kept in (tag, f"W/{tag}", f'"0", {tag}', "*"):
            again = await api.get(path, headers=portal | {"If-None-Match": kept})
            assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        foreign = {"Authorization": f"Bearer {await doors.token('portal', 'another')}", "If-None-Match": tag}
        assert (await api.get(path, headers=foreign)).status_code == 404
        not_yet = await api.get(f"{path}/result?format=pdf", headers=portal)
        assert (not_yet.status_code, not_yet.json()["code"]) == (404, "no_paper_yet")

        await home.decide(number, Role.OPERATOR, ANSWER)
        await home.expecting(number, "ConfirmSolution")
        changed = await api.get(path, headers=portal | {"If-None-Match": tag})
        assert (changed.status_code, changed.json()["number"]) == (200, number)
        assert changed.headers["ETag"] != tag

        # Long answers are compressed for those who can read that, short ones are not.
        async with api.stream("GET", f"{path}/journal", headers=portal | {"Accept-Encoding": "gzip"}) as journal:
            raw = b"".join([part async for part in journal.aiter_raw()])
            assert journal.headers["Content-Encoding"] == "gzip"
        plain = await api.get(f"{path}/journal", headers=portal | {"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers
        assert len(raw) < len(plain.content) / 2
        assert gzip.decompress(raw) == plain.content
        short = await api.get(f"{path}/result", headers=portal | {"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in short.headers

        # Nor is any other reading sent twice.
        await home.at_rest(number)
        await home.delivered(number)
        for reading in CHANGING:
            whole = await api.get(f"{path}/{reading}", headers=portal)
            known = {"If-None-Match": whole.headers["ETag"]}
            again = await api.get(f"{path}/{reading}", headers=portal | known)
            assert (whole.status_code, again.status_code, again.content) == (200, 304, b""), reading
        tags = {reading: (await api.get(f"{path}/{reading}", headers=portal)).headers["ETag"] for reading in CHANGING}

        # The result as a paper: the citizen's side reads the name, an auditor only what was said.
        await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
        await home.closed(number)
        for reading, read in tags.items():
            later = await api.get(f"{path}/{reading}", headers=portal | {"If-None-Match": read})
            assert (later.status_code, bool(later.content)) == (200, True), reading
        by_address = await api.get(f"{path}/result?format=pdf", headers=portal)
        by_accept = await api.get(f"{path}/result", headers=portal | {"Accept": "application/pdf, */*;q=0.1"})
        assert by_address.headers["Content-Type"] == by_accept.headers["Content-Type"] == "application/pdf"
        assert by_address.content == by_accept.content
        told = text_of(by_address.content)
        for part in ("«Завершено»", "Смирнова Анна Петровна"):
            assert part in told
        audited = text_of((await doors.get(f"{path}/result?format=pdf", "auditor")).content)
        assert "«Завершено»" in audited
        assert "Смирнова" not in audited
        assert (await doors.get(f"{path}/result?format=json")).json()["ready"]

        # Who of the staff looks for a person is on record; a portal knows its own citizens.
        before = len(await of_case(home.register.engine, number))
        await doors.get("/v1/appeals", params={"text": phone})
        await doors.get("/v1/appeals", "operator", params={"text": number})
        assert len(await of_case(home.register.engine, number)) == before
        found = await doors.get("/v1/appeals", "operator", "op-7", params={"text": phone})
        assert number in {each["number"] for each in found.json()["appeals"]}
        assert found.json()["taken_for"] == ["phone"]
        [look] = (await of_case(home.register.engine, number))[before:]
        assert (look.subject, look.operation, look.ground) == ("op-7", "list_appeals", "unit")
