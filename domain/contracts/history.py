"""What a case asks the register about the citizen's earlier appeals, and the answer (INT-3, INT-4, REP-1)."""

from typing import Literal

from domain.appeal import Category, Relation
from domain.contracts.appeal import Details
from domain.contracts.contract import AwareDatetime, Contract


class HistorySearch(Contract):
    """Whose appeals, by any of the person's identifiers, and which of them would be the previous one.

    That is the one named, if it is this person's; else the latest since an instant on the same category and service,
    or on anything if the person calls it a repeat and names no category. An escalation follows the one named or none.
    What was registered later than this appeal itself is no previous one: of two sent at once, neither follows both.
    """

    number: str
    details: Details
    portal: str
    citizen: str | None = None
    related_number: str | None = None
    relation: Relation | None = None
    category: Category | None = None
    service: str | None = None
    since: AwareDatetime
    registered_at: AwareDatetime | None = None


class CitizenHistory(Contract):
    """The numbers of other appeals of the person, newest first, and the previous one among them."""

    related: list[str] = []
    previous: str | None = None
    found_by: Literal["number", "citizen"] = "citizen"
