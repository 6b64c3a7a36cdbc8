"""The usual ways into a case: up to the moment that a test is about."""

from typing import Any

from domain.actors import Role
from tests.examples import ANSWER, LEGAL_ANSWER, MATCHED, MISMATCHED, RECORDED, appeal, question
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
