"""`hotline evidence`: all that proves a case, in one archive that can be checked without us (AUD-2)."""

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.converter import PayloadCodec

from audit import expert
from audit.sources import NoHistory
from domain.case import CaseView
from domain.contracts.events import MessageQueued
from domain.contracts.journal import Link, RecordedEntry, content_of_said, effective
from domain.notifications import Template
from domain.number import format_number
from domain.sealing import Erased, NoKey
from infra.archive import ArchiveDamaged
from infra.codec import HistoryUnreadable, decoded
from infra.papers.of_case import papers_of
from infra.signing import Signer
from store.evidence import Row, rows_of_case
from store.log import Log
from store.messages import Ledger, LedgerEntry
from store.register import Register

PAGE = 1000
TRIES = 20
PAUSE_SECONDS = 0.5
READMES = Path(__file__).parents[1] / "templates" / "evidence"
VERIFIER = Path(expert.__file__)


class NotProvable(Exception):
    """The case does not hold together; the message says where."""


class NotYetLogged(NotProvable):
    """The newest entries are not in the signed log yet."""


UNPROVED = (NotProvable, NoHistory, ArchiveDamaged, NoKey, HistoryUnreadable)
"""Why there is no evidence of a case; the message says it."""


@dataclass(frozen=True)
class Prover:
    """Collects the evidence of cases from register, log and engine, and signs its manifest."""

    register: Register
    ledger: Ledger
    log: Log
    signer: Signer
    histories: Callable[[CaseView], Awaitable[list[WorkflowHistory]]]
    codec: PayloadCodec | None
    help_phone: str

    async def prove(self, number: str) -> bytes:
        """The archive of a case, checked as its reader will check it; `NotProvable`, or what `histories` raises.

        Of an erased case it has what is left: journal without the person, its place in the log, and no history.

        A case that goes on meanwhile may be caught between register and engine, which are milliseconds apart: it is
        looked at again.
        """
        for _ in range(TRIES - 1):
            try:
                return await self._proved(number)
            except NotProvable:
                await asyncio.sleep(PAUSE_SECONDS)
        return await self._proved(number)

    async def _proved(self, number: str) -> bytes:
        files = await self._collect(number)
        try:
            await asyncio.to_thread(lambda: list(expert.check(files, self.signer.key.text)))
        except expert.DoesNotHold as fault:
            raise NotProvable(str(fault)) from fault
        return await asyncio.to_thread(_zipped, files)

    async def _collect(self, number: str) -> dict[str, bytes]:
        try:
            view = await self.register.view(number)
        except Erased:
            links, told = await self._left_of(number)
        else:
            if view is None:
                raise NotProvable(f"the register holds no appeal {number}")
            links, told = await self._told_of(view)
        files = {
            **told,
            "keys.txt": "".join(f"{key}\n" for key in await self._keys()).encode(),
            **_same_for_all(number),
            **await self._proofs(links),
        }
        return {expert.MANIFEST: self._manifest(number, files), **files}

    async def _told_of(self, view: CaseView) -> tuple[list[Link], dict[str, bytes]]:
        """The entries' places in the chain, and everything about a case that can be read."""
        entries = await self._journal(view.number)
        files = {
            "case.json": _json({"number": view.number, "process": "incident" if view.facts.incident else "appeal"}),
            "journal.json": _json([_entry(entry) for entry in entries]),
            "messages.json": _json(_message_keys(entries, await self.ledger.of_case(view.number))),
        }
        for nth, history in enumerate(await self.histories(view), start=1):
            files[f"history/{nth}.json"] = _history(await decoded(history, self.codec))
        for name, paper in papers_of(view, self.help_phone).items():
            files[f"documents/{name}.pdf"] = await asyncio.to_thread(paper.pdf)
        return [Link(entry.position, entry.hash) for entry in entries], files

    async def _left_of(self, number: str) -> tuple[list[Link], dict[str, bytes]]:
        """The same of an erased case: nobody reads its history, nor what its entries say of the person."""
        rows = (await rows_of_case(self.register.engine, number)).journal
        files = {
            "case.json": _json({"number": number, "process": "appeal", "erased": True}),
            "journal.json": _json([_left_of_entry(row) for row in rows]),
            "messages.json": _json({}),
        }
        return [Link(row["position"], row["hash"]) for row in rows], files

    async def _journal(self, number: str) -> list[RecordedEntry]:
        found: list[RecordedEntry] = []
        while page := await self.register.journal(number, after=len(found), limit=PAGE):
            found += page
        return found

    async def _proofs(self, entries: Sequence[Link]) -> dict[str, bytes]:
        newest, stamped = await self.log.newest(), await self.log.newest_stamped()
        found = await self.log.inclusion([entry.hash for entry in entries], newest.size if newest else 0)
        if newest is None or any(entry.hash not in found for entry in entries):
            raise NotYetLogged("the newest entries are not in the signed log yet; is a worker running?")
        proofs = [
            {
                "position": entry.position,
                "index": found[entry.hash].index,
                "path": [each.hex() for each in found[entry.hash].path],
            }
            for entry in entries
        ]
        files = {"checkpoint.txt": newest.note.encode(), "proofs.json": _json(proofs)}
        if stamped and stamped.token:
            path = await self.log.consistency(stamped.size, newest.size)
            files["stamped-checkpoint.txt"] = stamped.note.encode()
            files["time-stamp.tsr"] = stamped.token
            files["consistency.json"] = _json([each.hex() for each in path])
        return files

    async def _keys(self) -> list[str]:
        """All keys that ever signed the log, and the one that signs the manifest."""
        return [*dict.fromkeys([*await self.log.keys(), self.signer.key.text])]

    def _manifest(self, number: str, files: Mapping[str, bytes]) -> bytes:
        lines = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in sorted(files.items())]
        return self.signer.sign("\n".join([f"hotline evidence {number}", *lines]) + "\n").encode()


