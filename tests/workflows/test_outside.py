"""The worker answers for every system that procedures ask or order about."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import ActivityFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

from activities.interfaces import AccountActivities, RegistryActivities, ServiceActivities
from domain.contracts.appeal import Details
from domain.contracts.contract import Contract
from domain.contracts.registries import AccountOrder, AccountQuestion, ConsentCheck, ScanCheck
from domain.contracts.services import PackageItem, PackageOrder, ServiceCheck, ServiceOrder
from sandbox.people import people
from tests.house import House

NUMBER = "1234567890123456"
ANNA = people()["acc-1001"]
DETAILS = Details.model_validate(ANNA.model_dump())
ORDER = AccountOrder(number=NUMBER, account_id="acc-9999", order_id="order")
ANSWERED: list[tuple[Callable[..., Any], Contract]] = [
    (RegistryActivities.read_account_log, AccountQuestion(number=NUMBER, login=ANNA.login)),
    (RegistryActivities.check_scan, ScanCheck(reference="1", format="png")),
    (RegistryActivities.verify_consent, ConsentCheck(reference="1", sha256="0" * 64, snils=ANNA.snils)),
    (
        ServiceActivities.check_service,
        ServiceCheck(service="taxes", asked_at=datetime(2026, 11, 22, tzinfo=UTC), details=DETAILS),
    ),
    (
        ServiceActivities.resend_to_service,
        ServiceOrder(number=NUMBER, service="taxes", order_id="order", details=DETAILS),
    ),
    (
        ServiceActivities.process_package,
        PackageOrder(
            number=NUMBER, service="general", order_id="order", items=[PackageItem(kind="passport", reference="1")]
        ),
    ),
]


async def run(home: House, activity: Callable[..., Any], given: Contract) -> Any:
    """Have the worker do one activity, tried once."""
    return await home.client.execute_activity(
        activity,
        given,
        id=uuid4().hex,
        task_queue=home.settings.case_queue,
        start_to_close_timeout=timedelta(seconds=10),
        schedule_to_close_timeout=timedelta(seconds=20),
        retry_policy=RetryPolicy(maximum_attempts=1),
    )


@pytest.mark.parametrize(("activity", "given"), ANSWERED, ids=lambda each: getattr(each, "__name__", ""))
@pytest.mark.requirement("ULK-1", "VER-2", "DOC-1", "MSV-1", "MSV-3", "DOC-3")
async def test_the_worker_asks_each_system(home: House, activity: Callable[..., Any], given: Contract) -> None:
    assert isinstance(await run(home, activity, given), activity.__annotations__["return"])


@pytest.mark.parametrize("activity", [AccountActivities.unlock_account, AccountActivities.secure_account])
@pytest.mark.requirement("ULK-2", "SEC-1")
async def test_the_worker_orders_and_a_refusal_is_final(home: House, activity: Callable[..., Any]) -> None:
    with pytest.raises(ActivityFailureError) as failed:
        await run(home, activity, ORDER)
    assert isinstance(failed.value.cause, ApplicationError)
    assert (failed.value.cause.type, failed.value.cause.non_retryable) == ("RegistryRefusal", True)
