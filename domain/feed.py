"""The feed: the entries of all journals in one order, for those who follow along (ADR 22)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class FeedEntry:
    """One journal entry and its place in the feed; places count from 1 without a gap.

    It has the public part of its event alone, so it tells of no person.
    """

    place: int
    number: str
    position: int
    at: datetime
    type: str
    portal: str
    event: dict[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> str | None:
        """The status that the case has come to with this entry."""
        said: str | None = self.event.get("status") if self.type == "StatusChanged" else None
        return said