def _entry(entry: RecordedEntry) -> dict[str, Any]:
    return {
        "position": entry.position,
        "content": entry.content_with(entry.personal_digest),
        "salt": entry.salt,
        "personal": entry.personal(),
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }


def _left_of_entry(row: Row) -> dict[str, Any]:
    said = (row[name] for name in ("number", "sequence", "at", "actor", "event", "personal_digest"))
    return {
        "position": row["position"],
        "content": content_of_said(*said),
        **({"erased": True} if row["personal"] else {"salt": "", "personal": None}),
        "previous_hash": row["previous_hash"],
        "hash": row["hash"],
    }


def _message_keys(entries: Sequence[RecordedEntry], ledger: Sequence[LedgerEntry]) -> dict[int, list[str]]:
    """The messages that each entry queued, in the order in which its step named them.

    The ledger's own `sequence` is that of the first attempt to queue a message; what stands is told by the journal.
    """
    told: dict[Template, int] = {}
    found: dict[int, list[str]] = {}
    for entry in effective(entries):
        if isinstance(entry.event, MessageQueued):
            template = Template(entry.event.template)
            nth = told[template] = told.get(template, 0) + 1
            found[entry.sequence] = _keys_of(ledger, template, nth)
    return found


def _keys_of(ledger: Sequence[LedgerEntry], template: Template, occurrence: int) -> list[str]:
    moment = (template, occurrence)
    queued = [each.message for each in ledger if (each.message.template, each.message.occurrence) == moment]
    queued.sort(key=lambda message: template.channels.index(message.channel))
    return [message.key for message in queued]


def _same_for_all(number: str) -> dict[str, bytes]:
    """The checking program, and what its reader is told."""
    told = {file.name: file.read_text(encoding="utf-8") for file in READMES.iterdir()}
    readmes = {name: text.replace("{number}", format_number(number)).encode() for name, text in told.items()}
    return {"verify.py": VERIFIER.read_bytes(), **readmes}


def _history(history: WorkflowHistory) -> bytes:
    """The history as the engine's own tools read and write it."""
    return _json(history.to_json_dict())


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as one archive; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            file = zipfile.ZipInfo(name)
            file.external_attr = 0o600 << 16
            archive.writestr(file, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
