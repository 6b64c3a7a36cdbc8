"""Composition root of the worker: builds clients, binds activities to them, runs until it is told to stop."""

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import httpx
from temporalio.client import Client
from temporalio.worker import Worker

from activities.accounts import AccountSteward
from activities.attachments import FileScreener
from activities.audits import CaseAuditor
from activities.batches import BatchKeeper
from activities.cases import LinkedCases
from activities.codes import CodeSender
from activities.credentials import CredentialIssuer, CredentialVault
from activities.incidents import IncidentMessenger
from activities.notifications import Messenger, Texts
from activities.provision import DataKeeper
from activities.register import RegisterWriter
from activities.registries import RegistryClient
from activities.retention import RetentionKeeper
from activities.services import ServiceClient
from activities.webhooks import WebhookDeliverer
from audit.archiver import Archiver
from audit.asking import verified
from audit.evidence import UNPROVED, Prover
from audit.sources import Sources, process_behind
from domain.appeal import DocumentKind
from domain.notifications import Recipient
from domain.sealing import Keyring
from infra.archive import Archive, open_files
from infra.batches import BatchSender
from infra.build import build_of
from infra.cases import CaseOpener
from infra.codes import ConfirmationCodes
from infra.dispatcher import Dispatcher
from infra.engine import CaseReports, Deliveries, connect
from infra.files.cases import FileReports
from infra.files.scanning import Scanner
from infra.files.vault import FileVault
from infra.gateways import CodeGateway, EmailGateway, PushGateway, SmsGateway, Tls
from infra.incidents import Incidents
from infra.keyring import keyring_of
from infra.notary import Notary
from infra.published import PublishedCheckpoints
from infra.registries import AccountRegistry, DocumentRegistries, Registry, Services, SignatureVerifier
from infra.rendering import Renderer
from infra.retention import ensure_retention
from infra.runner import workflow_runner
from infra.settings import Settings
from infra.signing import Signer, load_signer
from infra.time_stamps import TimeStampAuthority, load_roots
from infra.webhooks import WebhookDeliveries, WebhookSender
from store.answers import Answers
from store.archived import Archived
from store.attachments import Attachments
from store.batches import Batches
from store.credentials import Credentials
from store.database import DATABASE_TROUBLE, open_database
from store.erasures import Erasures
from store.helps import Helps
from store.keys import KeyStore, open_keys
from store.log import Log
from store.messages import Ledger
from store.parcels import Parcels
from store.register import Register
from store.webhook_ledger import WebhookLedger
from store.webhooks import Endpoints, WebhookSecrets
from workflows.appeal import AppealWorkflow
from workflows.batch import BatchWorkflow
from workflows.incident import IncidentWorkflow
from workflows.retention import RetentionWorkflow

# Running activities may finish when the worker is told to stop; without it all of them would run again.
GRACE = timedelta(seconds=5)
# After a crash a case waits this long for its dead worker before another takes over.
STICKY_TIMEOUT = timedelta(seconds=2)
ACTIVITIES_AT_ONCE = 50


@dataclass(frozen=True)
class Activities:
    """The bodies of all activities, bound to their clients."""

    register: RegisterWriter
    registries: RegistryClient
    accounts: AccountSteward
    services: ServiceClient
    credentials: CredentialIssuer
    data: DataKeeper
    codes: CodeSender
    cases: LinkedCases
    messenger: Messenger
    incidents: IncidentMessenger
    files: FileScreener
    retention: RetentionKeeper
    batches: BatchKeeper
    webhooks: WebhookDeliverer


