"""The usual ways into a case: up to the moment that a test is about."""

from collections.abc import Sequence
from typing import Any

from domain.actors import Role
from domain.case import CaseView
from domain.checklist import CheckItem
from domain.contracts.commands import RecordCheck
from tests.examples import ANSWER, LEGAL_ANSWER, MATCHED, MISMATCHED, RECORDED, appeal, data_appeal, question
from tests.house import House


async def with_specialist(home: House, **details: Any) -> str:
    """A case that the operator has recorded; a specialist is to check the documents."""
    number = await home.open(appeal(**details))
    await home.expecting(number, "RecordRequest")
    await home.decide(number, Role.OPERATOR, RECORDED)
    await home.expecting(number, "CheckDocuments")
    return number


async def asked_again(home: House, **details: Any) -> str:
    """A case whose documents did not match; the citizen is asked for current data."""
    number = await with_specialist(home, **details)
    await home.decide(number, Role.SPECIALIST, MISMATCHED)
    await home.expecting(number, "SupplyDetails")
    return number


async def with_password(home: House, **details: Any) -> str:
    """A case whose citizen was sent a one-time password and is to secure the account."""
    number = await with_specialist(home, **details)
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.expecting(number, "ReportAccountSecurity")
    return number


async def with_question(home: House, category: str = "payments", **details: Any) -> str:
    """A case that awaits an answer."""
    number = await home.open(question(category, **details))
    await home.expecting(number, "AnswerQuestion")
    return number


async def answered(home: House, category: str = "payments", **details: Any) -> str:
    """A case whose citizen has an answer and is to say whether it helped."""
    number = await with_question(home, category, **details)
    law = category == "legal_question"
    await home.decide(number, Role.LEGAL if law else Role.OPERATOR, LEGAL_ANSWER if law else ANSWER)
    await home.expecting(number, "ConfirmSolution")
    return number


CHECKS = (
    RecordCheck(item=CheckItem.BROWSER, passed=True, finding="Браузер поддерживается"),
    RecordCheck(item=CheckItem.EXTENSIONS_AND_CACHE, passed=True, finding="Без расширений то же самое"),
    RecordCheck(item=CheckItem.NETWORK, passed=True, finding="Помех нет", packet_loss_percent=2.5, latency_ms=180),
    RecordCheck(
        item=CheckItem.CHANGE_LOG,
        passed=False,
        finding="Утром менялось оформление",
        rolled_back="оформление раздела «Платежи»",
    ),
)


async def next_check(home: House, number: str, item: CheckItem) -> CaseView:
    """The case as soon as this item is due."""
    return await home.until(number, lambda view: [open_.subject for open_ in view.expectations] == [item])


async def checked(home: House, number: str, checks: Sequence[RecordCheck] = CHECKS) -> str:
    """A case whose checklist is worked off; the citizen is to say whether the page is right."""
    for check in checks:
        await next_check(home, number, check.item)
        await home.decide(number, Role.OPERATOR, check)
    await home.expecting(number, "ConfirmSolution")
    return number


async def with_data_in_cabinet(home: House, **wanted: Any) -> str:
    """A case whose data are ready to be taken out of the cabinet."""
    number = await home.open(data_appeal(delivery="cabinet", **wanted))
    await home.expecting(number, "FetchData")
    return number
