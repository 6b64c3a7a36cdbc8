"""Where strangers' files are opened: a process for each, with bounded memory and time, and no secrets about it.

`opening.py` is its other side. It is kept warm, since its libraries take longer to load than most files to be read.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from domain.appeal import FileFormat
from domain.attachments import Fault

# For libraries to load as well; `opening.py` has bounds of its own for a file.
SECONDS_MAX = 60
PROCESSES_AT_ONCE = 2
ANSWER_BYTES_MAX = 8 * 1024**2
PIECE_BYTES = 64 * 1024
ROOT = Path(__file__).resolve().parents[2]
_DONE = b"+"


class Workroom:
    """Opens so many files at once; the others wait for their turn."""

    def __init__(self, places: int = PROCESSES_AT_ONCE) -> None:
        self._places = asyncio.Semaphore(places)
        self._warm: list[_Opener] = []

    async def inspected(self, file: BinaryIO) -> FileFormat | Fault:
        """The true format of the file, or what is wrong with it."""
        answer = await self._run(file, "inspect")
        if answer is None:
            return Fault.BOMB
        told = json.loads(answer)
        return Fault(told["fault"]) if "fault" in told else FileFormat(told["format"])

    async def previewed(self, file: BinaryIO, found: FileFormat) -> bytes | None:
        """A PNG of what the file shows; None where it can't be shown."""
        answer = await self._run(file, found.value)
        return answer if answer and answer.startswith(b"\x89PNG") else None

    def close(self) -> None:
        """End what is kept warm."""
        while self._warm:
            self._warm.pop().end()

    async def _run(self, file: BinaryIO, order: str) -> bytes | None:
        """What is answered; None if a bound was exceeded."""
        async with self._places:
            for _ in range(2):
                try:
                    async with asyncio.timeout(SECONDS_MAX):
                        return await self._asked(file, order)
                except ConnectionError:  # the warm process died, of this file or before it came
                    continue
                except (TimeoutError, OSError):
                    return None
        return None

    async def _asked(self, file: BinaryIO, order: str) -> bytes | None:
        opener, answer = self._ready(), None
        try:
            answer = await opener.answer(order, file)
        finally:
            if answer is None:
                opener.end()  # with all that may have been left there
            else:
                self._warm.append(opener)
        return answer

    def _ready(self) -> "_Opener":
        while self._warm:
            opener = self._warm.pop()
            if opener.is_alive:
                return opener
            opener.end()
        return _Opener()


class _Opener:
    """One warm process, which has one file opened at a time."""

    def __init__(self) -> None:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._orders.setblocking(False)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.files.opening"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
                start_new_session=True,
            )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    async def answer(self, order: str, file: BinaryIO) -> bytes | None:
        """What is answered; None where whatever opened the file failed, `ConnectionError` where this process did."""
        file.seek(0)
        told, telling = socket.socketpair()  # not a pipe: its transport would close a descriptor after us
        with told:
            with telling:
                socket.send_fds(self._orders, [order.encode()], [file.fileno(), telling.fileno()])
            told.setblocking(False)
            answer = await _all_of(told)
        ended = await asyncio.get_running_loop().sock_recv(self._orders, len(_DONE))
        if not ended:
            raise ConnectionResetError
        return answer if ended == _DONE else None

    def end(self) -> None:
        """Kill it, and what it has forked."""
        self._orders.close()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


async def _all_of(told: socket.socket) -> bytes:
    """All that is said until the other end is closed; `OSError` where it is more than any answer."""
    loop, answer = asyncio.get_running_loop(), bytearray()
    while piece := await loop.sock_recv(told, PIECE_BYTES):
        answer += piece
        if len(answer) > ANSWER_BYTES_MAX:
            raise OSError("more than any answer")
    return bytes(answer)
