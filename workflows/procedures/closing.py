"""The end of every case: why it closes, and what its citizen thought of it (STS-1, ANA-1)."""

from domain.actors import Role
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.commands import RateSatisfaction
from domain.deadlines import ClockName
from workflows.case import Case, Taken

RATERS = {Role.CITIZEN, Role.PORTAL, Role.OPERATOR}


async def close_withdrawn(case: Case) -> None:
    """The citizen needs nothing more."""
    case.complete("Обращение отозвано заявителем.", result="Обращение закрыто по вашей просьбе.")


async def close_rejected(case: Case) -> None:
    """A person has decided that the appeal can't be granted."""
    case.reject(case.journal.view.facts.dialogue.refused_because or "Обращение отклонено сотрудником поддержки.")


async def hear_satisfaction(case: Case) -> None:
    """A closed case still takes one rating, for as long as the policy says (ANA-1, REP-6)."""
    case.clocks.start(ClockName.SATISFACTION, Budget(minutes=case.policy.satisfaction_minutes))
    outcome = await case.expect(RateSatisfaction, from_=RATERS, clock=ClockName.SATISFACTION, lapses=True)
    if isinstance(outcome, Taken):
        rated = outcome.decision
        case.journal.record(events.SatisfactionRated(score=rated.score, personal=rated.comment), outcome.actor)
    case.clocks.stop(ClockName.SATISFACTION)
