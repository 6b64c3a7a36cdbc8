"""What a problem is: an RFC 9457 document."""

from typing import Any

from pydantic import AwareDatetime, BaseModel

from domain.actors import Role


class FieldProblem(BaseModel):
    """One field and what is wrong with it."""

    field: str
    code: str
    message: str


class Awaited(BaseModel):
    """A decision that the appeal awaits, and from which roles."""

    command: str
    roles: list[Role]


class ChangeOut(BaseModel):
    """One fact that came in between: what, when, and who made it; a citizen is not named."""

    event: str
    at: AwareDatetime
    by: dict[str, Any]


class Problem(BaseModel):
    """An RFC 9457 problem. `code` is for programs, `title` and `detail` are for people.

    `expects` are the decisions that the case awaits instead; `changes`, what has happened since the caller looked.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] = []
    expects: list[Awaited] | None = None
    changes: list[ChangeOut] | None = None
