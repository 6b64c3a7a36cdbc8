"""Preparing data of an account: asked for, rendered, encrypted and kept here, and told to nobody (DAT-2)."""

import asyncio
import hashlib
from dataclasses import dataclass

from temporalio import activity

from activities.credentials import CredentialVault
from activities.interfaces import DataActivities
from activities.registries import refusals_are_final
from domain.appeal import DataSet
from domain.contracts.provision import DataDisposal, DataOrder, DataParcel
from infra.datafiles import Records, encrypted_file, profile, sign_ins
from infra.registries import AccountRegistry, RegistryRefusal, RegistryTrouble
from store.parcels import Parcels


@dataclass(frozen=True)
class DataKeeper(DataActivities):
    """The body of `DataActivities`. The code that opens a parcel lies in the vault, under the parcel's id."""

    accounts: AccountRegistry
    vault: CredentialVault
    parcels: Parcels

    @activity.defn
    async def prepare_data(self, order: DataOrder) -> DataParcel:
        # Whatever a case that was given up has left behind goes with the next one that comes by.
        for forgotten in await self.parcels.expired(order.ordered_at):
            await self._destroy(forgotten)
        if kept := await self.parcels.known(order.order_id):
            return kept
        with refusals_are_final():
            records = await self._records(order)
        credential = await self.vault.make(order.number, order.order_id)
        content = await asyncio.to_thread(encrypted_file, records, order.format, credential.opening_code)
        parcel = DataParcel(
            parcel_id=order.order_id,
            sha256=hashlib.sha256(content).hexdigest(),
            size_bytes=len(content),
        )
        return await self.parcels.keep(order.number, parcel, content, order.expires_at)

    @activity.defn
    async def destroy_data(self, disposal: DataDisposal) -> None:
        await self._destroy(disposal.parcel_id)

    async def _records(self, order: DataOrder) -> Records:
        log = await self.accounts.log(order.login)
        if log.account is None:
            raise RegistryRefusal("accounts: the account is gone")
        if log.account.account_id != order.account_id:
            raise RegistryTrouble("accounts: the answer is about somebody else")
        match order.data_set:
            case DataSet.PROFILE:
                return profile(log.account, order.number, order.ordered_at)
            case DataSet.SIGN_INS:
                return sign_ins(log.entries, order.number, order.ordered_at, order.time_zone)

    async def _destroy(self, parcel_id: str) -> None:
        await self.vault.destroy(parcel_id)
        await self.parcels.destroy(parcel_id)
