"""After an erasure nothing anywhere yields the person, and before it nothing in clear does (ADR 18)."""

import base64
import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.worker import Replayer

from domain.actors import Role
from domain.contracts.commands import AddDetails, AskStatus, CheckDocuments, RateSatisfaction, RecordRequest
from domain.erasure import ErasureGround
from domain.sealing import Erased
from infra.archive import Archive, open_files
from infra.codec import sealing_converter
from infra.engine import histories
from infra.files.vault import FileVault
from infra.keyring import keyring_of
from infra.runner import workflow_runner
from store.database import open_database
from store.erasures import Erasure, Erasures
from store.keys import KeyStore, open_keys
from store.register import Register
from store.tables import appeal, identifier
from tests.citizen import Citizen
from tests.examples import KIM, secured
from tests.house import House, engine, house
from tests.personal import files_below, forms_of, found_in
from tests.sandbox_process import SandboxProcess
from tests.walks import with_question
from workflows.appeal import AppealWorkflow

pytestmark = pytest.mark.requirement("AUD-1")

ATTACHED = "0" * 32
CITIZEN = "citizen-Приметный-77"
DETAILS: dict[str, Any] = {
    "full_name": "Смирнова Анна Петровна",
    "login": "smirnova.ap",
    "passport": "4510738215",
    "snils": "11223344595",
    "inn": "771234560162",
    "phone": "+79000001001",
    "email": "anna.smirnova@example.org",
    "device_token": "device-of-anna-0123456789",
    "description": "Живу на Приметной улице, 7. Забыла пароль от личного кабинета.",
}
SAID = {
    "note": "Заметка: у заявительницы приметный голос.",
    "reason": "Причина: все документы Анны совпали.",
    "word": "Слово: перезвоните моему брату Аркадию.",
    "question": "Вопрос: когда же вернут приметный кабинет?",
    "comment": "Оценка: спасибо Зинаиде из первой линии.",
    "authority": "Доверенность № 77-ПР на имя Ерофея",
}
MARKED = [*DETAILS.values(), *SAID.values(), CITIZEN, "Приметной", "Смирнова", "Аркадию", "Ерофея"]


async def recovered(home: House) -> str:
    """A case in which everything personal was told that a recovery has room for, up to its last moment."""
    scans = [{"kind": "snils", "reference": "portal:scan:1"}]
    sent = {
        "channel": "web_form",
        "category": "password_recovery",
        "recovery_reason": "password_lost",
        "citizen": CITIZEN,
        "details": DETAILS | {"scans": scans},
    }
    number = await home.open(sent, authority=SAID["authority"])
    await home.expecting(number, "RecordRequest")
    await home.decide(number, Role.OPERATOR, RecordRequest(processing_hours=4, note=SAID["note"]))
    await home.expecting(number, "CheckDocuments")
    await home.decide(number, Role.CITIZEN, AddDetails(text=SAID["word"]), subject=CITIZEN)
    await home.decide(number, Role.CITIZEN, AskStatus(question=SAID["question"]), subject=CITIZEN)
    await home.decide(number, Role.SPECIALIST, CheckDocuments(match=True, reason=SAID["reason"]))
    await home.expecting(number, "ReportAccountSecurity")
    await Citizen(home, number).secure_account()
    await home.decide(number, Role.REGISTRY, secured())
    await home.closed(number)
    rating = RateSatisfaction(score=5, comment=SAID["comment"])
    await home.decide(number, Role.CITIZEN, rating, subject=CITIZEN)
    await home.handle(number).result()
    await home.until(number, lambda view: not view.expectations)
    await home.delivered(number)
    return number


async def places(home: House, number: str, folder: Path, caplog: pytest.LogCaptureFixture) -> dict[str, bytes]:
    """All that a case leaves behind: files, logs, its exported history, and what the engine shows to anybody."""
    history = await home.sealed_history(number)
    described = await home.handle(number).describe()
    listed = [each.raw_info.SerializeToString() async for each in home.client.list_workflows()]
    return files_below(folder) | {
        "logs": caplog.text.encode(),
        "history": b"".join(event.SerializeToString() for event in history.events),
        "exported history": history.to_json().encode(),
        "description": described.raw_description.SerializeToString(),
        "visibility": b"".join(listed),
    }


def of_files(home: House) -> tuple[Archive, FileVault]:
    files = open_files(home.settings)
    return Archive(files, home.keyring), FileVault(files, home.keyring)


async def replays(home: House, number: str) -> bool:
    replayer = Replayer(
        workflows=[AppealWorkflow],
        workflow_runner=workflow_runner(),
        data_converter=sealing_converter(home.keyring),
    )
    outcome = await replayer.replay_workflow(await home.sealed_history(number), raise_on_replay_failure=False)
    return outcome.replay_failure is None


