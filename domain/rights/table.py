"""The policy: how far each role reaches with each operation, and the scope that a portal's client needs for it."""

from dataclasses import dataclass

from domain.actors import Role
from domain.rights.operations import Operation, Reach, Scope

Reaches = dict[Role, Reach]


@dataclass(frozen=True)
class Rule:
    """One row. A role that is not in `reach` has none; `is_public` asks for no token at all.

    Whoever does a `personal` operation on a case is written into the access log first (AUD-3).
    """

    reach: Reaches
    scope: Scope | None = None
    personal: bool = False
    is_public: bool = False


_CITIZENS_SIDE: Reaches = {Role.CITIZEN: Reach.OWN, Role.PORTAL: Reach.OWN}
_UNITS: Reaches = dict.fromkeys(
    (Role.OPERATOR, Role.SPECIALIST, Role.LEGAL, Role.QUALITY_CONTROL, Role.DEVELOPER), Reach.UNIT
)
_SUPERVISOR: Reaches = {Role.SUPERVISOR: Reach.ALL}
_AUDITOR: Reaches = {Role.AUDITOR: Reach.ALL}
_READERS = _CITIZENS_SIDE | _UNITS | _SUPERVISOR | _AUDITOR
# Lawyers and developers see the person while they decide, and only a number before and afterwards.
_WORKING_WITH_A_PERSON = _UNITS | _SUPERVISOR | {Role.LEGAL: Reach.TASK, Role.DEVELOPER: Reach.TASK}

TABLE: dict[Operation, Rule] = {
    Operation.OPEN_APPEAL: Rule(_CITIZENS_SIDE | {Role.OPERATOR: Reach.OWN}, Scope.OPEN),
    Operation.READ_APPEAL: Rule(_READERS, Scope.READ),
    Operation.READ_PERSONAL_DATA: Rule(_WORKING_WITH_A_PERSON, personal=True),
    Operation.READ_JOURNAL: Rule(_READERS, Scope.READ, personal=True),
    Operation.READ_RESULT: Rule(_READERS, Scope.READ, personal=True),
    Operation.READ_PROTOCOL: Rule(_READERS, Scope.READ, personal=True),
    Operation.READ_CHAIN: Rule(_READERS, Scope.READ),
    Operation.READ_CHAIN_JOURNAL: Rule(_READERS, Scope.READ, personal=True),
    Operation.READ_PAPER: Rule(_CITIZENS_SIDE | _WORKING_WITH_A_PERSON, Scope.READ, personal=True),
    Operation.FETCH_DATA: Rule(_CITIZENS_SIDE, Scope.DATA, personal=True),
    Operation.ATTACH_FILE: Rule(_CITIZENS_SIDE | {Role.OPERATOR: Reach.UNIT}, Scope.DECIDE),
    Operation.ATTACH_AT_DESK: Rule({Role.OPERATOR: Reach.UNIT}),
    Operation.LIST_FILES: Rule(_CITIZENS_SIDE | _WORKING_WITH_A_PERSON, Scope.READ, personal=True),
    Operation.READ_FILE: Rule(_CITIZENS_SIDE | _WORKING_WITH_A_PERSON, Scope.DATA, personal=True),
    Operation.SEND_COMMAND: Rule(
        _CITIZENS_SIDE | _UNITS | _SUPERVISOR | {Role.REGISTRY: Reach.ALL, Role.SYSTEM: Reach.ALL}, Scope.DECIDE
    ),
    Operation.READ_ACCESSES: Rule(_SUPERVISOR | _AUDITOR),
    Operation.READ_PROOF: Rule(_CITIZENS_SIDE | _SUPERVISOR | _AUDITOR, Scope.READ),
    Operation.READ_LOG: Rule(_SUPERVISOR | _AUDITOR),
    Operation.READ_LOG_KEY: Rule({}, is_public=True),
    Operation.DECODE_PAYLOADS: Rule(_AUDITOR, personal=True),
    Operation.REQUEST_ERASURE: Rule(_SUPERVISOR),
    Operation.APPROVE_ERASURE: Rule({Role.QUALITY_CONTROL: Reach.ALL}),
    Operation.READ_HEALTH: Rule({}, is_public=True),
    Operation.READ_MANUAL: Rule({}, is_public=True),
    Operation.SIGN_IN: Rule({}, is_public=True),
    Operation.READ_ASSET: Rule({}, is_public=True),
    Operation.ORDER_BATCH: Rule(_SUPERVISOR),
    Operation.READ_BATCH: Rule(_SUPERVISOR | _AUDITOR),
    Operation.CANCEL_BATCH: Rule(_SUPERVISOR),
    Operation.FOLLOW_APPEAL: Rule(_READERS, Scope.READ),
    Operation.FOLLOW_DESK: Rule(_UNITS | _SUPERVISOR | _AUDITOR),
    Operation.LIST_APPEALS: Rule(_READERS, Scope.READ),
    Operation.LIST_TASKS: Rule(_UNITS | _SUPERVISOR),
    Operation.READ_MESSAGES: Rule(_READERS, Scope.READ, personal=True),
    Operation.WORK_ON_APPEAL: Rule(_UNITS | _SUPERVISOR, personal=True),
    Operation.MANAGE_WEBHOOKS: Rule({Role.PORTAL: Reach.OWN}, Scope.WEBHOOKS),
    Operation.AUDIT_CASES: Rule(_AUDITOR),
    Operation.AUDIT_CASE: Rule(_AUDITOR),
    Operation.VERIFY_CASE: Rule(_AUDITOR),
    Operation.TAKE_EVIDENCE: Rule(_AUDITOR, personal=True),
    Operation.ASK_FOR_HELP: Rule({Role.CITIZEN: Reach.OWN}),
    Operation.LIST_HELP: Rule({Role.OPERATOR: Reach.ALL}),
    Operation.GIVE_HELP: Rule({Role.OPERATOR: Reach.ALL}, personal=True),
    Operation.LIST_REPLIES: Rule({Role.QUALITY_CONTROL: Reach.ALL}),
    Operation.CHECK_REPLY: Rule({Role.QUALITY_CONTROL: Reach.ALL}, personal=True),
    Operation.READ_FIGURES: Rule(_SUPERVISOR | _AUDITOR | {Role.QUALITY_CONTROL: Reach.ALL}),
}
