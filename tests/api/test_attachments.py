"""Files over HTTP: taken by their content, seen when they are clean, mended in the same appeal (ATT-1, ATT-2)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image
from temporalio.testing import WorkflowEnvironment

from domain.appeal import DocumentKind, FileFormat
from domain.attachments import FileState
from tests import files
from tests.api_server import Doors, served
from tests.clamd import ClamdProcess
from tests.examples import about_application, appeal
from tests.house import PORTAL, House, house
from tests.sandbox_process import SandboxProcess, free_ports


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClamdProcess]:
    with ClamdProcess(tmp_path_factory.mktemp("clamd"), *free_ports(1)) as started:
        yield started


class Desk:
    """A portal that attaches files to one open appeal of its own."""

    def __init__(self, home: House, api: httpx.AsyncClient, number: str) -> None:
        self.home, self.api, self.number = home, api, number
        self.doors = Doors(api, home.http)
        self.path = f"/v1/appeals/{number}/attachments"

    async def attach(self, content: bytes, kind: str = "screenshot", name: str = "снимок.png", **how: Any) -> Any:
        token = await self.doors.token(how.get("role", "portal"), how.get("subject", PORTAL))
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": how.get("key") or uuid4().hex}
        return await self.api.post(self.path, data={"kind": kind}, files={"file": (name, content)}, headers=headers)

    async def get(self, path: str = "", role: str = "portal", subject: str = PORTAL) -> httpx.Response:
        return await self.doors.get(self.path + path, role, subject)

    async def reached(self, file_id: str, state: FileState) -> dict[str, Any]:
        async with asyncio.timeout(30):
            while True:
                (found,) = [f for f in (await self.get()).json()["attachments"] if f["id"] == file_id]
                if found["state"] == state:
                    return found  # type: ignore[no-any-return]
                await asyncio.sleep(0.1)


@pytest.fixture
async def desk(
    environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path, clamd: ClamdProcess
) -> AsyncIterator[Desk]:
    async with house(environment, world, tmp_path, clamd_address=clamd.address) as home, served(home.settings) as api:
        yield await opened(home, api)


async def opened(home: House, api: httpx.AsyncClient) -> Desk:
    number = await home.open(about_application())
    await home.expecting(number, "AnswerQuestion")
    return Desk(home, api, number)


@pytest.mark.requirement("ATT-1")
async def test_a_clean_file_is_in_the_case_in_the_list_and_comes_back_as_it_was(desk: Desk) -> None:
    content = files.picture(noise=bytes(600_000))
    key = uuid4().hex
    answer = await desk.attach(content, name="..\\tmp/x_<b>.exe", key=key)
    assert answer.status_code == 201, answer.text
    sent = answer.json()
    assert (sent["state"], sent["format"], sent["size_bytes"]) == ("clean", "png", len(content))
    (scan,) = (await desk.home.until(desk.number, lambda view: bool(view.details.scans))).details.scans
    assert (scan.kind, scan.format, scan.size_bytes) == (DocumentKind.SCREENSHOT, FileFormat.PNG, len(content))
    assert scan.reference == f"hotline:file:{sent['id']}"
    assert await desk.home.events(desk.number) == [*(await desk.home.events(desk.number))[:-1], "DetailsAdded"]

    assert (await desk.attach(content, key=key)).json()["id"] == sent["id"]
    assert (await desk.attach(files.picture("JPEG"), key=key)).json()["code"] == "idempotency_key_reused"
    assert [each["id"] for each in (await desk.get()).json()["attachments"]] == [sent["id"]]

    got = await desk.get(f"/{sent['id']}")
    assert got.content == content
    assert got.headers["Content-Type"] == "image/png"
    assert got.headers["Content-Disposition"] == "attachment; filename=\"screenshot.png\"; filename*=UTF-8''x_b.png"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    shown = await desk.get(f"/{sent['id']}/preview")
    with Image.open(BytesIO(shown.content), formats=["PNG"]) as picture:
        assert picture.size == (40, 30)
    assert (await desk.get(f"/{sent['id']}", subject="another-portal")).status_code == 404
    kept = [path.read_bytes() for path in (desk.home.settings.data_dir / "files").rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert b"PNG" not in kept[0]


@pytest.mark.requirement("ATT-2")
async def test_a_refused_file_names_what_to_mend_and_the_same_appeal_takes_the_next_one(desk: Desk) -> None:
    for content, code, hint in (
        (b"MZ" + bytes(100), "file_type_unknown", "PDF, JPG, PNG или DOCX"),
        (files.docx(files.WORD_WITH_MACROS), "file_with_macros", "без них"),
        (files.picture(noise=files.EICAR), "file_malware", "антивирус"),
    ):
        refused = await desk.attach(content)
        assert refused.status_code == 422
        assert refused.json()["code"] == code
        assert refused.json()["detail"].startswith("Снимок экрана: ")
        assert hint in refused.json()["detail"]
    assert not (await desk.home.register.view(desk.number)).details.scans  # type: ignore[union-attr]
    (found,) = (await desk.get()).json()["attachments"]
    assert (found["state"], found["message"]) == ("refused", refused.json()["detail"])
    assert (await desk.get(f"/{found['id']}")).status_code == 404
    assert (await desk.attach(files.pdf())).status_code == 201


@pytest.mark.requirement("ATT-1", "VAL-1")
async def test_a_faulty_upload_is_cut_off_or_explained(desk: Desk) -> None:
    too_big = await desk.attach(files.picture(noise=bytes(10 * 1024 * 1024)))
    assert (too_big.status_code, too_big.json()["code"]) == (413, "file_too_big")
    assert (await desk.attach(bytes(11 * 1024 * 1024))).status_code == 413
    assert (await desk.attach(files.pdf(), kind="gift")).json()["errors"][0]["field"] == "kind"
    assert (await desk.attach(b"", kind="passport")).json()["code"] == "file_empty"
    assert (await desk.doors.post(desk.path, b"{}", uuid4().hex, "portal", PORTAL)).json()["code"] == "not_a_form"
    assert (await desk.attach(files.pdf(), role="developer", subject="dev")).status_code == 403
    assert (await desk.get("/" + "0" * 32)).json()["code"] == "unknown_file"
    assert (await desk.get()).json() == {"attachments": []}


@pytest.mark.requirement("ATT-2")
async def test_while_the_scanner_is_away_a_file_waits_unseen_and_is_checked_later(
    environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (port,) = free_ports(1)
    away: dict[str, Any] = {"clamd_address": f"127.0.0.1:{port}", "scan_patience_seconds": 0.2}
    async with house(environment, world, tmp_path, **away) as home, served(home.settings) as api:
        desk = await opened(home, api)
        content = files.pdf()
        good, bad = await desk.attach(content), await desk.attach(files.picture(noise=files.EICAR))
        assert (good.status_code, bad.status_code) == (202, 202)
        for role, subject in (("portal", PORTAL), ("operator", "operator")):
            for what in ("", "/preview"):
                refused = await desk.get(f"/{good.json()['id']}{what}", role, subject)
                assert refused.json()["code"] == "file_waits"
        assert not (await home.register.view(desk.number)).details.scans  # type: ignore[union-attr]
        with ClamdProcess(tmp_path_factory.mktemp("clamd"), port):
            await desk.reached(good.json()["id"], FileState.CLEAN)
            refused_later = await desk.reached(bad.json()["id"], FileState.REFUSED)
        assert "вредоносная" in refused_later["message"]
        assert (await desk.get(f"/{good.json()['id']}")).content == content
        (scan,) = (await home.until(desk.number, lambda view: bool(view.details.scans))).details.scans
        assert scan.reference.endswith(good.json()["id"])


@pytest.mark.requirement("ATT-2", "DOC-2")
async def test_a_file_that_the_case_asks_for_is_its_answer(desk: Desk) -> None:
    sent = appeal()
    number = await desk.home.open(sent | {"details": sent["details"] | {"scans": []}})
    await desk.home.expecting(number, "SupplyDetails")
    asked = Desk(desk.home, desk.api, number)
    assert (await asked.attach(files.picture("GIF"), kind="snils")).json()["detail"].startswith("Скан СНИЛС: ")
    assert (await asked.attach(files.picture("JPEG"), kind="snils")).status_code == 201
    await desk.home.expecting(number, "RecordRequest")
    assert "DetailsSupplied" in await desk.home.events(number)
