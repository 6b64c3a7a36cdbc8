"""What an audit needs beside the pages: a worker that verifies and proves, and somebody who changes a journal."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from infra.notary import Notary
from tests.examples import question
from tests.house import House
from worker import auditing, notary


async def asked(home: House, about: str) -> str:
    """A question about a service that nobody else asks about: it is nobody's repeat."""
    number = await home.open(question("payments") | {"service": about})
    await home.expecting(number, "AnswerQuestion")
    return number


@asynccontextmanager
async def auditor_served(home: House) -> AsyncIterator[Notary]:
    """The part of the worker that verifies and proves, and its notary."""
    environment = {
        "HOTLINE_DATA_DIR": str(home.settings.data_dir),
        "HOTLINE_ENGINE_ADDRESS": home.settings.engine_address,
        "HOTLINE_ENGINE_NAMESPACE": home.settings.engine_namespace,
    }
    async with (
        notary(home.settings) as signing,
        auditing(home.settings, home.client, home.keyring, signing, environment),
    ):
        yield signing


def alter(home: House, number: str) -> None:
    """Somebody who can write the database names another role in an entry of the journal."""
    with closing(sqlite3.connect(home.settings.data_dir / "register.db")) as connection, connection:
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'"
        ).fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        changed = "UPDATE journal SET actor = replace(actor, 'system', 'operator') WHERE number = ? AND position = 3"
        assert connection.execute(changed, (number,)).rowcount
        for _, sql in guards:
            connection.execute(sql)
