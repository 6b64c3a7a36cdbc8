"""Bare FastAPI routes: what the same answers cost when nothing is asked, opened or written down.

`/appeal` answers from memory. `/row` first fetches the appeal's row, through the driver and the pool of the product.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from sqlalchemy import select

from api.views import AppealOut
from store.database import open_database
from store.tables import appeal

_ANSWER = AppealOut.model_validate_json(Path(os.environ["BARE_ANSWER"]).read_bytes())
_DATABASE = open_database(os.environ["BARE_DATABASE"])
_READING = _DATABASE.execution_options(reads=True)
_ROW = select(appeal.c.view).where(appeal.c.number == _ANSWER.number)


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield
    await _DATABASE.dispose()


app = FastAPI(lifespan=_lifespan)


@app.get("/appeal")
async def answer() -> AppealOut:
    return _ANSWER


@app.get("/row")
async def row() -> AppealOut:
    async with _READING.connect() as connection:
        (await connection.execute(_ROW)).one()
    return _ANSWER


@app.post("/upload", status_code=201)
async def upload(request: Request) -> dict[str, int]:
    return {"size_bytes": sum([len(part) async for part in request.stream()])}