@asynccontextmanager
async def bind_activities(settings: Settings, client: Client, keyring: Keyring) -> AsyncIterator[Activities]:
    """Bind every activity to the clients that the settings name."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(limits=httpx.Limits(max_connections=100)))
        database = open_database(settings.database, settings.database_pool)
        stack.push_async_callback(database.dispose)
        register = Register(database, settings.index_secret, keyring)
        vault = CredentialVault(Credentials(database), keyring)
        parcels = Parcels(database, keyring)
        accounts = AccountRegistry(Registry("accounts", settings.accounts_url, http))
        sender = WebhookSender(settings.webhook_private_networks)
        stack.push_async_callback(sender.aclose)
        email = _email_gateway(settings, http)
        documents = {
            DocumentKind.PASSPORT: settings.passports_url,
            DocumentKind.SNILS: settings.snils_url,
            DocumentKind.INN: settings.inn_url,
        }
        yield Activities(
            register=RegisterWriter(register, Deliveries(client, settings)),
            registries=RegistryClient(
                accounts,
                DocumentRegistries({kind: Registry(kind.value, url, http) for kind, url in documents.items()}),
                SignatureVerifier(Registry("signatures", settings.signatures_url, http)),
            ),
            accounts=AccountSteward(accounts),
            services=ServiceClient(Services(settings.services_url, http)),
            credentials=CredentialIssuer(vault, accounts),
            data=DataKeeper(accounts, vault, parcels),
            codes=CodeSender(ConfirmationCodes(settings.code_secret), CodeGateway(settings.codes_url, http)),
            cases=LinkedCases(
                CaseOpener(
                    client,
                    settings.case_queue,
                    settings.number_secret,
                    settings.policy,
                    register.view,
                    register.keyring,
                )
            ),
            files=FileScreener(
                attachments=Attachments(database, keyring),
                vault=FileVault(open_files(settings), keyring),
                scanner=Scanner.at(settings.clamd_address) if settings.clamd_address else None,
                reports=FileReports(client),
                register=register,
            ),
            messenger=Messenger(
                case_register=register,
                ledger=Ledger(database, keyring),
                vault=vault,
                parcels=parcels,
                reports=CaseReports(client),
                renderer=Renderer(),
                email=email,
                sms=SmsGateway(settings.sms_url, http),
                push=PushGateway(settings.push_url, http),
                texts=Texts(
                    status_url=settings.status_url,
                    result_url=settings.result_url,
                    help_phone=settings.help_phone,
                    staff_emails={
                        Recipient.SUPERVISOR: settings.supervisor_email,
                        Recipient.SECOND_LINE: settings.second_line_email,
                        Recipient.DEVELOPMENT: settings.development_email,
                        Recipient.AUTHORITY: settings.authority_email,
                    },
                ),
                patience=timedelta(hours=settings.delivery_patience_hours),
            ),
            incidents=IncidentMessenger(
                Incidents(client, settings.case_queue, settings.policy), register, settings.number_secret
            ),
            retention=RetentionKeeper(
                client,
                Erasures(database, keyring),
                settings.retention,
                Answers(database, keyring, settings.index_secret),
                Batches(database),
                Helps(database, keyring, settings.index_secret),
            ),
            batches=BatchKeeper(Batches(database), register, BatchSender(client)),
            webhooks=WebhookDeliverer(
                endpoints=Endpoints(database),
                secrets=WebhookSecrets(database, keyring),
                ledger=WebhookLedger(database),
                sender=sender,
                email=email,
                supervisor_email=settings.supervisor_email,
                patience=timedelta(hours=settings.delivery_patience_hours),
            ),
        )


def _email_gateway(settings: Settings, http: httpx.AsyncClient) -> EmailGateway:
    return EmailGateway(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_sender,
        client=http,
        username=settings.smtp_username,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        tls=Tls(settings.smtp_tls),
        status_url=settings.smtp_status_url,
    )


def case_worker(settings: Settings, client: Client, activities: Activities) -> Worker:
    """The worker that runs cases and asks registries and services."""
    return Worker(
        client,
        task_queue=settings.case_queue,
        workflows=[AppealWorkflow, IncidentWorkflow, RetentionWorkflow, BatchWorkflow],
        activities=[
            activities.register.record_transition,
            activities.register.find_history,
            activities.register.read_contacts,
            activities.registries.check_registries,
            activities.registries.check_account_security,
            activities.registries.read_account_log,
            activities.registries.check_scan,
            activities.registries.verify_consent,
            activities.accounts.unlock_account,
            activities.accounts.secure_account,
            activities.services.check_service,
            activities.services.resend_to_service,
            activities.services.process_package,
            activities.credentials.issue_password,
            activities.data.prepare_data,
            activities.data.destroy_data,
            activities.codes.send_code,
            activities.cases.open_linked,
            activities.incidents.report_failure,
            activities.incidents.tell_appeals,
            activities.retention.erase_overdue,
            activities.batches.begin_batch,
            activities.batches.decide_piece,
            activities.batches.end_batch,
        ],
        workflow_runner=workflow_runner(),
        build_id=build_of(),
        max_cached_workflows=settings.cached_cases_max,
        max_concurrent_workflow_tasks=settings.steps_at_once_max,
        max_concurrent_activities=settings.activities_at_once_max,
        sticky_queue_schedule_to_start_timeout=STICKY_TIMEOUT,
        graceful_shutdown_timeout=GRACE,
    )


def delivery_worker(settings: Settings, client: Client, activities: Activities) -> Worker:
    """The worker that delivers messages and checks files, on a queue of its own: a flood of mail holds up no case."""
    return Worker(
        client,
        task_queue=settings.delivery_queue,
        activities=[activities.messenger.deliver_messages, activities.files.screen_attachment],
        max_concurrent_activities=ACTIVITIES_AT_ONCE,
        graceful_shutdown_timeout=GRACE,
    )


def webhook_worker(settings: Settings, client: Client, activities: Activities) -> Worker:
    """The worker that tells portals; on a queue of its own, their slow servers hold up no letter."""
    return Worker(
        client,
        task_queue=settings.webhook_queue,
        activities=[activities.webhooks.deliver_webhook],
        max_concurrent_activities=ACTIVITIES_AT_ONCE,
        graceful_shutdown_timeout=GRACE,
    )


def prover(settings: Settings, client: Client, register: Register, signer: Signer) -> Prover:
    """What makes the evidence of cases; its manifest is signed, so it is made where the signing key is."""
    sources = Sources(client, Archive(open_files(settings), register.keyring), Archived(register.engine))
    return Prover(
        register=register,
        ledger=Ledger(register.engine, register.keyring),
        log=Log(register.engine),
        signer=signer,
        histories=lambda case: sources.histories(process_behind(case)),
        codec=client.data_converter.payload_codec,
        help_phone=settings.help_phone,
    )


@asynccontextmanager
async def auditing(
    settings: Settings,
    client: Client,
    keyring: Keyring,
    signing: Notary,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[None]:
    """While this lasts, cases are verified and proved for auditors, one at a time, on a queue of its own (ADR 27).

    `environment` is what the child that replays has besides this process's own.
    """
    database = open_database(settings.database, pool_size=2)
    proving = prover(settings, client, Register(database, settings.index_secret, keyring), signing.signer)

    async def proved(number: str) -> bytes | str:
        await signing.sign()
        try:
            return await proving.prove(number)
        except UNPROVED as fault:
            return str(fault)

    auditor = CaseAuditor(
        verify=lambda number: verified(number, environment),
        prove=proved,
        vault=FileVault(open_files(settings), keyring),
    )
    at_work = Worker(
        client,
        task_queue=settings.audit_queue,
        activities=[auditor.verify_case, auditor.make_evidence],
        max_concurrent_activities=1,
        graceful_shutdown_timeout=GRACE,
    )
    try:
        async with at_work:
            yield
    finally:
        await database.dispose()


@asynccontextmanager
async def dispatching(settings: Settings, client: Client) -> AsyncIterator[None]:
    """While this lasts, what happens is queued for the portals and handed over."""
    database = open_database(settings.database, pool_size=2)
    deliveries = WebhookDeliveries.of(client, settings)
    async with Dispatcher(
        WebhookLedger(database), deliveries, settings.webhook_every_seconds, DATABASE_TROUBLE
    ).at_work():
        yield
    await database.dispose()


@asynccontextmanager
async def notary(settings: Settings) -> AsyncIterator[Notary]:
    """The notary of the log; in development it makes its key."""
    signer = load_signer(settings.log_origin, settings.signing_key, make=settings.env == "development")
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient())
        database = open_database(settings.database, pool_size=2)
        stack.push_async_callback(database.dispose)
        roots = load_roots(settings.tsa_roots_file) if settings.tsa_roots_file else []
        yield Notary(
            sequenced=Log(database),
            signer=signer,
            published=PublishedCheckpoints(settings.published_checkpoints),
            every=timedelta(seconds=settings.checkpoint_seconds),
            troubles=DATABASE_TROUBLE,
            authority=TimeStampAuthority(settings.tsa_url, http, roots) if settings.tsa_url else None,
            stamp_every=timedelta(seconds=settings.tsa_seconds),
        )


@asynccontextmanager
async def archiving(settings: Settings, client: Client, keyring: Keyring) -> AsyncIterator[None]:
    """While this lasts, what ends is archived (AUD-2)."""
    database = open_database(settings.database, pool_size=2)
    archive = Archive(open_files(settings), keyring)
    archiver = Archiver(client, archive, Archived(database))
    rounds = asyncio.create_task(archiver.run(settings.archive_every_seconds))
    try:
        yield
    finally:
        rounds.cancel()
        with suppress(asyncio.CancelledError):
            await rounds
        await database.dispose()


async def run_worker(settings: Settings) -> None:
    """Run both workers and the notary until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    keys = open_keys(settings.keys_database)
    shelf = KeyStore(keys)
    keyring = keyring_of(settings, shelf)
    client = await connect(settings, "worker", keyring)
    await ensure_retention(client, settings)
    async with (
        notary(settings) as signing,
        signing.at_work(),
        archiving(settings, client, keyring),
        bind_activities(settings, client, keyring) as activities,
        case_worker(settings, client, activities) as cases,
        delivery_worker(settings, client, activities) as letters,
        webhook_worker(settings, client, activities) as webhooks,
        dispatching(settings, client),
        auditing(settings, client, keyring, signing),
    ):
        await stop.wait()
        # At the same time: one grace after the other would be more than an orchestrator waits.
        await asyncio.gather(cases.shutdown(), letters.shutdown(), webhooks.shutdown())
    await shelf.settled()
    await keys.dispose()
