"""When a run has written so much that its workflow goes on in another."""

from temporalio import workflow


def has_outgrown_its_run(limit_events: int | None) -> bool:
    """Whether the history has so many events, or the engine advises another run; asked of what is in the history.

    A decision that is refused is not: what a workflow does may not depend on an answer given to one.
    """
    info = workflow.info()
    too_long = limit_events is not None and info.get_current_history_length() >= limit_events
    return too_long or info.is_continue_as_new_suggested()
