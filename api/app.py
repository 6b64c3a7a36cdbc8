"""The app factory: composition root of the API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from starlette.types import ASGIApp, Scope
from temporalio.client import Client

from api import (
    accesses,
    appeals,
    attachments,
    batches,
    chains,
    codec,
    data,
    erasures,
    events,
    figures,
    health,
    lists,
    log,
    manual,
    messages,
    papers,
    replies,
    webhooks,
)
from api.bodies import Bodies
from api.cases import Cases
from api.codec import CodecCors
from api.compression import Compression
from api.cors import PortalCors
from api.dependencies import Files, Parts, Webhooks
from api.deprecation import Deprecations
from api.description import described
from api.headers import SecurityHeaders
from api.languages import Languages
from api.limits import ConcurrencyLimit, HeadLimit
from api.live import Bounds, Live
from api.pages import (
    audit,
    audit_work,
    board,
    calls,
    citizen,
    desk,
    following,
    helping,
    opening,
    quality,
    reassigning,
    sign_in,
    statics,
)
from api.pages.pages import asset_names
from api.pages.sessions import Cookies, Sessions
from api.pages.troubles import TroublePages
from api.problems import install_problem_handlers
from api.rates import Allowance, Buckets, RateLimit
from api.request_ids import RequestIds
from api.uploads import Uploads
from api.webhook_events import describe_webhooks
from audit.sources import Sources
from audit.timeline import Timelines
from infra.archive import Archive, open_files
from infra.audits import AuditOrders
from infra.batches import BatchStarter
from infra.cases import CaseOpener
from infra.codec import SealingCodec
from infra.codes import ConfirmationCodes
from infra.engine import connect
from infra.files.cases import Screenings
from infra.files.vault import FileVault
from infra.files.workroom import Workroom
from infra.keyring import keyring_of
from infra.settings import Settings
from infra.sign_in import SignIn
from infra.tokens import TokenVerifier
from store.access import AccessLog
from store.answers import Answers
from store.archived import Archived
from store.attachments import Attachments
from store.batches import Batches
from store.database import open_database
from store.ended_sessions import EndedSessions
from store.erasures import Erasures
from store.keys import KeyStore, open_keys
from store.parcels import Parcels
from store.register import Register
from store.supervision import RecentFigures, Supervision
from store.webhook_ledger import WebhookLedger
from store.webhooks import Endpoints, WebhookSecrets


def create_app(settings: Settings | None = None) -> FastAPI:
    """The API with the parts that the settings name."""
    chosen = settings or Settings()
    asset_names()
    app = _App(
        title="hotline",
        version="0.1.0",
        lifespan=_lifespan,
        # They would lead to whatever host the request names.
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        # Its logs would quote what was sent, and asking whether anybody listens takes a tenth of a read.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = chosen
    _bound(app, chosen)
    app.add_middleware(RequestIds)
    app.add_middleware(CodecCors, origin=chosen.engine_ui_origin)
    install_problem_handlers(app)
    app.include_router(appeals.router)
    app.include_router(attachments.router)
    app.include_router(chains.router)
    app.include_router(data.router)
    app.include_router(log.router)
    app.include_router(erasures.router)
    app.include_router(papers.router)
    app.include_router(accesses.router)
    app.include_router(codec.router)
    app.include_router(health.router)
    app.include_router(manual.router)
    app.include_router(batches.router)
    app.include_router(events.router)
    for pages in (
        statics,
        sign_in,
        helping,
        quality,
        opening,
        following,
        citizen,
        calls,
        desk,
        reassigning,
        board,
        audit,
        audit_work,
    ):
        app.include_router(pages.router)
    app.include_router(lists.router)
    app.include_router(figures.router)
    app.include_router(replies.router)
    app.include_router(messages.router)
    app.include_router(webhooks.router)
    describe_webhooks(app)
    app.openapi = described(app)  # type: ignore[method-assign] # FastAPI's own way to extend it
    return app


class _App(FastAPI):
    def build_middleware_stack(self) -> ASGIApp:
        """The app in its middleware, with these around even its last resort, the answer to a defect."""
        settings: Settings = self.state.settings
        answers = TroublePages(Deprecations(super().build_middleware_stack()))
        answering = PortalCors(answers, settings.portal_origins)
        return Compression(Languages(SecurityHeaders(answering, settings.env == "production")))


def _bound(app: FastAPI, settings: Settings) -> None:
    # The last one added is asked first: what costs least to refuse goes before what costs more.
    app.add_middleware(Bodies, bytes_max=settings.body_bytes_max, seconds_max=settings.body_seconds_max)
    app.add_middleware(
        RateLimit,
        known=Buckets(
            Allowance(settings.client_requests_per_second, settings.client_requests_burst), settings.clients_kept_max
        ),
        strangers=Buckets(
            Allowance(settings.stranger_requests_per_second, settings.stranger_requests_burst),
            settings.clients_kept_max,
        ),
    )
    app.add_middleware(Sessions, cookies=Cookies(settings), has_ended=_has_ended)
    app.add_middleware(HeadLimit, bytes_max=settings.head_bytes_max, fields_max=settings.head_fields_max)
    app.add_middleware(ConcurrencyLimit, at_once_max=settings.requests_at_once_max)


async def _has_ended(scope: Scope, token: str) -> bool:
    composed: Parts = scope["app"].state.parts
    return await composed.ended_sessions.has_ended(token)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    keys = open_keys(settings.keys_database)
    shelf = KeyStore(keys)
    keyring = keyring_of(settings, shelf)
    client = await connect(settings, "api", keyring, lazy=True)
    database = open_database(settings.database, settings.database_pool)
    async with httpx.AsyncClient() as http:
        register = Register(database, settings.index_secret, keyring)
        composed = app.state.parts = _compose(settings, client, register, http)
        async with composed.live.at_work():
            yield
    composed.files.workroom.close()
    await register.settled()
    await composed.accesses.settled()
    await shelf.settled()
    await database.dispose()
    await keys.dispose()


def _compose(settings: Settings, client: Client, register: Register, http: httpx.AsyncClient) -> Parts:
    opener = CaseOpener(
        client, settings.case_queue, settings.number_secret, settings.policy, register.view, register.keyring
    )
    return Parts(
        cases=Cases(opener, register),
        register=register,
        help_phone=settings.help_phone,
        tokens=TokenVerifier(settings.issuer, settings.audience, settings.issuer_keys_url, http, settings.role_claim),
        codes=ConfirmationCodes(settings.code_secret),
        parcels=Parcels(register.engine, register.keyring),
        erasures=Erasures(register.engine, register.keyring),
        keyring=register.keyring,
        live=Live(
            register,
            Bounds(settings.streams_at_once_max, settings.streams_of_client_max, settings.live_every_seconds),
        ),
        answers=Answers(register.engine, register.keyring, register.index_key),
        batches=Batches(register.engine),
        figures=RecentFigures(Supervision(register.engine)),
        timelines=Timelines(
            register,
            Sources(client, Archive(open_files(settings), register.keyring), Archived(register.engine)),
            SealingCodec(register.keyring),
        ),
        audits=AuditOrders(client, settings.audit_queue, FileVault(open_files(settings), register.keyring)),
        starter=BatchStarter(client, settings.case_queue, settings.number_secret, settings.policy),
        files=Files(
            uploads=Uploads(settings.uploads_at_once_max, settings.upload_seconds_max),
            workroom=Workroom(),
            vault=FileVault(open_files(settings), register.keyring),
            attachments=Attachments(register.engine, register.keyring),
            screenings=Screenings(client, settings.delivery_queue),
            patience_seconds=settings.scan_patience_seconds,
        ),
        webhooks=Webhooks(
            endpoints=Endpoints(register.engine),
            secrets=WebhookSecrets(register.engine, register.keyring),
            ledger=WebhookLedger(register.engine),
            plain_allowed=bool(settings.webhook_private_networks),
        ),
        accesses=AccessLog(register.engine),
        cookies=Cookies(settings),
        ended_sessions=EndedSessions(register.engine),
        sign_in=SignIn.of(settings, http),
    )
