"""Field by field: what the citizen declared, what the account holds, what the authority's registry says."""

from domain.appeal import DocumentKind
from domain.contracts.appeal import Details
from domain.contracts.contract import Contract
from domain.contracts.registries import RegistryFindings
from domain.contracts.services import ServiceRecord


class FieldComparison(Contract):
    """One field from up to three sources; `agrees` when no source that has a value contradicts (REC-3)."""

    field: str
    declared: str | None = None
    account: str | None = None
    registry: str | None = None
    agrees: bool

    @property
    def is_contradicted(self) -> bool:
        """Whether another source has a value, and another one."""
        if self.declared is None:
            return not self.agrees
        others = [value for value in (self.account, self.registry) if value]
        return any(_folded(other) != _folded(self.declared) for other in others)


def compare(details: Details, findings: RegistryFindings, documents: list[DocumentKind]) -> list[FieldComparison]:
    """The rows a specialist decides on; one without an account or without the document never agrees."""
    account = findings.account
    records = {record.kind: record for record in findings.documents}
    rows = [_name_row(details, findings)]
    for kind in documents:
        record = records.get(kind)
        rows.append(_row(kind.value, getattr(details, kind), getattr(account, kind, None)))
        known = "нет в реестре" if record is None else "действителен" if record.valid else "недействителен"
        rows.append(
            FieldComparison(field=f"{kind.value}_status", registry=known, agrees=record is not None and record.valid)
        )
        if kind is DocumentKind.PASSPORT and details.passport_issued_on:
            rows.append(_issue_row(details.passport_issued_on, record.issued_on if record else None))
    rows.append(_row("phone", details.phone, getattr(account, "phone", None)))
    rows.append(_row("email", details.email, getattr(account, "email", None)))
    return rows


def disagreements(rows: list[FieldComparison]) -> list[str]:
    """The names of the fields that do not agree."""
    return [row.field for row in rows if not row.agrees]


def items_to_correct(rows: list[FieldComparison], account_found: bool) -> list[str]:
    """What to ask the citizen again: the values that some source contradicts, and the login nobody knows (VER-1).

    A value is not in doubt only because a source has none to compare it with.
    """
    doubted = [row.field.removesuffix("_status") for row in rows if row.is_contradicted]
    return list(dict.fromkeys(doubted if account_found else [*doubted, "login"]))


def doubts(rows: list[FieldComparison], account_found: bool) -> list[str]:
    """What speaks against the citizen's being the account's owner, by the item to ask for again (VER-1).

    Phone and e-mail are left out: people change them, and a code goes to those of the account.
    """
    return items_to_correct([row for row in rows if row.field not in ("phone", "email")], account_found)


def differing_fields(details: Details, record: ServiceRecord) -> list[str]:
    """The names of the fields in which a service's record contradicts what the citizen declared (MSV-1).

    A value that one side does not have contradicts nothing.
    """
    pairs = {name: (getattr(details, name), getattr(record, name)) for name in ("full_name", "passport", "phone")}
    known = {name: pair for name, pair in pairs.items() if all(pair)}
    return [name for name, (declared, held) in known.items() if _folded(declared) != _folded(held)]


def _name_row(details: Details, findings: RegistryFindings) -> FieldComparison:
    registry = sorted({record.full_name for record in findings.documents})
    account = findings.account.full_name if findings.account else None
    names = {_folded(name) for name in [details.full_name, account, *registry] if name}
    return FieldComparison(
        field="full_name",
        declared=details.full_name,
        account=account,
        registry="; ".join(registry) or None,
        agrees=len(names) == 1 and account is not None and bool(registry),
    )


def _row(field: str, declared: str | None, account: str | None) -> FieldComparison:
    agrees = declared is not None and declared == account
    return FieldComparison(field=field, declared=declared, account=account, agrees=agrees)


def _issue_row(declared: str, registry: str | None) -> FieldComparison:
    """The passport's day of issue, which accounts do not hold; the registry may know none."""
    agrees = registry in (None, declared)
    return FieldComparison(field="passport_issued_on", declared=declared, registry=registry, agrees=agrees)


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("ё", "е").split())
