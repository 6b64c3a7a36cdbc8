"""Whether every case of a run can be proved, as whoever has to answer for them would ask: by the command."""

import asyncio
import sys
from collections.abc import Mapping

from tests.sandbox_process import REPOSITORY

WITHIN_SECONDS = 600.0


async def unverified(environment: Mapping[str, str]) -> list[str]:
    """What `hotline verify --all` complains of: the cases and the parts of the log that do not hold."""
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", "verify", "--all"),
        cwd=REPOSITORY,
        env={**environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(WITHIN_SECONDS):
        told, complained = await command.communicate()
    if command.returncode == 0:
        return []
    return [line for line in complained.decode().splitlines() if line.strip()] or [told.decode()]
