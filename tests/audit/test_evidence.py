"""Evidence of a case: a stranger's program believes it, and no byte of it can be changed."""

import io
import json
import subprocess
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cryptography
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import expert
from audit.evidence import NotProvable, NotYetLogged, Prover
from audit.sources import Sources, process_behind
from domain.actors import SYSTEM, Role
from domain.contracts.commands import ConfirmSolution
from domain.contracts.events import AttemptAbandoned
from domain.contracts.journal import JournalEntry, Transition
from infra.archive import Archive, open_files
from infra.engine import histories
from infra.signing import Signer, load_signer
from store.archived import Archived
from store.log import Log
from tests.examples import ANSWER, about_application
from tests.failures import repeated
from tests.house import House
from tests.infra.authority import authority, openssl
from tests.store.journals import RECEIVED
from worker import notary

pytestmark = pytest.mark.requirement("AUD-1", "AUD-2")

Files = dict[str, bytes]


def prover_of(home: House, signer: Signer) -> Prover:
    sources = Sources(home.client, Archive(open_files(home.settings), home.keyring), Archived(home.register.engine))
    return Prover(
        register=home.register,
        ledger=home.ledger,
        log=Log(home.register.engine),
        signer=signer,
        histories=lambda view: sources.histories(process_behind(view)),
        codec=home.client.data_converter.payload_codec,
        help_phone=home.settings.help_phone,
    )


async def proved(home: House, number: str) -> tuple[bytes, Signer]:
    """The signed archive of a case at rest."""
    await home.at_rest(number)
    async with notary(home.settings) as signing:
        await signing.sign()
        if signing.authority:
            await signing.stamp()
        return await prover_of(home, signing.signer).prove(number), signing.signer


