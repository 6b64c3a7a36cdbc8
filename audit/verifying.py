"""`python -m audit.verifying`: a child that verifies the case of each number it reads, for `audit.pool`."""

import asyncio
import json
import os
import sys
from typing import TextIO

from audit.verify import verifier
from infra.settings import Settings


async def _answer_all(answers: TextIO) -> None:
    async with verifier(Settings()) as ours:
        while line := await asyncio.to_thread(sys.stdin.readline):
            verdict = await ours.verify(json.loads(line))
            answers.write(verdict.model_dump_json() + "\n")
            answers.flush()


if __name__ == "__main__":
    # The engine's core complains on the standard output, which is for answers alone.
    own = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    asyncio.run(_answer_all(own))
    os._exit(0)  # the engine's client may abort an orderly exit (temporalio/sdk-python#300)
