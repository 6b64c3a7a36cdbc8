"""What prepares data, asked by itself: one order makes one file, and nothing forgotten stays."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.provision import DataKeeper
from domain.appeal import DataFormat, DataSet
from domain.contracts.provision import DataDisposal, DataOrder
from infra.registries import AccountRegistry, Registry, RegistryTrouble
from tests.house import House

pytestmark = pytest.mark.requirement("DAT-2")

NUMBER = "1234567890123456"
NOW = datetime(2026, 1, 22, 15, 30, tzinfo=UTC)


@pytest.fixture
def keeper(home: House) -> DataKeeper:
    accounts = AccountRegistry(Registry("accounts", home.settings.accounts_url, home.http))
    return DataKeeper(accounts, home.vault(), home.parcels())


def order(order_id: str = "case-1", account_id: str = "acc-1001", login: str = "smirnova.ap") -> DataOrder:
    return DataOrder(
        order_id=order_id,
        number=NUMBER,
        account_id=account_id,
        login=login,
        data_set=DataSet.SIGN_INS,
        format=DataFormat.CSV,
        ordered_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )


async def test_an_order_that_is_repeated_or_comes_twice_at_once_makes_one_file(keeper: DataKeeper) -> None:
    first = await asyncio.gather(*(keeper.prepare_data(order()) for _ in range(4)))
    assert all(parcel == first[0] for parcel in first)
    code = (await keeper.vault.open(NUMBER, "case-1")).opening_code
    assert await keeper.prepare_data(order()) == first[0]
    assert (await keeper.vault.open(NUMBER, "case-1")).opening_code == code
    assert len(await keeper.parcels.content(NUMBER, "case-1")) == first[0].size_bytes


async def test_an_account_that_has_changed_hands_since_gets_nothing(keeper: DataKeeper) -> None:
    with pytest.raises(RegistryTrouble, match="somebody else"):
        await keeper.prepare_data(order(account_id="acc-1002"))
    assert await keeper.parcels.known("case-1") is None


async def test_an_account_that_is_gone_is_not_asked_for_again(keeper: DataKeeper) -> None:
    with pytest.raises(ApplicationError) as refusal:
        await keeper.prepare_data(order(login="nobody.knows"))
    assert refusal.value.non_retryable


async def test_what_was_forgotten_goes_with_the_next_order(keeper: DataKeeper) -> None:
    await keeper.prepare_data(order("forgotten"))
    later = order("later").model_copy(update={"ordered_at": NOW + timedelta(days=7)})
    await keeper.prepare_data(later)
    assert await keeper.parcels.known("forgotten") is None
    with pytest.raises(LookupError):
        await keeper.vault.open(NUMBER, "forgotten")
    assert await keeper.parcels.known("later") is not None


async def test_destroyed_it_can_be_neither_had_nor_opened(keeper: DataKeeper) -> None:
    await keeper.prepare_data(order())
    for _ in range(2):
        await keeper.destroy_data(DataDisposal(parcel_id="case-1"))
    assert await keeper.parcels.known("case-1") is None
    with pytest.raises(LookupError):
        await keeper.vault.open(NUMBER, "case-1")
