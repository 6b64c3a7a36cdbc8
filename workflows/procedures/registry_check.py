"""The citizen's data against the registries, for every procedure that rests on it (REC-3, VER-1)."""

from temporalio import workflow

from activities.interfaces import RegistryActivities
from domain.appeal import DocumentKind
from domain.comparison import compare, disagreements
from domain.contracts import events
from domain.contracts.registries import AccountRecord, RegistryCheck, RegistryFindings
from workflows.case import Case


async def ask_registries(case: Case, documents: list[DocumentKind]) -> RegistryFindings:
    """What the registries know of the account and the documents; asked once for the details as they are now."""
    if case.state.findings is None:
        case.state.findings = await case.call(
            "check_registries",
            lambda: workflow.execute_activity_method(
                RegistryActivities.check_registries,
                RegistryCheck(details=case.journal.view.details, documents=documents),
                **case.asking(),
            ),
        )
    return case.state.findings


def show_comparison(case: Case, findings: RegistryFindings, documents: list[DocumentKind]) -> None:
    """Put on record, once, what agrees and what does not."""
    rows = compare(case.journal.view.details, findings, documents)
    if rows != case.journal.view.comparison:
        case.journal.record(
            events.RegistriesAnswered(
                account_found=findings.account is not None,
                disagreeing_fields=disagreements(rows),
                personal=rows,
            )
        )


def account_of(case: Case) -> AccountRecord:
    """The account as its registry has answered; no stage that needs it is reached without."""
    if case.state.findings is None or case.state.findings.account is None:
        raise LookupError("the account was not found, and without it no stage gets here")
    return case.state.findings.account
