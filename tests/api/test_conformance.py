"""Schemathesis calls the whole API from its own description: no defect, and no answer but the described ones."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.samples import NUMBER
from domain.actors import Role
from tests.api_server import Doors, served
from tests.examples import question
from tests.house import House
from tests.sandbox_process import REPOSITORY
from worker import notary

SCHEMATHESIS = str(Path(sys.executable).parent / "schemathesis")
# `CONFORMANCE_SECONDS=200 pytest tests/api/test_conformance.py` looks longer, and at what nobody has seen yet.
LONGER_SECONDS = os.environ.get("CONFORMANCE_SECONDS")
SHORT = ["--config-file", str(Path(__file__).parent / "schemathesis.toml")]
BOUNDS = ["--max-time", LONGER_SECONDS] if LONGER_SECONDS else ["--seed", "1"]
# Whether a value is accepted, and which papers there are, depends on the state of the appeal: no schema tells it.
CHECKS = ["--checks", "all", "--exclude-checks", "positive_data_acceptance,ensure_resource_availability"]
# A stream does not end, so it is no answer; tests/live follows them.
WITHOUT_END = ["--exclude-tag", "live"]
MANY = {"client_requests_burst": 10**6, "stranger_requests_burst": 10**6, "stranger_requests_per_second": 10**4}


@pytest.fixture
async def signed_api(home: House) -> AsyncIterator[httpx.AsyncClient]:
    """An API whose log is signed, and that does not mind how often it is asked."""
    settings = home.settings.model_copy(update=MANY)
    async with served(settings) as api, notary(home.settings) as signing, signing.at_work():
        yield api


@pytest.mark.timeout(900)
async def test_every_answer_is_as_described(signed_api: httpx.AsyncClient, home: House, tmp_path: Path) -> None:
    number = await home.open(question(), portal="tester")
    await home.expecting(number, "AnswerQuestion")
    description = tmp_path / "openapi.json"
    description.write_text((await signed_api.get("/openapi.json")).text.replace(NUMBER, number))
    doors = Doors(signed_api, home.http)
    url = str(signed_api.base_url)
    tokens = {role: await doors.token(role, "tester") for role in ROLES}
    looks = [
        looked_at([tokens[role] for role in roles], phases, examples, url, description, number)
        for roles, phases, examples in LOOKS
    ]
    told = await asyncio.gather(*looks)
    assert not any(told), "\n".join(told)


# What a field may not hold is refused before anybody asks who sends it: the coverage of one role is that of all.
ROLES = [role.value for role in Role if role is not Role.SYSTEM]
LOOKS = [
    (["portal"], "coverage,stateful", 2),
    (["operator"], "stateful", 2),
    (ROLES, "examples,fuzzing", len(ROLES)),
]
"""Whose look, at what, and how many examples of each operation: of all roles, one in each."""
if LONGER_SECONDS:
    LOOKS = [(roles, "examples,coverage,fuzzing,stateful", 100) for roles, _, _ in LOOKS]


async def looked_at(tokens: list[str], phases: str, examples: int, url: str, description: Path, number: str) -> str:
    """What Schemathesis has found in these roles, which it takes in turn; nothing if all was well."""
    process = await asyncio.create_subprocess_exec(
        *(SCHEMATHESIS, *([] if LONGER_SECONDS else SHORT)),
        *("run", str(description), "--url", url),
        *("--phases", phases, "--max-examples", str(examples), *CHECKS, *BOUNDS, *WITHOUT_END),
        *("--continue-on-failure", "--no-color", "--suppress-health-check", "all"),
        cwd=description.parent,
        env=os.environ
        | {
            "SCHEMATHESIS_HOOKS": "tests.api.formats",
            "APPEAL_NUMBER": number,
            "ACCESS_TOKENS": " ".join(tokens),
            "PYTHONPATH": str(REPOSITORY),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    return told.decode() if process.returncode else ""
