"""Following cases as they go on: one reader of the feed for all who follow in this process (ADR 22)."""

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice

import structlog

from api.problems import ProblemError, unavailable
from domain.actors import Actor
from domain.case import CaseView
from domain.contracts.events import AppealErased
from domain.feed import FeedEntry
from domain.rights import Operation, Reach, may, reach
from domain.sealing import Erased
from store.database import DATABASE_TROUBLE
from store.feed import Feed
from store.register import Register

PAGE = 500
RECENT_AT_MOST = 5000
VIEWS_AT_MOST = 1000
ENDS_WITHIN_SECONDS = 2

log = structlog.get_logger()


@dataclass(frozen=True)
class Bounds:
    """How many may follow in this process, together and one client, and how often the feed is read."""

    streams_max: int
    streams_of_client_max: int
    every_seconds: float


@dataclass(frozen=True)
class Begun:
    """The first thing that a follower hears: from where on it follows.

    `is_reset` where what it asked for is not on record, such as after the register was restored from a backup: it has
    to read anew what it shows.
    """

    place: int
    is_reset: bool = False


class Live:
    """Hands out the feed. It keeps the last entries for all; who is further behind reads the register.

    So nobody has a queue of their own: a slow follower costs nothing, and loses nothing.
    """

    def __init__(self, register: Register, bounds: Bounds) -> None:
        self._register = register
        self._feed = Feed(register.engine)
        self._bounds = bounds
        self._recent: deque[FeedEntry] = deque(maxlen=RECENT_AT_MOST)
        self._newest: int | None = None
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._followers: Counter[str] = Counter()
        self._views: OrderedDict[str, tuple[int, CaseView | None]] = OrderedDict()
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Read the feed while this lasts."""
        reading = asyncio.create_task(self._read())
        try:
            yield
        finally:
            self.end()
            await asyncio.wait({reading}, timeout=ENDS_WITHIN_SECONDS)
            reading.cancel()

    def end(self) -> None:
        """Let all who follow go; they come again, to another process."""
        self._ended.set()
        self._changed.set()

    @contextmanager
    def room_for(self, client: str) -> Iterator[None]:
        """Room for one more stream of this client while this lasts; a `ProblemError` where there is none."""
        if self._ended.is_set() or self._followers.total() >= self._bounds.streams_max:
            raise unavailable("busy")
        if self._followers[client] >= self._bounds.streams_of_client_max:
            raise _too_many_streams(self._bounds.streams_of_client_max)
        self._followers[client] += 1
        try:
            yield
        finally:
            self._followers[client] -= 1
            self._followers += Counter()

    async def of_case(self, number: str, after: int | None, until: float) -> AsyncIterator[Begun | FeedEntry]:
        """What happens in one case, each entry of its journal once, after a position or from now on.

        It ends with this process, with the case's erasure, or at the instant `until`, in seconds of 1970.
        """
        last, place = await self._feed.last_position(number), await self._known()
        begun = _begun(after, last)
        yield begun
        async for entry in self._of_journal_and_feed(number, begun.place, place, until):
            yield entry
            if entry.type == AppealErased.__name__:
                return

    async def of_desk(self, actor: Actor, after: int | None, until: float) -> AsyncIterator[Begun | FeedEntry]:
        """What happens in the cases that this actor reaches, after a place of the feed or from now on."""
        begun = _begun(after, await self._known())
        yield begun
        sees_all = reach(actor.role, Operation.FOLLOW_DESK) is Reach.ALL
        async for entry in self._since(begun.place, until):
            if sees_all or await self._is_in_reach(actor, entry):
                yield entry

    async def place(self) -> int:
        """Where the feed is: who follows a desk after this place misses nothing from now on."""
        return await self._known()

    async def _of_journal_and_feed(
        self, number: str, position: int, place: int, until: float
    ) -> AsyncIterator[FeedEntry]:
        while page := await self._feed.of_case(number, position, PAGE):
            for entry in page:
                yield entry
            position = page[-1].position
        async for entry in self._since(place, until):
            # What the journal has told already comes again in the feed.
            if entry.number == number and entry.position > position:
                position = entry.position
                yield entry

    async def _since(self, place: int, until: float) -> AsyncIterator[FeedEntry]:
        while not self._ended.is_set() and time.time() < until:
            changed = self._changed
            if page := await self._page(place):
                for entry in page:
                    yield entry
                place = page[-1].place
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), max(until - time.time(), 0))

    async def _page(self, place: int) -> list[FeedEntry]:
        if self._newest is None or place >= self._newest:
            return []
        if self._recent and place >= self._recent[0].place - 1:
            begin = place + 1 - self._recent[0].place
            return list(islice(self._recent, begin, begin + PAGE))
        return await self._feed.after(place, PAGE)

    async def _known(self) -> int:
        """The newest place, which the register tells a new process."""
        if self._newest is None:
            return await self._feed.newest()
        return self._newest

    async def _is_in_reach(self, actor: Actor, entry: FeedEntry) -> bool:
        async with self._opening:
            # One opens the case for all who ask at the same moment.
            known_at, view = self._views.pop(entry.number, (0, None))
            if known_at < entry.place:
                known_at, view = await self._known(), await self._view(entry.number)
            self._views[entry.number] = (max(known_at, entry.place), view)
            if len(self._views) > VIEWS_AT_MOST:
                self._views.popitem(last=False)
        return view is not None and may(actor, Operation.FOLLOW_DESK, view)

    async def _view(self, number: str) -> CaseView | None:
        with suppress(Erased):
            return await self._register.view(number)
        return None

    async def _read(self) -> None:
        while not self._ended.is_set():
            page: list[FeedEntry] = []
            try:
                if self._newest is None:
                    self._newest = await self._feed.newest()
                await self._feed.advance()
                page = await self._feed.after(self._newest, PAGE)
            except DATABASE_TROUBLE as trouble:
                log.warning("the feed waits for its database", error=type(trouble).__name__)
            if page:
                self._recent.extend(page)
                self._newest = page[-1].place
                self._changed.set()
                self._changed = asyncio.Event()
            if len(page) < PAGE:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ended.wait(), self._bounds.every_seconds)


def _begun(after: int | None, newest: int) -> Begun:
    if after is None:
        return Begun(newest)
    return Begun(after) if after <= newest else Begun(newest, is_reset=True)


def _too_many_streams(at_most: int) -> ProblemError:
    return ProblemError(
        429,
        "too_many_streams",
        "Слишком много открытых потоков",
        f"Одновременно можно открыть не больше {at_most}. Закройте лишние и откройте поток ещё раз.",
        headers={"Retry-After": "5"},
    )
