"""What the engine keeps of a failure: brief enough to be kept, and still to the point."""

from pathlib import Path

import pytest
from sqlalchemy import text
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverterWithEncodedAttributes, FailureConverter, PayloadConverter

from infra.codec import sealing_converter
from infra.failures import BriefFailureConverter
from store.database import DATABASE_TROUBLE, open_database
from tests.keys import key_ring

THE_ENGINE_KEEPS_BYTES = 4096


async def trouble() -> BaseException:
    """What an activity meets when there is no database."""
    database = open_database("postgresql+asyncpg://nobody@/register?host=/nowhere")
    with pytest.raises(DATABASE_TROUBLE) as met:
        async with database.begin() as connection:
            await connection.execute(text("SELECT 1"))
    await database.dispose()
    return met.value


def kept(converter: FailureConverter, error: BaseException) -> Failure:
    failure = Failure()
    converter.to_failure(error, PayloadConverter.default, failure)
    return failure


async def test_what_a_missing_database_is_told_as_is_brief() -> None:
    whole = kept(DefaultFailureConverterWithEncodedAttributes(), await trouble())
    brief = kept(BriefFailureConverter(), await trouble())
    assert whole.ByteSize() > THE_ENGINE_KEEPS_BYTES > 2 * brief.ByteSize(), "or there was nothing to make brief"
    assert b"FileNotFoundError" in brief.SerializeToString(), "what it was is told"


def test_a_failure_with_a_long_history_keeps_its_nearest_causes() -> None:
    error: BaseException = ValueError("the first")
    for turn in range(40):
        error, error.__cause__ = RuntimeError(f"turn {turn}"), error
    told = kept(BriefFailureConverter(), error).SerializeToString()
    assert (b"turn 39" in told, b"turn 37" in told, b"turn 36" in told) == (True, True, False)


async def test_every_process_keeps_failures_so(tmp_path: Path) -> None:
    async with key_ring(tmp_path) as keys:
        assert sealing_converter(keys).failure_converter_class is BriefFailureConverter
