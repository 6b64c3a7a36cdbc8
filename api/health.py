"""Health: alive, and ready to serve."""

import asyncio
from datetime import timedelta
from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from temporalio.service import RPCError

from api.dependencies import Composed
from api.problems import unavailable
from api.rights import open_to_all
from domain.rights import Operation
from store.database import DATABASE_TROUBLE

router = APIRouter(tags=["health"])
PUBLIC = Depends(open_to_all(Operation.READ_HEALTH))
CHECK_TIMEOUT = timedelta(seconds=2)


class Health(BaseModel):
    status: Literal["ok"] = "ok"


@router.get("/healthz", dependencies=[PUBLIC])
async def alive() -> Health:
    """The process runs."""
    return Health()


@router.get("/readyz", dependencies=[PUBLIC])
async def ready(composed: Composed) -> Health:
    """The engine and the register answer; 503 while one of them does not."""
    try:
        async with asyncio.timeout(CHECK_TIMEOUT.total_seconds()):
            await composed.cases.opener.client.service_client.check_health(timeout=CHECK_TIMEOUT)
            await composed.register.ping()
    except (RPCError, RuntimeError, *DATABASE_TROUBLE):
        raise unavailable("not_ready") from None
    return Health()
