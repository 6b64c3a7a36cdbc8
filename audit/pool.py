"""Many questions, several child processes: replay is work for the processor, and Python does it on one core."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

LINE_BYTES_MAX = 256 * 1024 * 1024
_NO_MORE = None


async def asked(
    command: Sequence[str],
    questions: AsyncIterator[Any],
    processes: int,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[tuple[Any, Any]]:
    """Each question with its answer, in the order of the answers; None is the answer of a child that died of it.

    A child reads questions and writes answers, one JSON text a line each. What it says besides is not shown: a
    replay may complain with the data of a person.
    """
    waiting: asyncio.Queue[Any] = asyncio.Queue(2 * processes)
    answers: asyncio.Queue[Any] = asyncio.Queue()
    askers = [asyncio.create_task(_ask(command, waiting, answers, environment)) for _ in range(processes)]
    feeder = asyncio.create_task(_feed(questions, waiting, processes))
    try:
        ended = 0
        while ended < processes:
            answer = await answers.get()
            if answer is _NO_MORE:
                ended += 1
            else:
                yield answer
        await asyncio.gather(feeder, *askers)
    finally:
        for task in (feeder, *askers):
            task.cancel()
        await asyncio.gather(*askers, return_exceptions=True)


async def _feed(questions: AsyncIterator[Any], waiting: asyncio.Queue[Any], processes: int) -> None:
    try:
        async for question in questions:
            await waiting.put((question,))
    finally:
        for _ in range(processes):
            await waiting.put(_NO_MORE)


async def _ask(
    command: Sequence[str],
    waiting: asyncio.Queue[Any],
    answers: asyncio.Queue[Any],
    environment: Mapping[str, str] | None,
) -> None:
    child = None
    try:
        while (question := await waiting.get()) is not _NO_MORE:
            child = child if child and child.returncode is None else await _child(command, environment)
            answers.put_nowait((question[0], await _answer(child, question[0])))
    finally:
        answers.put_nowait(_NO_MORE)
        if child and child.returncode is None:
            child.kill()
            await child.wait()


async def _child(command: Sequence[str], environment: Mapping[str, str] | None) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
        limit=LINE_BYTES_MAX,
    )


async def _answer(child: asyncio.subprocess.Process, question: Any) -> Any:
    assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018 - both are pipes
    try:
        child.stdin.write(json.dumps(question).encode() + b"\n")
        await child.stdin.drain()
        line = await child.stdout.readline()
    except ConnectionError:
        line = b""
    if not line:
        await child.wait()
        return None
    return json.loads(line)