def unpacked(archive: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def said(files: Files, key: str | None = None) -> str:
    """What the verifier finds wrong, or nothing."""
    try:
        list(expert.check(files, key))
    except expert.DoesNotHold as fault:
        return str(fault)
    return ""


async def closed_case(home: House) -> str:
    number = await home.open(about_application())
    await home.expecting(number, "AnswerQuestion")
    await home.decide(number, Role.OPERATOR, ANSWER)
    await home.expecting(number, "ConfirmSolution")
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
    await home.closed(number)
    return number


def python_of_a_stranger(folder: Path) -> Path:
    """A Python with `cryptography`, what that needs, and nothing else."""
    venv.create(folder, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    installed = Path(cryptography.__file__).parents[1]
    for needed in (*installed.glob("cryptography"), *installed.glob("cffi"), *installed.glob("_cffi_backend*")):
        (packages / needed.name).symlink_to(needed)
    python = folder / "bin" / "python"
    ours = "from importlib.util import find_spec; print([each for each in ('pydantic', 'audit') if find_spec(each)])"
    assert subprocess.check_output([python, "-I", "-c", ours], text=True) == "[]\n"  # noqa: S603
    return python


async def test_an_expert_verifies_it_without_our_code(home: House, tmp_path: Path) -> None:
    with authority(tmp_path / "authority") as stamping:
        stamped = home.settings.model_copy(update={"tsa_url": stamping.url, "tsa_roots_file": stamping.roots})
        archive, signer = await proved(replace(home, settings=stamped), await closed_case(home))
    folder = tmp_path / "elsewhere" / "case"
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        packed.extractall(folder)
        assert {info.external_attr >> 16 for info in packed.infolist()} == {0o600}
    assert (folder / "documents" / "confirmation.pdf").read_bytes().startswith(b"%PDF")
    assert "Смирнова" in (folder / "journal.json").read_text()

    strangers = python_of_a_stranger(tmp_path / "python")

    def verify(*more: str) -> subprocess.CompletedProcess[str]:
        command = [str(strangers), "-I", "verify.py", *more]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603

    verified = verify("--key", signer.key.text)
    assert (verified.returncode, verified.stderr) == (0, "")
    assert verified.stdout.count("holds:") == 7
    assert "time stamp of entries: " in verified.stdout
    assert verified.stdout.splitlines()[-1].endswith("The evidence holds.")
    ts = ("ts", "-verify", "-data", "stamped-checkpoint.txt", "-in", "time-stamp.tsr")
    openssl(folder, *ts, "-CAfile", str(stamping.roots))

    another = verify("--key", load_signer("hotline.example.org/log", tmp_path / "another.pem", make=True).key.text)
    assert another.returncode == 1
    assert "not signed by the published key" in another.stdout
    journal = (folder / "journal.json").read_text()
    (folder / "journal.json").write_text(journal.replace("Смирнова", "Смирново"))
    assert verify().returncode == 1
    assert "journal.json" in verify().stdout


@pytest.fixture
async def case(home: House, tmp_path: Path) -> tuple[Files, Signer]:
    with authority(tmp_path / "authority") as stamping:
        stamped = home.settings.model_copy(update={"tsa_url": stamping.url, "tsa_roots_file": stamping.roots})
        number = await closed_case(home)
        await proved(replace(home, settings=stamped), number)
        # The log goes on, so that the stamped checkpoint is not the newest one.
        await home.until(await home.open(about_application()), lambda view: bool(view.expectations))
        archive, signer = await proved(home, number)
    return unpacked(archive), signer


async def test_no_byte_of_any_file_can_be_changed(case: tuple[Files, Signer]) -> None:
    files, signer = case
    assert said(files, signer.key.text) == ""
    assert len(files) == 15

    @settings(max_examples=300, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(sorted(files)), st.data(), st.integers(min_value=1, max_value=255))
    def holds(name: str, data: st.DataObject, change: int) -> None:
        content = bytearray(files[name])
        content[data.draw(st.integers(min_value=0, max_value=len(content) - 1))] ^= change
        assert said({**files, name: bytes(content)})

    holds()
    for place in range(len(files["manifest.txt"]) - 120, len(files["manifest.txt"])):
        content = bytearray(files["manifest.txt"])
        content[place] ^= 1
        assert said({**files, "manifest.txt": bytes(content)}), "not even in the signature's last signs"
    for name in files:
        assert said({each: content for each, content in files.items() if each != name})
        assert said({**files, name: files[name] + b"\n"})
    assert "not of this evidence" in said({**files, "documents/another.pdf": b"%PDF"})


def _changed(files: Files, name: str, change: Callable[[Any], object]) -> Files:
    content = json.loads(files[name])
    change(content)
    return {**files, name: json.dumps(content).encode()}


def _personal(entries: list[dict[str, Any]]) -> None:
    next(entry for entry in entries if entry["personal"])["personal"]["full_name"] = "Другая"


def _event(entries: list[dict[str, Any]]) -> None:
    entries[3]["content"]["at"] = "2020-01-01T00:00:00+00:00"


def _order(entries: list[dict[str, Any]]) -> None:
    entries[3], entries[4] = entries[4], entries[3]


def _loosened(entries: list[dict[str, Any]]) -> None:
    entries[3]["previous_hash"] = expert.GENESIS


def _chained_anew(entries: list[dict[str, Any]]) -> None:
    """What somebody does who can write the whole register, but not the log."""
    _event(entries)
    previous = expert.GENESIS
    for entry in entries:
        entry["previous_hash"] = previous
        previous = entry["hash"] = expert._digest([entry["position"], previous, expert._digest(entry["content"])])


def _shifted(proofs: list[dict[str, Any]]) -> None:
    proofs[0]["index"] += 1


def _another_path(path: list[str]) -> None:
    path[0] = expert.GENESIS


def _first_message(messages: dict[str, list[str]]) -> None:
    next(keys for keys in messages.values() if keys).pop()


def _last_step(history: dict[str, Any]) -> None:
    markers = [event for event in history["events"] if "markerRecordedEventAttributes" in event]
    history["events"].remove(markers[-1])


def _first_step(history: dict[str, Any]) -> None:
    names = [json.dumps(event) for event in history["events"]]
    first = next(nth for nth, name in enumerate(names) if "markerRecordedEventAttributes" in name and nth > 6)
    del history["events"][first]


TAMPERED: dict[str, tuple[str, Callable[[Any], object]]] = {
    "journal.json, position 1: персональные": ("journal.json", _personal),
    "journal.json, position 4: запись изменена": ("journal.json", _event),
    "journal.json, position 4: запись не на своём": ("journal.json", _order),
    "journal.json, position 4: разрыв цепочки": ("journal.json", _loosened),
    "journal.json: записей нет": ("journal.json", list.clear),
    "proofs.json, position 4": ("journal.json", _chained_anew),
    "proofs.json, position 1": ("proofs.json", _shifted),
    "proofs.json: не у каждой": ("proofs.json", list.pop),
    "proofs.json: не читается": ("proofs.json", lambda proofs: proofs[0].clear()),
    "consistency.json": ("consistency.json", _another_path),
    "consistency.json: это": ("consistency.json", list.clear),
    "history, step": ("messages.json", _first_message),
    "процесс о записи не знает": ("history/1.json", _last_step),
    "history, step ": ("history/1.json", _first_step),
    "manifest.txt: опись другого": ("case.json", lambda case: case.update(number="1")),
}


async def test_who_holds_the_key_of_the_manifest_can_t_forge_either(home: House, case: tuple[Files, Signer]) -> None:
    """Each check finds its own fault when the manifest is signed anew: the fault, and where it is named."""
    files, signer = case
    number = json.loads(files["case.json"])["number"]
    prover = prover_of(home, signer)

    def signed_anew(changed: Files) -> str:
        changed.pop("manifest.txt")
        return said({**changed, "manifest.txt": prover._manifest(number, changed)})

    for expected, (name, change) in TAMPERED.items():
        assert expected in signed_anew(_changed(files, name, change))
    stranger = files["checkpoint.txt"].replace(b"hotline.example.org/log\n", b"example.org/another/log\n", 1)
    assert signed_anew({**files, "checkpoint.txt": stranger}).startswith("checkpoint.txt: подпись")
    another = signer.sign("another.example.org\n1\n" + "A" * 43 + "=\n").encode()
    assert "другого журнала" in signed_anew({**files, "checkpoint.txt": another})
    assert signed_anew({**files, "time-stamp.tsr": b"of something else"}).startswith("time-stamp.tsr")
    assert signed_anew({name: content for name, content in files.items() if name != "verify.py"}).startswith("verify")


async def test_what_is_not_logged_yet_is_not_proved(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.evidence.TRIES", 1)
    number = await home.open(about_application())
    await home.expecting(number, "AnswerQuestion")
    async with notary(home.settings) as signing:
        with pytest.raises(NotYetLogged):
            await prover_of(home, signing.signer).prove(number)


async def test_a_register_that_contradicts_the_process_is_not_proved(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.evidence.TRIES", 1)
    number, other = await home.open(about_application()), await home.open(about_application())
    for each in (number, other):
        await home.until(each, lambda view: bool(view.expectations))
        await home.at_rest(each)
    async with notary(home.settings) as signing:
        await signing.sign()
        prover = replace(prover_of(home, signing.signer), histories=lambda _: histories(home.client, other))
        with pytest.raises(NotProvable, match="history, step 1"):
            await prover.prove(number)


async def test_a_case_over_several_runs_is_proved(home_with: Callable[..., Any]) -> None:
    home: House = await home_with(history_events=50)
    number = await home.open(about_application())
    await home.expecting(number, "AnswerQuestion")
    await home.continue_as_new(number)
    files = unpacked((await proved(home, number))[0])
    assert {"history/1.json", "history/2.json"} <= files.keys()
    assert said(files) == ""


async def test_a_case_with_an_abandoned_step_is_proved(home: House) -> None:
    number = await home.open(about_application())
    view = await home.expecting(number, "AnswerQuestion")
    await home.at_rest(number)
    # What a worker has left that died before the engine kept its step.
    stray = JournalEntry(
        number=number, sequence=view.last_sequence + 1, at=datetime.now(UTC), actor=SYSTEM, event=RECEIVED
    )
    await home.register.record(Transition(number=number, entries=[stray]))
    await home.decide(number, Role.OPERATOR, ANSWER)
    await home.journalled(number, AttemptAbandoned)
    await home.expecting(number, "ConfirmSolution")
    files = unpacked((await proved(home, number))[0])
    assert b'"record_transition"' in files["history/1.json"], "the engine had it written itself"
    assert said(files) == ""


async def test_an_incident_is_proved(home: House) -> None:
    incident, _ = await repeated(home)
    await home.expecting(incident, "ReportFix")
    async with notary(home.settings) as signing:
        await signing.sign()
        files = unpacked(await prover_of(home, signing.signer).prove(incident))
    assert json.loads(files["case.json"]) == {"number": incident, "process": "incident"}
