"""Asking the portal's services, sending to them again, handing packages over."""

from dataclasses import dataclass

from temporalio import activity

from activities.interfaces import ServiceActivities
from activities.registries import refusals_are_final
from domain.comparison import differing_fields
from domain.contracts.services import (
    PackageOrder,
    PackageOutcome,
    ServiceAnswer,
    ServiceCheck,
    ServiceOrder,
    ServiceReceipt,
)
from infra.registries import Services


@dataclass(frozen=True)
class ServiceClient(ServiceActivities):
    """The body of `ServiceActivities`."""

    services: Services

    @activity.defn
    async def check_service(self, check: ServiceCheck) -> ServiceAnswer:
        with refusals_are_final():
            record = await self.services.find(check.service, check.details)
        return ServiceAnswer(
            service=check.service,
            asked_at=check.asked_at,
            answered_at=record.answered_at,
            recorded_at=record.recorded_at,
            found=record.found,
            disagreeing_fields=differing_fields(check.details, record),
        )

    @activity.defn
    async def resend_to_service(self, order: ServiceOrder) -> ServiceReceipt:
        with refusals_are_final():
            return await self.services.submit(order)

    @activity.defn
    async def process_package(self, order: PackageOrder) -> PackageOutcome:
        with refusals_are_final():
            return await self.services.apply(order)