async def digests_of_the_person(home: House, number: str) -> set[str]:
    """The keyed digests by which the register finds the person: whoever has their key could still ask for a guess."""
    finding = select(appeal.c.citizen, appeal.c.owner).where(appeal.c.number == number)
    named = select(identifier.c.digest).where(identifier.c.number == number)
    async with home.register.engine.connect() as connection:
        row = (await connection.execute(finding)).one()
        found = {*row, *(await connection.execute(named)).scalars()}
    return {each for each in found if each}


async def erase(home: House, number: str) -> None:
    erasures, now = Erasures(home.register.engine, home.keyring), datetime.now(UTC)
    asked = Erasure(number=number, ground=ErasureGround.CONSENT_WITHDRAWN, requested_by="boss", requested_at=now)
    await erasures.ask(asked)
    assert await erasures.consent(asked, "judge", now)
    await erasures.carry_out(asked, now)


def back_up(register: Path, to: Path) -> None:
    with closing(sqlite3.connect(register)) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))


@pytest.mark.timeout(120)
async def test_nothing_yields_the_person(
    world: SandboxProcess, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    backup = tmp_path / "backup.db"
    async with engine(tmp_path / "engine.db") as environment, house(environment, world, tmp_path) as home:
        number, other = await recovered(home), await with_question(home, **KIM)
        archive, vault = of_files(home)
        placed = await archive.put(await histories(home.client, number))
        content = SAID["word"].encode()
        await vault.keep(number, ATTACHED, len(content), BytesIO(content))
        back_up(tmp_path / "register.db", backup)

        before = await places(home, number, tmp_path, caplog)
        assert {"register.db", "register.db-wal", "keys.db", "engine.db", "backup.db"} <= before.keys()
        assert {f"files/{placed.path}", f"files/attachments/{number}/{ATTACHED}"} <= before.keys()
        for place in ("backup.db", "engine.db", "logs", "history", "visibility", "description"):
            assert number.encode() in before[place], f"{place}: what is searched is what was meant"
        assert found_in(before, MARKED) == [], "all is sealed while the case lives"
        view = await home.register.view(number)
        assert view is not None
        opened = (view.model_dump_json() + str(await home.register.journal(number))).encode()
        assert {value for _, value in found_in({"opened": opened}, MARKED)} == set(MARKED), "and who may reads it"
        assert await replays(home, number)
        digests = await digests_of_the_person(home, number)
        assert len(digests) >= 5, "name, phone, e-mail, documents, and whose appeal it is"
        assert {value for _, value in found_in(before, digests)} == digests

        await erase(home, number)

        after = await places(home, number, tmp_path, caplog)
        kept = {place: content for place, content in files_below(tmp_path).items() if place != "backup.db"}
        assert found_in(kept, digests) == [], "not in freed pages either"
        assert found_in(after, MARKED) == []
        with pytest.raises(Erased):
            await home.register.view(number)
        with pytest.raises(Erased):
            await home.history(number)
        with pytest.raises(Erased):
            await archive.read(placed)
        with pytest.raises(Erased):
            await vault.copy_to(BytesIO(), number, ATTACHED, len(content))
        with pytest.raises(Erased):
            await restored(home, backup, number)
        assert not await replays(home, number)

        beside = await home.expecting(other, "AnswerQuestion")
        assert beside.details.full_name == KIM["full_name"]
        assert all(entry.is_intact() for entry in await home.register.journal(other))
        await home.at_rest(other)
        assert await replays(home, other)


async def restored(home: House, backup: Path, number: str) -> None:
    """Read the case out of a backup of the register that was made before the erasure, by a fresh process."""
    database, keys = open_database(f"sqlite+aiosqlite:///{backup}"), open_keys(home.settings.keys_database)
    try:
        keyring = keyring_of(home.settings, KeyStore(keys))
        await Register(database, home.settings.index_secret, keyring).view(number)
    finally:
        await database.dispose()
        await keys.dispose()


def test_the_search_finds_a_value_in_each_of_its_forms() -> None:
    value = "Смирнова"
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        raw = value.encode(encoding)
        assert found_in({"here": b"x" + raw + b"y"}, [value])
        for before in range(3):
            wrapped = base64.b64encode(b"abc"[:before] + raw + b"and more")
            assert found_in({"here": wrapped}, [value]), (encoding, before)
    assert not found_in({"here": b"nothing"}, [value])
    assert all(len(form) >= len(value) for form in forms_of(value)), "nothing so short that anything holds it"
