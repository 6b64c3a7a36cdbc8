"""`hotline`: the command line, and composition root of the embedded stack."""

import asyncio
import datetime as dt
import gc
import signal
import sys
import time
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
import uvicorn
from rich.console import Console
from rich.table import Table
from temporalio.service import RPCError
from temporalio.worker import Replayer

from api.app import create_app
from domain.actors import Role
from domain.appeal import Relation
from domain.calendar import CURRENT_VERSION, UnknownCalendar, calendar_of, end_of_day, moscow_day
from domain.contracts.commands import AdoptCalendar
from domain.identifiers import InvalidIdentifier
from domain.number import format_number, parse_number
from examples.walk import load_examples, walk_examples
from infra.adoption import adopt_everywhere
from infra.engine import (
    EngineUnavailable,
    connect,
    ensure_namespace,
    histories,
    is_serving,
    is_worked_on,
    workflow_runner,
)
from infra.incidents import incident_histories
from infra.settings import Settings
from infra.stack import NotHealthy, Part, PortTaken, Stack, address_of, engine_command, sandbox_command, sandbox_ports
from infra.telemetry import configure_logs
from store.database import DATABASE_TROUBLE, open_database
from store.failures import analyse_failures
from store.figures import contact_figures
from store.migrate import migrate
from store.register import Register
from store.terms import cases_to_adopt
from worker import run_worker
from workflows.appeal import AppealWorkflow
from workflows.incident import IncidentWorkflow

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
calendar_app = typer.Typer(no_args_is_help=True, help="The Russian production calendar.")
number_app = typer.Typer(no_args_is_help=True, help="Appeal numbers.")
db_app = typer.Typer(no_args_is_help=True, help="The register's database.")
app.add_typer(calendar_app, name="calendar")
app.add_typer(number_app, name="number")
app.add_typer(db_app, name="db")

console = Console()
complaints = Console(stderr=True)

EXAMPLES = Path(__file__).parent / "examples"


@app.command()
def up(
    demo: Annotated[bool, typer.Option(help="Run the example appeals before your eyes.")] = False,
    exit_: Annotated[bool, typer.Option("--exit", help="End when the examples have ended.")] = False,
) -> None:
    """Start the embedded stack: engine, sandbox, worker and API."""
    _run(_up(Settings(), demo=demo or exit_, leave=exit_))


@app.command()
def worker() -> None:
    """Run the worker until it is told to stop."""
    settings = Settings()
    configure_logs(json=settings.env == "production")
    _run(run_worker(settings))


@app.command()
def api() -> None:
    """Run the HTTP API until it is told to stop."""
    settings = Settings()
    configure_logs(json=settings.env == "production")
    uvicorn.run(
        create_app(settings),
        host=settings.api_host,
        port=settings.api_port,
        timeout_graceful_shutdown=5,
        log_config=None,
        access_log=False,
        server_header=False,
    )


@app.command()
def demo() -> None:
    """Run the example appeals against a stack that is already up."""
    _run(_demo(Settings()))


@app.command()
def token(
    role: Annotated[Role, typer.Option(help="The role the token is for.")],
    subject: Annotated[str, typer.Option(help="Who acts; by default named like the role.")] = "",
) -> None:
    """Print a bearer token of the sandbox's issuer, for development."""
    if role is Role.SYSTEM:
        _fail("The system itself has no token; choose another role.")
    body = {"subject": subject or f"dev-{role}", "role": role.value}
    try:
        answer = httpx.post(f"{Settings().sandbox_url}/issuer/token", json=body, timeout=5).raise_for_status()
    except httpx.HTTPError as failure:
        _fail(f"The sandbox's issuer gave no token ({failure}). Is the stack up? Try: hotline up")
    typer.echo(answer.json()["access_token"])


@app.command()
def show(number: str) -> None:
    """Show a case: its status, clocks, what it waits for, and its journal."""
    _run(_show(Settings(), _parsed(number)))


@app.command()
def replay(number: str) -> None:
    """Replay a case's history against this code; exit 1 with the reason if it does not replay (AUD-2)."""
    _run(_replay(Settings(), _parsed(number)))


