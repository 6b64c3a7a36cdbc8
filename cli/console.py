"""What every command shares: where it prints, how it runs, and how it ends."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import typer
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

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


def settings_at_hand() -> Settings:
    """The settings, once they lead to a register: a command that reads makes none, nor keys, in a wrong folder."""
    settings = Settings()
    if not settings.database_url and not (settings.data_dir / "register.db").exists():
        fail(
            f"There is no register in {settings.data_dir.absolute()}. Set HOTLINE_DATA_DIR to the data folder of the"
            " stack, or start one here: hotline up"
        )
    return settings


def wrong_settings(fault: ValidationError) -> Iterator[str]:
    """Each wrong setting by its name in the environment, and what is wrong; never its value: it may be a secret."""
    for each in fault.errors(include_input=False, include_url=False):
        name = "__".join(str(part) for part in each["loc"]).upper()
        said = each["msg"].removeprefix("Value error, ")
        yield f"HOTLINE_{name}: {said}" if name else said


def run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except Erased:
        fail("The case was erased: nobody can read it any more.")
    except EngineUnavailable as failure:
        fail(f"{failure} Is the stack up? Try: hotline up. It may have another address: HOTLINE_ENGINE_ADDRESS")
    except RPCError as failure:
        fail(f"The engine did not do what was asked: {failure.status.name}, {failure.message}")
    except SQLAlchemyError as failure:
        # Its text is the statement; what the driver said is enough, and never quotes what was to be written.
        said = str(getattr(failure, "orig", None) or type(failure).__name__)
        fail(f"The database did not do what was asked: {said}. Does HOTLINE_DATABASE_URL lead to a register?")
    except (PortTaken, NotHealthy, WrappingKeyTrouble, UnusableKey) as failure:
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
    complaints.print(reason, style="red", highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def parsed(number: str) -> str:
    try:
        return parse_number(number)
    except InvalidIdentifier as fault:
        fail(str(fault))
        raise
