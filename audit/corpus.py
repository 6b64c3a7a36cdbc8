"""Every history there is, replayed by this code or by that of another revision of it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.converter import PayloadCodec

from audit import continuing
from audit.pool import asked
from audit.sources import PROCESSES, HistoryWithheld, NoHistory, Process, Sources
from domain.sealing import Erased, NoKey
from infra.archive import ArchiveDamaged
from infra.codec import HistoryUnreadable, decoded

OURS = Path(__file__).resolve().parents[1]


class NoRevision(LookupError):
    """The repository has no such revision."""


@dataclass(frozen=True)
class Replay:
    """What became of one process; `reason` says why the code could not continue it."""

    process: str
    reason: str = ""
    is_erased: bool = False


@asynccontextmanager
async def code_of(revision: str | None) -> AsyncIterator[Path]:
    """The folder of this code, or a temporary one with that of another revision; raises `NoRevision`."""
    if revision is None:
        yield OURS
        return
    with TemporaryDirectory(prefix="hotline-") as scratch:
        tree = Path(scratch) / "code"
        if not await _git("worktree", "add", "--quiet", "--detach", str(tree), f"{revision}^{{commit}}"):
            raise NoRevision(revision)
        try:
            yield tree
        finally:
            await _git("worktree", "remove", "--force", str(tree))


async def replay_all(
    sources: Sources, codec: PayloadCodec | None, code: Path, processes: int
) -> AsyncIterator[Replay]:
    """Replay every history with the code in that folder, as they come."""
    troubles: list[Replay] = []
    command = [sys.executable, "-P", str(Path(continuing.__file__))]
    questions = _questions(sources, codec, troubles)
    async for question, reason in asked(command, questions, processes, {"PYTHONPATH": str(code)}):
        yield Replay(question["process"], "the code does not even start" if reason is None else reason)
    for trouble in troubles:
        yield trouble


async def count(sources: Sources) -> int:
    """About how many histories there are."""
    in_engine = (await sources.client.count_workflows(PROCESSES)).count
    return max(in_engine, len(await sources.archived.processes()))


async def _questions(
    sources: Sources, codec: PayloadCodec | None, troubles: list[Replay]
) -> AsyncIterator[dict[str, Any]]:
    seen: set[str] = set()
    async for question in _from_engine(sources, codec, troubles, seen):
        yield question
    async for question in _from_archive(sources, codec, troubles, seen):
        yield question


async def _from_engine(
    sources: Sources, codec: PayloadCodec | None, troubles: list[Replay], seen: set[str]
) -> AsyncIterator[dict[str, Any]]:
    async for each in sources.client.list_workflows(PROCESSES):
        seen.add(each.run_id)
        try:
            yield await _question([await sources.run(Process(each.id, each.run_id))], codec)
        except Erased:
            troubles.append(Replay(each.id, is_erased=True))
        except (NoKey, HistoryUnreadable, HistoryWithheld) as trouble:
            troubles.append(Replay(each.id, str(trouble)))
        except NoHistory:
            continue  # it is gone since the engine listed it


async def _from_archive(
    sources: Sources, codec: PayloadCodec | None, troubles: list[Replay], seen: set[str]
) -> AsyncIterator[dict[str, Any]]:
    for process in await sources.archived.processes():
        for kept in await sources.archived.of_process(process):
            if kept.run_id in seen:
                continue
            try:
                yield await _question(await sources.archive.read(kept) if kept.path else [], codec, process)
            except Erased:
                troubles.append(Replay(process, is_erased=True))
            except (ArchiveDamaged, NoKey, HistoryUnreadable) as trouble:
                troubles.append(Replay(process, str(trouble)))


async def _question(
    runs: list[WorkflowHistory], codec: PayloadCodec | None, process: str | None = None
) -> dict[str, Any]:
    clear = [await decoded(run, codec) for run in runs]
    return {"process": process or runs[0].workflow_id, "runs": [run.to_json_dict() for run in clear]}


async def _git(*arguments: str) -> bool:
    git = await asyncio.create_subprocess_exec(
        *("git", "-C", str(OURS), *arguments),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await git.wait() == 0
