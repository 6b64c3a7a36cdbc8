"""The embedded stack and its parts, each started by hand or all at once.

What takes long to load is imported where it is used: no other command has to wait for it.
"""

import asyncio
import gc
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.table import Table
from temporalio.service import RPCError

from cli.console import console, fail, run
from domain.actors import Role
from infra.engine import (
    ensure_namespace,
    is_serving,
    is_worked_on,
)
from infra.keyring import keyring_of
from infra.settings import Settings
from infra.stack import Part, Stack, address_of, engine_command, sandbox_command, sandbox_ports
from infra.telemetry import configure_logs
from store.database import open_database
from store.keys import KeyStore, open_keys, prepare_keys

app = typer.Typer()
db_app = typer.Typer(no_args_is_help=True, help="The register's database.")
app.add_typer(db_app, name="db")

EXAMPLES = Path(__file__).parents[1] / "examples"


@app.command()
def up(
    demo: Annotated[bool, typer.Option(help="Run the example appeals before your eyes.")] = False,
    exit_: Annotated[bool, typer.Option("--exit", help="End when the examples have ended.")] = False,
) -> None:
    """Start the embedded stack: engine, sandbox, worker and API."""
    run(_up(Settings(), demo=demo or exit_, leave=exit_))


@app.command()
def worker() -> None:
    """Run the worker until it is told to stop."""
    from worker import run_worker

    settings = Settings()
    configure_logs(json=settings.env == "production")
    _keep_what_is_loaded()
    run(run_worker(settings))


@app.command()
def api() -> None:
    """Run the HTTP API until it is told to stop."""
    from api.server import server

    settings = Settings()
    configure_logs(json=settings.env == "production")
    serving = server(settings)
    _keep_what_is_loaded()
    with suppress(KeyboardInterrupt):
        serving.run()
    if not serving.started:
        raise typer.Exit(3)


@app.command()
def ready() -> None:
    """Exit 0 if workers take cases and deliveries, 1 if not; the worker's health check."""
    run(_ready(Settings()))


@app.command()
def demo() -> None:
    """Run the example appeals against a stack that is already up."""
    run(_demo(Settings()))


@app.command()
def token(
    role: Annotated[Role, typer.Option(help="The role the token is for.")],
    subject: Annotated[str, typer.Option(help="Who acts; by default named like the role.")] = "",
    scope: Annotated[
        str | None, typer.Option(help="A portal's scopes, such as 'appeals:read data:read'; by default all.")
    ] = None,
) -> None:
    """Print a bearer token of the sandbox's issuer, for development."""
    if role is Role.SYSTEM:
        fail("The system itself has no token; choose another role.")
    body = {"subject": subject or f"dev-{role}", "role": role.value, "scope": scope}
    try:
        answer = httpx.post(f"{Settings().sandbox_url}/issuer/token", json=body, timeout=5).raise_for_status()
    except httpx.HTTPError as failure:
        fail(f"The sandbox's issuer gave no token ({failure}). Is the stack up? Try: hotline up")
    typer.echo(answer.json()["access_token"])


@db_app.command()
def upgrade() -> None:
    """Bring the register's database, and that of the keys, to the version this code needs."""
    run(_upgrade(Settings()))


@db_app.command()
def downgrade(
    revision: Annotated[str, typer.Argument(help="The version to go back to, such as 0011.")],
    sure: Annotated[bool, typer.Option("--yes", help="What only newer versions keep is lost; yes, do it.")] = False,
) -> None:
    """Take the register's database back to an older version, for code of that time."""
    if not sure:
        fail("What only newer versions keep would be lost. Make a backup, then say --yes.")
    run(_downgrade(Settings(), revision))


def _keep_what_is_loaded() -> None:
    """Let no collection of garbage walk through the loaded code again: each stopped everything for 0.2 s (ADR 24)."""
    gc.collect()
    gc.freeze()


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
            reached = await _walked(settings)
            if leave:
                raise typer.Exit(0 if reached else 1)
            console.print(_addresses(settings))
        console.print("Ctrl-C stops everything; appeals go on with the next start.")
        await asyncio.Event().wait()


async def _ready(settings: Settings) -> None:
    try:
        worked_on = await is_worked_on(settings, settings.case_queue, settings.delivery_queue)
    except RPCError as failure:
        fail(f"The engine does not tell: {failure.message}")
        return
    if not worked_on:
        fail("No worker takes cases and deliveries.")


async def _demo(settings: Settings) -> None:
    if not await _walked(settings):
        raise typer.Exit(1)


async def _walked(settings: Settings) -> bool:
    from examples.walk import load_examples, walk_examples

    return await walk_examples(load_examples(EXAMPLES), settings.public_url, settings.sandbox_url, console)


async def _upgrade(settings: Settings) -> None:
    from store.migrate import migrate
    from store.relisting import list_anew, unlisted

    database = open_database(settings.database)
    await migrate(database)
    keys = open_keys(settings.keys_database)
    await prepare_keys(keys)
    if await unlisted(database):
        from store.register import Register

        await list_anew(Register(database, settings.index_secret, keyring_of(settings, KeyStore(keys))))
    await database.dispose()
    await keys.dispose()


async def _downgrade(settings: Settings, revision: str) -> None:
    from alembic.util import CommandError

    from store.migrate import unmigrate

    database = open_database(settings.database)
    try:
        await unmigrate(database, revision)
    except CommandError as failure:
        fail(f"The database was left as it is: {failure}")
    finally:
        await database.dispose()


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
