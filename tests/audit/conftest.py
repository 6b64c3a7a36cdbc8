"""A case that has ended, one that goes on, and a verifier of their register or of a copy that was tampered with."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from audit.archiver import Archiver
from audit.replay import StrongReplayer
from audit.sources import Sources
from audit.verify import Verifier
from domain.actors import Role
from domain.calendar import CURRENT_VERSION
from domain.contracts.appeal import Policy
from domain.contracts.audits import Verdict
from infra.archive import Archive, open_files
from infra.codec import SealingCodec
from infra.keyring import WrappedKeyring, keyring_of
from store.archived import Archived
from store.database import open_database
from store.keys import KeyStore, open_keys, prepare_keys
from store.register import Register
from tests.examples import secured
from tests.house import House, engine, house
from tests.sandbox_process import SandboxProcess
from tests.walks import with_password, with_question
from worker import notary


@dataclass
class Audited:
    """A house whose cases are audited."""

    home: House
    ended: str
    open: str
    before: Path
    """The register as it was before the ended case ended."""
    keyring: WrappedKeyring
    archive: Archive
    archiver: Archiver

    @property
    def file(self) -> Path:
        return self.home.settings.data_dir / "register.db"

    @asynccontextmanager
    async def forged_in_engine(self, number: str, *, whole: bool = False) -> AsyncIterator[int]:
        """While this lasts, the engine keeps another first payload of a case, or nonsense for the `whole` batch.

        Gives the id of the event. An engine that can't read a batch says that it is not available.
        """
        history = await self.home.sealed_history(number)
        first = history.events[0]
        was = first.workflow_execution_started_event_attributes.input.payloads[0].data
        with closing(sqlite3.connect(self.home.settings.data_dir / "engine.db", timeout=20)) as connection:
            nodes = connection.execute("SELECT rowid, data FROM history_node").fetchall()
            ((row, kept),) = [node for node in nodes if was in node[1]]
            put = "UPDATE history_node SET data = ? WHERE rowid = ?"
            with connection:
                connection.execute(put, (b"\xff" * len(kept) if whole else kept.replace(was, was[::-1]), row))
            yield first.event_id
            with connection:
                connection.execute(put, (kept, row))

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a command of this house."""
        settings = self.home.settings
        return os.environ | {
            "HOTLINE_DATA_DIR": str(settings.data_dir),
            "HOTLINE_ENGINE_ADDRESS": settings.engine_address,
            "HOTLINE_ENGINE_NAMESPACE": settings.engine_namespace,
        }

    async def command(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one `hotline` command to its end; the house goes on meanwhile."""
        command = [sys.executable, "-m", "cli", *arguments]
        return await asyncio.to_thread(
            lambda: subprocess.run(  # noqa: S603 - our own command
                command, env=self.environment | environment, capture_output=True, text=True, check=False
            )
        )

    def verifier(self, register: Register) -> Verifier:
        sources = Sources(self.home.client, self.archive, Archived(register.engine))
        replayer = StrongReplayer(SealingCodec(self.keyring))  # a process of its own, with keys that it remembers
        return Verifier(register, sources, self.keyring, replayer)


NO_REPEATS = Policy(calendar_version=CURRENT_VERSION, repeat_window_days=0)

Forger = Callable[[Register], Awaitable[None]]
Tampered = Callable[..., Awaitable[Verdict]]


def copied(file: Path, to: Path) -> Path:
    """A copy of a database that is in use."""
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
    return to


@pytest.fixture(scope="package")
async def audited(world: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Audited]:
    """A house on an engine of its own: whoever proves all of its cases has the keys of all."""
    data_dir = tmp_path_factory.mktemp("audited")
    async with (
        engine(data_dir / "engine.db") as environment,
        house(environment, world, data_dir, policy=NO_REPEATS) as home,
        AsyncExitStack() as stack,
    ):
        keys = open_keys(home.settings.keys_database)
        stack.push_async_callback(keys.dispose)
        await prepare_keys(keys)
        keyring = keyring_of(home.settings, KeyStore(keys))
        archive = Archive(open_files(home.settings), keyring)
        archived = Archived(home.register.engine)
        archiver = Archiver(home.client, archive, archived, home.settings.case_queue)
        signing = await stack.enter_async_context(notary(home.settings))
        number = await with_password(home)
        await signing.sign()
        before = copied(data_dir / "register.db", data_dir / "yesterday.db")
        await home.decide(number, Role.REGISTRY, secured())
        await home.ended(number)
        await home.delivered(number)
        going_on = await with_question(home)
        await home.at_rest(going_on)
        await signing.sign()
        yield Audited(home, number, going_on, before, keyring, archive, archiver)


@pytest.fixture
async def tampered(audited: Audited, tmp_path: Path) -> AsyncIterator[Tampered]:
    """Verifies a case in a copy of the register in which some SQL was run, past every trigger."""
    async with AsyncExitStack() as stack:

        async def verify(
            number: str, *statements: str, file: Path | None = None, by: Forger | None = None
        ) -> Verdict:
            copy = tmp_path / "copy.db"
            copied(file or audited.file, copy)
            with closing(sqlite3.connect(copy)) as connection, connection:
                triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
                for (trigger,) in triggers:
                    connection.execute(f"DROP TRIGGER {trigger}")
                for statement in statements:
                    assert connection.execute(statement, {"number": number}).rowcount, statement
            database = open_database(f"sqlite+aiosqlite:///{copy}")
            stack.push_async_callback(database.dispose)
            register = Register(database, audited.home.settings.index_secret, audited.keyring)
            if by:
                await by(register)
            return await audited.verifier(register).verify(number)

        yield verify
