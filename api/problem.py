"""What a problem is: an RFC 9457 document."""

from pydantic import BaseModel

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


class Problem(BaseModel):
    """An RFC 9457 problem. `code` is for programs, `title` and `detail` are for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] = []
    expects: list[Awaited] | None = None
