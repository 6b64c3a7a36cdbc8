"""The record of a look at personal data: who, when, which case, doing what, on what ground (AUD-3)."""

from datetime import datetime

from domain.actors import Actor, Role
from domain.contracts.contract import AwareDatetime, Contract
from domain.digest import digest
from domain.rights import Ground, Operation


class Access(Contract):
    """One access, granted and about to happen; `request_id` is that of the answer's header.

    `subject` is empty for a citizen: an appeal has one citizen alone, who must not be named here once the appeal's
    personal data are erased.
    """

    id: str
    at: AwareDatetime
    number: str
    subject: str
    role: Role
    operation: Operation
    ground: Ground
    request_id: str

    @classmethod
    def by(
        cls, actor: Actor, number: str, operation: Operation, ground: Ground, at: datetime, request_id: str
    ) -> "Access":
        """The access of this actor to one case; a request looks once at a case by one operation."""
        return cls(
            id=digest([request_id, number, operation.value])[:32],
            at=at,
            number=number,
            subject="" if actor.role is Role.CITIZEN else actor.subject,
            role=actor.role,
            operation=operation,
            ground=ground,
            request_id=request_id,
        )

    @property
    def hash(self) -> str:
        """SHA-256 of the record's canonical form: what shows that it was not changed."""
        return digest(self)
