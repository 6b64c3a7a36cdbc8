"""What the register tells about all cases."""

import datetime as dt
from typing import Annotated

import typer
from rich.table import Table

from cli.console import console, run, settings_at_hand
from domain.appeal import Relation
from domain.calendar import end_of_day, moscow_day
from infra.settings import Settings
from store.database import open_database
from store.failures import analyse_failures
from store.figures import contact_figures

app = typer.Typer()


@app.command()
def failures(
    since: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="The first Moscow day of the period.")],
    until: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last one; today by default.")
    ] = None,
) -> None:
    """Show repeated technical failures and how soon somebody reacted to them (TEC-5)."""
    last = until.date() if until else moscow_day(dt.datetime.now(dt.UTC))
    run(_failures(settings_at_hand(), end_of_day(since.date() - dt.timedelta(days=1)), end_of_day(last)))


@app.command()
def figures() -> None:
    """Print the share of appeals closed within 24 hours and the mean rating, overall and of repeats (REP-6)."""
    run(_figures(settings_at_hand()))


async def _failures(settings: Settings, since: dt.datetime, until: dt.datetime) -> None:
    database = open_database(settings.database)
    analysis = await analyse_failures(database, since, until)
    await database.dispose()
    for title, groups in vars(analysis).items():
        table = Table(title.replace("_", " "), "failures", "not answered", "median reaction, minutes", box=None)
        for group in groups:
            reaction = "—" if group.median_minutes is None else f"{group.median_minutes:.0f}"
            table.add_row(group.value or "—", str(group.count), str(group.unanswered), reaction)
        console.print(table)


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
