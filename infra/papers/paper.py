"""What every paper for a citizen has in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.number import format_number
from infra.rendering import local_time, one_line
from infra.typesetting import typeset


@dataclass(frozen=True, kw_only=True)
class Paper(ABC):
    """A paper about the appeal `number`, which the citizen reads in their time zone.

    Instants need an offset, or `pdf` raises `ValueError`. A zone that is not a Russian one counts as Moscow's.
    """

    template: ClassVar[str]

    number: str
    full_name: str
    made_at: datetime
    time_zone: str
    help_phone: str

    def pdf(self) -> bytes:
        """The paper as PDF/A-2a and PDF/UA-1: the same paper gives the same bytes.

        Takes some 0.1 s of processor time: call it in a thread.
        """
        content = {
            "number": format_number(self.number),
            "full_name": one_line(self.full_name),
            "made_at": self.told(self.made_at),
            "help_phone": self.help_phone,
        }
        return typeset(f"letters/{self.template}.typ", {**content, **self.words()}, self.made_at)

    def told(self, instant: datetime) -> str:
        """The instant as the citizen reads it."""
        return local_time(instant, self.time_zone)

    @abstractmethod
    def words(self) -> Mapping[str, object]:
        """What the template needs beside the fields that all papers have."""
