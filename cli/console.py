"""What every command shares: where it prints, how it runs, and how it ends."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import typer
from rich.console import Console

from domain.identifiers import InvalidIdentifier
from domain.number import parse_number
from domain.sealing import Erased
from infra.engine import EngineUnavailable
from infra.keyring import keyring_of
from infra.settings import Settings
from infra.signing import UnusableKey
from infra.stack import NotHealthy, PortTaken
from infra.wrapping import WrappingKeyTrouble
from store.database import open_database
from store.keys import KeyStore, open_keys
from store.register import Register

console = Console()
complaints = Console(stderr=True)


def run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except Erased:
        fail("The case was erased: nobody can read it any more.")
    except (PortTaken, NotHealthy, EngineUnavailable, WrappingKeyTrouble, UnusableKey) as failure:
        fail(str(failure))
    finally:
        # The engine's client may abort the interpreter's exit while its threads still end
        # (temporalio/sdk-python#300).
        gc.collect()
        time.sleep(0.3)


@asynccontextmanager
async def opened_register(settings: Settings) -> AsyncIterator[Register]:
    """The register with its keys."""
    database, keys = open_database(settings.database), open_keys(settings.keys_database)
    yield Register(database, settings.index_secret, keyring_of(settings, KeyStore(keys)))
    await database.dispose()
    await keys.dispose()


def fail(reason: str) -> Any:
    complaints.print(reason, style="red", highlight=False)
    raise typer.Exit(1)


def parsed(number: str) -> str:
    try:
        return parse_number(number)
    except InvalidIdentifier as fault:
        fail(str(fault))
        raise
