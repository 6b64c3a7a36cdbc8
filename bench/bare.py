"""A bare FastAPI route: what the same answer costs when nothing is asked, looked up, opened or written down."""

import os
from pathlib import Path

from fastapi import FastAPI, Request

from api.views import AppealOut

app = FastAPI()
_ANSWER = AppealOut.model_validate_json(Path(os.environ["BARE_ANSWER"]).read_bytes())


@app.get("/appeal")
async def read() -> AppealOut:
    return _ANSWER


@app.get("/nothing")
async def nothing() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/upload", status_code=201)
async def upload(request: Request) -> dict[str, int]:
    return {"bytes": sum([len(part) async for part in request.stream()])}
