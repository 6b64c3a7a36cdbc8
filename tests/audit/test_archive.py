"""What ends is archived, sealed, and can be proved when the engine has forgotten it (AUD-2)."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import update
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.service import RPCError

from audit.corpus import OURS, Replay, replay_all
from audit.sources import NoHistory, Process
from domain.actors import Role
from domain.contracts.audits import Standing
from domain.contracts.commands import Withdraw
from domain.sealing import Erased
from infra.archive import ArchiveDamaged
from infra.build import build_of
from infra.engine import histories, workflow_id
from store.archived import Archived, ArchivedHistory
from store.tables import archived as archived_table
from tests.audit.conftest import Audited
from tests.audit.test_evidence import prover_of, said, unpacked
from tests.walks import with_question
from worker import notary


@pytest.fixture
async def archived(audited: Audited) -> ArchivedHistory:
    """The ended case, archived."""
    async with asyncio.timeout(20):
        while not (found := await _kept(audited, audited.ended)):
            await audited.archiver.round()
            await asyncio.sleep(0.1)
    return found[0]


async def _kept(audited: Audited, number: str) -> list[ArchivedHistory]:
    return await Archived(audited.home.register.engine).of_process(workflow_id(number))


def file_of(audited: Audited, archived: ArchivedHistory) -> Path:
    return audited.home.settings.data_dir / "files" / archived.path


@pytest.mark.requirement("AUD-2")
async def test_the_archive_gives_back_what_the_engine_had(audited: Audited, archived: ArchivedHistory) -> None:
    (run,) = await audited.archive.read(archived)
    assert [run] == await histories(audited.home.client, audited.ended)
    steps = [each.workflow_task_completed_event_attributes for each in run.events]
    assert {step.worker_version.build_id for step in steps if step.started_event_id} == {build_of()}
    assert file_of(audited, archived).stat().st_size == archived.size_bytes


@pytest.mark.requirement("AUD-2")
async def test_nothing_of_the_person_is_readable_there(audited: Audited, archived: ArchivedHistory) -> None:
    sealed = file_of(audited, archived).read_bytes()
    told = ("Смирнова", "smirnova.ap", "11223344595", "issue_password", audited.ended)
    assert not [said for said in told if said.encode() in sealed]


@pytest.mark.requirement("AUD-2")
async def test_two_workers_archive_a_case_once(audited: Audited, archived: ArchivedHistory) -> None:
    folder = file_of(audited, archived).parent
    await asyncio.gather(audited.archiver.round(), audited.archiver.round())
    ended = await audited.home.client.get_workflow_handle(workflow_id(audited.ended)).describe()
    assert not await audited.archiver._keep(ended), "another worker had found it too, and was faster"
    assert await _kept(audited, audited.ended) == [archived]
    assert len(list(folder.iterdir())) == 1


@pytest.mark.requirement("AUD-2")
async def test_an_open_case_is_not_archived(audited: Audited, archived: ArchivedHistory) -> None:
    assert await _kept(audited, audited.open) == []


@pytest.mark.requirement("AUD-2")
@pytest.mark.parametrize("place", [0, 100, -1])
async def test_one_changed_byte_is_found(audited: Audited, archived: ArchivedHistory, place: int) -> None:
    file = file_of(audited, archived)
    content = bytearray(sound := file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    verdict = await audited.verifier(audited.home.register).verify(audited.ended)
    file.write_bytes(sound)
    assert verdict.standing is Standing.DIVERGED
    assert verdict.finding == f"{archived.path} is not what was put there"


@pytest.mark.requirement("AUD-2")
async def test_a_file_that_is_gone_or_another_case_is_found(audited: Audited, archived: ArchivedHistory) -> None:
    file = file_of(audited, archived)
    hidden = file.rename(file.with_name("hidden"))
    with pytest.raises(ArchiveDamaged, match="can't be read"):
        await audited.archive.read(archived)
    hidden.rename(file)
    with pytest.raises(ArchiveDamaged, match="does not open"):
        await audited.archive.read(archived.model_copy(update={"process": workflow_id(audited.open)}))


@pytest.mark.requirement("AUD-2")
async def test_a_case_is_proved_from_the_archive_when_the_engine_has_forgotten_it(audited: Audited) -> None:
    home = audited.home
    number = await with_question(home)
    await home.decide(number, Role.CITIZEN, Withdraw(reason="Вопрос решился."))
    await home.ended(number)
    async with asyncio.timeout(20):
        while not await _kept(audited, number):
            await audited.archiver.round()
            await asyncio.sleep(0.1)
    verifier = audited.verifier(home.register)
    from_engine = await verifier.replayed(number)
    await _forget(audited, number)
    assert await verifier.replayed(number) == from_engine
    assert (await verifier.verify(number)).standing is Standing.HOLDS
    async with notary(home.settings) as signing:
        await signing.sign()
        evidence = unpacked(await prover_of(home, signing.signer).prove(number))
    assert "history/1.json" in evidence
    assert said(evidence) == ""
    codec = home.client.data_converter.payload_codec
    every = {each.process: each async for each in replay_all(verifier.sources, codec, OURS, processes=1)}
    assert every[workflow_id(number)] == Replay(workflow_id(number)), "among all that replay"
    await forged_archive_is_found(audited, number)
    await audited.keyring.destroy(number)
    with pytest.raises(Erased):
        await verifier.replayed(number)
    verdict = await verifier.verify(number)
    assert verdict.standing is Standing.DIVERGED
    assert verdict.finding == "its key is destroyed, and no consent to that is on record"


async def forged_archive_is_found(audited: Audited, number: str) -> None:
    """Whoever has the key of the case and the register can put another history there, but not one that replays."""
    (kept,) = await _kept(audited, number)
    runs = await audited.archive.read(kept)
    timer = next(event for event in runs[0].events if event.HasField("timer_started_event_attributes"))
    timer.timer_started_event_attributes.start_to_fire_timeout.FromSeconds(86_400)
    placed = await audited.archive.put(runs)
    verdict = None
    for lies in (placed, kept):
        row = {"path": lies.path, "sha256": lies.sha256, "size_bytes": lies.size_bytes}
        async with audited.home.register.engine.begin() as connection:
            await connection.execute(update(archived_table).where(archived_table.c.run_id == kept.run_id).values(row))
        verdict = verdict or await audited.verifier(audited.home.register).verify(number)
    assert verdict is not None
    assert (verdict.standing, verdict.findings[0].check) == (Standing.DIVERGED, "process_replays")
    assert f"event {timer.event_id} of run {runs[0].run_id}: recorded is a timer of 86400.0 s" in verdict.finding


@pytest.mark.requirement("AUD-2")
async def test_a_case_of_which_nobody_has_a_history_is_found(audited: Audited) -> None:
    verifier = audited.verifier(audited.home.register)
    with pytest.raises(NoHistory):
        await verifier.sources.histories(Process("appeal-0000"))
    assert (await verifier.verify("0000")).standing is Standing.DIVERGED
    told = (await audited.command("verify", "4821093755612044")).stderr
    assert told == "Neither the register nor the engine nor the archive knows an appeal 4821 0937 5561 2044.\n"


async def _forget(audited: Audited, number: str) -> None:
    """Delete a process from the engine, as its retention does after years."""
    client = audited.home.client
    request = DeleteWorkflowExecutionRequest(
        namespace=client.namespace, workflow_execution=WorkflowExecution(workflow_id=workflow_id(number))
    )
    await client.workflow_service.delete_workflow_execution(request)
    async with asyncio.timeout(60):
        while True:
            try:
                await histories(client, number)
            except RPCError:
                return
            await asyncio.sleep(0.05)
