"""The engine keeps no person in clear, and a destroyed key takes its own case with it and no other (ADR 13)."""

import base64
from pathlib import Path

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.client import WorkflowHistory
from temporalio.exceptions import ApplicationError
from temporalio.worker import Replayer

from domain.actors import Role
from domain.contracts.commands import RejectAppeal
from domain.sealing import Erased
from infra.codec import key_name, sealing_converter
from infra.runner import workflow_runner
from tests.examples import appeal
from tests.house import House, engine, house
from tests.sandbox_process import SandboxProcess
from workflows.appeal import AppealWorkflow

MARKED = {
    "full_name": "Мечникова Аделаида Ерофеевна",
    "login": "mechnikova.marked",
    "email": "marked.person@example.org",
    "phone": "+7 900 765-43-21",
    "description": "Приметное описание: кот Барсик съел паспорт.",
}
REASON = "Приметная причина: заявитель просит другое."


def _forms(value: str) -> list[bytes]:
    """The value as it may lie in a file: as text, and in base64 wherever it begins there."""
    forms = []
    for text in (value, value.replace(" ", ""), value.replace(" ", "").replace("-", "")):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            raw = text.encode(encoding)
            forms += [raw, *(_in_base64(raw, before) for before in range(3))]
        forms.append(text.encode("unicode_escape"))
    return forms


def _in_base64(raw: bytes, before: int) -> bytes:
    whole = base64.b64encode(b"\0" * before + raw)
    return whole[4 if before else 0 : -4]


async def _failure_of(history: WorkflowHistory, home: House) -> Exception | None:
    replayer = Replayer(
        workflows=[AppealWorkflow],
        workflow_runner=workflow_runner(),
        data_converter=sealing_converter(home.keyring),
    )
    return (await replayer.replay_workflow(history, raise_on_replay_failure=False)).replay_failure


@pytest.mark.requirement("DAT-2")
async def test_the_engine_keeps_no_person_in_clear(world: SandboxProcess, tmp_path: Path) -> None:
    file = tmp_path / "engine.db"
    async with engine(file) as environment, house(environment, world, tmp_path) as home:
        number, other = await home.open(appeal(**MARKED)), await home.open(appeal())
        for each in (number, other):
            await home.expecting(each, "RecordRequest")
        await home.refused(number, Role.CITIZEN, RejectAppeal(reason=REASON))
        await home.decide(number, Role.SUPERVISOR, RejectAppeal(reason=REASON))
        await home.handle(number).signal("decide", {"not": MARKED["full_name"]})
        await home.ended(number)
        await home.delivered(number)
        await home.at_rest(other)
        sealed, beside = await home.sealed_history(number), await home.sealed_history(other)
        plain = await home.history(number)
        files = _read(tmp_path)
        assert number.encode() in files, "what is searched is what was meant"
        assert MARKED["full_name"] in _text(plain)
        places = {"files": files, "json": sealed.to_json().encode(), "history": _text(sealed).encode()}
        found = [
            (place, value)
            for value in (*MARKED.values(), REASON)
            for form in _forms(value)
            for place, content in places.items()
            if form in content
        ]
        assert found == []

        assert await _failure_of(sealed, home) is None
        await home.keyring.destroy(number)
        with pytest.raises(Erased):
            await home.history(number)
        assert await _failure_of(sealed, home) is not None
        assert await _failure_of(beside, home) is None
        with pytest.raises(Erased):
            await home.handle(number).signal("decide", "anything")


def _read(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("engine.db*"))


def _text(history: WorkflowHistory) -> str:
    return b"".join(event.SerializeToString() for event in history.events).decode(errors="replace")


@pytest.mark.requirement("DAT-2")
async def test_a_failure_is_sealed_with_its_message_and_its_details(home: House) -> None:
    converter = home.client.data_converter
    failure = Failure()
    await converter.encode_failure(
        ApplicationError(REASON, {"of": MARKED["full_name"]}, type="not_expected"), failure
    )
    kept = failure.SerializeToString()
    assert not any(form in kept for value in (REASON, MARKED["full_name"]) for form in _forms(value))
    again = await converter.decode_failure(failure)
    assert isinstance(again, ApplicationError)
    assert (again.message, again.type) == (REASON, "not_expected")


@pytest.mark.requirement("DAT-2")
@pytest.mark.parametrize(
    ("process", "name"),
    [
        ("appeal-4821093755612044", "4821093755612044"),
        ("incident-0a1b", "incident-0a1b"),
        ("retention", "system"),
        (None, "system"),
    ],
)
def test_every_process_has_the_key_of_its_case(process: str | None, name: str) -> None:
    assert key_name(process) == name
