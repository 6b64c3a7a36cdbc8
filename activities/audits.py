"""Cases verified and proved for auditors, where the engine, the register, the keys and the signing key are."""

import hashlib
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from temporalio import activity

from activities.interfaces import AuditActivities
from domain.contracts.audits import EvidenceMade, EvidenceOrder, Verdict, VerificationOrder
from domain.sealing import SYSTEM_KEY, Erased
from infra.files.vault import FileVault


@dataclass(frozen=True)
class CaseAuditor(AuditActivities):
    """The body of `AuditActivities`; `prove` gives an archive, or says why there is none."""

    verify: Callable[[str], Awaitable[Verdict]]
    prove: Callable[[str], Awaitable[bytes | str]]
    vault: FileVault

    @activity.defn
    async def verify_case(self, order: VerificationOrder) -> Verdict:
        return await self.verify(order.number)

    @activity.defn
    async def make_evidence(self, order: EvidenceOrder) -> EvidenceMade:
        archive = await self.prove(order.number)
        if isinstance(archive, str):
            return EvidenceMade(fault=archive)
        key = await self._kept(order, archive)
        return EvidenceMade(size_bytes=len(archive), sha256=hashlib.sha256(archive).hexdigest(), key=key)

    async def _kept(self, order: EvidenceOrder, archive: bytes) -> str:
        """The name of the key that seals it: what is left of an erased case tells of nobody, and has no other."""
        try:
            await self.vault.keep(order.number, order.place, len(archive), io.BytesIO(archive))
        except Erased:
            await self.vault.keep(SYSTEM_KEY, order.place, len(archive), io.BytesIO(archive))
            return SYSTEM_KEY
        return order.number
