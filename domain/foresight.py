"""What an appeal or a decision would do, as far as that is known beforehand: by the rules, without systems or people.

It is asked of the register's view and writes nothing. What a procedure does next may hang on what systems answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.actors import Actor, Role
from domain.case import CaseView, begin
from domain.contracts import commands, events
from domain.contracts.appeal import Appeal, Policy
from domain.contracts.commands import Command, Decision
from domain.contracts.expectation import Expectation
from domain.contracts.journal import JournalEntry
from domain.intake import draft_plan, missing_items, registration
from domain.procedures import Procedure, procedure_of
from domain.rules import (
    answered_expectation,
    refuse_beyond_limits,
    refuse_foreign,
    refuse_if_changed,
    refuse_impossible_dates,
    refuse_unless_expected,
)
from domain.units import role_of

_ASKED_LATER = frozenset({Procedure.TECHNICAL_FAILURE, Procedure.ESCALATION})
"""Procedures that do something first, before they ask for what is missing."""


@dataclass(frozen=True)
class Opening:
    """How an appeal would begin, unless an earlier one makes it a repeat."""

    procedure: Procedure
    missing: list[str]
    plan: list[str]
    awaits: str | None
    """What is awaited first; None where the procedure asks its systems before it asks anybody."""


@dataclass(frozen=True)
class Outcome:
    """What a decision would put on record at once, in this order, and what would be awaited then.

    More may follow: where the case `moves_on`, its procedure acts on the decision.
    """

    events: list[str] = field(default_factory=list)
    awaits: list[Expectation] = field(default_factory=list)
    moves_on: bool = False


def foresee_opening(appeal: Appeal, policy: Policy, actor: Actor, now: datetime) -> Opening:
    """How this appeal would begin under these terms."""
    event = registration(appeal, policy.calendar_version)
    view = begin(JournalEntry(number=appeal.number, sequence=1, at=now, actor=actor, event=event))
    procedure = procedure_of(view)
    missing = missing_items(procedure, view.details, view.package)
    asked = [item for item in missing if item.removeprefix("scan:") not in (appeal.coming_scans or [])]
    awaits = None
    if procedure is Procedure.TRIAGE:
        awaits = "Classify"
    elif asked and procedure not in _ASKED_LATER:
        awaits = "SupplyDetails"
    return Opening(procedure, asked, draft_plan(procedure, missing, []), awaits)


def foresee(view: CaseView, command: Command, policy: Policy, now: datetime) -> Outcome:
    """What the case would do with this decision; raises `Refusal` where it would not take it."""
    refuse_if_changed(view, command)
    refuse_unless_expected(view, command)
    refuse_foreign(view, command.actor)
    refuse_beyond_limits(view, command.decision, policy)
    refuse_impossible_dates(view, command.decision, now)
    if answered := answered_expectation(view, command):
        left = [open_ for open_ in view.expectations if open_.id != answered.id or open_.repeats]
        return Outcome([_name(events.DecisionTaken)], left, moves_on=True)
    return STANDING[type(command.decision)](view, command.decision)


def _recorded(*happened: type[Any]) -> Callable[[CaseView, Any], Outcome]:
    """What is over at once; the case goes on waiting."""
    return lambda view, _: Outcome([_name(each) for each in happened], view.expectations)


def _diverted(*happened: type[Any]) -> Callable[[CaseView, Any], Outcome]:
    """What sends the case elsewhere: nothing of what it awaits is awaited any more."""

    def outcome(view: CaseView, _: Decision) -> Outcome:
        closed: list[type[Any]] = [events.ExpectationClosed] * len(view.expectations)
        return Outcome([_name(each) for each in (*happened, *closed)], moves_on=True)

    return outcome


def _handed_over(view: CaseView, decision: commands.HandOver) -> Outcome:
    moved = [open_ for open_ in view.expectations if open_.transferable]
    others = [open_ for open_ in view.expectations if not open_.transferable]
    overseen = {open_.id: {Role.SUPERVISOR} & set(open_.roles) for open_ in moved}
    there = [
        open_.model_copy(update={"roles": sorted({role_of(decision.unit), *overseen[open_.id]})}) for open_ in moved
    ]
    happened: list[type[Any]] = [events.HandedOver, events.StatusChanged, *[events.DecisionReassigned] * len(moved)]
    return Outcome([_name(each) for each in happened], [*others, *there])


def _name(event: type[Any]) -> str:
    return event.__name__


STANDING: dict[type[Any], Callable[[CaseView, Any], Outcome]] = {
    commands.AddDetails: _recorded(events.DetailsAdded),
    commands.AskStatus: _recorded(events.StatusAsked, events.MessageQueued),
    commands.TellCitizen: _recorded(events.CitizenTold, events.MessageQueued),
    commands.AdoptCalendar: _recorded(events.CalendarAdopted),
    commands.HandOver: _handed_over,
    commands.TakeCase: _recorded(events.CaseTaken),
    commands.ReleaseCase: _recorded(events.CaseReleased),
    commands.Withdraw: _diverted(events.AppealWithdrawn),
    commands.RejectAppeal: _diverted(events.AppealRefused),
    commands.Classify: _diverted(events.AppealClassified, events.PlanDrafted, events.StatusChanged),
    commands.RequestAnotherCode: _diverted(events.AnotherCodeRequested),
    commands.RepeatRequest: _diverted(events.RepeatOrdered),
}
"""By command, as `workflows/standing.py` has its handlers; without those of the system."""
