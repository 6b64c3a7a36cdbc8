"""The activities as workflows see them: names, inputs, results. The bodies are in the modules beside this one."""

from abc import ABC, abstractmethod

from temporalio import activity

from domain.attachments import FileState
from domain.case import AccountSecurity
from domain.contracts.attachments import ScreeningOrder
from domain.contracts.audits import EvidenceMade, EvidenceOrder, Verdict, VerificationOrder
from domain.contracts.batches import BatchEnd, BatchOrder, BatchPiece
from domain.contracts.codes import CodeOrder, CodeReceipt
from domain.contracts.events import PreviousContact
from domain.contracts.history import CitizenHistory, HistorySearch
from domain.contracts.incident import FailureReport, Telling
from domain.contracts.journal import Moment, Transition
from domain.contracts.linked import LinkedOrder, LinkedReceipt
from domain.contracts.provision import DataDisposal, DataOrder, DataParcel
from domain.contracts.registries import (
    AccountLog,
    AccountOrder,
    AccountQuestion,
    AccountSecured,
    AccountUnlocked,
    ConsentCheck,
    ConsentVerdict,
    PasswordIssue,
    RegistryCheck,
    RegistryFindings,
    ScanCheck,
    ScanVerdict,
    SecurityCheck,
)
from domain.contracts.retention import RetentionBatch, RetentionOrder
from domain.contracts.services import (
    PackageOrder,
    PackageOutcome,
    ServiceAnswer,
    ServiceCheck,
    ServiceOrder,
    ServiceReceipt,
)
from domain.contracts.webhooks import WebhookOrder


class RegisterActivities(ABC):
    """The case register and its journal."""

    @activity.defn
    @abstractmethod
    async def record_transition(self, transition: Transition) -> str:
        """Write one transition, all or nothing, and hand its messages over for delivery; return its digest.

        Written again, it changes nothing.
        """

    @activity.defn
    @abstractmethod
    async def find_history(self, search: HistorySearch) -> CitizenHistory:
        """Other appeals of the same person, at most ten, and the one that this one follows (INT-4, REP-1)."""

    @activity.defn
    @abstractmethod
    async def read_contacts(self, number: str) -> list[PreviousContact]:
        """This appeal and those it followed itself, the latest first, as far as a reader can take them in (REP-3)."""


class RegistryActivities(ABC):
    """The outside registries."""

    @activity.defn
    @abstractmethod
    async def check_registries(self, check: RegistryCheck) -> RegistryFindings:
        """Ask the account registry and the documents' registries (REC-3)."""

    @activity.defn
    @abstractmethod
    async def check_account_security(self, check: SecurityCheck) -> AccountSecurity:
        """Ask the account registry what the citizen has done since the one-time password (REC-5)."""

    @activity.defn
    @abstractmethod
    async def read_account_log(self, question: AccountQuestion) -> AccountLog:
        """Ask the account registry whether an account is locked and what its audit log says (ULK-1)."""

    @activity.defn
    @abstractmethod
    async def check_scan(self, check: ScanCheck) -> ScanVerdict:
        """Ask the verification of passports whether it can read a scan of this format (VER-2)."""

    @activity.defn
    @abstractmethod
    async def verify_consent(self, check: ConsentCheck) -> ConsentVerdict:
        """Ask whether a consent bears the valid electronic signature of this very person (DOC-1)."""


class AccountActivities(ABC):
    """What the account registry does on our order, once per order however often it is sent."""

    @activity.defn
    @abstractmethod
    async def unlock_account(self, order: AccountOrder) -> AccountUnlocked:
        """Take the lock away; an account that is not locked is a `RegistryRefusal` (ULK-2)."""

    @activity.defn
    @abstractmethod
    async def secure_account(self, order: AccountOrder) -> AccountSecured:
        """End all sessions and force a change of the password, which then goes through recovery (SEC-1)."""


class ServiceActivities(ABC):
    """The services that an appeal or a package of documents concerns."""

    @activity.defn
    @abstractmethod
    async def check_service(self, check: ServiceCheck) -> ServiceAnswer:
        """Ask one service for its record of the citizen and compare it with the details (MSV-1, MSV-2)."""

    @activity.defn
    @abstractmethod
    async def resend_to_service(self, order: ServiceOrder) -> ServiceReceipt:
        """Send the citizen's data to one service again, once per order (MSV-3)."""

    @activity.defn
    @abstractmethod
    async def process_package(self, order: PackageOrder) -> PackageOutcome:
        """Have a service process a complete package of documents, once per order (DOC-3)."""


