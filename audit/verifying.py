"""`python -m audit.verifying`: a child that verifies the case of each number it reads, for `audit.pool`."""

import asyncio
import json
import os
import sys

from audit.verify import verifier
from infra.settings import Settings


async def _answer_all() -> None:
    async with verifier(Settings()) as ours:
        while line := await asyncio.to_thread(sys.stdin.readline):
            verdict = await ours.verify(json.loads(line))
            sys.stdout.write(verdict.model_dump_json() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_answer_all())
    os._exit(0)  # the engine's client may abort an orderly exit (temporalio/sdk-python#300)
