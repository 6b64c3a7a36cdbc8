"""Answers that look right and are not: an error called a success, another shape, another person."""

import re
from functools import cache
from typing import cast

from fastapi import Response
from fastapi.responses import StreamingResponse

from sandbox.people import people

ERROR_INSIDE = {"error": "the database is not available"}
MALFORMED = {"status": "ok", "data": []}
IDENTITY = ("account_id", "login", "full_name", "birth_date", "passport", "snils", "inn", "phone", "email")


async def about_another(answer: Response) -> Response:
    """The same answer with every person in it replaced by the next one of `people.json`."""
    body = b"".join([bytes(chunk) async for chunk in cast(StreamingResponse, answer).body_iterator])  # type: ignore[arg-type]
    others = _others()
    known = re.compile("|".join(map(re.escape, sorted(others, key=len, reverse=True))))
    swapped = known.sub(lambda found: others[found[0]], body.decode())
    return Response(swapped, answer.status_code, media_type="application/json")


@cache
def _others() -> dict[str, str]:
    """What tells each person, and the same of the next one."""
    everybody = list(people().values())
    pairs = zip(everybody, [*everybody[1:], everybody[0]], strict=True)
    return {str(getattr(one, field)): str(getattr(other, field)) for one, other in pairs for field in IDENTITY}
