"""A case as its process and its journal tell it, side by side: which step of the one made which entries of the other.

Matched by digests, without replaying and without opening anything of a person: a step's digest is in the history, and
what it is made of lies in clear in the register. It shows where to look; a verdict is the verification's (ADR 27).
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from temporalio.client import WorkflowHistory
from temporalio.converter import PayloadCodec
from temporalio.service import RPCError

from audit.erased import standing
from audit.recordings import Recording, recordings
from audit.sources import NoHistory, Process, Sources, process_of
from domain.contracts.journal import digest_of_said, digest_of_step
from domain.notifications import DeliveryChannel, Template
from domain.sealing import Erased, NoKey
from infra.archive import ArchiveDamaged
from infra.codec import HistoryUnreadable, decoded
from store.evidence import CaseRows, Row, rows_of_case
from store.register import Register

HISTORY_WITHIN_SECONDS = 10.0
ENTRIES_OF_A_STEP_MAX = 100
STRANGERS_MAX = 20
"""How many entries that nobody told are passed over in search of those that a step has made."""

UNREADABLE = (
    *(NoHistory, NoKey, Erased, ArchiveDamaged, HistoryUnreadable, RPCError, TimeoutError),
    *(ValueError, TypeError, LookupError, AttributeError),
)


@dataclass(frozen=True)
class Moment:
    """Entries of the journal with the step that made them; either may be missing where somebody has changed things.

    `run` counts the runs of the process from 1.
    """

    entries: list[Row]
    recording: Recording | None = None
    run: int = 0


@dataclass(frozen=True)
class Timeline:
    """The moments of a case in the order of its journal; `has_history` is false where its process can't be read.

    `rows` are those of the register that it was made of, `voided` the positions of entries that a later step took
    back.
    """

    rows: CaseRows
    moments: list[Moment]
    has_history: bool
    events: int = 0
    voided: frozenset[int] = frozenset()

    @property
    def process(self) -> Process:
        return process_of(self.rows.number, self.rows.journal)

    @property
    def is_whole(self) -> bool:
        """Whether every entry has its step and every step its entries."""
        in_force = (each for each in self.moments if not each.entries or _at(each.entries[0]) not in self.voided)
        return all(each.recording and each.entries for each in in_force)


@dataclass(frozen=True)
class Timelines:
    """Makes timelines of cases out of register, engine and archive."""

    register: Register
    sources: Sources
    codec: PayloadCodec | None

    async def of(self, number: str) -> Timeline:
        """The timeline of a case; of the journal alone where the history can't be read."""
        rows = await rows_of_case(self.register.engine, number)
        process = process_of(number, rows.journal)
        try:
            async with asyncio.timeout(HISTORY_WITHIN_SECONDS):
                runs = [await decoded(run, self.codec) for run in await self.sources.histories(process)]
            return await asyncio.to_thread(timeline, rows, runs, is_shared=process.run_id is not None)
        except UNREADABLE:
            return Timeline(rows, [Moment([row]) for row in rows.journal], has_history=False)


def timeline(rows: CaseRows, runs: Sequence[WorkflowHistory], is_shared: bool = False) -> Timeline:
    """The moments of a case; a shared process goes on to other cases afterwards."""
    stands = standing(rows.journal)
    steps = [(nth, step) for nth, run in enumerate(runs, start=1) for step in recordings(run)]
    made = _matched(stands, _queued(stands, rows.message), [step for _, step in steps])
    if is_shared and made:
        steps = steps[: max(made.values()) + 1]
    return Timeline(
        rows,
        moments=_moments(rows.journal, steps, made),
        has_history=True,
        events=sum(len(run.events) for run in runs),
        voided=frozenset(_at(row) for row in rows.journal) - {_at(row) for row in stands},
    )


def _matched(stands: Sequence[Row], queued: Mapping[int, list[str]], steps: Sequence[Recording]) -> dict[int, int]:
    """By position, which step made the entry."""
    said = [_said(row) for row in stands]
    keys = [queued.get(row["sequence"], []) for row in stands]
    made: dict[int, int] = {}
    begin = 0
    for nth, step in enumerate(steps):
        for first in range(begin, min(begin + STRANGERS_MAX, len(stands))):
            end = _end(said, keys, first, step.digest)
            if end:
                made |= {_at(row): nth for row in stands[first:end]}
                begin = end
                break
    return made


def _end(said: Sequence[str], queued: Sequence[list[str]], begin: int, digest: str) -> int | None:
    keys: list[str] = []
    for end in range(begin + 1, min(begin + ENTRIES_OF_A_STEP_MAX, len(said)) + 1):
        keys += queued[end - 1]
        if digest_of_step(said[begin:end], keys) == digest:
            return end
    return None


def _moments(journal: Sequence[Row], steps: Sequence[tuple[int, Recording]], made: Mapping[int, int]) -> list[Moment]:
    """Entries of one step together; a step without entries stands where its entries would."""
    moments: list[Moment] = []
    told, latest = 0, None
    for row in journal:
        nth = made.get(_at(row))
        if nth is not None and nth == latest:
            moments[-1].entries.append(row)
            continue
        if nth is not None:
            moments += [Moment([], step, run) for run, step in steps[told:nth]]
            told = nth + 1
        run, step = steps[nth] if nth is not None else (0, None)
        moments.append(Moment([row], step, run))
        latest = nth
    return [*moments, *(Moment([], step, run) for run, step in steps[told:])]


def _queued(stands: Sequence[Row], messages: Sequence[Row]) -> dict[int, list[str]]:
    """The keys of the messages that each entry queued, in the order in which its step named them."""
    told: dict[str, int] = {}
    found: dict[int, list[str]] = {}
    for row in stands:
        if row["type"] == "MessageQueued":
            template = row["event"]["template"]
            nth = told[template] = told.get(template, 0) + 1
            moment = (template, nth)
            found[row["sequence"]] = _keys([each for each in messages if _moment_of(each) == moment], template)
    return found


def _keys(messages: Sequence[Row], template: str) -> list[str]:
    order = Template(template).channels
    return [each["key"] for each in sorted(messages, key=lambda each: order.index(DeliveryChannel(each["channel"])))]


def _moment_of(message: Row) -> tuple[str, int]:
    return message["template"], message["occurrence"]


def _said(row: Row) -> str:
    return digest_of_said(*(row[name] for name in ("number", "sequence", "at", "actor", "event", "personal_digest")))


def _at(row: Row) -> int:
    position: int = row["position"]
    return position
