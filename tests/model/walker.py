"""A house on an event loop of its own, so that a synchronous state machine can walk its cases."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from domain.calendar import CURRENT_VERSION
from domain.case import CaseView
from domain.contracts.appeal import Policy
from tests.house import House, engine, house
from tests.sandbox_process import SandboxProcess

T = TypeVar("T")
STEP_SECONDS = 30.0


def rings_of(view: CaseView) -> list[datetime]:
    """When each of the case's clocks rings next."""
    return [ring.at for clock in view.clocks.values() if (ring := clock.next_ring())]


class Walker:
    """Runs the house's coroutines from the test's thread, one after another."""

    def __init__(self, loop: asyncio.AbstractEventLoop, home: House) -> None:
        self._loop = loop
        self.home = home

    def do(self, step: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(step, STEP_SECONDS), self._loop).result()

    def view(self, number: str) -> CaseView:
        """The case as the register has it, when nothing moves any more and each ring that was due has been heard."""
        return self.do(self._settled(number))

    async def _settled(self, number: str) -> CaseView:
        while True:
            await self.home.at_rest(number)
            view = await self.home.register.view(number)
            await self.home.at_rest(number)
            again = await self.home.register.view(number)
            if view and again and view.last_sequence == again.last_sequence and not await self._is_due(again):
                return again
            await asyncio.sleep(0.02)

    async def _is_due(self, view: CaseView) -> bool:
        rings = rings_of(view)
        return bool(rings) and min(rings) <= await self.home.now(view.number)


@contextmanager
def walking(world: SandboxProcess, data_dir: Path, **terms: Any) -> Iterator[Walker]:
    """A walker whose house handles its cases by these terms."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="walker")
    thread.start()
    stack = AsyncExitStack()

    async def build() -> House:
        environment = await stack.enter_async_context(engine())
        policy = Policy(calendar_version=CURRENT_VERSION, **terms)
        return await stack.enter_async_context(house(environment, world, data_dir, policy=policy))

    try:
        yield Walker(loop, asyncio.run_coroutine_threadsafe(build(), loop).result(60))
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
