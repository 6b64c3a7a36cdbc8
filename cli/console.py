"""What every command shares: where it prints, how it runs, and how it ends."""

import asyncio
import gc
import time
from collections.abc import Coroutine
from typing import Any

import typer
from rich.console import Console

from domain.identifiers import InvalidIdentifier
from domain.number import parse_number
from infra.engine import EngineUnavailable
from infra.signing import UnusableKey
from infra.stack import NotHealthy, PortTaken
from infra.wrapping import WrappingKeyTrouble

console = Console()
complaints = Console(stderr=True)


def run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except (PortTaken, NotHealthy, EngineUnavailable, WrappingKeyTrouble, UnusableKey) as failure:
        fail(str(failure))
    finally:
        # The engine's client may abort the interpreter's exit while its threads still end
        # (temporalio/sdk-python#300).
        gc.collect()
        time.sleep(0.3)


def fail(reason: str) -> Any:
    complaints.print(reason, style="red", highlight=False)
    raise typer.Exit(1)


def parsed(number: str) -> str:
    try:
        return parse_number(number)
    except InvalidIdentifier as fault:
        fail(str(fault))
        raise
