"""An earlier appeal, as whoever works on a later one of the same citizen has to know it (REP-3)."""

from domain.case import CaseView
from domain.contracts.events import PreviousContact


def previous_contact(view: CaseView) -> PreviousContact:
    """How the appeal stands, what was done and answered, and what the citizen said; personal data."""
    told = [
        view.details.description or "",
        *(said.text for said in view.facts.dialogue.remarks if said.by == "citizen"),
    ]
    return PreviousContact(
        number=view.number,
        status=view.status,
        registered_at=view.registered_at,
        closed_at=view.statuses[-1].at if view.is_closed else None,
        done=[view.result.summary, *view.result.steps] if view.result else [],
        answer=view.facts.dialogue.answer,
        said=[text for text in told if text],
    )
