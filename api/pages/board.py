"""Supervision: the figures of a period as charts and tables, and what they suggest to do (ANA-2, ANA-3)."""

import csv
import io
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response

from api.dependencies import Composed
from api.figures import PeriodIn, figures_of
from api.pages.board_words import Table, headline, tables
from api.pages.forms import filled, names_of, read
from api.pages.pages import page
from api.problems import http_problem
from api.rights import allowed
from domain.actors import Actor
from domain.advice import advice
from domain.figures import Figures
from domain.rights import Operation, Reach, reach

router = APIRouter(prefix="/board", include_in_schema=False)

SECTIONS = {"": "Сроки и нагрузка", "themes": "Затруднения и сбои", "quality": "Повторы и оценки"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Reader = Annotated[Actor, Depends(allowed(Operation.READ_FIGURES))]


@router.get("")
async def read_terms(request: Request, actor: Reader, composed: Composed) -> Response:
    """Terms and load, and what the figures suggest to do."""
    return await _shown(request, actor, composed, "")


@router.get("/themes")
async def read_themes(request: Request, actor: Reader, composed: Composed) -> Response:
    """Typical difficulties, incidents, failures and corrected categories."""
    return await _shown(request, actor, composed, "themes")


@router.get("/quality")
async def read_quality(request: Request, actor: Reader, composed: Composed) -> Response:
    """Repeats, what was closed within a day, and how citizens were satisfied."""
    return await _shown(request, actor, composed, "quality")


@router.get("/{table}.csv")
async def read_table(request: Request, table: str, _: Reader, composed: Composed) -> Response:
    """One table of the board as a file for a spreadsheet."""
    period, _faults = _period(request)
    if period is None:
        raise http_problem(404)
    figures = await figures_of(composed, period)
    found = next((each for each in _tables(figures) if each.name == table), None)
    if found is None:
        raise http_problem(404)
    name = f"{table}-{period.since}-{period.until}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(found), media_type="text/csv; charset=utf-8", headers=headers)


def as_csv(table: Table) -> bytes:
    """The table as spreadsheets of Russian offices read it; no cell is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in (table.heads, *table.rows):
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")


async def _shown(request: Request, actor: Actor, composed: Composed, section: str) -> Response:
    period, faults = _period(request)
    figures = await figures_of(composed, period or PeriodIn.latest())
    shown = period or PeriodIn.latest()
    asked = filled(PeriodIn, names_of(PeriodIn), {**_days(shown), **request.query_params}, faults)
    return page(
        request,
        "board/figures.html",
        422 if faults else 200,
        title=SECTIONS[section],
        section=section,
        sections=[(f"/board/{name}".rstrip("/"), text) for name, text in SECTIONS.items()],
        days=urlencode(_days(shown)),
        form=asked,
        figures=figures,
        headline=headline(figures),
        advice=advice(figures) if not section else [],
        tables=tables(figures)[section],
        may_reassign=reach(actor.role, Operation.ORDER_BATCH) is not Reach.NONE,
    )


def _period(request: Request) -> tuple[PeriodIn | None, dict[str, str]]:
    """The period that the address names, or the latest days where it names none; else what is wrong with it."""
    if not request.query_params:
        return PeriodIn.latest(), {}
    return read(PeriodIn, request.query_params)


def _days(period: PeriodIn) -> dict[str, str]:
    return {"since": period.since.isoformat(), "until": period.until.isoformat()}


def _tables(figures: Figures) -> list[Table]:
    return [table for of_section in tables(figures).values() for table in of_section]
