"""Having the account registry do something to an account."""

from dataclasses import dataclass

from temporalio import activity

from activities.interfaces import AccountActivities
from activities.registries import refusals_are_final
from domain.contracts.registries import AccountOrder, AccountSecured, AccountUnlocked
from infra.registries import AccountRegistry


@dataclass(frozen=True)
class AccountSteward(AccountActivities):
    """The body of `AccountActivities`."""

    accounts: AccountRegistry

    @activity.defn
    async def unlock_account(self, order: AccountOrder) -> AccountUnlocked:
        with refusals_are_final():
            return await self.accounts.unlock(order.account_id, order.number, order.order_id)

    @activity.defn
    async def secure_account(self, order: AccountOrder) -> AccountSecured:
        with refusals_are_final():
            return await self.accounts.secure(order.account_id, order.number, order.order_id)
