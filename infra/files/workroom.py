"""Where strangers' files are opened: a process of its own with bounded memory and time, and no secrets about it.

`inspected` and `previewed` start it; it reads the file from its standard input and answers on its standard output.
"""

import asyncio
import json
import os
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from domain.appeal import FileFormat
from domain.attachments import Fault

MEMORY_BYTES_MAX = 2 * 1024**3  # of addresses; libraries take half a GiB of them before they have read anything
CPU_SECONDS_MAX = 15
SECONDS_MAX = 60
PROCESSES_AT_ONCE = 2
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Workroom:
    """Starts so many processes at once; the others wait for their turn."""

    places: asyncio.Semaphore

    @classmethod
    def with_places(cls, places: int = PROCESSES_AT_ONCE) -> "Workroom":
        return cls(asyncio.Semaphore(places))

    async def inspected(self, file: BinaryIO) -> FileFormat | Fault:
        """The true format of the file, or what is wrong with it."""
        answer = await self._run(file, "inspect")
        if answer is None:
            return Fault.BOMB
        told = json.loads(answer)
        return Fault(told["fault"]) if "fault" in told else FileFormat(told["format"])

    async def previewed(self, file: BinaryIO, found: FileFormat) -> bytes | None:
        """A PNG of what the file shows; None where it can't be shown."""
        answer = await self._run(file, "preview", found.value)
        return answer if answer and answer.startswith(b"\x89PNG") else None

    async def _run(self, file: BinaryIO, *order: str) -> bytes | None:
        """What the process answers; None if it exceeded its bounds."""
        async with self.places:
            file.seek(0)
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "infra.files.workroom", *order),
                stdin=file,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                cwd=ROOT,
                env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            )
            try:
                async with asyncio.timeout(SECONDS_MAX):
                    answer, _ = await process.communicate()
            except TimeoutError:
                return None
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        return answer if process.returncode == 0 else None


def _main(order: str, found: str = "") -> None:
    """The process's own side."""
    from infra.files.inspection import Unfit, inspect
    from infra.files.preview import preview

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with os.fdopen(os.dup(0), "rb") as file:
        try:
            if order == "preview":
                sys.stdout.buffer.write(preview(file, FileFormat(found)))
            else:
                sys.stdout.write(json.dumps({"format": inspect(file).value}))
        except Unfit as unfit:
            sys.stdout.write(json.dumps({"fault": unfit.fault.value}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
