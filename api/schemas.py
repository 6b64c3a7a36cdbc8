"""What callers send: strict, unlike the contracts behind it, so that a misspelt field is not lost in silence."""

from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from domain.appeal import Category, Channel, DocumentKind, RecoveryReason
from domain.contracts import commands
from domain.contracts.appeal import Details, DocumentScan
from domain.contracts.commands import Decision
from domain.identifiers import Email, Passport, PersonInn, Phone, Snils
from domain.number import parse_number

_PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("Неизвестный часовой пояс. Пример: Asia/Vladivostok.")
    return name


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_PRINTABLE)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000, pattern=_PRINTABLE)]
Number = Annotated[str, AfterValidator(parse_number)]
Zone = Annotated[str, AfterValidator(_known_zone)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ScanIn(Strict):
    """A scan of a document that the portal keeps."""

    kind: DocumentKind
    reference: Line
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class DetailsIn(Strict):
    """What the citizen tells. Anything may be missing; what the procedure needs is asked for later."""

    full_name: Line | None = None
    login: Line | None = None
    passport: Passport | None = None
    snils: Snils | None = None
    inn: PersonInn | None = None
    phone: Phone | None = None
    email: Email | None = None
    device_token: Line | None = None
    time_zone: Zone | None = None
    description: Text | None = None
    scans: Annotated[list[ScanIn], Field(max_length=10)] = []

    def contract(self) -> Details:
        """These details as the case carries them."""
        given = self.model_dump(exclude_none=True, exclude={"scans"})
        return Details(**given, scans=[DocumentScan(**scan.model_dump()) for scan in self.scans])


class AppealIn(Strict):
    """A new appeal, as a portal or an operator sends it (INT-1, INT-2)."""

    channel: Channel
    category: Literal[Category.PASSWORD_RECOVERY]
    received_at: AwareDatetime | None = None
    citizen: Line | None = None
    service: Line | None = None
    recovery_reason: RecoveryReason | None = None
    related_number: Number | None = None
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


class RecordRequestIn(Strict):
    type: Literal["RecordRequest"]
    processing_hours: Annotated[int, Field(ge=1, le=1000)] | None = None
    processing_working_days: Annotated[int, Field(ge=1, le=1000)] | None = None
    note: Text | None = None


class CheckDocumentsIn(Strict):
    type: Literal["CheckDocuments"]
    match: bool
    reason: Text


class RetryRegistryIn(Strict):
    type: Literal["RetryRegistry"]
    reason: Text


class ReportAccountSecurityIn(Strict):
    type: Literal["ReportAccountSecurity"]
    signed_in_at: AwareDatetime | None = None
    password_changed_at: AwareDatetime | None = None
    two_factor_enabled_at: AwareDatetime | None = None


DecisionIn = Annotated[
    SupplyDetailsIn | RecordRequestIn | CheckDocumentsIn | RetryRegistryIn | ReportAccountSecurityIn,
    Field(
        discriminator="type",
        examples=[
            {"type": "RecordRequest", "processing_hours": 4},
            {"type": "CheckDocuments", "match": True, "reason": "СНИЛС и фамилия совпали."},
        ],
    ),
]


def decision_contract(sent: DecisionIn) -> Decision:
    """The decision as the case takes it."""
    if isinstance(sent, SupplyDetailsIn):
        return commands.SupplyDetails(details=sent.details.contract())
    fields: dict[str, Any] = sent.model_dump()
    decision: Decision = getattr(commands, sent.type)(**fields)
    return decision
