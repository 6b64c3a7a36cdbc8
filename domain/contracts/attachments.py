"""Attached files as they cross boundaries (ATT-1, ATT-2)."""

from domain.actors import Actor
from domain.appeal import DocumentKind, FileFormat
from domain.attachments import Fault, FileState
from domain.contracts.appeal import DocumentScan
from domain.contracts.contract import AwareDatetime, Contract


class Attachment(Contract):
    """A file that was received for a case: its true format and size, and how far its check is.

    `place` is where it lies, another one for each upload: what was checked can't be overwritten.
    """

    id: str
    number: str
    kind: DocumentKind
    format: FileFormat
    size_bytes: int
    state: FileState = FileState.WAITING
    fault: Fault | None = None
    received_at: AwareDatetime
    checked_at: AwareDatetime | None = None
    name: str
    sha256: str
    sender: Actor
    place: str

    def scan(self) -> DocumentScan:
        """The file as the case knows it."""
        return DocumentScan(
            kind=self.kind,
            reference=f"hotline:file:{self.id}",
            sha256=self.sha256,
            format=self.format,
            size_bytes=self.size_bytes,
        )


class ScreeningOrder(Contract):
    """Which file to check."""

    number: str
    file_id: str
