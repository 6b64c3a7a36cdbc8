"""The sandbox's clock: UTC, to the millisecond, and one way to write a moment down."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, PlainSerializer


def now() -> datetime:
    """The present moment; whole milliseconds, so that it is the same after a trip through JSON."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def stamp(moment: datetime) -> str:
    """A moment as it stands in JSON and headers: 2026-03-01T09:30:00.250Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


Moment = Annotated[AwareDatetime, PlainSerializer(stamp, when_used="json")]
