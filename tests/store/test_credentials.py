"""One-time passwords on their way: the first writer's is kept, and nothing is left of it in the end (REC-4)."""

import asyncio

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.credentials import CredentialVault
from domain.sealing import Keyring
from store.credentials import Credentials
from store.tables import credential

NUMBER = "1000000000000000"


@pytest.fixture
def vault(database: AsyncEngine, keyring: Keyring) -> CredentialVault:
    return CredentialVault(Credentials(database), keyring)


@pytest.mark.requirement("REC-4")
async def test_an_interrupted_attempt_is_repeated_with_the_same_password(vault: CredentialVault) -> None:
    made = await vault.make(NUMBER, "case-1")
    assert await vault.make(NUMBER, "case-1") == made
    assert await vault.open(NUMBER, "case-1") == made
    assert await vault.make(NUMBER, "case-2") != made


@pytest.mark.requirement("REC-4")
async def test_of_writers_at_once_one_wins_and_the_others_get_what_it_wrote(vault: CredentialVault) -> None:
    made = await asyncio.gather(*(vault.make(NUMBER, "case-1") for _ in range(8)))
    assert len({credential.password for credential in made}) == 1


@pytest.mark.requirement("REC-4")
async def test_at_rest_it_is_sealed_to_its_name_and_key(vault: CredentialVault) -> None:
    made = await vault.make(NUMBER, "case-1")
    sealed = await vault.credentials.sealed("case-1")
    assert made.password.encode() not in sealed
    key, other = await vault.keyring.key(NUMBER), await vault.keyring.key("2000000000000000")
    with pytest.raises(InvalidTag):
        key.open("credential case-2", sealed)
    with pytest.raises(InvalidTag):
        other.open("credential case-1", sealed)
    assert made.password.encode() in key.open("credential case-1", sealed)


@pytest.mark.requirement("REC-4")
async def test_destroyed_it_is_gone_and_never_comes_back(vault: CredentialVault) -> None:
    await vault.make(NUMBER, "case-1")
    await vault.destroy("case-1")
    await vault.destroy("case-1")
    with pytest.raises(LookupError):
        await vault.open(NUMBER, "case-1")
    with pytest.raises(LookupError):
        await vault.make(NUMBER, "case-1")
    async with vault.credentials.engine.connect() as connection:
        row = (await connection.execute(select(credential.c.sealed, credential.c.destroyed))).one()
    assert tuple(row) == (None, True)