@app.command()
def failures(
    since: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="The first Moscow day of the period.")],
    until: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last one; today by default.")
    ] = None,
) -> None:
    """Show repeated technical failures and how soon somebody reacted to them (TEC-5)."""
    last = until.date() if until else moscow_day(dt.datetime.now(dt.UTC))
    _run(_failures(Settings(), end_of_day(since.date() - dt.timedelta(days=1)), end_of_day(last)))


@calendar_app.command()
def due(
    start: Annotated[dt.datetime, typer.Argument(formats=["%Y-%m-%d"], help="The Moscow day of registration.")],
    days: Annotated[int, typer.Option(min=1, max=1000, help="The term in working days.")] = 10,
    explain: Annotated[bool, typer.Option(help="Each day counted or skipped, and why.")] = False,
) -> None:
    """Print the day by whose end a term in working days is over (ESC-4)."""
    production = calendar_of(CURRENT_VERSION)
    try:
        explained = production.explain(start.date(), days)
    except UnknownCalendar as unknown:
        _fail(str(unknown))
    if explain:
        for day in explained:
            typer.echo(f"{day.date}  {day.number or '·':>3}  {day.reason}")
        for year in sorted({day.date.year for day in explained if production.is_provisional(day.date.year)}):
            typer.echo(f"Календарь на {year} год ещё не утверждён: срок предварительный.")
    typer.echo(explained[-1].date.isoformat())


@calendar_app.command()
def adopt(
    version: Annotated[str, typer.Argument(help="A version of the production calendar that this code knows.")],
    reason: Annotated[str, typer.Option(help="Why terms change; citizens whose term moves read it.")],
) -> None:
    """Let every open case with a term in working days follow a new calendar; can be run again (ESC-4)."""
    try:
        calendar_of(version)
    except UnknownCalendar as unknown:
        _fail(str(unknown))
    _run(_adopt(Settings(), AdoptCalendar(version=version, reason=reason)))


@app.command()
def figures() -> None:
    """Print the share of appeals closed within 24 hours and the mean rating, overall and of repeats (REP-6)."""
    _run(_figures(Settings()))


@number_app.command()
def check(number: str) -> None:
    """Tell a right number from a mistyped one by the exit code (INT-5)."""
    typer.echo(format_number(_parsed(number)))


@db_app.command()
def upgrade() -> None:
    """Bring the register's database to the version this code needs."""
    _run(_upgrade(Settings()))


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except (PortTaken, NotHealthy, EngineUnavailable) as failure:
        _fail(str(failure))
    finally:
        # The engine's client may abort the interpreter's exit while its threads still end
        # (temporalio/sdk-python#300).
        gc.collect()
        time.sleep(0.3)


def _fail(reason: str) -> Any:
    complaints.print(reason, style="red", highlight=False)
    raise typer.Exit(1)


def _parsed(number: str) -> str:
    try:
        return parse_number(number)
    except InvalidIdentifier as fault:
        _fail(str(fault))
        raise


async def _up(settings: Settings, demo: bool, leave: bool) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    await _upgrade(settings)
    console.print("Starting engine, sandbox, worker and API …")
    serving = asyncio.create_task(_serve(settings, demo, leave))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    # Whether it is still starting or long up: its way out stops every part. One that has ended is not touched.
    serving.cancel()
    stopped.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def _serve(settings: Settings, demo: bool, leave: bool) -> None:
    """Run the stack until cancelled, or until the examples have ended."""
    async with Stack(_parts(settings), settings.data_dir / "logs"):
        console.print(_addresses(settings))
        if demo:
            reached = await walk_examples(load_examples(EXAMPLES), settings.public_url, settings.sandbox_url, console)
            if leave:
                raise typer.Exit(0 if reached else 1)
            console.print(_addresses(settings))
        console.print("Ctrl-C stops everything; appeals go on with the next start.")
        await asyncio.Event().wait()


async def _demo(settings: Settings) -> None:
    if not await walk_examples(load_examples(EXAMPLES), settings.public_url, settings.sandbox_url, console):
        raise typer.Exit(1)


async def _upgrade(settings: Settings) -> None:
    database = open_database(settings.database)
    await migrate(database)
    await database.dispose()


async def _show(settings: Settings, number: str) -> None:
    database = open_database(settings.database)
    register = Register(database, settings.index_secret)
    view, entries = await register.view(number), await register.journal(number)
    await database.dispose()
    if view is None:
        _fail(f"The register holds no appeal {format_number(number)}.")
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


