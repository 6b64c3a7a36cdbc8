"""Quality control of replies over HTTP (RPL-2)."""

from datetime import UTC, datetime

import httpx
import pytest

from store.access import of_case
from tests.api_server import Doors
from tests.house import House
from tests.store.replies import QUESTION, REPLY, VERA, told

pytestmark = pytest.mark.requirement("RPL-2", "AUD-3")
ASKED = "Прошёл час, платежа всё ещё нет."
CHECK = {"is_polite": True, "is_brief": False, "fits_question": True, "note": "Хватило бы одной строки."}


async def test_a_reply_is_found_read_beside_its_question_and_checked_once(
    api: httpx.AsyncClient, doors: Doors, home: House
) -> None:
    number = await told(home.register, at=datetime.now(UTC), asked=ASKED)
    place = {"number": number, "position": REPLY + 1}
    path = f"/v1/appeals/{number}/replies/{REPLY + 1}"

    async def listed(who: str) -> bool:
        found = (await doors.get("/v1/quality/replies", "quality_control", who)).json()["replies"]
        return place in [{name: each[name] for name in place} for each in found]

    assert await listed("inga")
    assert not await listed(VERA.subject), "nobody checks what they wrote"
    assert (await doors.get(path, "quality_control", VERA.subject)).json()["code"] == "no_reply_due"
    assert (await doors.get(path, "operator")).status_code == 403
    shown = (await doors.get(path, "quality_control", "inga")).json()
    assert (shown["question"], shown["reply"]) == (QUESTION, ["Здравствуйте, Анна Петровна."])
    assert [(each["by"], each["text"]) for each in shown["before"]] == [("citizen", ASKED)]
    looks = await of_case(home.register.engine, number)
    assert ("check_reply", "inga") in {(each.operation, each.subject) for each in looks}

    async def checked(who: str, body: dict[str, object]) -> tuple[int, str]:
        token = await doors.token("quality_control", who)
        sent = await api.put(f"{path}/check", json=body, headers={"Authorization": f"Bearer {token}"})
        return sent.status_code, sent.json().get("code", "")

    assert await checked("inga", CHECK | {"is_kind": True}) == (422, "invalid_request")
    assert await checked(VERA.subject, CHECK) == (404, "no_reply_due")
    assert await checked("inga", CHECK) == (200, "")
    assert await checked("inga", CHECK) == (200, ""), "the same again changes nothing"
    assert await checked("inga", CHECK | {"is_polite": False}) == (409, "already_checked")
    assert not await listed("inga")
