"""Lists over HTTP: the appeals that a caller may read, and what people owe now."""

import re
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, BaseModel, BeforeValidator
from pydantic_core import PydanticCustomError

from api.appeals import problems
from api.dependencies import Composed
from api.problems import ProblemError
from api.rights import allowed, put_search_on_record
from domain.actors import Actor, Role
from domain.appeal import Category, Channel, Status, Unit
from domain.listing import (
    PAGE_AT_MOST,
    TASKS,
    Filter,
    ListedAppeal,
    ListedTask,
    Place,
    Searched,
    Sort,
    UnknownPlace,
    Unsearchable,
    searched,
)
from domain.number import format_number
from domain.rights import STAFF, Operation, sight

router = APIRouter(prefix="/v1", tags=["lists"])


def _written_out(value: object) -> object:
    """A time as people write it: a bare number would be taken for seconds since 1970, which nobody means."""
    if isinstance(value, str) and not _WRITTEN.match(value):
        raise PydanticCustomError("datetime_parsing", "not a written time")
    return value


_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}")
Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
Limit = Annotated[int, Query(ge=1, le=PAGE_AT_MOST, description="Rows of a page.")]
ME = "me"
Assignee = Annotated[
    str | None, Query(min_length=1, max_length=200, description="Who of the staff has taken it; `me` is the caller.")
]
Cursor = Annotated[str | None, Query(max_length=400, description="The `next_after` of the page before.")]


class ListedAppealOut(BaseModel):
    """An appeal in a list. `due_at` is the nearest of its running terms; nothing here tells of a citizen.

    Who of the staff has taken it, the `assignee`, is told to the staff alone.
    """

    number: str
    number_text: str
    status: Status
    status_text: str
    channel: Channel
    category: Category | None
    service: str | None
    unit: Unit | None
    assignee: str | None
    registered_at: AwareDatetime
    closed_at: AwareDatetime | None
    due_at: AwareDatetime | None
    is_breached: bool


class AppealsOut(BaseModel):
    """A page of appeals. `taken_for` says as what the search text was understood."""

    appeals: list[ListedAppealOut]
    next_after: str | None
    taken_for: list[str] | None = None


class TaskOut(BaseModel):
    """A decision that an appeal awaits from a role; `due_at` is empty where no term runs."""

    number: str
    number_text: str
    command: str
    role: Role
    subject: str | None
    since: AwareDatetime
    due_at: AwareDatetime | None
    status: Status
    status_text: str
    channel: Channel
    category: Category | None
    service: str | None
    unit: Unit | None
    assignee: str | None


class TasksOut(BaseModel):
    """A page of tasks, the most urgent first."""

    tasks: list[TaskOut]
    next_after: str | None


async def wanted(
    status: Annotated[Status | None, Query()] = None,
    category: Annotated[Category | None, Query()] = None,
    channel: Annotated[Channel | None, Query()] = None,
    unit: Annotated[Unit | None, Query(description="The unit that the appeal was handed to.")] = None,
    assignee: Assignee = None,
    citizen: Annotated[str | None, Query(max_length=200, description="The portal's id of the citizen.")] = None,
    due_before: Annotated[Moment | None, Query(description="Has a running term that ends earlier.")] = None,
    is_breached: Annotated[bool | None, Query(description="Whether a term was missed.")] = None,
    text: Annotated[
        str | None,
        Query(max_length=200, description="A number of an appeal, or a whole phone, e-mail, СНИЛС, ИНН or passport."),
    ] = None,
) -> Filter:
    """The filter that a caller asks for. What is sealed is found by its digest alone, never opened (ADR 20)."""
    return Filter(
        status=status,
        category=category,
        channel=channel,
        unit=unit,
        assignee=assignee,
        citizen=citizen,
        due_before=due_before,
        is_breached=is_breached,
        text=search_of(text) if text else None,
    )


