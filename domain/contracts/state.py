"""What a case carries through its whole life, over workers, restarts and continue-as-new."""

from domain.case import CaseView
from domain.contracts.appeal import Appeal, Policy
from domain.contracts.commands import Command, Receipt
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.journal import JournalEntry, Message
from domain.contracts.registries import AccountRecord, RegistryFindings


class CaseState(Contract):
    """The one serialisable state of `AppealWorkflow`.

    `view` is what the journal says; the rest is what the workflow needs to go on: which stage it is in, which one
    a standing decision has `diverted_to`, decisions taken but not yet acted on (by expectation), what is not yet in
    the register, and the receipts of recent commands, since the engine's own deduplication ends with a run.
    """

    appeal: Appeal
    policy: Policy
    view: CaseView | None = None
    stage: str = "begin"
    diverted_to: str = ""
    decisions: dict[str, list[Command]] = {}
    unrecorded: list[JournalEntry] = []
    unsent: list[Message] = []
    receipts: list[Receipt] = []
    expectations_opened: int = 0
    nudges: dict[str, int] = {}
    mismatches: int = 0
    findings: RegistryFindings | None = None
    account: AccountRecord | None = None
    passwords_issued: int = 0
    password_expires_at: AwareDatetime | None = None
    code_digest: str = ""
    told: dict[str, int] = {}
    reported_signature: str = ""


class AppealStart(Contract):
    """The start of a run: a new appeal, or the state that the previous run handed over."""

    appeal: Appeal | None = None
    policy: Policy | None = None
    state: CaseState | None = None
