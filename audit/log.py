"""Whether the log is the one that was signed and published, and holds every journal (AUD-1)."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field

from cryptography.x509 import Certificate

from domain import merkle
from domain.checkpoint import Checkpoint, InvalidNote, LoggedCheckpoint, LogKey
from domain.merkle import Node, Span
from infra.published import PublishedCheckpoints
from infra.settings import Settings
from infra.signing import verified
from infra.time_stamps import is_about, load_roots
from store.access import first_changed
from store.database import open_database
from store.log import Log

PAGE = 1000

Roots = dict[int, list[tuple[str, bytes]]]
"""By size of the log: who says so, and the root that was signed."""


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


async def log_faults(
    log: Log, published: Iterable[str], keys: Iterable[LogKey], authorities: Sequence[Certificate] = ()
) -> AsyncIterator[str]:
    """What is wrong with the log; nothing where it holds.

    `published` are the notes that were kept outside the database, and read before it, `keys` those that may sign,
    `authorities` the roots of those that stamp. Everything is computed anew from the leaves, and held against the
    stored nodes and every note.
    """
    checkpoints = await log.checkpoints()
    roots, invalid = _signed_roots(checkpoints, published, list(keys))
    for fault in invalid:
        yield fault
    async for fault in _faults_of_tree(log, roots):
        yield fault
    async for fault in _faults_of_places(log, roots, {each.size for each in checkpoints}):
        yield fault
    for each in checkpoints:
        if each.token and not is_about(each.token, each.note.encode(), authorities):
            yield f"time stamp of checkpoint {each.size}: it is not what an authority gave for it"
    async for fault in _faults_of_leaves(log):
        yield fault


async def first_fault(settings: Settings, keys: Sequence[str] = ()) -> str | None:
    """What is first wrong with the log of the deployment that the settings name; None where it holds.

    `keys` are those that its operator has published. Without them, the keys of the log itself are believed.
    """
    database = open_database(settings.database)
    try:
        roots = load_roots(settings.tsa_roots_file) if settings.tsa_roots_file else []
        return await _first_fault(Log(database), PublishedCheckpoints(settings.published_checkpoints), keys, roots)
    finally:
        await database.dispose()


async def _first_fault(
    log: Log, published: PublishedCheckpoints, keys: Sequence[str], authorities: Sequence[Certificate]
) -> str | None:
    # The notes first: the log may grow meanwhile, and then holds them all the same.
    notes = await asyncio.to_thread(published.notes)
    if not notes and await log.newest():
        return f"none of its checkpoints is in {published.folder}, where they are published"
    try:
        known = [LogKey.parse(each) for each in keys or await log.keys()]
    except InvalidNote as invalid:
        return f"a key that signs it: {invalid}"
    async for fault in log_faults(log, notes, known, authorities):
        return fault
    return None


def _signed_roots(
    checkpoints: Iterable[LoggedCheckpoint], published: Iterable[str], keys: list[LogKey]
) -> tuple[Roots, list[str]]:
    """The roots that were signed, and the notes that sign none."""
    roots: Roots = {}
    invalid = []
    stored = [(f"checkpoint {each.size}", each.note, each.size) for each in checkpoints]
    outside = [(f"published checkpoint {nth}", note, None) for nth, note in enumerate(published, start=1)]
    for name, note, size in [*stored, *outside]:
        try:
            signed = _signed(note, keys)
        except InvalidNote as fault:
            invalid.append(f"{name}: {fault}")
            continue
        if size not in (None, signed.size):
            invalid.append(f"{name}: its note is about {signed.size} leaves")
        roots.setdefault(signed.size, []).append((name, signed.root))
    return roots, invalid


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


async def _faults_of_tree(log: Log, roots: Roots) -> AsyncIterator[str]:
    """What is not as it follows from the leaves."""
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
    # Only now: what has been logged meanwhile has been signed with it.
    newest = await log.newest()
    if tree.size > (covered := newest.size if newest else 0):
        yield f"leaf {covered}: no checkpoint covers it"


async def _faults_of_places(log: Log, roots: Roots, stored: set[int]) -> AsyncIterator[str]:
    """What is there and nothing else leads to it, or is not there and was."""
    for size, named in sorted(roots.items()):
        if size not in stored:
            yield f"{named[0][0]}: the log has lost its checkpoint of {size} leaves"
    if (place := await log.misplaced()) is not None:
        yield f"node {place.nth} on level {place.level}: the log has no such place"


async def _faults_of_leaves(log: Log) -> AsyncIterator[str]:
    """Leaves without what they stand for, and the other way round."""
    if (place := await log.unlogged()) is not None:
        yield f"journal of {place[0]}, position {place[1]}: the entry is not in the log"
    if (look := await first_changed(log.engine)) is not None:
        yield f"access {look[1]} to {look[0]}: it does not say what its hash says"
    if (look := await log.unlogged_access()) is not None:
        yield f"access {look[1]} to {look[0]}: it is not in the log"
    if (leaf := await log.unfounded()) is not None:
        yield f"leaf {leaf}: no journal entry and no access has this hash any more"