@router.get("/appeals", tags=["appeals"], responses=problems(403, 422))
async def list_appeals(
    request: Request,
    actor: Annotated[Actor, Depends(allowed(Operation.LIST_APPEALS))],
    composed: Composed,
    asked: Annotated[Filter, Depends(wanted)],
    sort: Annotated[Sort, Query(description="`urgent` has only appeals with a running term.")] = Sort.NEWEST,
    after: Cursor = None,
    limit: Limit = 50,
) -> AppealsOut:
    """The appeals that the caller may read: a portal's own, a citizen's own, those of an operator's unit, or all.

    That one of the staff has asked for a certain person's appeals is on record with each of those.
    """
    asked = replace(asked, assignee=assignee_asked_for(asked.assignee, actor))
    page = await composed.listing.appeals(sight(actor), asked, sort, place_of(after, sort), limit)
    if asked.names_a_person:
        numbers = [each.number for each in page.appeals]
        await put_search_on_record(request, composed, actor, Operation.LIST_APPEALS, numbers)
    return AppealsOut(
        appeals=[listed_appeal_out(each, actor) for each in page.appeals],
        next_after=page.next.cursor(sort) if page.next else None,
        taken_for=asked.text.kinds if asked.text else None,
    )


@router.get("/tasks", responses=problems(403, 422))
async def list_tasks(
    actor: Annotated[Actor, Depends(allowed(Operation.LIST_TASKS))],
    composed: Composed,
    role: Annotated[Role | None, Query(description="For supervisors: one role only.")] = None,
    unit: Annotated[Unit | None, Query(description="The unit that the appeal was handed to.")] = None,
    assignee: Assignee = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> TasksOut:
    """What people owe now, the most urgent first: what the caller's own role owes, or everybody for a supervisor."""
    roles, held_by = roles_listed_for(actor, role), assignee_asked_for(assignee, actor)
    page = await composed.listing.tasks(roles, unit, place_of(after, TASKS), limit, held_by)
    return TasksOut(
        tasks=[_task_out(each) for each in page.tasks],
        next_after=page.next.cursor(TASKS) if page.next else None,
    )


def roles_listed_for(actor: Actor, role: Role | None) -> list[Role] | None:
    """Whose tasks the actor sees: those of all (None) or of one role as a supervisor, else those of their own."""
    if actor.role is Role.SUPERVISOR:
        return [role] if role else None
    return [actor.role] if role in (None, actor.role) else []


def assignee_asked_for(asked: str | None, actor: Actor) -> str | None:
    """Whose appeals are meant; 403 for those who are not told who of the staff has which."""
    if asked and actor.role not in STAFF:
        raise ProblemError(
            403,
            "role_not_allowed",
            "Действие не по вашей роли",
            "По сотруднику обращения отбирают только сотрудники.",
        )
    return actor.subject if asked == ME else asked


def listed_appeal_out(listed: ListedAppeal, actor: Actor) -> ListedAppealOut:
    """An appeal of a list as this caller reads it."""
    texts = {"number_text": format_number(listed.number), "status_text": listed.status.russian}
    hidden = {} if actor.role in STAFF else {"assignee": None}
    return ListedAppealOut.model_validate({**vars(listed), **texts, **hidden})


def _task_out(listed: ListedTask) -> TaskOut:
    texts = {"number_text": format_number(listed.number), "status_text": listed.status.russian}
    return TaskOut.model_validate({**vars(listed), **texts})


def search_of(text: str) -> Searched:
    """What the text is taken for; 422 for words that nothing is found by."""
    try:
        return searched(text)
    except Unsearchable:
        raise ProblemError(
            422,
            "unsearchable",
            "По этим словам найти нельзя",
            "Содержание обращений хранится под замком. Ищите по номеру обращения или по целиком введённым "
            "телефону, адресу электронной почты, СНИЛС, ИНН или паспорту.",
        ) from None


def place_of(after: str | None, of: str) -> Place | None:
    """Where the page after this cursor begins; 422 for one that no page of this list has given."""
    try:
        return Place.of_cursor(after, of) if after else None
    except UnknownPlace:
        raise ProblemError(
            422, "unknown_place", "Такой страницы нет", "Продолжите с next_after прошлой страницы того же списка."
        ) from None
