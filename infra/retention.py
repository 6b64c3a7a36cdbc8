"""The schedule by which cases erase themselves when their retention period is over (ADR 18)."""

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleHandle,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from infra.settings import Settings

EVERY = timedelta(days=1)
AT_NIGHT = timedelta(hours=0)  # UTC: three in the morning in Moscow


async def ensure_retention(client: Client, settings: Settings) -> ScheduleHandle:
    """Have the retention run every night; made by whichever worker starts first."""
    schedule_id = f"retention-{settings.case_queue}"
    action = ScheduleActionStartWorkflow("RetentionWorkflow", id=schedule_id, task_queue=settings.case_queue)
    schedule = Schedule(
        action=action,
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY, offset=AT_NIGHT)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
    )
    try:
        return await client.create_schedule(schedule_id, schedule)
    except ScheduleAlreadyRunningError:
        return client.get_schedule_handle(schedule_id)
