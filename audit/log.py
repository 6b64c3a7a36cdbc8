"""Whether the log is the one that was signed and published, and holds every journal (AUD-1)."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field

from domain import merkle
from domain.checkpoint import Checkpoint, InvalidNote, LogKey
from domain.merkle import Node, Span
from infra.published import PublishedCheckpoints
from infra.settings import Settings
from infra.signing import verified
from store.access import first_changed
from store.database import open_database
from store.log import Log

PAGE = 1000


@dataclass
class _Tree:
    """A tree that grows leaf by leaf; of it only the right edge is kept."""

    size: int = 0
    edge: dict[Node, bytes] = field(default_factory=dict)

    @property
    def root(self) -> bytes:
        return merkle.root_of(Span(0, self.size), self.edge)

    def grow(self, hashes: list[str]) -> dict[Node, bytes]:
        """The nodes that come with these hashes."""
        leaves = [merkle.leaf_hash(bytes.fromhex(each)) for each in hashes]
        added = merkle.append(self.size, [self.edge[node] for node in merkle.nodes_of(Span(0, self.size))], leaves)
        self.size += len(leaves)
        known = self.edge | added
        self.edge = {node: known[node] for node in merkle.nodes_of(Span(0, self.size))}
        return added


async def log_faults(log: Log, published: Iterable[str], keys: Iterable[LogKey]) -> AsyncIterator[str]:
    """What is wrong with the log; nothing where it holds.

    `published` are the notes that were kept outside the database, `keys` those that may sign. Everything is
    computed anew from the leaves, and held against the stored nodes and every note.
    """
    known = list(keys)
    roots: dict[int, list[tuple[str, bytes]]] = {}
    stored = [(f"checkpoint {each.size}", each.note) for each in await log.checkpoints()]
    outside = [(f"published checkpoint {nth}", note) for nth, note in enumerate(published, start=1)]
    for name, note in stored + outside:
        try:
            signed = _signed(note, known)
        except InvalidNote as invalid:
            yield f"{name}: {invalid}"
        else:
            roots.setdefault(signed.size, []).append((name, signed.root))
    async for fault in _faults_of_tree(log, roots):
        yield fault
    if (place := await log.unlogged()) is not None:
        yield f"journal of {place[0]}, position {place[1]}: the entry is not in the log"
    if (look := await first_changed(log.engine)) is not None:
        yield f"access {look[1]} to {look[0]}: it does not say what its hash says"
    if (look := await log.unlogged_access()) is not None:
        yield f"access {look[1]} to {look[0]}: it is not in the log"
    if (leaf := await log.unfounded()) is not None:
        yield f"leaf {leaf}: no journal entry and no access has this hash any more"


async def first_fault(settings: Settings, keys: Sequence[str] = ()) -> str | None:
    """What is first wrong with the log of the deployment that the settings name; None where it holds.

    `keys` are those that its operator has published. Without them, the keys of the log itself are believed.
    """
    database = open_database(settings.database)
    try:
        return await _first_fault(Log(database), PublishedCheckpoints(settings.published_checkpoints), keys)
    finally:
        await database.dispose()


async def _first_fault(log: Log, published: PublishedCheckpoints, keys: Sequence[str]) -> str | None:
    # The notes first: the log may grow meanwhile, and then holds them all the same.
    notes = await asyncio.to_thread(published.notes)
    if not notes and await log.newest():
        return f"none of its checkpoints is in {published.folder}, where they are published"
    try:
        known = [LogKey.parse(each) for each in keys or await log.keys()]
    except InvalidNote as invalid:
        return f"a key that signs it: {invalid}"
    async for fault in log_faults(log, notes, known):
        return fault
    return None


def _signed(note: str, keys: list[LogKey]) -> Checkpoint:
    """The checkpoint of a note that one of the keys has signed; `InvalidNote`."""
    for key in keys:
        try:
            signed = Checkpoint.parse(verified(note, key))
        except InvalidNote:
            continue
        if signed.origin == key.name:
            return signed
    raise InvalidNote("none of the log's keys has signed it")


async def _faults_of_tree(log: Log, roots: dict[int, list[tuple[str, bytes]]]) -> AsyncIterator[str]:
    tree, stops = _Tree(), sorted(roots)
    try:
        while True:
            # Up to the next signed size, to look at the root there.
            stop = next((size for size in stops if size > tree.size), tree.size + PAGE)
            hashes = await log.leaves(tree.size, min(PAGE, stop - tree.size))
            if not hashes:
                break
            added = tree.grow(hashes)
            found = await log.stored(added)
            if wrong := sorted(node for node, expected in added.items() if found[node] != expected):
                yield f"node {wrong[0].nth} on level {wrong[0].level}: it is not made of its leaves"
                return
            for name, root in roots.get(tree.size, []):
                if root != tree.root:
                    yield f"{name}: the first {tree.size} leaves are not those that were signed"
    except LookupError as missing:
        yield str(missing)
        return
    for size in stops:
        if size > tree.size:
            yield f"{roots[size][0][0]}: {size} leaves were signed, the log holds {tree.size}"
