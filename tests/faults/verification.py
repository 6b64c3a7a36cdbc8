"""Whether every case of a run can be proved: the one place that knows how that is verified."""

from audit.verify import Standing, verifier
from infra.settings import Settings
from tests.faults.evidence import Evidence


async def unverified(settings: Settings, evidence: Evidence) -> list[str]:
    """The cases that do not hold, each with its first finding, as `hotline verify --all` has them."""
    async with verifier(settings) as prover:
        verdicts = [await prover.verify(number) for number in evidence.cases]
    return [f"{each.number}: {each.finding}" for each in verdicts if each.standing is Standing.DIVERGED]
