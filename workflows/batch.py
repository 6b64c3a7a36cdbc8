"""One decision for many appeals, each of which takes it once or says why not (ADR 21)."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy

from activities.interfaces import BatchActivities
from domain.actors import Actor
from domain.contracts.batches import BatchEnd, BatchPiece, BatchStart
from domain.urgency import Urgency
from workflows.history import has_outgrown_its_run

PIECE = 50
"""Appeals decided on by one activity; a cancellation waits for the end of one."""

# For as long as it takes: a batch that was ordered is carried out, whatever is down meanwhile.
RECORDING = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=30),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10)),
)
DECIDING = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(minutes=10),
    heartbeat_timeout=timedelta(seconds=60),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10)),
    priority=Priority(priority_key=Urgency.NORMAL),
)


@workflow.defn
class BatchWorkflow:
    """Sends the appeals of one order their decision, piece by piece, until all have it or somebody cancels."""

    @workflow.init
    def __init__(self, start: BatchStart) -> None:
        # A cancellation can arrive before `run`: the state takes it from here on.
        self._state = start.state

    @workflow.run
    async def run(self, start: BatchStart) -> int:
        """Carry the order out; how many appeals were sent the decision."""
        state, order = self._state, self._state.order
        if not state.is_on_record:
            await workflow.execute_activity_method(BatchActivities.begin_batch, order, **RECORDING)
            state.is_on_record = True
        while (numbers := order.numbers[state.sent : state.sent + PIECE]) and state.cancelled_by is None:
            if has_outgrown_its_run(order.history_events):
                workflow.continue_as_new(BatchStart(state=state))
            piece = BatchPiece(
                batch_id=order.id, actor=order.actor, decision=order.decision, first=state.sent, numbers=numbers
            )
            await workflow.execute_activity_method(BatchActivities.decide_piece, piece, **DECIDING)
            state.sent += len(numbers)
        cancelled_by = state.cancelled_by.subject if state.cancelled_by and numbers else None
        end = BatchEnd(batch_id=order.id, cancelled_by=cancelled_by, at=workflow.now())
        await workflow.execute_activity_method(BatchActivities.end_batch, end, **RECORDING)
        return state.sent

    @workflow.signal
    def cancel(self, actor: Actor) -> None:
        """Send nothing more; what was decided stays decided."""
        self._state.cancelled_by = self._state.cancelled_by or actor
