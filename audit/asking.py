"""One case verified in a child process: replay is work for the processor, and this one has others' cases to run."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing

from audit.pool import asked
from domain.contracts.audits import Finding, Standing, Verdict

WITHIN_SECONDS = 150.0
"""Less than the engine waits for the activity, so that the child does not outlive it."""


async def verified(number: str, environment: Mapping[str, str] | None = None) -> Verdict:
    """The verdict on one case; `TimeoutError` where it takes too long, and the child is gone then."""

    async def question() -> AsyncIterator[str]:
        yield number

    children = asked([sys.executable, "-m", "audit.verifying"], question(), 1, environment)
    async with asyncio.timeout(WITHIN_SECONDS), aclosing(children) as answers:  # type: ignore[type-var]
        async for _, answer in answers:
            return Verdict.model_validate(answer) if answer else broken_off(number)
    return broken_off(number)


def broken_off(number: str) -> Verdict:
    """The verdict on a case whose verification has died."""
    text = "its verification broke off"
    return Verdict(number=number, standing=Standing.DIVERGED, finding=text, findings=[Finding(check="", text=text)])
