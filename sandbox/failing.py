"""What an ordered fault does to an HTTP request."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from sandbox.faults import SYSTEMS, Fault, Faults
from sandbox.lying import ERROR_INSIDE, MALFORMED, about_another

GATEWAYS = frozenset({"codes", "sms", "push", "portal"})
GARBAGE = "<!doctype html><title>Добро пожаловать</title><h1>It works!</h1>"

Work = Callable[[Request], Awaitable[Response]]


def failing(faults: Faults) -> Callable[[Request, Work], Awaitable[Response]]:
    """The HTTP middleware that lets every system meet its fault."""

    async def serve(request: Request, work: Work) -> Response:
        system = faulty_system(request.method, request.url.path)
        fault = faults.take(system) if system else None
        return await fail(fault, request, work) if fault else await work(request)

    return serve


def faulty_system(method: str, path: str) -> str | None:
    """The system whose fault a request meets.

    Reading what a gateway or a service has accepted is how tests look at it: it never fails, and uses up no fault.
    """
    first, *rest = path.split("/")[1:]
    is_service = first == "services" and bool(rest)
    system = f"services.{rest[0]}" if is_service else first
    if system not in SYSTEMS or ((is_service or system in GATEWAYS) and method != "POST"):
        return None
    return system


async def fail(fault: Fault, request: Request, work: Work) -> Response:
    match fault.mode:
        case "unavailable":
            return JSONResponse({"detail": "the service is unavailable"}, 503)
        case "gone":
            return JSONResponse({"detail": "nobody is here any more"}, 410)
        case "garbage":
            return HTMLResponse(GARBAGE)
        case "slow":
            await asyncio.sleep(fault.delay_s)
            return await work(request)
        case "timeout_after_work":
            response = await work(request)
            await asyncio.sleep(fault.delay_s)
            return response
        case "error_inside":
            return JSONResponse(ERROR_INSIDE)
        case "malformed":
            # The work is done; nobody can tell that from the answer.
            await work(request)
            return JSONResponse(MALFORMED)
        case "other_person":
            return await about_another(await work(request))
