"""One case: how it stands."""

import typer
from rich.table import Table

from cli.console import console, fail, opened_register, parsed, run, settings_at_hand
from domain.number import format_number
from infra.settings import Settings

app = typer.Typer()
number_app = typer.Typer(no_args_is_help=True, help="Appeal numbers.")
app.add_typer(number_app, name="number")


@app.command()
def show(number: str) -> None:
    """Show a case: its status, clocks, what it waits for, and its journal."""
    run(_show(settings_at_hand(), parsed(number)))


@number_app.command()
def check(number: str) -> None:
    """Tell a right number from a mistyped one by the exit code (INT-5)."""
    typer.echo(format_number(parsed(number)))


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
        # A citizen is not named: whoever sees this is not in the access log.
        who = entry.public_actor()
        table.add_row(str(entry.position), at, entry.event.type, f"{who['role']} {who.get('subject', '')}".strip())
    console.print(table)