class CredentialActivities(ABC):
    """One-time passwords."""

    @activity.defn
    @abstractmethod
    async def issue_password(self, issue: PasswordIssue) -> None:
        """Generate a one-time password, keep it sealed for its letter and set it in the registry (REC-4)."""


class CodeActivities(ABC):
    """One-time confirmation codes."""

    @activity.defn
    @abstractmethod
    async def send_code(self, order: CodeOrder) -> CodeReceipt:
        """Send the order's code to a contact of the account, once per order; only its digest comes back (VER-3)."""


class CaseActivities(ABC):
    """Other cases."""

    @activity.defn
    @abstractmethod
    async def open_linked(self, order: LinkedOrder) -> LinkedReceipt:
        """Start the case of an appeal that follows another one, or find the one that was started before (SEC-1)."""


class IncidentActivities(ABC):
    """What appeals and incidents tell each other (TEC-3)."""

    @activity.defn
    @abstractmethod
    async def report_failure(self, report: FailureReport) -> None:
        """Report to whatever watches over this failure, which begins to if nothing does; again, it is one report."""

    @activity.defn
    @abstractmethod
    async def tell_appeals(self, telling: Telling) -> None:
        """Tell each appeal; closed ones are left out, and told again an appeal takes it once."""


class DataActivities(ABC):
    """Data of an account on their way to the citizen; they themselves never leave the activities (DAT-2)."""

    @activity.defn
    @abstractmethod
    async def prepare_data(self, order: DataOrder) -> DataParcel:
        """Ask the registry, render, encrypt and keep the file; under the same order it is made once."""

    @activity.defn
    @abstractmethod
    async def destroy_data(self, disposal: DataDisposal) -> None:
        """Destroy a file and the code that opens it; a second time changes nothing."""


class NotificationActivities(ABC):
    """Messages to citizens and staff."""

    @activity.defn
    @abstractmethod
    async def deliver_messages(self, moment: Moment) -> None:
        """Send what a moment has queued and is not yet sent; each message reaches its recipient once."""


class AttachmentActivities(ABC):
    """Files that were attached."""

    @activity.defn
    @abstractmethod
    async def screen_attachment(self, order: ScreeningOrder) -> FileState:
        """Ask the scanner, and give a clean file to its case; while the scanner is away the file waits (ATT-2)."""


class RetentionActivities(ABC):
    """The retention of what cases tell of persons."""

    @activity.defn
    @abstractmethod
    async def erase_overdue(self, order: RetentionOrder) -> RetentionBatch:
        """Erase the next cases whose retention period is over (ADR 18)."""


class BatchActivities(ABC):
    """Batches: one decision for many appeals (ADR 21)."""

    @activity.defn
    @abstractmethod
    async def begin_batch(self, order: BatchOrder) -> None:
        """Put the order on record, with each of its appeals waiting; again, it changes nothing."""

    @activity.defn
    @abstractmethod
    async def decide_piece(self, piece: BatchPiece) -> None:
        """Send some appeals the decision and put on record what each says; sent again, an appeal takes it once."""

    @activity.defn
    @abstractmethod
    async def end_batch(self, end: BatchEnd) -> None:
        """Put the end on record; what still waits is cancelled."""


class AuditActivities(ABC):
    """What auditors have done: long work, outside of any process (ADR 27)."""

    @activity.defn
    @abstractmethod
    async def verify_case(self, order: VerificationOrder) -> Verdict:
        """Prove a case: chain, log, register and messages against what its process tells."""

    @activity.defn
    @abstractmethod
    async def make_evidence(self, order: EvidenceOrder) -> EvidenceMade:
        """Put all that proves a case into one archive, sealed where it was ordered to; again, it is made anew."""


class WebhookActivities(ABC):
    """What portals' own servers are told."""

    @activity.defn
    @abstractmethod
    async def deliver_webhook(self, order: WebhookOrder) -> None:
        """Post one event to one endpoint until it has taken it; it comes with the same id however often."""
