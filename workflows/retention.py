"""Cases whose retention period is over erase themselves (ADR 18)."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from activities.interfaces import RetentionActivities
from domain.contracts.retention import RetentionOrder

BATCHES_AT_MOST = 200
"""So much in one run; the next one goes on with what is left."""

ERASING = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(minutes=2),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5)),
)


@workflow.defn
class RetentionWorkflow:
    """One night's run, started by a schedule."""

    @workflow.run
    async def run(self) -> int:
        """Erase what is overdue; how many cases that were."""
        erased, after = 0, ""
        for _ in range(BATCHES_AT_MOST):
            order = RetentionOrder(now=workflow.now(), after=after)
            batch = await workflow.execute_activity_method(RetentionActivities.erase_overdue, order, **ERASING)
            erased += batch.erased
            if batch.last is None:
                break
            after = batch.last
        return erased
