"""Evidence of a case for those who do not have to trust us."""

import os
import pwd
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.service import RPCError

from audit.evidence import UNPROVED
from cli.console import console, fail, parsed, run, settings_at_hand
from domain.access import Access
from domain.actors import Actor, Role
from domain.number import format_number
from domain.rights import Ground, Operation
from infra.engine import connect
from infra.keyring import keyring_of
from infra.settings import Settings
from infra.signing import UnusableKey
from store.access import AccessLog
from store.database import open_database
from store.evidence import rows_of_case
from store.keys import KeyStore, open_keys
from store.register import Register

app = typer.Typer()


@app.command()
def evidence(
    number: str,
    output: Annotated[Path, typer.Option("--output", "-o", help="The archive to write; it must not exist yet.")],
) -> None:
    """Write all that proves a case into one archive, with a program that checks it (AUD-2)."""
    run(_evidence(settings_at_hand(), parsed(number), output))


async def _evidence(settings: Settings, number: str, output: Path) -> None:
    from worker import notary, prover  # loads everything

    keys = open_keys(settings.keys_database)
    keyring = keyring_of(settings, KeyStore(keys))
    client = await connect(settings, "evidence", keyring)
    database = open_database(settings.database)
    register = Register(database, settings.index_secret, keyring)
    try:
        if not (await rows_of_case(database, number)).journal:
            fail(f"The register holds no appeal {format_number(number)}.")
            return
        await _put_on_record(database, number)
        async with notary(settings) as signing:
            await signing.sign()
            archive = await prover(settings, client, register, signing.signer).prove(number)
    except UnusableKey as fault:
        fail(f"Evidence is signed: {fault}")
    except UNPROVED as fault:
        fail(f"{format_number(number)} is not provable: {fault}")
    except RPCError as fault:
        fail(f"The engine does not give the history of {format_number(number)}: {fault.message}")
    else:
        _write(output, archive)
        console.print(f"{output}: {len(archive)} bytes. Unpack it and run: python verify.py", highlight=False)
    finally:
        await database.dispose()
        await keys.dispose()


async def _put_on_record(database: AsyncEngine, number: str) -> None:
    """Write down who of this machine takes all that the case tells, before they have it (AUD-3)."""
    accesses, request_id = AccessLog(database), f"console-{uuid4().hex}"[:40]
    taker = Actor(subject=f"console:{_user()}", role=Role.SYSTEM)
    look = Access.by(taker, number, Operation.TAKE_EVIDENCE, Ground.AUDIT, datetime.now(UTC), request_id)
    await accesses.record([look])
    await accesses.settled()


def _user() -> str:
    """Whom the machine says that this process belongs to; the environment could say anybody."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _write(output: Path, archive: bytes) -> None:
    """Personal data are in it: nobody else reads it, and nothing is overwritten."""
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        fail(f"{output} can't be written: {fault.strerror}. Name another file: --output")
        return
    with os.fdopen(handle, "wb") as file:
        file.write(archive)
