"""Proving cases: whether their histories replay, and whether register and process say the same."""

import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from audit.asking import broken_off
from audit.corpus import NoRevision, code_of, count, replay_all
from audit.log import first_fault
from audit.pool import asked
from audit.verify import UNPROVABLE, verifier
from cli.console import complaints, console, fail, parsed, run, settings_at_hand
from domain.contracts.audits import Standing, Verdict
from domain.number import format_number
from domain.sealing import Erased
from infra.settings import Settings

app = typer.Typer()
CORES = os.cpu_count() or 2

Number = Annotated[str | None, typer.Argument(help="The number of one case.")]
Every = Annotated[bool, typer.Option("--all", help="Every case there is.")]
Keys = Annotated[
    list[str] | None,
    typer.Option(metavar="KEY", help="The log's public key as its operator has published it; may be given again."),
]
Processes = Annotated[int, typer.Option(min=1, max=64, help="How many child processes share the work.")]


@app.command()
def replay(
    number: Number = None,
    every: Every = False,
    against: Annotated[str | None, typer.Option(metavar="REV", help="With the code of this git revision.")] = None,
    processes: Processes = CORES,
) -> None:
    """Replay histories of engine and archive; exit 1 with the reason where one does not replay (AUD-2).

    One case is replayed strongly: whatever the code asks of the engine must be what it once asked for. With --all,
    it is enough that the code could continue the case.
    """
    if every == (number is not None) or (against and not every):
        fail("Give the number of a case or --all; --against goes with --all.")
    ours = settings_at_hand()
    run(_replay_all(ours, against, processes) if number is None else _replay(ours, parsed(number)))


@app.command()
def verify(number: Number = None, every: Every = False, processes: Processes = CORES, key: Keys = None) -> None:
    """Prove cases: chain, log, register and messages against what the process tells; exit 1 where one does not hold.

    With --all, the log itself is proved too: its tree, its signed and its published checkpoints, all accesses.
    """
    if every == (number is not None) or (key and not every):
        fail("Give the number of a case or --all; --key goes with --all.")
    ours = settings_at_hand()
    run(_verify_all(ours, processes, key or []) if number is None else _verify(ours, parsed(number)))


async def _replay(settings: Settings, number: str) -> None:
    try:
        async with verifier(settings) as ours:
            replayed = await ours.replayed(number)
    except (*UNPROVABLE, Erased) as trouble:
        fail(f"{format_number(number)}: {trouble}")
        return
    if replayed.divergence:
        fail(f"{format_number(number)} does not replay: {replayed.divergence}")
    console.print(f"{format_number(number)} replays: {replayed.events} events, no divergence.", highlight=False)


async def _replay_all(settings: Settings, revision: str | None, processes: int) -> None:
    seen: Counter[str] = Counter()
    try:
        async with verifier(settings) as ours, code_of(revision) as code:
            codec = ours.sources.client.data_converter.payload_codec
            with _bar(await count(ours.sources), "replayed") as advance:
                async for one in replay_all(ours.sources, codec, code, processes):
                    advance()
                    seen["failed" if one.reason else "erased" if one.is_erased else "replayed"] += 1
                    if one.reason:
                        complaints.print(f"{one.process}: {one.reason}", highlight=False, soft_wrap=True)
    except NoRevision as unknown:
        fail(f"This repository has no revision {unknown}.")
    code_name = f"the code of {revision}" if revision else "this code"
    console.print(
        f"{seen['replayed']} histories replay with {code_name}, {seen['erased']} are erased, "
        f"{seen['failed']} could not be continued.",
        highlight=False,
    )
    if seen["failed"]:
        raise typer.Exit(1)


async def _verify(settings: Settings, number: str) -> None:
    async with verifier(settings) as ours:
        if not await ours.knows(number):
            fail(f"Neither the register nor the engine nor the archive knows an appeal {format_number(number)}.")
        _tell([await ours.verify(number)])


async def _verify_all(settings: Settings, processes: int, keys: Sequence[str]) -> None:
    fault = await first_fault(settings, keys)
    async with verifier(settings) as ours:
        numbers = await ours.numbers()

    async def questions() -> AsyncIterator[str]:
        for number in numbers:
            yield number

    verdicts = []
    with _bar(len(numbers), "verified") as advance:
        async for number, answer in asked([sys.executable, "-m", "audit.verifying"], questions(), processes):
            verdicts.append(Verdict.model_validate(answer) if answer else broken_off(number))
            advance()
    if fault:
        complaints.print(f"log: {fault}", style="red", highlight=False, soft_wrap=True)
    _tell(verdicts)
    if fault:
        raise typer.Exit(1)


def _tell(verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        if verdict.standing is Standing.DIVERGED:
            complaints.print(f"{verdict.number}: {verdict.finding}", style="red", highlight=False, soft_wrap=True)
        elif verdict.standing is Standing.AHEAD:
            complaints.print(f"{verdict.number}: its register is ahead of its process", highlight=False)
    totals = Counter(verdict.standing for verdict in verdicts)
    console.print(
        f"{len(verdicts)} cases, {sum(each.entries for each in verdicts)} journal entries, "
        f"{sum(each.events for each in verdicts)} events: "
        + ", ".join(f"{totals[standing]} {standing}" for standing in Standing),
        highlight=False,
    )
    if totals[Standing.DIVERGED]:
        raise typer.Exit(1)


@contextmanager
def _bar(total: int, done: str) -> Iterator[Callable[[], None]]:
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn(done), TimeRemainingColumn())
    with Progress(*columns, console=complaints, transient=True) as progress:
        task = progress.add_task(done, total=total)
        yield lambda: progress.advance(task)
