"""The Russian production calendar."""

import datetime as dt
from typing import Annotated

import typer

from cli.console import console, fail, run
from domain.calendar import CURRENT_VERSION, UnknownCalendar, calendar_of
from domain.contracts.commands import AdoptCalendar
from domain.number import format_number
from infra.adoption import adopt_everywhere
from infra.engine import (
    connect,
)
from infra.keyring import keyring_of
from infra.settings import Settings
from store.database import open_database
from store.keys import KeyStore, open_keys
from store.terms import cases_to_adopt

app = typer.Typer()
calendar_app = typer.Typer(no_args_is_help=True, help="The Russian production calendar.")
app.add_typer(calendar_app, name="calendar")


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
        fail(str(unknown))
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
        fail(str(unknown))
    run(_adopt(Settings(), AdoptCalendar(version=version, reason=reason)))


async def _adopt(settings: Settings, adopted: AdoptCalendar) -> None:
    keys = open_keys(settings.keys_database)
    client = await connect(settings, "calendar", keyring_of(settings, KeyStore(keys)))
    database = open_database(settings.database)
    asked = troubled = 0
    async for case in adopt_everywhere(client, cases_to_adopt(database, adopted.version), adopted):
        asked += 1
        troubled += bool(case.trouble)
        console.print(f"{format_number(case.number)}  {case.trouble or 'follows it'}", highlight=False)
    await database.dispose()
    await keys.dispose()
    console.print(f"Asked {asked} cases, {troubled} of them did not take it.", highlight=False)
    if troubled:
        raise typer.Exit(1)
