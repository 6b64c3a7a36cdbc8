"""An erased case can still be proved, and nobody can pass off another one for erased (AUD-1, ADR 18)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.actors import Role
from domain.contracts.audits import Standing
from domain.contracts.commands import Withdraw
from domain.erasure import ErasureGround
from store.erasures import Erasure, Erasures
from tests.audit.conftest import Audited, Tampered
from tests.audit.test_evidence import prover_of, said, unpacked
from tests.walks import with_question
from worker import notary

pytestmark = pytest.mark.requirement("AUD-1", "AUD-2")

OF_CASE = "WHERE number = :number"
LAST = f"position = (SELECT max(position) FROM journal {OF_CASE})"
FORGED = [
    (f"UPDATE appeal SET status = 'rejected' {OF_CASE}", "another status than an erasure leaves"),
    (f"UPDATE appeal SET closed_at = NULL {OF_CASE}", "another closed_at"),
    (f"UPDATE appeal SET erased_at = datetime(erased_at, '-1 day') {OF_CASE}", "another erased_at"),
    (f"UPDATE appeal SET view = zeroblob(9) {OF_CASE}", "another view"),
    (f"UPDATE appeal SET citizen = 'x' {OF_CASE}", "another citizen"),
    (f"UPDATE appeal SET owner = 'x' {OF_CASE}", "another owner"),
    (
        "INSERT INTO desk (role, number, registered_at) VALUES ('operator', :number, '2026-11-01 09:00:00')",
        "table desk: rows",
    ),
    (f"UPDATE appeal SET erased_at = NULL {OF_CASE}", "and not both"),
    (f"UPDATE erasure SET approved_by = 'Boss ' {OF_CASE}", "it takes two persons"),
    (f"UPDATE erasure SET requested_by = NULL {OF_CASE}", "two persons, and they are not on record"),
    (f"UPDATE erasure SET ground = 'retention' {OF_CASE}", "somebody asked for what the retention"),
    (f"UPDATE erasure SET approved_by = 'another judge' {OF_CASE}", "another consent than the journal tells"),
    ("INSERT INTO identifier (number, kind, digest) VALUES (:number, 'snils', 'x')", "table identifier: rows"),
    (f"UPDATE message SET reason = zeroblob(9) {OF_CASE}", "it still says something"),
    (
        f"UPDATE journal SET event = replace(event, 'boss', 'chief') {OF_CASE} AND {LAST}",
        "does not say what its hash",
    ),
    (f"DELETE FROM journal {OF_CASE} AND {LAST}", "and not both"),
    (f"DELETE FROM journal {OF_CASE}", "no case or no journal"),
]


@pytest.fixture(scope="module")
async def erased(audited: Audited) -> str:
    """A case that was verified, and then erased by another process than the one that verifies it."""
    home = audited.home
    number = await with_question(home)
    await home.decide(number, Role.CITIZEN, Withdraw(reason="Вопрос решился."))
    await home.ended(number)
    await home.delivered(number)
    assert (await audited.verifier(home.register).verify(number)).standing is Standing.HOLDS
    erasures, now = Erasures(home.register.engine, home.keyring), datetime.now(UTC)
    asked = Erasure(number=number, ground=ErasureGround.COURT_ORDER, requested_by="boss", requested_at=now)
    await erasures.ask(asked)
    assert await erasures.consent(asked, "judge", now)
    await erasures.carry_out(asked.model_copy(update={"approved_by": "judge"}), now)
    return number


async def test_it_holds_although_its_key_is_remembered(audited: Audited, erased: str) -> None:
    verdict = await audited.verifier(audited.home.register).verify(erased)
    assert (verdict.standing, verdict.finding) == (Standing.ERASED, "")
    assert verdict.entries


@pytest.mark.parametrize(("statement", "finding"), FORGED, ids=[named for _, named in FORGED])
async def test_what_was_changed_since_is_found(
    audited: Audited, tampered: Tampered, erased: str, statement: str, finding: str
) -> None:
    verdict = await tampered(erased, statement)
    assert verdict.standing is Standing.DIVERGED
    assert finding in verdict.finding


async def test_a_case_that_is_called_erased_and_has_its_key_is_found(audited: Audited, tampered: Tampered) -> None:
    verdict = await tampered(audited.ended, f"UPDATE appeal SET erased_at = closed_at {OF_CASE}")
    assert verdict.standing is Standing.DIVERGED
    assert "its key is still there" in verdict.finding


async def test_its_evidence_is_what_is_left_and_holds(audited: Audited, erased: str, tmp_path: Path) -> None:
    async with notary(audited.home.settings) as signing:
        await signing.sign()
    output = tmp_path / "case.zip"
    made = await audited.command("evidence", erased, "-o", str(output))
    assert made.returncode == 0, made.stdout + made.stderr
    files = unpacked(output.read_bytes())
    assert said(files, signing.signer.key.text) == ""
    assert not [name for name in files if name.startswith(("history/", "documents/"))]
    assert b"AppealErased" in files["journal.json"]
    assert "Смирнова".encode() not in b"".join(files.values())

    left = {name: json.loads(files[name])[:-1] for name in ("journal.json", "proofs.json")}
    shortened = files | {name: json.dumps(content).encode() for name, content in left.items()}
    del shortened["manifest.txt"]
    manifest = prover_of(audited.home, signing.signer)._manifest(erased, shortened)
    assert "no entry says that the case was erased" in said(shortened | {"manifest.txt": manifest})
