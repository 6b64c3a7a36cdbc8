"""Two ways of doing the same, measured in turns, so that a machine whose speed drifts drifts for both."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass

Once = Callable[[], Awaitable[object]]
Client = Callable[[], AbstractAsyncContextManager[Once]]
"""Makes one client, which then does its one thing again and again, with nobody before it in its own queue."""


@dataclass(frozen=True)
class Round:
    """How often a second something was done, and how long it took in milliseconds."""

    rate: float
    p50: float
    p95: float


@dataclass(frozen=True)
class Result:
    """The medians of all rounds, and the ratio of the rates, round by round."""

    ours: Round
    bare: Round
    ratios: Sequence[float]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)


async def compare(ours: Client, bare: Client, clients: int, rounds: int, seconds: float) -> Result:
    """What this many clients at once get done, of each kind in turns; each kind is warmed up first."""
    for client in (ours, bare):
        await measured(client, clients, seconds / 2)
    pairs = [(await measured(ours, clients, seconds), await measured(bare, clients, seconds)) for _ in range(rounds)]
    our, their = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return Result(_median(our), _median(their), [mine.rate / theirs.rate for mine, theirs in pairs])


async def measured(client: Client, clients: int, seconds: float) -> Round:
    """One round of one kind; what is under way when the time is over still counts, with its time."""
    took: list[float] = []
    async with AsyncExitStack() as stack:
        all_of_them = [await stack.enter_async_context(client()) for _ in range(clients)]
        began = time.perf_counter()
        await asyncio.gather(*(_again_and_again(once, began + seconds, took) for once in all_of_them))
        whole = time.perf_counter() - began
    took.sort()
    return Round(len(took) / whole, statistics.median(took) * 1000, took[int(len(took) * 0.95)] * 1000)


async def _again_and_again(once: Once, until: float, took: list[float]) -> None:
    while (began := time.perf_counter()) < until:
        await once()
        took.append(time.perf_counter() - began)


def _median(rounds: Sequence[Round]) -> Round:
    return Round(*(statistics.median(getattr(each, name) for each in rounds) for name in ("rate", "p50", "p95")))
