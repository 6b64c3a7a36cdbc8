"""A form that brings files beside what was typed: several at once, each in a temporary file of its own (ATT-1)."""

import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from fastapi import Request
from starlette.datastructures import Headers
from streaming_form_data.targets import BaseTarget

from api.attachments import fit
from api.dependencies import Files
from api.multipart import FormInParts, NotAForm
from api.pages.areas import encloses
from api.pages.forms import Form, names_of
from api.problems import ProblemError, http_problem
from api.schemas import AppealIn
from api.uploads import AROUND_BYTES_MAX, Received
from domain.appeal import DocumentKind, ServiceKind
from domain.attachments import Fault, how_to_mend, safe_name, terms_of
from domain.contracts.commands import FILES_AT_MOST
from domain.packages import FILE_BYTES_MAX

TYPED_BYTES_MAX = 2 * AROUND_BYTES_MAX
FILE_PREFIX = "file."
_OURS = ("_token", "_key", "_anyway", "_about", "_help")


@dataclass
class Enclosed:
    """What a form has brought: its files are gone with the request."""

    form: Form
    files: list["_File"] = field(default_factory=list)

    def received(self, package: ServiceKind | None) -> list[Received]:
        """The files, each with the terms of its purpose."""
        return [each.received(package) for each in self.files]


@asynccontextmanager
async def enclosed(request: Request, files: Files) -> AsyncIterator[Enclosed]:
    """The form of an appeal in this request, and its files; with none, it may be a plain form too."""
    if not encloses(request.scope):
        yield Enclosed(await Form.sent(request))
        return
    async with AsyncExitStack() as until_answered:
        announced = request.headers.get("content-length", "")
        if not announced.isdigit() or int(announced) > TYPED_BYTES_MAX:
            await until_answered.enter_async_context(files.uploads.place())
        brought: list[_File] = []
        texts = _texts()
        named = {name_of(kind): _Files(kind, brought, until_answered) for kind in DocumentKind}
        bytes_max = FILES_AT_MOST * FILE_BYTES_MAX + TYPED_BYTES_MAX
        await files.uploads.read(request, texts | named, bytes_max)
        values = {name: text.value() for name, text in texts.items() if text.values}
        yield Enclosed(Form.of(request, values), [each for each in brought if each.name or each.size_bytes])


def typed_in(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """What was typed into a form with files, of which the beginning is known: its files come last."""
    texts = _texts()
    with suppress(NotAForm, ProblemError):
        FormInParts(Headers({"content-type": content_type}), texts).take(body)
    return [(name, value.decode(errors="replace")) for name, text in texts.items() for value in text.values]


def name_of(kind: DocumentKind) -> str:
    """What the field is called that takes files of this kind."""
    return f"{FILE_PREFIX}{kind}"


async def faults_of(files: Files, brought: list[Received]) -> dict[str, str]:
    """By field, what is wrong with the files that came in it, each by its name (ATT-2)."""
    faults: dict[str, list[str]] = {}
    for each in brought:
        found = await _fault_of(files, each)
        if found:
            said = f"«{safe_name(each.name)}»: {how_to_mend(found, each.terms)}"
            faults.setdefault(name_of(each.terms.kind), []).append(said)
    if len(brought) > FILES_AT_MOST:
        last = name_of(brought[-1].terms.kind)
        faults.setdefault(last, []).append(f"Слишком много файлов: не больше {FILES_AT_MOST} сразу.")
    return {name: " ".join(said) for name, said in faults.items()}


async def _fault_of(files: Files, each: Received) -> Fault | None:
    if not each.size_bytes:
        return Fault.EMPTY
    if each.size_bytes > each.terms.bytes_max:
        return Fault.TOO_BIG
    found = await fit(files, each)
    return found if isinstance(found, Fault) else None


@dataclass
class _Budget:
    """What may yet be typed into all fields together: it is held in memory."""

    bytes_left: int = TYPED_BYTES_MAX

    def spend(self, size_bytes: int) -> None:
        self.bytes_left -= size_bytes
        if self.bytes_left < 0:
            raise http_problem(413)


def _texts() -> dict[str, "_Text"]:
    budget = _Budget()
    return {name: _Text(budget) for name in (*names_of(AppealIn), *_OURS)}


class _Text(BaseTarget):  # type: ignore[misc] # the library has no types
    """What was typed into a field, or chosen in it more than once."""

    def __init__(self, budget: _Budget) -> None:
        super().__init__()
        self.values: list[bytes] = []
        self._budget = budget

    def on_start(self) -> None:
        self.values.append(b"")

    def on_data_received(self, chunk: bytes) -> None:
        self._budget.spend(len(chunk))
        self.values[-1] += chunk

    def value(self) -> str:
        return "\n".join(each.decode(errors="replace") for each in self.values)


@dataclass
class _File:
    """One file, cut off at the limit: what is bigger is not taken for any purpose."""

    kind: DocumentKind
    name: str
    file: BinaryIO
    size_bytes: int = 0

    def __post_init__(self) -> None:
        self.digest = hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        self.size_bytes += len(chunk)
        if self.size_bytes <= FILE_BYTES_MAX:
            self.digest.update(chunk)
            self.file.write(chunk)

    def received(self, package: ServiceKind | None) -> Received:
        self.file.flush()
        return Received(terms_of(self.kind, package), self.name, self.size_bytes, self.digest.hexdigest(), self.file)


class _Files(BaseTarget):  # type: ignore[misc] # the library has no types
    """The files of one field, as they come."""

    def __init__(self, kind: DocumentKind, brought: list[_File], until_answered: AsyncExitStack) -> None:
        super().__init__()
        self._kind, self._brought, self._until_answered = kind, brought, until_answered

    def on_start(self) -> None:
        if len(self._brought) > FILES_AT_MOST + len(DocumentKind):
            raise http_problem(413)
        file = self._until_answered.enter_context(tempfile.TemporaryFile())
        self._brought.append(_File(self._kind, self.multipart_filename or "", cast(BinaryIO, file)))

    def on_data_received(self, chunk: bytes) -> None:
        self._brought[-1].write(chunk)
