"""The sandbox as one application: every system's routes, and the mail server beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException, Request

from sandbox import (
    account_routes,
    clock,
    faults,
    gateways,
    inbox_pages,
    issuer,
    mailbox,
    people,
    portal,
    registries,
    services,
    sign_in_pages,
    signatures,
    smtp,
)
from sandbox.accounts import Accounts
from sandbox.failing import failing
from sandbox.reports import Reports
from sandbox.settings import Settings
from sandbox.storage import Store

# The mailbox goes first: `/inbox/messages` is neither a gateway's list nor the page of one mail.
ROUTED = (
    mailbox,
    account_routes,
    registries,
    services,
    signatures,
    gateways,
    inbox_pages,
    issuer,
    sign_in_pages,
    faults,
    people,
    portal,
)


def create_app(settings: Settings) -> FastAPI:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    parts = _parts(settings)
    app = FastAPI(title="Sandbox", summary="Stand-ins of the outside systems", lifespan=_lifespan(settings))
    app.state.parts = parts
    app.middleware("http")(failing(parts[faults.Faults]))
    for module in ROUTED:
        app.include_router(module.router)
    app.add_api_route("/healthz", _health)
    return app


def _parts(settings: Settings) -> dict[type, Any]:
    store = Store(settings.data_dir / "sandbox.sqlite3")
    ordered_faults = faults.Faults(store)
    tokens = issuer.Issuer(settings.issuer_url, settings.data_dir / "issuer-key.json")
    parts = (
        store,
        ordered_faults,
        tokens,
        Accounts(store, founded_at=clock.now()),
        Reports(settings.report_to, tokens, ordered_faults),
    )
    return {type(each): each for each in parts}


def _lifespan(settings: Settings) -> Any:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        parts = app.state.parts
        postman = smtp.Postman(parts[Store], parts[faults.Faults])
        app.state.smtp = await smtp.listen(postman, settings.smtp_port)
        yield
        app.state.smtp.close()
        await parts[Reports].stop()
        parts[Store].close()

    return lifespan


async def _health(request: Request) -> dict[str, str]:
    """HTTP listens, or nobody would be answering."""
    if not request.app.state.smtp.is_serving():
        raise HTTPException(503, "the mail server does not listen")
    return {"status": "ok"}
