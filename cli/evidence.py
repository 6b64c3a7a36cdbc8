"""Evidence of a case for those who do not have to trust us."""

import os
from pathlib import Path
from typing import Annotated

import typer
from temporalio.service import RPCError

from audit.evidence import NotProvable, Prover
from audit.sources import NoHistory, Sources, process_behind
from cli.console import console, fail, parsed, run
from domain.number import format_number
from domain.sealing import NoKey
from infra.archive import Archive, ArchiveDamaged, open_files
from infra.engine import connect
from infra.keyring import keyring_of
from infra.settings import Settings
from infra.signing import UnusableKey
from store.archived import Archived
from store.database import open_database
from store.evidence import rows_of_case
from store.keys import KeyStore, open_keys
from store.log import Log
from store.messages import Ledger
from store.register import Register

app = typer.Typer()


@app.command()
def evidence(
    number: str,
    output: Annotated[Path, typer.Option("--output", "-o", help="The archive to write; it must not exist yet.")],
) -> None:
    """Write all that proves a case into one archive, with a program that checks it (AUD-2)."""
    run(_evidence(Settings(), parsed(number), output))


async def _evidence(settings: Settings, number: str, output: Path) -> None:
    from worker import notary  # loads everything

    keys = open_keys(settings.keys_database)
    keyring = keyring_of(settings, KeyStore(keys))
    client = await connect(settings, "evidence", keyring)
    database = open_database(settings.database)
    register = Register(database, settings.index_secret, keyring)
    sources = Sources(client, Archive(open_files(settings), keyring), Archived(database))
    try:
        if not (await rows_of_case(database, number)).journal:
            fail(f"The register holds no appeal {format_number(number)}.")
            return
        async with notary(settings) as signing:
            await signing.sign()
            prover = Prover(
                register=register,
                ledger=Ledger(database, keyring),
                log=Log(database),
                signer=signing.signer,
                histories=lambda case: sources.histories(process_behind(case)),
                codec=client.data_converter.payload_codec,
                help_phone=settings.help_phone,
            )
            archive = await prover.prove(number)
    except UnusableKey as fault:
        fail(f"Evidence is signed: {fault}")
    except (NotProvable, NoHistory, ArchiveDamaged, NoKey) as fault:
        fail(f"{format_number(number)} is not provable: {fault}")
    except RPCError as fault:
        fail(f"The engine does not give the history of {format_number(number)}: {fault.message}")
    else:
        _write(output, archive)
        console.print(f"{output}: {len(archive)} bytes. Unpack it and run: python verify.py", highlight=False)
    finally:
        await database.dispose()
        await keys.dispose()


def _write(output: Path, archive: bytes) -> None:
    """Personal data are in it: nobody else reads it, and nothing is overwritten."""
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        fail(f"{output} can't be written: {fault.strerror}")
        return
    with os.fdopen(handle, "wb") as file:
        file.write(archive)
