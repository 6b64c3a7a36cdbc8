"""The whole corpus against another revision's code: which cases it could not continue (AUD-2)."""

import shutil
from pathlib import Path

import pytest

from audit.corpus import OURS, NoRevision, Replay, code_of, replay_all
from tests.audit.conftest import Audited

CODE = ("domain", "workflows", "activities", "infra", "store")


async def replayed(audited: Audited, code: Path) -> dict[str, Replay]:
    """The replays of this house's cases; the engine has those of others too."""
    sources = audited.verifier(audited.home.register).sources
    codec = audited.home.client.data_converter.payload_codec
    own = {f"appeal-{number}" for number in (audited.ended, audited.open)}
    return {each.process: each async for each in replay_all(sources, codec, code, processes=2) if each.process in own}


@pytest.mark.requirement("AUD-2")
async def test_every_case_is_replayed_with_this_code(audited: Audited) -> None:
    found = await replayed(audited, OURS)
    assert [each.reason for each in found.values()] == ["", ""]


@pytest.mark.requirement("AUD-2")
async def test_cases_that_another_code_could_not_continue_are_named(audited: Audited, tmp_path: Path) -> None:
    for package in CODE:
        shutil.copytree(OURS / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "activities" / "interfaces.py"
    file.write_text(file.read_text().replace("def issue_password(", "def make_password("))
    for caller in (tmp_path / "workflows").rglob("*.py"):
        caller.write_text(
            caller.read_text().replace("CredentialActivities.issue_password", "CredentialActivities.make_password")
        )
    found = await replayed(audited, tmp_path)
    assert "make_password" in found[f"appeal-{audited.ended}"].reason
    assert found[f"appeal-{audited.open}"].reason == ""


@pytest.mark.requirement("AUD-2")
async def test_a_revision_is_checked_out_and_taken_away_again() -> None:
    async with code_of("HEAD") as code:
        assert (code / "workflows" / "appeal.py").exists()
    assert not code.exists()
    with pytest.raises(NoRevision):
        async with code_of("no-such-revision"):
            pass
