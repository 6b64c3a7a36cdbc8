"""One case: how it stands, and whether its history replays."""

from contextlib import suppress

import typer
from rich.table import Table
from temporalio.service import RPCError
from temporalio.worker import Replayer

from cli.console import console, fail, opened_register, parsed, run
from domain.number import format_number
from infra.engine import (
    connect,
    histories,
    workflow_runner,
)
from infra.incidents import incident_histories
from infra.keyring import keyring_of
from infra.settings import Settings
from store.database import DATABASE_TROUBLE
from store.keys import KeyStore, open_keys
from workflows.appeal import AppealWorkflow
from workflows.incident import IncidentWorkflow

app = typer.Typer()
number_app = typer.Typer(no_args_is_help=True, help="Appeal numbers.")
app.add_typer(number_app, name="number")


@app.command()
def show(number: str) -> None:
    """Show a case: its status, clocks, what it waits for, and its journal."""
    run(_show(Settings(), parsed(number)))


@number_app.command()
def check(number: str) -> None:
    """Tell a right number from a mistyped one by the exit code (INT-5)."""
    typer.echo(format_number(parsed(number)))


@app.command()
def replay(number: str) -> None:
    """Replay a case's history against this code; exit 1 with the reason if it does not replay (AUD-2)."""
    run(_replay(Settings(), parsed(number)))


async def _show(settings: Settings, number: str) -> None:
    async with opened_register(settings) as register:
        view, entries = await register.view(number), await register.journal(number)
    if view is None:
        fail(f"The register holds no appeal {format_number(number)}.")
        return
    console.print(f"{format_number(number)}  «{view.status.russian}»  {view.category}", highlight=False)
    for clock in view.clocks.values():
        console.print(f"  {clock.name}: {clock.explain().sentence}", highlight=False)
    for expectation in view.expectations:
        console.print(f"  waits for {expectation.command} from {', '.join(expectation.roles)}", highlight=False)
    table = Table("#", "at (UTC)", "event", "who", box=None)
    for entry in entries:
        at = f"{entry.at:%Y-%m-%d %H:%M:%S}"
        table.add_row(str(entry.position), at, entry.event.type, f"{entry.actor.role} {entry.actor.subject}")
    console.print(table)


async def _replay(settings: Settings, number: str) -> None:
    keys = open_keys(settings.keys_database)
    client = await connect(settings, "replay", keyring_of(settings, KeyStore(keys)))
    view = None
    with suppress(*DATABASE_TROUBLE):  # without a register, what is replayed can only be an appeal
        async with opened_register(settings) as register:
            view = await register.view(number)
    incident = view.facts.incident if view else None
    replayer = Replayer(
        workflows=[AppealWorkflow, IncidentWorkflow],
        namespace=settings.engine_namespace,
        data_converter=client.data_converter,
        workflow_runner=workflow_runner(),
    )
    try:
        runs = await incident_histories(client, incident) if incident else await histories(client, number)
    except RPCError as failure:
        fail(f"The engine holds no history of {format_number(number)}: {failure.message}")
        return
    for history in runs:
        outcome = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        if outcome.replay_failure:
            fail(f"{format_number(number)} does not replay: {outcome.replay_failure}")
    await keys.dispose()
    events = sum(len(history.events) for history in runs)
    console.print(f"{format_number(number)} replays: {events} events, no divergence.", highlight=False)
