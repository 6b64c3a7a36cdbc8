"""Receiving a file: a form in parts, streamed to disk, cut off at the limit, never whole in memory (ATT-1)."""

import asyncio
import hashlib
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from starlette.requests import Request
from starlette.types import Scope
from streaming_form_data.targets import BaseTarget

from api.multipart import FormInParts, NotAForm
from api.problem import FieldProblem
from api.problems import ProblemError, http_problem, unavailable
from domain.appeal import DocumentKind
from domain.attachments import Fault, Terms, what_to_mend
from domain.packages import FILE_BYTES_MAX

AROUND_BYTES_MAX = 64 * 1024
KIND_BYTES_MAX = 64
_ADDRESS = re.compile(r"/v1/appeals/[^/]+/attachments/?")


def is_upload(scope: Scope) -> bool:
    """Whether what this request brings is a file and read by this module, if by anybody."""
    return _ADDRESS.fullmatch(scope["path"]) is not None


@dataclass(frozen=True)
class Received:
    """A file in a temporary file without a name, which is gone with the request."""

    terms: Terms
    name: str | None
    size_bytes: int
    sha256: str
    file: BinaryIO


class Uploads:
    """So many uploads at once, each within its time; more of them are asked to come later."""

    def __init__(self, at_once_max: int, seconds_max: float) -> None:
        self._places = asyncio.Semaphore(at_once_max)
        self._seconds_max = seconds_max

    @asynccontextmanager
    async def received(self, request: Request, terms_of: Callable[[DocumentKind], Terms]) -> AsyncIterator[Received]:
        """The file of this request; raises a `ProblemError` as soon as it can't be taken."""
        async with self.place():
            with tempfile.TemporaryFile() as file:
                form = _Form(cast(BinaryIO, file), terms_of)
                parts = {"kind": form.kind, "file": form.file}
                await self.read(request, parts, FILE_BYTES_MAX + AROUND_BYTES_MAX)
                file.flush()
                yield form.received()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """One of the places for uploads; raises a `ProblemError` where all are taken."""
        if self._places.locked():
            raise unavailable("busy")
        async with self._places:
            yield

    async def read(self, request: Request, parts: Mapping[str, BaseTarget], bytes_max: int) -> None:
        """Give the parts of this form to their targets by name, in time and within the limit."""
        try:
            async with asyncio.timeout(self._seconds_max):
                await _read(request, parts, bytes_max)
        except TimeoutError:
            raise http_problem(408) from None


class _Kind(BaseTarget):  # type: ignore[misc] # the library has no types
    """The field that says which document the file is."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""

    def on_data_received(self, chunk: bytes) -> None:
        self.sent += chunk
        if len(self.sent) > KIND_BYTES_MAX:
            raise _unknown_kind()

    def kind(self) -> DocumentKind | None:
        """What was named so far."""
        try:
            return DocumentKind(self.sent.decode("ascii")) if self.sent else None
        except ValueError:
            raise _unknown_kind() from None


class _File(BaseTarget):  # type: ignore[misc] # the library has no types
    """The file itself, written down as it comes."""

    def __init__(self, file: BinaryIO, limit: Callable[[int], None]) -> None:
        super().__init__()
        self._file = file
        self._check = limit
        self.digest = hashlib.sha256()
        self.size_bytes = 0
        self.times = 0

    def on_start(self) -> None:
        self.times += 1

    def on_data_received(self, chunk: bytes) -> None:
        self.size_bytes += len(chunk)
        self._check(self.size_bytes)
        self.digest.update(chunk)
        self._file.write(chunk)

    @property
    def is_whole(self) -> bool:
        return self.times == 1 and bool(self._finished)


class _Form:
    def __init__(self, file: BinaryIO, terms_of: Callable[[DocumentKind], Terms]) -> None:
        self.kind = _Kind()
        self.file = _File(file, self._refuse_too_big)
        self._terms_of = terms_of
        self._content = file

    def _refuse_too_big(self, size_bytes: int) -> None:
        kind = self.kind.kind()
        if kind and size_bytes > self._terms_of(kind).bytes_max:
            raise unfit(Fault.TOO_BIG, self._terms_of(kind))
        if size_bytes > FILE_BYTES_MAX:
            raise http_problem(413)

    def received(self) -> Received:
        kind = self.kind.kind()
        if kind is None:
            raise _field_missing("kind")
        if not self.file.is_whole:
            raise _field_missing("file")
        terms = self._terms_of(kind)
        self._refuse_too_big(self.file.size_bytes)
        if not self.file.size_bytes:
            raise unfit(Fault.EMPTY, terms)
        name, size_bytes = self.file.multipart_filename, self.file.size_bytes
        return Received(terms, name, size_bytes, self.file.digest.hexdigest(), self._content)


async def _read(request: Request, parts: Mapping[str, BaseTarget], bytes_max: int) -> None:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise http_problem(415, "Тело запроса сжато: отправьте его без Content-Encoding.")
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > bytes_max:
        raise http_problem(413)
    try:
        form, read = FormInParts(request.headers, parts), 0
        async for chunk in request.stream():
            read += len(chunk)
            if read > bytes_max:
                raise http_problem(413)
            form.take(chunk)
    except NotAForm:
        raise ProblemError(
            400, "not_a_form", "Запрос не разобран", "Отправьте форму multipart/form-data с полями kind и file."
        ) from None


def unfit(fault: Fault, terms: Terms) -> ProblemError:
    """The problem that names the item and says what to mend in it, in the same appeal (ATT-2, DOC-2)."""
    status = 413 if fault is Fault.TOO_BIG else 422
    sentence = what_to_mend(fault, terms)
    field = FieldProblem(field=f"scan:{terms.kind}", code=fault.value, message=sentence)
    return ProblemError(status, fault.value, "Файл не принят", sentence, errors=[field])


def _unknown_kind() -> ProblemError:
    known = ", ".join(DocumentKind)
    return _faulty_field("kind", "enum", f"Недопустимое значение. Допустимы: {known}.")


def _field_missing(field: str) -> ProblemError:
    return _faulty_field(field, "missing", "Обязательное поле не заполнено: нужно ровно одно значение.")


def _faulty_field(field: str, fault: str, message: str) -> ProblemError:
    return ProblemError(
        422,
        "invalid_request",
        "Запрос заполнен неверно",
        "Исправьте названные поля и отправьте запрос ещё раз.",
        errors=[FieldProblem(field=field, code=fault, message=message)],
    )
