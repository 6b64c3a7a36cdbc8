"""Checking attached files for malware, and telling their case (ATT-2)."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, cast

from temporalio import activity

from activities.interfaces import AttachmentActivities
from domain.attachments import Fault, FileState
from domain.contracts.attachments import Attachment, ScreeningOrder
from domain.sealing import Erased
from infra.files.cases import FileReports
from infra.files.scanning import Scanner
from infra.files.vault import FileVault
from store.attachments import Attachments
from store.register import Register


@dataclass(frozen=True)
class FileScreener(AttachmentActivities):
    """The body of `AttachmentActivities`. Without a scanner every file counts as clean, which production refuses."""

    attachments: Attachments
    vault: FileVault
    scanner: Scanner | None
    reports: FileReports
    register: Register

    @activity.defn
    async def screen_attachment(self, order: ScreeningOrder) -> FileState:
        try:
            received = await self.attachments.find(order.number, order.file_id)
            if received is None or received.state is not FileState.WAITING:
                return received.state if received else FileState.REFUSED
            fault = await self._fault(received)
        except Erased:
            return FileState.REFUSED
        state = FileState.REFUSED if fault else FileState.CLEAN
        await self.attachments.settle(received, state, fault, datetime.now(UTC))
        if fault:
            await self.vault.remove(received.number, received.place)
        return state

    async def _fault(self, received: Attachment) -> Fault | None:
        if self.scanner and await self._is_malware(self.scanner, received):
            return Fault.MALWARE
        view = await self.register.view(received.number)
        is_taken = view is not None and await self.reports.attach(view, received)
        return None if is_taken else Fault.REJECTED

    async def _is_malware(self, scanner: Scanner, received: Attachment) -> bool:
        with tempfile.TemporaryFile() as file:  # without a name, and gone with the process
            opened = cast(BinaryIO, file)
            await self.vault.copy_to(opened, received.number, received.place, received.size_bytes)
            return await scanner.finds_malware(opened)
