"""Who acts on a case and in which role."""

from enum import StrEnum

from domain.contracts.contract import Contract


class Role(StrEnum):
    """A role of `docs/glossary.md`; a bearer token carries exactly one."""

    CITIZEN = "citizen"
    PORTAL = "portal"
    OPERATOR = "operator"
    SPECIALIST = "specialist"
    LEGAL = "legal"
    QUALITY_CONTROL = "quality_control"
    DEVELOPER = "developer"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    REGISTRY = "registry"
    SYSTEM = "system"


class Actor(Contract):
    """Who acted: the subject of a checked token, in one role, on somebody's authority.

    `authority` names the ground on which the actor acts for somebody else, such as a power of attorney.
    """

    subject: str
    role: Role
    authority: str | None = None


SYSTEM = Actor(subject="hotline", role=Role.SYSTEM)
