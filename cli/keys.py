"""The keys that wrap the cases' keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import typer

from cli.console import console, run
from infra.keyring import wrapping_of
from infra.rotation import retire as retire_key
from infra.rotation import rewrap_all
from infra.settings import Settings
from store.keys import KeyStore, open_keys

app = typer.Typer()
keys_app = typer.Typer(no_args_is_help=True, help="The keys that wrap the cases' keys.")
app.add_typer(keys_app, name="keys")


@keys_app.command()
def rotate() -> None:
    """Make a new wrapping key and wrap every case's key with it; what they have sealed is not touched."""
    run(_rotate(Settings(), is_new=True))


@keys_app.command()
def rewrap() -> None:
    """Go on with a rotation that was broken off."""
    run(_rotate(Settings(), is_new=False))


@keys_app.command()
def retire(wrapping_key_id: str) -> None:
    """Remove a wrapping key; refused while a case's key is wrapped by it."""
    run(_retire(Settings(), wrapping_key_id))


async def _rotate(settings: Settings, is_new: bool) -> None:
    wrapping = wrapping_of(settings)
    before = await wrapping.current()
    current = await wrapping.rotate() if is_new else before
    async with _store(settings) as store:
        rewrapped = await rewrap_all(store, wrapping)
    console.print(f"{rewrapped} keys are now wrapped by {current}.", highlight=False)
    if current != before:
        console.print(f"Nothing is wrapped by {before}: `hotline keys retire {before}` removes it.", highlight=False)


async def _retire(settings: Settings, wrapping_key_id: str) -> None:
    async with _store(settings) as store:
        await retire_key(store, wrapping_of(settings), wrapping_key_id)
    console.print(f"The wrapping key {wrapping_key_id} is retired.", highlight=False)


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[KeyStore]:
    engine = open_keys(settings.keys_database)
    try:
        yield KeyStore(engine)
    finally:
        await engine.dispose()
