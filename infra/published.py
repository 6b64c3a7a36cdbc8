"""Checkpoints kept outside the database: they tell when it was put back to an earlier day (AUD-1)."""

import os
from dataclasses import dataclass
from pathlib import Path

from domain.checkpoint import Checkpoint, LoggedCheckpoint

DAYS_LOOKED_AT = 2


@dataclass(frozen=True)
class PublishedCheckpoints:
    """A folder with a folder for each day, and in it a file for each checkpoint."""

    folder: Path

    def put(self, made: LoggedCheckpoint) -> None:
        """Keep a checkpoint; it is there as a whole or not at all."""
        day = self.folder / f"{made.at:%Y-%m-%d}"
        day.mkdir(parents=True, exist_ok=True)
        unfinished = day / f".{made.size}-{os.getpid()}"
        with unfinished.open("w", encoding="utf-8") as output:
            output.write(made.note)
            output.flush()
            os.fsync(output.fileno())
        unfinished.replace(day / f"{made.size:020}")

    def newest(self) -> Checkpoint | None:
        """The largest checkpoint of the last days, whoever signed it; `InvalidNote` if it is none."""
        days = sorted(self.folder.iterdir())[-DAYS_LOOKED_AT:] if self.folder.exists() else []
        files = [file for day in days for file in day.iterdir() if not file.name.startswith(".")]
        if not files:
            return None
        return Checkpoint.of_note(max(files, key=lambda file: file.name).read_text(encoding="utf-8"))

    def notes(self) -> list[str]:
        """All notes, smallest log first."""
        files = self.folder.glob("*/[!.]*")
        return [file.read_text(encoding="utf-8") for file in sorted(files, key=lambda file: file.name)]
