"""What callers send: strict, unlike the contracts behind it, so that a misspelt field is not lost in silence."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from domain.appeal import (
    Category,
    Channel,
    DocumentKind,
    EscalationReason,
    FileFormat,
    RecoveryReason,
    Relation,
    ServiceKind,
)
from domain.calendar import moscow_day
from domain.case import CaseView
from domain.contracts import commands
from domain.contracts.appeal import DataRequest, Details, DocumentScan, Failure
from domain.contracts.commands import FILES_AT_MOST, Decision
from domain.contracts.text import Line, Text
from domain.identifiers import Day, Email, Passport, PersonInn, Phone, Snils, issued_by
from domain.number import parse_number
from domain.packages import FILE_BYTES_MAX, MEBIBYTE
from domain.rules import CLOCK_SKEW
from domain.services import SERVICES, known_service
from infra.codes import ConfirmationCodes


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("Неизвестный часовой пояс. Пример: Asia/Vladivostok.")
    return name


def _named_by_a_sender(channel: Channel) -> Channel:
    if channel is Channel.INTERNAL:
        raise ValueError("Этот канал не для обращений извне.")
    return channel


def _named_by_a_citizen(relation: Relation) -> Relation:
    if relation is Relation.RECOVERY:
        raise ValueError("Такую связь устанавливает только сама система.")
    return relation


def _not_too_big(size_bytes: int) -> int:
    if size_bytes > FILE_BYTES_MAX:
        raise ValueError(f"Файл слишком большой: нужен не больше {FILE_BYTES_MAX // MEBIBYTE} МБ.")
    return size_bytes


def _each_once(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("Каждый сервис назовите один раз.")
    return names


def _received_lately(at: datetime) -> datetime:
    now = datetime.now(UTC)
    if at > now + CLOCK_SKEW:
        raise ValueError("Это время ещё не наступило: укажите, когда обращение поступило.")
    if at < now - RECEIVED_WITHIN:
        raise ValueError(f"Слишком давно: обращение поступило не раньше чем {RECEIVED_WITHIN.days} дней назад.")
    return at


SERVICES_AT_MOST = 10
RECEIVED_WITHIN = timedelta(days=365)
"""A letter may lie, but not for years: an older date is a slip of the pen."""


def _told(kind: str, sample: str) -> Any:
    """What the description says of a text whose rules no schema can express."""
    return Field(json_schema_extra={"format": kind, "examples": [sample]})


def _one_of(title: str, names: Iterable[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "title": title, "enum": list(names)})


Number = Annotated[str, AfterValidator(parse_number), _told("appeal-number", "4821093755612044")]
Zone = Annotated[str, AfterValidator(_known_zone), _told("time-zone", "Asia/Vladivostok")]
PassportIn = Annotated[Passport, _told("passport", "45 09 123456")]
IssuedOnIn = Annotated[
    Day, AfterValidator(lambda day: issued_by(day, moscow_day(datetime.now(UTC)))), _told("day", "2010-05-20")
]
SnilsIn = Annotated[Snils, _told("snils", "112-233-445 95")]
InnIn = Annotated[PersonInn, _told("inn", "500100732259")]
PhoneIn = Annotated[Phone, _told("phone", "+7 916 123-45-67")]
EmailIn = Annotated[Email, _told("email", "ivanov@example.ru")]
ChannelIn = Annotated[
    Channel,
    AfterValidator(_named_by_a_sender),
    _one_of("ChannelIn", [each for each in Channel if each is not Channel.INTERNAL]),
]
RelationIn = Annotated[
    Relation,
    AfterValidator(_named_by_a_citizen),
    _one_of("RelationIn", [each for each in Relation if each is not Relation.RECOVERY]),
]

FileSize = Annotated[int, Field(ge=1, json_schema_extra={"maximum": FILE_BYTES_MAX}), AfterValidator(_not_too_big)]


ServiceName = Annotated[Line, AfterValidator(known_service), _one_of("ServiceName", SERVICES)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ScanIn(Strict):
    """A scan of a document that the portal keeps."""

    kind: DocumentKind
    reference: Line
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    format: FileFormat | None = None
    size_bytes: FileSize | None = None


class DetailsIn(Strict):
    """What the citizen tells. Anything may be missing; what the procedure needs is asked for later."""

    full_name: Line | None = None
    login: Line | None = None
    passport: PassportIn | None = None
    passport_issued_on: IssuedOnIn | None = None
    snils: SnilsIn | None = None
    inn: InnIn | None = None
    phone: PhoneIn | None = None
    email: EmailIn | None = None
    device_token: Line | None = None
    time_zone: Zone | None = None
    description: Text | None = None
    first_appeal: Number | None = None
    scans: Annotated[list[ScanIn], Field(max_length=10)] = []

    def contract(self) -> Details:
        """These details as the case carries them."""
        given = self.model_dump(exclude_none=True, exclude={"scans"})
        return Details(**given, scans=[DocumentScan(**scan.model_dump()) for scan in self.scans])


class FailureIn(Failure, extra="forbid"):
    """A technical failure as it was met (TEC-1, KBA-5)."""

    error_code: Line | None = None


class DataRequestIn(DataRequest, extra="forbid"):
    """Which data, in which format, by which way (DAT-2)."""


class AppealIn(Strict):
    """A new appeal, as a portal or an operator sends it (INT-1, INT-2).

    Without a category an operator classifies it. `relation` says that it follows the appeal `related_number`.
    `coming_scans` are documents that will be attached as files at once: they are not asked for in the meantime.
    """

    channel: ChannelIn
    category: Category | None = None
    received_at: Annotated[AwareDatetime, AfterValidator(_received_lately)] | None = None
    citizen: Line | None = None
    service: Line | None = None
    recovery_reason: RecoveryReason | None = None
    related_number: Number | None = None
    relation: RelationIn | None = None
    failure: FailureIn | None = None
    services: Annotated[list[ServiceName], Field(max_length=SERVICES_AT_MOST), AfterValidator(_each_once)] = []
    package: ServiceKind | None = None
    data_request: DataRequestIn | None = None
    escalation_reason: EscalationReason | None = None
    coming_scans: Annotated[list[DocumentKind], Field(max_length=FILES_AT_MOST)] | None = None
    details: DetailsIn

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "channel": "web_form",
                    "category": "password_recovery",
                    "recovery_reason": "password_lost",
                    "service": "Личный кабинет",
                    "details": {
                        "full_name": "Смирнова Анна Петровна",
                        "login": "smirnova",
                        "snils": "112-233-445 95",
                        "phone": "+7 900 000-00-01",
                        "email": "smirnova@example.org",
                        "description": "Не могу войти: забыла пароль.",
                        "scans": [{"kind": "snils", "reference": "portal:scan:1"}],
                    },
                }
            ]
        },
    )


class SupplyDetailsIn(Strict):
    type: Literal["SupplyDetails"]
    details: DetailsIn


class AddDetailsIn(commands.AddDetails, extra="forbid"):
    scans: Annotated[list[ScanIn], Field(max_length=commands.FILES_AT_MOST)] = []  # type: ignore[assignment]


class RecordRequestIn(commands.RecordRequest, extra="forbid"):
    processing_hours: Annotated[int, Field(ge=1, le=1000)] | None = None
    processing_working_days: Annotated[int, Field(ge=1, le=1000)] | None = None


class ClassifyIn(commands.Classify, extra="forbid"):
    failure: FailureIn | None = None


class AskStatusIn(commands.AskStatus, extra="forbid"):
    pass


class WithdrawIn(commands.Withdraw, extra="forbid"):
    pass


class RejectAppealIn(commands.RejectAppeal, extra="forbid"):
    pass


class HandOverIn(commands.HandOver, extra="forbid"):
    pass


class TakeCaseIn(commands.TakeCase, extra="forbid"):
    pass


class ReleaseCaseIn(commands.ReleaseCase, extra="forbid"):
    pass


class TellCitizenIn(commands.TellCitizen, extra="forbid"):
    pass


class AdoptCalendarIn(commands.AdoptCalendar, extra="forbid"):
    pass


class RetryRegistryIn(commands.RetryRegistry, extra="forbid"):
    pass


class AnswerQuestionIn(commands.AnswerQuestion, extra="forbid"):
    pass


class ConfirmSolutionIn(commands.ConfirmSolution, extra="forbid"):
    pass


class RateSatisfactionIn(commands.RateSatisfaction, extra="forbid"):
    pass


class ConcludeProtocolIn(commands.ConcludeProtocol, extra="forbid"):
    pass


class RepeatRequestIn(commands.RepeatRequest, extra="forbid"):
    pass


class DecidePackageIn(commands.DecidePackage, extra="forbid"):
    pass


class CheckDocumentsIn(commands.CheckDocuments, extra="forbid"):
    pass


class RecordCheckIn(commands.RecordCheck, extra="forbid"):
    pass


class AssessFailureIn(commands.AssessFailure, extra="forbid"):
    pass


class ReportFixIn(commands.ReportFix, extra="forbid"):
    pass


class ReportAccountSecurityIn(commands.ReportAccountSecurity, extra="forbid"):
    pass


class ConfirmCodeIn(Strict):
    """The code as the citizen has entered it; it goes no further than this process."""

    type: Literal["ConfirmCode"]
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class RequestAnotherCodeIn(commands.RequestAnotherCode, extra="forbid"):
    pass


class DecideIdentityIn(commands.DecideIdentity, extra="forbid"):
    pass


class IdentifySubscriberIn(commands.IdentifySubscriber, extra="forbid"):
    pass


class ReviewLockIn(commands.ReviewLock, extra="forbid"):
    pass


class DecideSecuringIn(commands.DecideSecuring, extra="forbid"):
    pass


class ReviewThreatIn(commands.ReviewThreat, extra="forbid"):
    pass


class AssessRepeatIn(commands.AssessRepeat, extra="forbid"):
    pass


class DecideEscalationIn(commands.DecideEscalation, extra="forbid"):
    pass


class ConfirmAuthorityIn(commands.ConfirmAuthority, extra="forbid"):
    pass


DecisionIn = Annotated[
    SupplyDetailsIn
    | AddDetailsIn
    | RecordRequestIn
    | ClassifyIn
    | AskStatusIn
    | WithdrawIn
    | RejectAppealIn
    | HandOverIn
    | TakeCaseIn
    | ReleaseCaseIn
    | TellCitizenIn
    | AdoptCalendarIn
    | RetryRegistryIn
    | AnswerQuestionIn
    | ConfirmSolutionIn
    | RateSatisfactionIn
    | CheckDocumentsIn
    | ReportAccountSecurityIn
    | ConfirmAuthorityIn
    | RecordCheckIn
    | ConfirmCodeIn
    | RequestAnotherCodeIn
    | DecideIdentityIn
    | IdentifySubscriberIn
    | ReviewLockIn
    | DecideSecuringIn
    | ReviewThreatIn
    | AssessFailureIn
    | ReportFixIn
    | AssessRepeatIn
    | DecideEscalationIn
    | ConcludeProtocolIn
    | RepeatRequestIn
    | DecidePackageIn,
    Field(
        discriminator="type",
        title="DecisionIn",
        description="A decision, told by its `type`. `expects` and `accepts` of an appeal name those it takes.",
    ),
]


def decision_contract(sent: DecisionIn, view: CaseView, codes: ConfirmationCodes) -> Decision:
    """The decision as the case takes it; of a code only what may be kept of it (VER-3)."""
    if isinstance(sent, ConfirmCodeIn):
        latest = view.facts.verification.latest_code
        code_id = latest.code_id or "" if latest else ""
        return commands.ConfirmCode(code_id=code_id, code_digest=codes.digest(code_id, sent.code))
    if isinstance(sent, SupplyDetailsIn):
        return commands.SupplyDetails(details=sent.details.contract())
    fields: dict[str, Any] = sent.model_dump()
    decision: Decision = getattr(commands, sent.type)(**fields)
    return decision