async def _failures(settings: Settings, since: dt.datetime, until: dt.datetime) -> None:
    database = open_database(settings.database)
    analysis = await analyse_failures(database, since, until)
    await database.dispose()
    for title, groups in vars(analysis).items():
        table = Table(title.replace("_", " "), "failures", "not answered", "median reaction, minutes", box=None)
        for group in groups:
            reaction = (
                "—" if group.median_reaction is None else f"{group.median_reaction / dt.timedelta(minutes=1):.0f}"
            )
            table.add_row(group.value or "—", str(group.count), str(group.unanswered), reaction)
        console.print(table)


async def _adopt(settings: Settings, adopted: AdoptCalendar) -> None:
    client = await connect(settings, identity="calendar")
    database = open_database(settings.database)
    asked = troubled = 0
    async for case in adopt_everywhere(client, cases_to_adopt(database, adopted.version), adopted):
        asked += 1
        troubled += bool(case.trouble)
        console.print(f"{format_number(case.number)}  {case.trouble or 'follows it'}", highlight=False)
    await database.dispose()
    console.print(f"Asked {asked} cases, {troubled} of them did not take it.", highlight=False)
    if troubled:
        raise typer.Exit(1)


async def _figures(settings: Settings) -> None:
    database = open_database(settings.database)
    table = Table("", "appeals", "closed within 24 h", "rated", "mean rating", box=None)
    for name, relation in (("all", None), ("repeats", Relation.REPEAT)):
        found = await contact_figures(database, dt.datetime.now(dt.UTC), relation)
        share = "—" if found.share is None else f"{found.share:.0%}"
        mean = "—" if found.mean_score is None else f"{found.mean_score:.2f}"
        table.add_row(name, str(found.counted), share, str(found.rated), mean)
    await database.dispose()
    console.print(table)


async def _replay(settings: Settings, number: str) -> None:
    client = await connect(settings, identity="replay")
    database = open_database(settings.database)
    view = None
    with suppress(*DATABASE_TROUBLE):  # without a register, what is replayed can only be an appeal
        view = await Register(database, settings.index_secret).view(number)
    await database.dispose()
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
        _fail(f"The engine holds no history of {format_number(number)}: {failure.message}")
        return
    for run in runs:
        outcome = await replayer.replay_workflow(run, raise_on_replay_failure=False)
        if outcome.replay_failure:
            _fail(f"{format_number(number)} does not replay: {outcome.replay_failure}")
    events = sum(len(run.events) for run in runs)
    console.print(f"{format_number(number)} replays: {events} events, no divergence.", highlight=False)


def _parts(settings: Settings) -> list[Part]:
    hotline = [sys.executable, "-m", "cli"]
    engine_port = address_of(settings.engine_address)[1]

    async def engine_is_healthy() -> bool:
        return await is_serving(settings) and await ensure_namespace(settings)

    async def worker_is_healthy() -> bool:
        return await is_worked_on(settings, settings.case_queue, settings.delivery_queue)

    return [
        Part("engine", engine_command(settings), engine_is_healthy, (engine_port, settings.engine_ui_port)),
        Part(
            "sandbox", sandbox_command(settings), _answers(f"{settings.sandbox_url}/healthz"), sandbox_ports(settings)
        ),
        Part("worker", [*hotline, "worker"], worker_is_healthy),
        Part("api", [*hotline, "api"], _answers(f"{settings.public_url}/readyz"), (settings.api_port,)),
    ]


def _answers(url: str) -> Any:
    async def is_healthy() -> bool:
        try:
            async with httpx.AsyncClient() as client:
                return (await client.get(url, timeout=3)).is_success
        except httpx.HTTPError:
            return False

    return is_healthy


def _addresses(settings: Settings) -> Table:
    table = Table(box=None, show_header=False)
    table.add_row("API and its documentation", f"{settings.public_url}/docs")
    table.add_row("Temporal UI", f"http://127.0.0.1:{settings.engine_ui_port}/namespaces/{settings.engine_namespace}")
    table.add_row("Inbox of the sandbox", f"{settings.sandbox_url}/inbox")
    table.add_row("Data and logs", str(settings.data_dir))
    return table


if __name__ == "__main__":
    app()
