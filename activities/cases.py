"""Opening the appeals that follow from a case (SEC-1)."""

from dataclasses import dataclass

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.interfaces import CaseActivities
from domain.contracts.linked import LinkedOrder, LinkedReceipt
from infra.cases import CaseOpener, NoFreeNumber


@dataclass(frozen=True)
class LinkedCases(CaseActivities):
    """The body of `CaseActivities`."""

    opener: CaseOpener

    @activity.defn
    async def open_linked(self, order: LinkedOrder) -> LinkedReceipt:
        # A key with spaces can't be sent through the API: no portal gets in the way of its own case.
        key = f"hotline {order.relation} {order.parent}"
        try:
            opened = await self.opener.open(order.appeal, key, body={"parent": order.parent})
        except NoFreeNumber:
            raise ApplicationError("no free number", type="NoFreeNumber") from None
        return LinkedReceipt(number=opened.number)
