"""Whether an account is the citizen's who writes about it (ULK-2, SEC-1).

Locking somebody out is an attack too: whoever reports a compromise gets the owner's sessions ended. So the system
acts alone only on evidence; everything short of it is shown to a person.
"""

from domain.comparison import FieldComparison
from domain.contracts.appeal import Details
from domain.contracts.registries import AccountRecord

_ALWAYS = ("full_name", "phone")
_IF_DECLARED = ("email", "passport", "snils", "inn")
_IDENTITY_NUMBERS = frozenset({"passport", "snils", "inn"})


def compare_with_account(details: Details, account: AccountRecord | None) -> list[FieldComparison]:
    """What the citizen declared beside what the account holds; nothing agrees with an account that is not there."""
    declared = [field for field in _IF_DECLARED if getattr(details, field)]
    return [_row(field, getattr(details, field), getattr(account, field, None)) for field in (*_ALWAYS, *declared)]


def is_proven(rows: list[FieldComparison]) -> bool:
    """Whether everything declared agrees, with the number of an identity document among it.

    Name, phone and mail are known to friends and thieves; the document's number is what they lack most often.
    """
    return all(row.agrees for row in rows) and any(row.field in _IDENTITY_NUMBERS for row in rows)


def _row(field: str, declared: str | None, account: str | None) -> FieldComparison:
    row = FieldComparison(field=field, declared=declared, account=account, agrees=False)
    is_known = declared is not None and account is not None
    return row.model_copy(update={"agrees": is_known and not row.is_contradicted})
