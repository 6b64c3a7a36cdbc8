"""Structured logs. No personal data: log ids, names of things and counts."""

import logging
import sys

import structlog


def configure_logs(json: bool) -> None:
    """One line per event, as JSON for machines or as text for a developer's terminal."""
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False) if json else _console()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    foreign: list[structlog.typing.Processor] = [*shared]
    if json:
        foreign.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*foreign, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=foreign))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in ("httpx", "alembic", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _console() -> structlog.dev.ConsoleRenderer:
    # Plain tracebacks: the pretty ones print local variables, and these hold personal data.
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
