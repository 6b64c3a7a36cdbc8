"""What a case does at once with the decisions that it takes at any time (CLS-2, CLS-3, REC-6, ESC-4)."""

from collections.abc import Callable
from typing import Any

from domain.actors import Actor
from domain.contracts import commands, events
from domain.contracts.appeal import Details
from domain.notifications import Template
from domain.replies import REPLIES, reply_context
from workflows.case import Case
from workflows.clocks import due_in_words
from workflows.procedures import begin
from workflows.procedures.closing import close_rejected, close_withdrawn
from workflows.procedures.identity_verification import send_code
from workflows.procedures.multi_service import check_services
from workflows.procedures.technical_failure import join_incident, resolve_incident
from workflows.procedures.triage import record_category


def report_delivery(case: Case, report: commands.ReportDelivery, actor: Actor) -> None:
    """Put on record that a message did not arrive, or that nobody can say."""
    case.journal.record(events.MessageUndelivered(**report.model_dump(exclude={"type"})), actor)


def add_details(case: Case, added: commands.AddDetails, actor: Actor) -> None:
    """Take the citizen's word and files to the case (REP-2)."""
    said = Details(description=added.text, scans=added.scans)
    case.journal.record(events.DetailsAdded(items=said.supplied_items(), personal=said), actor)


def ask_status(case: Case, asked: commands.AskStatus, actor: Actor) -> None:
    """Tell the citizen how the appeal stands, why, and until when (REC-6, STS-1)."""
    case.journal.record(events.StatusAsked(personal=asked.question), actor)
    case.tell_status()


def withdraw(case: Case, withdrawn: commands.Withdraw, actor: Actor) -> None:
    """End the case as the citizen wishes."""
    case.journal.record(events.AppealWithdrawn(personal=withdrawn.reason), actor)
    case.divert(close_withdrawn)


def reject_appeal(case: Case, rejected: commands.RejectAppeal, actor: Actor) -> None:
    """End the case as a person has decided, for the reason that the citizen will read."""
    case.journal.record(events.AppealRefused(reason=rejected.reason), actor)
    case.divert(close_rejected)


def classify(case: Case, classified: commands.Classify, actor: Actor) -> None:
    """Let the procedure of another category take over; the terms promised so far still hold (CLS-3)."""
    record_category(case, classified, actor)
    case.set_status(case.journal.view.status, "Тема обращения уточнена.")
    case.clocks.return_to_staff()
    case.state.findings = None  # another procedure asks the registries about other documents
    case.divert(begin)


def request_another_code(case: Case, _requested: commands.RequestAnotherCode, actor: Actor) -> None:
    """Give the code that did not arrive up, and send another one over the next channel (VER-3)."""
    case.journal.record(events.AnotherCodeRequested(), actor)
    case.divert(send_code)


def hand_over(case: Case, handed: commands.HandOver, actor: Actor) -> None:
    """Let another unit decide, by the same appeal (CLS-2)."""
    case.hand_over(handed.unit, handed.reason, actor)


def take_case(case: Case, _taken: commands.TakeCase, actor: Actor) -> None:
    """Tell everybody who works on the case now (CLS-2)."""
    case.journal.record(events.CaseTaken(), actor)


def release_case(case: Case, _released: commands.ReleaseCase, actor: Actor) -> None:
    """Leave the case to whoever takes it next."""
    case.journal.record(events.CaseReleased(), actor)


def tell_citizen(case: Case, told: commands.TellCitizen, actor: Actor) -> None:
    """Tell the citizen what a person of the staff has written; the case goes on as before."""
    case.journal.record(events.CitizenTold(personal=told.text), actor)
    case.tell(REPLIES[told.type], **reply_context(told))


def repeat_request(case: Case, ordered: commands.RepeatRequest, actor: Actor) -> None:
    """Have the data sent to one service again; the conclusion is then drawn anew (MSV-3)."""
    case.journal.record(events.RepeatOrdered(**ordered.model_dump(exclude={"type"})), actor)
    case.divert(check_services)


def adopt_calendar(case: Case, adopted: commands.AdoptCalendar, actor: Actor) -> None:
    """Recompute the terms in working days, and tell the citizen of those that have moved (ESC-4)."""
    moved = case.clocks.adopt(adopted.version)
    case.journal.record(
        events.CalendarAdopted(version=adopted.version, moved=list(moved), reason=adopted.reason), actor
    )
    if moved:
        case.tell(Template.TERM_CHANGED, reason=adopted.reason, **due_in_words(case.journal.view))


Handler = Callable[[Case, Any, Actor], None]

HANDLERS: dict[type[Any], Handler] = {
    commands.ReportDelivery: report_delivery,
    commands.AddDetails: add_details,
    commands.AskStatus: ask_status,
    commands.Withdraw: withdraw,
    commands.RejectAppeal: reject_appeal,
    commands.Classify: classify,
    commands.RequestAnotherCode: request_another_code,
    commands.HandOver: hand_over,
    commands.TakeCase: take_case,
    commands.ReleaseCase: release_case,
    commands.TellCitizen: tell_citizen,
    commands.AdoptCalendar: adopt_calendar,
    commands.JoinIncident: join_incident,
    commands.ResolveIncident: resolve_incident,
    commands.RepeatRequest: repeat_request,
}
"""By command; a handler records and queues, and never awaits."""
