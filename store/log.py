"""The append-only log of all journals: queue, Merkle tree, signed checkpoints and proofs (AUD-1)."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    and_,
    delete,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain import merkle
from domain.checkpoint import Checkpoint, LogForked, LoggedCheckpoint
from domain.merkle import Node, Span
from store.tables import access, checkpoint, journal, log_key, log_leaf, log_node, log_queue, time_stamp

BATCH = 1000
# More than any log will have, and few enough for the numbers of the database.
LEVELS_MAX = 50
# Any number that no other part of the database locks.
NOTARY_LOCK = 0x1067


@dataclass(frozen=True)
class Inclusion:
    """Where in the log a hash stands, and the hashes that prove it, from the leaf upwards."""

    index: int
    path: list[bytes]


async def enqueue(connection: AsyncConnection, hashes: Sequence[str]) -> None:
    """Have these hashes logged; they are, as soon as this transaction is kept and the notary has been there."""
    await connection.execute(insert(log_queue), [{"hash": each} for each in hashes])


@dataclass(frozen=True)
class Log:
    """Reads the log, and lets the notary write it."""

    engine: AsyncEngine

    async def sequence(
        self, sign: Callable[[int, bytes], str], at: datetime, published: Checkpoint | None = None
    ) -> LoggedCheckpoint | None:
        """Move some of the queue into the tree and sign it; None when nothing was queued.

        Notaries that do it at once wait for each other. Raises `LogForked`, and changes nothing, when the tree does
        not begin with what was `published`: a second history must not be signed.
        """
        async with self._alone() as connection:
            size = await self._size(connection)
            if published is not None:
                await self._check(connection, size, published)
            query = select(log_queue).order_by(log_queue.c.id).limit(BATCH)
            queued = (await connection.execute(query)).all()
            if not queued:
                return None
            hashes = [row.hash for row in queued]
            await self._append(connection, size, hashes)
            await connection.execute(delete(log_queue).where(log_queue.c.id.in_([row.id for row in queued])))
            size += len(hashes)
            made = LoggedCheckpoint(size, sign(size, await self._root(connection, size)), at)
            await connection.execute(insert(checkpoint).values(size=size, note=made.note, at=at))
            return made

    async def queued(self) -> int:
        """How many hashes wait to be logged."""
        async with self._reading.connect() as connection:
            return (await connection.execute(select(func.count()).select_from(log_queue))).scalar_one()

    async def newest(self) -> LoggedCheckpoint | None:
        """The checkpoint of the whole log."""
        return await self._checkpoint(_CHECKPOINTS.order_by(checkpoint.c.size.desc()))

    async def first_over(self, index: int) -> LoggedCheckpoint | None:
        """The first checkpoint that covers a leaf: it was signed right after the leaf was logged."""
        return await self._checkpoint(_CHECKPOINTS.where(checkpoint.c.size > index).order_by(checkpoint.c.size))

    async def newest_stamped(self) -> LoggedCheckpoint | None:
        """The newest checkpoint with a time stamp."""
        stamped = _CHECKPOINTS.where(time_stamp.c.token.is_not(None))
        return await self._checkpoint(stamped.order_by(checkpoint.c.size.desc()))

    async def checkpoints(self) -> list[LoggedCheckpoint]:
        """All checkpoints, smallest first."""
        async with self._reading.connect() as connection:
            rows = await connection.execute(_CHECKPOINTS.order_by(checkpoint.c.size))
            return [LoggedCheckpoint(**row) for row in rows.mappings()]

    async def stamp(self, size: int, token: bytes, at: datetime) -> None:
        """Keep a time stamp; where another notary has kept one, that one stays."""
        async with self._alone() as connection:
            if not (await connection.execute(select(time_stamp.c.size).where(time_stamp.c.size == size))).first():
                await connection.execute(insert(time_stamp).values(size=size, token=token, at=at))

    async def announce(self, key: str, at: datetime) -> None:
        """Keep a public key that signs from now on."""
        async with self._alone() as connection:
            if not (await connection.execute(select(log_key.c.key).where(log_key.c.key == key))).first():
                await connection.execute(insert(log_key).values(key=key, since=at))

    async def keys(self) -> list[str]:
        """The public keys that ever signed, the present one last."""
        async with self._reading.connect() as connection:
            return list((await connection.execute(select(log_key.c.key).order_by(log_key.c.since))).scalars())

    async def root(self, size: int) -> bytes:
        """The root that the log had or has at a size; `LookupError` if it never had it."""
        async with self._reading.connect() as connection:
            return await self._root(connection, size)

    async def inclusion(self, hashes: Collection[str], size: int) -> dict[str, Inclusion]:
        """Proofs that these hashes are in the tree of this size; what is not in it has none."""
        query = select(log_leaf.c.hash, log_leaf.c.index).where(log_leaf.c.hash.in_(hashes), log_leaf.c.index < size)
        async with self._reading.connect() as connection:
            rows = (await connection.execute(query.order_by(log_leaf.c.index.desc()))).all()
            indexes: dict[str, int] = {row[0]: row[1] for row in rows}
            paths = {index: merkle.inclusion_path(index, size) for index in indexes.values()}
            nodes = await self._nodes(connection, (span for path in paths.values() for span in path))
        return {
            each: Inclusion(index, [merkle.root_of(span, nodes) for span in paths[index]])
            for each, index in indexes.items()
        }

    async def consistency(self, first: int, second: int) -> list[bytes]:
        """The proof that the tree of size `second` begins with that of size `first`; `LookupError`, `ValueError`."""
        path = merkle.consistency_path(first, second)
        async with self._reading.connect() as connection:
            nodes = await self._nodes(connection, path)
        return [merkle.root_of(span, nodes) for span in path]

    async def leaves(self, begin: int, limit: int) -> list[str]:
        """The hashes from a leaf on, in their order; `LookupError` where one is missing."""
        query = select(log_leaf.c.index, log_leaf.c.hash).where(log_leaf.c.index >= begin)
        async with self._reading.connect() as connection:
            rows = (await connection.execute(query.order_by(log_leaf.c.index).limit(limit))).all()
        for expected, row in enumerate(rows, start=begin):
            if row[0] != expected:
                raise LookupError(f"the log has no leaf {expected}")
        return [row[1] for row in rows]

    async def stored(self, nodes: Collection[Node]) -> dict[Node, bytes]:
        """These nodes as they are stored; `LookupError` where one is missing."""
        async with self._reading.connect() as connection:
            return await self._stored(connection, set(nodes))

    async def misplaced(self) -> Node | None:
        """Some leaf or node that is stored outside the tree, where nothing that is computed would come across it."""
        size = func.coalesce(select(func.max(log_leaf.c.index)).scalar_subquery(), -1) + 1
        highest = not_(log_node.c.level.between(1, LEVELS_MAX))
        beyond = (log_node.c.index + 1).bitwise_lshift(log_node.c.level) > size
        nodes = select(log_node.c.level, log_node.c.index).where(or_(highest, log_node.c.index < 0, beyond))
        leaves = select(literal(0), log_leaf.c.index).where(log_leaf.c.index < 0)
        async with self._reading.connect() as connection:
            row = (await connection.execute(union_all(nodes, leaves).limit(1))).first()
        return Node(*row) if row else None

    async def unlogged(self) -> tuple[str, int] | None:
        """Number and position of some journal entry that is neither in the log nor queued for it, if there is one."""
        query = select(journal.c.number, journal.c.position).where(unknown_to_the_log(journal.c.hash))
        async with self._reading.connect() as connection:
            row = (await connection.execute(query.order_by(*journal.primary_key).limit(1))).first()
        return (row[0], row[1]) if row else None

    async def unlogged_access(self) -> tuple[str, str] | None:
        """Number and id of some access that is neither in the log nor queued for it, if there is one."""
        query = select(access.c.number, access.c.id).where(unknown_to_the_log(access.c.hash))
        async with self._reading.connect() as connection:
            row = (await connection.execute(query.order_by(access.c.id).limit(1))).first()
        return (row[0], row[1]) if row else None

    async def unfounded(self) -> int | None:
        """The first leaf that no journal entry and no access has: what it stood for was changed or taken away."""
        entry = select(journal.c.hash).where(journal.c.hash == log_leaf.c.hash)
        look = select(access.c.hash).where(access.c.hash == log_leaf.c.hash)
        query = select(func.min(log_leaf.c.index)).where(~entry.exists(), ~look.exists())
        async with self._reading.connect() as connection:
            first: int | None = (await connection.execute(query)).scalar()
        return first

    async def _check(self, connection: AsyncConnection, size: int, published: Checkpoint) -> None:
        if published.size > size:
            raise LogForked(f"{published.size} leaves were published, the log holds {size}")
        if await self._root(connection, published.size) != published.root:
            raise LogForked(f"the first {published.size} leaves are not those that were published")

    async def _append(self, connection: AsyncConnection, size: int, hashes: Sequence[str]) -> None:
        whole = Span(0, size)
        nodes = await self._nodes(connection, [whole])
        leaves = [merkle.leaf_hash(bytes.fromhex(each)) for each in hashes]
        added = merkle.append(size, [nodes[node] for node in merkle.nodes_of(whole)], leaves)
        rows = [{"index": index, "hash": each} for index, each in enumerate(hashes, start=size)]
        await connection.execute(insert(log_leaf), rows)
        above = [
            {"level": node.level, "index": node.nth, "hash": found} for node, found in added.items() if node.level
        ]
        if above:
            await connection.execute(insert(log_node), above)

    async def _size(self, connection: AsyncConnection) -> int:
        last = (await connection.execute(select(func.max(log_leaf.c.index)))).scalar()
        return 0 if last is None else last + 1

    async def _root(self, connection: AsyncConnection, size: int) -> bytes:
        whole = Span(0, size)
        return merkle.root_of(whole, await self._nodes(connection, [whole]))

    async def _nodes(self, connection: AsyncConnection, spans: Iterable[Span]) -> dict[Node, bytes]:
        return await self._stored(connection, {node for span in spans for node in merkle.nodes_of(span)})

    async def _stored(self, connection: AsyncConnection, wanted: set[Node]) -> dict[Node, bytes]:
        leaves = [node.nth for node in wanted if not node.level]
        above = [tuple(node) for node in wanted if node.level]
        found: dict[Node, bytes] = {}
        if leaves:
            query = select(log_leaf.c.index, log_leaf.c.hash).where(log_leaf.c.index.in_(leaves))
            for index, each in await connection.execute(query):
                found[Node(0, index)] = merkle.leaf_hash(bytes.fromhex(each))
        if above:
            place = tuple_(log_node.c.level, log_node.c.index)
            for level, nth, each in await connection.execute(select(log_node).where(place.in_(above))):
                found[Node(level, nth)] = each
        if missing := wanted - found.keys():
            raise LookupError(f"the log has no node {min(missing)}")
        return found

    async def _checkpoint(self, query: Select[int, str, datetime, bytes]) -> LoggedCheckpoint | None:
        async with self._reading.connect() as connection:
            row = (await connection.execute(query.limit(1))).mappings().first()
        return LoggedCheckpoint(**row) if row else None

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that no other notary has at the same time."""
        async with self.engine.connect() as connection:
            await connection.execution_options(writes=True)
            async with connection.begin():
                if connection.dialect.name == "postgresql":
                    await connection.execute(text(f"SELECT pg_advisory_xact_lock({NOTARY_LOCK})"))
                yield connection

    @property
    def _reading(self) -> AsyncEngine:
        return self.engine.execution_options(reads=True)


_CHECKPOINTS = select(checkpoint.c.size, checkpoint.c.note, checkpoint.c.at, time_stamp.c.token).select_from(
    checkpoint.outerjoin(time_stamp)
)


def unknown_to_the_log(found: Column[str]) -> ColumnElement[bool]:
    """Of a hash: that it is neither in the log nor queued for it."""
    return and_(
        ~select(log_leaf.c.hash).where(log_leaf.c.hash == found).exists(),
        found.not_in(select(log_queue.c.hash)),
    )
