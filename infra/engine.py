"""The connection to the durable engine, and what every part must agree on to speak with it."""

from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, UpdateNamespaceRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory
from temporalio.common import Priority, RetryPolicy
from temporalio.converter import DataConverter
from temporalio.exceptions import ActivityAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.actors import SYSTEM
from domain.case import CaseView
from domain.contracts.commands import Command, ReportDelivery
from domain.contracts.journal import Moment
from domain.digest import digest
from domain.failures import incident_id
from domain.sealing import Erased, Keyring
from domain.urgency import Urgency
from infra.codec import sealing_converter
from infra.settings import Settings

# A slow gateway may take its time; a worker that died is noticed by its missing heartbeat.
DELIVERY_TRY = timedelta(minutes=5)
DELIVERY_HEARTBEAT_TIMEOUT = timedelta(seconds=10)
DELIVERY_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=10))
DELIVERY_GRACE = timedelta(hours=1)

# A worker that dies in the middle of a step is given up after this.
TASK_TIMEOUT = timedelta(seconds=5)

HEALTH_TIMEOUT = timedelta(seconds=3)
RETENTION = timedelta(days=5 * 365)


class EngineUnavailable(Exception):
    """The engine can't be reached at its address."""


async def connect(settings: Settings, identity: str, keyring: Keyring, lazy: bool = False) -> Client:
    """A client of the engine in the product's namespace; a lazy one connects with its first call.

    All it says and hears is sealed under the keys of this keyring. Raises `EngineUnavailable`.
    """
    return await _connect(settings, identity, sealing_converter(keyring), lazy)


async def _connect(
    settings: Settings, identity: str, converter: DataConverter = DataConverter.default, lazy: bool = False
) -> Client:
    try:
        return await Client.connect(
            settings.engine_address,
            namespace=settings.engine_namespace,
            data_converter=converter,
            identity=identity,
            lazy=lazy,
        )
    except RuntimeError as failure:
        raise EngineUnavailable(f"The engine does not answer at {settings.engine_address}.") from failure


async def histories(client: Client, number: str) -> list[WorkflowHistory]:
    """The histories of all runs of a case, oldest first; `RPCError` when the engine holds none."""
    return await histories_of(client, workflow_id(number))


async def histories_of(client: Client, process: str, run_id: str | None = None) -> list[WorkflowHistory]:
    """The histories of a process up to this run or its last one, oldest first; `RPCError` when there are none."""
    found: list[WorkflowHistory] = []
    while run_id != "":
        found.insert(0, await client.get_workflow_handle(process, run_id=run_id).fetch_history())
        run_id = found[0].events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    return found


def update_id(command: Command) -> str:
    """Under what the engine is sent this decision; each of its runs takes it once.

    The engine takes two requests under one id for the same, and may note one of them beside the answer to the other.
    So what they decide is in the id; they may differ in their `attempt`, of which nothing follows.
    """
    return f"{command.id}:{digest(command.decision)[:16]}"


class Deliveries:
    """Hands moments over to the engine, which delivers them as standalone activities (ADR 3)."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self._client = client
        self._queue = settings.delivery_queue
        self._patience = timedelta(hours=settings.delivery_patience_hours) + DELIVERY_GRACE

    async def hand_over(self, moment: Moment) -> None:
        """Have the moment's messages delivered.

        Handed over again while a delivery runs, it is that one; after it has ended, another one, which finds out
        what is left to send.
        """
        try:
            await self._client.start_activity(
                "deliver_messages",
                moment,
                id=f"delivery-{moment.number}-{moment.template}-{moment.occurrence}",
                task_queue=self._queue,
                start_to_close_timeout=DELIVERY_TRY,
                heartbeat_timeout=DELIVERY_HEARTBEAT_TIMEOUT,
                schedule_to_close_timeout=self._patience,
                retry_policy=DELIVERY_RETRY,
                priority=Priority(priority_key=Urgency.CRITICAL if moment.template.is_urgent else Urgency.NORMAL),
                rpc_timeout=timedelta(seconds=2),
            )
        except ActivityAlreadyStartedError:
            return


class CaseReports:
    """Tells cases what the system itself found out, through the signal that any sender may use."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def report(self, view: CaseView, report: ReportDelivery) -> None:
        """Tell the case how a delivery ended. A closed or erased one takes none: the ledger alone knows then."""
        command_id = f"{report.message_key}:{report.outcome}"
        command = Command(id=command_id, actor=SYSTEM, decision=report, number=view.number)
        try:
            await self._client.get_workflow_handle(process_id(view)).signal("decide", command)
        except Erased:
            return
        except RPCError as refusal:
            if refusal.status is not RPCStatusCode.NOT_FOUND:
                raise


def workflow_id(number: str) -> str:
    """The engine's id of the case with this number."""
    return f"appeal-{number}"


def process_id(view: CaseView) -> str:
    """The engine's id of the process behind this case: an incident's is that of its failure's signature."""
    incident = view.facts.incident
    return incident_id(incident.signature) if incident else workflow_id(view.number)


async def has_ended(client: Client, process: str) -> bool:
    """Whether a process is over, be it that the engine has forgotten it."""
    try:
        description = await client.get_workflow_handle(process).describe(rpc_timeout=HEALTH_TIMEOUT)
    except RPCError as refusal:
        if refusal.status is not RPCStatusCode.NOT_FOUND:
            raise
        return True
    return description.status is not WorkflowExecutionStatus.RUNNING


async def is_serving(settings: Settings) -> bool:
    """Whether the engine answers."""
    try:
        client = await _connect(settings, identity="health")
        return await client.service_client.check_health(timeout=HEALTH_TIMEOUT)
    except (RPCError, EngineUnavailable):
        return False


async def ensure_namespace(settings: Settings) -> bool:
    """Keep closed histories for years, not for the development server's one day; false until that is set."""
    client = await _connect(settings, identity="setup")
    retention = Duration()
    retention.FromTimedelta(RETENTION)
    request = UpdateNamespaceRequest(
        namespace=settings.engine_namespace, config=NamespaceConfig(workflow_execution_retention_ttl=retention)
    )
    try:
        await client.workflow_service.update_namespace(request, timeout=HEALTH_TIMEOUT)
    except RPCError:
        return False
    return True


async def is_worked_on(settings: Settings, *queues: str) -> bool:
    """Whether some worker polls each of the queues."""
    client = await _connect(settings, identity="health")
    for queue in queues:
        request = DescribeTaskQueueRequest(
            namespace=settings.engine_namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        )
        if not (await client.workflow_service.describe_task_queue(request, timeout=HEALTH_TIMEOUT)).pollers:
            return False
    return True
