"""The usual ways into a case: up to the moment that a test is about."""

from typing import Any

from domain.actors import Role
from tests.examples import MATCHED, MISMATCHED, RECORDED, appeal, data_appeal
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


async def with_data_in_cabinet(home: House, **wanted: Any) -> str:
    """A case whose data are ready to be taken out of the cabinet."""
    number = await home.open(data_appeal(delivery="cabinet", **wanted))
    await home.expecting(number, "FetchData")
    return number
