"""A dispatcher in a process of its own, which can be killed: `python -m tests.webhooks.dispatcher_process`."""

import asyncio
import os
import subprocess
import sys

from infra.engine import connect
from infra.keyring import keyring_of
from infra.settings import Settings
from store.keys import KeyStore, open_keys
from tests.sandbox_process import REPOSITORY
from worker import dispatching


def dispatcher(settings: Settings) -> subprocess.Popen[bytes]:
    """One more dispatcher of the house with these settings."""
    names = ("data_dir", "database_url", "engine_address", "engine_namespace", "webhook_queue")
    environment = {f"HOTLINE_{name.upper()}": str(getattr(settings, name)) for name in names}
    command = [sys.executable, "-m", __name__]
    return subprocess.Popen(command, cwd=REPOSITORY, env=os.environ | environment)  # noqa: S603 - our own command


async def _dispatch(settings: Settings) -> None:
    keyring = keyring_of(settings, KeyStore(open_keys(settings.keys_database)))
    client = await connect(settings, "dispatcher", keyring)
    async with dispatching(settings, client):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_dispatch(Settings()))
