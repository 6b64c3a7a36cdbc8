"""The journal beside the process: what matches, and what somebody has changed (AUD-1, AUD-2)."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from audit.sources import Sources
from audit.timeline import Timeline, Timelines
from store.archived import Archived
from store.database import open_database
from store.register import Register
from tests.audit.conftest import Audited, copied


async def told(audited: Audited, number: str, folder: Path, statement: str = "") -> Timeline:
    """The timeline of a case in a copy of the register in which some SQL was run."""
    file = copied(audited.file, folder / "copy.db")
    with closing(sqlite3.connect(file)) as connection, connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        if statement:
            assert connection.execute(statement, {"number": number}).rowcount
    database = open_database(f"sqlite+aiosqlite:///{file}")
    sources = Sources(audited.home.client, audited.archive, Archived(database))
    try:
        return await Timelines(
            Register(database, b"any", audited.keyring), sources, audited.home.client.data_converter.payload_codec
        ).of(number)
    finally:
        await database.dispose()


@pytest.mark.requirement("AUD-2")
async def test_every_entry_has_the_event_that_made_it(audited: Audited, tmp_path: Path) -> None:
    for number in (audited.ended, audited.open):
        found = await told(audited, number, tmp_path)
        assert found.is_whole
        rows = [row for each in found.moments for row in each.entries]
        assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
        assert {row["hash"] for row in rows} == found.rows.logged
        taken = [each for each in found.moments for row in each.entries if row["type"] == "DecisionTaken"]
        assert bool(taken) == (number == audited.ended)
        for each in taken:
            assert each.recording
            assert "workflow_execution_update_accepted" in {cause.kind for cause in each.recording.causes}
        assert found.moments[0].recording
        assert found.moments[0].recording.causes[0].kind == "workflow_execution_started"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET event = replace(event, 'received', 'rejected') WHERE number = :number AND position = 3",
        "DELETE FROM journal WHERE number = :number AND position = 4",
        "UPDATE message SET key = 'another' WHERE number = :number AND key IN"
        " (SELECT key FROM message WHERE number = :number LIMIT 1)",
    ],
)
@pytest.mark.requirement("AUD-1")
async def test_what_was_changed_has_lost_its_other_half(audited: Audited, tmp_path: Path, statement: str) -> None:
    found = await told(audited, audited.ended, tmp_path, statement)
    assert found.has_history
    assert not found.is_whole
    assert found.moments[-1].recording, "what comes after it is matched again"
    assert found.moments[-1].entries


@pytest.mark.requirement("AUD-2")
async def test_a_case_without_a_history_still_shows_its_journal(audited: Audited, tmp_path: Path) -> None:
    forgotten = "UPDATE journal SET number = '1234567890123456' WHERE number = :number"
    await told(audited, audited.ended, tmp_path, forgotten)
    database = open_database(f"sqlite+aiosqlite:///{tmp_path / 'copy.db'}")
    sources = Sources(audited.home.client, audited.archive, Archived(database))
    found = await Timelines(Register(database, b"any", audited.keyring), sources, None).of("1234567890123456")
    await database.dispose()
    assert found.moments
    assert not found.has_history
