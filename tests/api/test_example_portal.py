"""The example portals, as a portal's team starts them: each takes an appeal to its result, and none twice."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from domain.actors import Role
from tests.api_server import Doors, served
from tests.examples import ANSWER
from tests.house import WITHIN_SECONDS, House
from tests.sandbox_process import REPOSITORY

FOLDER = REPOSITORY / "examples" / "portal"
PYTHON = (sys.executable, str(FOLDER / "portal.py"))
CURL = (str(FOLDER / "walk.sh"),)
RESULT = "result Ответ на ваш вопрос дан."


async def started(program: tuple[str, ...], request: str, environment: dict[str, str]) -> asyncio.subprocess.Process:
    files = (str(FOLDER / "appeal.json"), str(FOLDER / "screen.png"))
    return await asyncio.create_subprocess_exec(
        *(*program, request, *files),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def told(process: asyncio.subprocess.Process) -> list[str]:
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode().splitlines()


async def answered(home: House, process: asyncio.subprocess.Process) -> str:
    """Answer the appeal that the portal opens, as soon as the portal has said its number."""
    assert process.stdout
    word, number = (await asyncio.wait_for(process.stdout.readline(), WITHIN_SECONDS)).decode().split()
    assert word == "opened"
    await home.expecting(number, "AnswerQuestion")
    await home.decide(number, Role.OPERATOR, ANSWER)
    return number


@pytest.mark.requirement("INT-5", "INT-6")
async def test_both_portals_take_an_appeal_to_its_result(home_with: Callable[..., Awaitable[House]]) -> None:
    home = await home_with(repeat_window_days=0)
    async with served(home.settings) as api:
        token = await Doors(api, home.http).token("portal")
        environment = os.environ | {
            "API": str(api.base_url).rstrip("/"),
            "TOKEN": token,
            "LOOK_AGAIN_SECONDS": "0.1",
            "PYTHONUNBUFFERED": "1",
        }
        numbers = []
        for program in (PYTHON, CURL):
            walking = await started(program, f"request-{Path(program[-1]).name}", environment)
            numbers.append(await answered(home, walking))
            lines = await told(walking)
            assert lines[0] == "file clean"
            assert lines[-1] == RESULT
            view = await home.closed(numbers[-1])
            assert [each.command for each in view.expectations] == ["RateSatisfaction"]
        again = await told(await started(PYTHON, "request-portal.py", environment))
        assert again == [f"opened {numbers[0]}", "file clean", RESULT]
        assert len(set(numbers)) == 2
    assert len((FOLDER / "portal.py").read_text().splitlines()) <= 100
