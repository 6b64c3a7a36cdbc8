"""The notary signs what is queued, publishes it, has it stamped, and signs no second history."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from domain.checkpoint import Checkpoint, LogForked
from infra.published import PublishedCheckpoints
from infra.settings import Settings
from infra.signing import UnusableKey, verified
from infra.time_stamps import NotStamped, TimeStampAuthority, load_roots
from store.database import open_database
from store.log import Log, enqueue
from store.migrate import migrate
from tests.infra.authority import Authority, authority, openssl
from worker import notary

pytestmark = pytest.mark.requirement("AUD-1")

HASHES = [hashlib.sha256(bytes([number])).hexdigest() for number in range(50)]


@pytest.fixture(scope="module")
def stamping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with authority(tmp_path_factory.mktemp("tsa") / "authority") as started:
        yield started


@pytest.fixture
async def settings(tmp_path: Path, stamping: Authority) -> Settings:
    stamping.is_away = stamping.is_lying = stamping.is_repeating = False
    chosen = Settings(
        data_dir=tmp_path,
        checkpoint_seconds=0.05,
        tsa_seconds=0.05,
        tsa_url=stamping.url,
        tsa_roots_file=stamping.roots,
    )
    database = open_database(chosen.database)
    await migrate(database)
    await database.dispose()
    return chosen


@pytest.fixture
async def log(settings: Settings) -> AsyncIterator[Log]:
    database = open_database(settings.database)
    yield Log(database)
    await database.dispose()


async def queue(log: Log, begin: int, end: int) -> None:
    async with log.engine.begin() as connection:
        await enqueue(connection, HASHES[begin:end])


async def until(condition: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - the notary has results, not events
            await asyncio.sleep(0.02)


async def test_what_is_queued_is_signed_and_published(settings: Settings, log: Log) -> None:
    async with notary(settings) as signing:
        await queue(log, 0, 3)
        await signing.sign()
        await queue(log, 3, 5)
        await signing.sign()
        await signing.sign()
        made = await log.checkpoints()
        assert [each.size for each in made] == [3, 5]
        assert await log.keys() == [signing.signer.key.text]
        for each in made:
            signed = Checkpoint.parse(verified(each.note, signing.signer.key))
            assert signed == Checkpoint(settings.log_origin, each.size, await log.root(each.size))
        assert signing.published.notes() == [each.note for each in made]


async def test_it_works_by_itself_and_once_more_at_the_end(settings: Settings, log: Log) -> None:
    async with notary(settings) as signing:
        async with signing.at_work():
            await queue(log, 0, 3)
            await until(log.newest_stamped)
        slow = settings.model_copy(update={"checkpoint_seconds": 600, "tsa_url": None})
    async with notary(slow) as signing, signing.at_work():
        assert (signing.every.total_seconds(), signing.stamp_every.total_seconds()) == (600, 0.05)
        await until(lambda: asyncio.to_thread(signing.published.newest))
        await queue(log, 3, 5)
    assert [each.size for each in await log.checkpoints()] == [3, 5]


async def test_a_checkpoint_that_was_not_published_is_published_later(settings: Settings, log: Log) -> None:
    async with notary(settings) as signing:
        await queue(log, 0, 3)
        settings.published_checkpoints.parent.write_text("in the way of the folder")
        with pytest.raises(OSError, match="files"):
            await signing.sign()
        settings.published_checkpoints.parent.unlink()
        await signing.sign()
        assert signing.published.newest() == Checkpoint(settings.log_origin, 3, await log.root(3))


async def test_a_database_put_back_to_yesterday_is_not_signed(settings: Settings, log: Log) -> None:
    async with notary(settings) as signing:
        await queue(log, 0, 3)
        await signing.sign()
    await log.engine.dispose()
    register, yesterday = settings.data_dir / "register.db", settings.data_dir / "yesterday.db"
    shutil.copy(register, yesterday)
    async with notary(settings) as signing:
        await queue(log, 3, 8)
        await signing.sign()
    await log.engine.dispose()
    yesterday.replace(register)
    async with notary(settings) as signing:
        await queue(log, 10, 20)
        with pytest.raises(LogForked):
            await signing.sign()
        with capture_logs() as logged:
            async with signing.at_work():
                pass
        assert "does not follow" in logged[0]["event"]
        assert await log.queued() == 10, "and nothing is lost"
        assert [each.size for each in await log.checkpoints()] == [3]


async def test_openssl_verifies_the_stamp(settings: Settings, log: Log, stamping: Authority, tmp_path: Path) -> None:
    async with notary(settings) as signing:
        await queue(log, 0, 3)
        await signing.sign()
        await signing.stamp()
        asked = stamping.asked
        await signing.stamp()
        assert stamping.asked == asked, "once is enough"
    stamped = await log.newest_stamped()
    assert stamped is not None
    assert stamped.token is not None
    (tmp_path / "note").write_text(stamped.note)
    (tmp_path / "token").write_bytes(stamped.token)
    openssl(tmp_path, "ts", "-verify", "-data", "note", "-in", "token", "-CAfile", str(stamping.roots))


async def test_without_the_authority_checkpoints_go_on(settings: Settings, log: Log, stamping: Authority) -> None:
    stamping.is_away = True
    async with notary(settings) as signing:
        await queue(log, 0, 3)
        await signing.sign()
        with pytest.raises(NotStamped):
            await signing.stamp()
        await queue(log, 3, 5)
        await signing.sign()
        stamping.is_away, stamping.is_lying = False, True
        with pytest.raises(NotStamped):
            await signing.stamp()
        stamping.is_lying = False
        await signing.stamp()
    assert [(each.size, each.token is not None) for each in await log.checkpoints()] == [(3, False), (5, True)]


async def test_another_authority_is_not_believed(settings: Settings, log: Log, tmp_path: Path) -> None:
    with authority(tmp_path / "stranger") as stranger:
        strange = settings.model_copy(update={"tsa_url": stranger.url})
        async with notary(strange) as signing:
            await queue(log, 0, 3)
            await signing.sign()
            with pytest.raises(NotStamped, match="does not hold"):
                await signing.stamp()


async def test_an_answer_to_an_earlier_question_is_not_taken(stamping: Authority) -> None:
    async with httpx.AsyncClient() as http:
        asked = TimeStampAuthority(stamping.url, http, load_roots(stamping.roots))
        await asked.stamp(b"note")
        stamping.is_repeating = True
        with pytest.raises(NotStamped, match="does not hold"):
            await asked.stamp(b"note")


async def test_production_makes_no_key(settings: Settings) -> None:
    with pytest.raises(UnusableKey):
        async with notary(settings.model_copy(update={"env": "production"})):
            pass


@pytest.mark.parametrize("name", ["", "two words", "plus+sign"])
def test_the_log_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="log_origin"):
        Settings(log_origin=name)


def test_stamps_need_roots() -> None:
    with pytest.raises(ValueError, match="HOTLINE_TSA_ROOTS_FILE"):
        Settings(tsa_url="http://127.0.0.1:1/")


async def test_an_unfinished_file_is_no_checkpoint(tmp_path: Path) -> None:
    published = PublishedCheckpoints(tmp_path)
    assert published.newest() is None
    day = tmp_path / "2026-03-02"
    day.mkdir()
    (day / ".7-1").touch()
    assert published.newest() is None
    assert published.notes() == []
