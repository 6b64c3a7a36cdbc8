"""The door of every route: it names its operation here, once, and the policy table says who passes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import structlog
from fastapi import Depends, Request

from api.dependencies import AppealNumber, Composed, Parts, bearer, caller, parts_of
from api.problems import ProblemError, erased_appeal, unavailable, unknown_appeal
from domain.access import Access
from domain.actors import Actor, Role
from domain.case import CaseView
from domain.rights import (
    STAFF,
    Ground,
    Operation,
    Reach,
    ground,
    ground_of_search,
    may,
    may_know_of_erased,
    missing_scope,
    reach,
    shows_personal_data,
)
from domain.sealing import Erased

log = structlog.get_logger()

_NOT_BY_THIS_ROLE = {
    Operation.OPEN_APPEAL: "Открыть обращение может заявитель, его портал или оператор.",
    Operation.SEND_COMMAND: "Это решение принимает сотрудник с другой ролью.",
    Operation.READ_PAPER: "Документ читают заявитель и те, кто решает обращение.",
    Operation.ATTACH_FILE: "Файлы прикладывают заявитель, его портал и оператор.",
    Operation.LIST_FILES: "Файлы видят заявитель и те, кто решает обращение.",
    Operation.READ_FILE: "Файлы видят заявитель и те, кто решает обращение.",
    Operation.READ_PROOF: "Доказательство читают заявитель, его портал, аудитор и руководитель.",
    Operation.READ_LOG: "Журнал проверки читают аудитор и руководитель.",
    Operation.DECODE_PAYLOADS: "Содержание обращений в движке читает только аудитор.",
    Operation.REQUEST_ERASURE: "Запросить удаление может руководитель.",
    Operation.APPROVE_ERASURE: "Согласиться на удаление может контроль качества.",
    Operation.LIST_REPLIES: "Ответы заявителям проверяет контроль качества.",
    Operation.CHECK_REPLY: "Ответы заявителям проверяет контроль качества.",
    Operation.ORDER_BATCH: "Решение сразу по многим обращениям принимает руководитель.",
    Operation.READ_BATCH: "Отчёт по пакету читают руководитель и аудитор.",
    Operation.CANCEL_BATCH: "Отменить пакет может руководитель.",
    Operation.MANAGE_WEBHOOKS: "Уведомлениями портала управляет только сам портал.",
    Operation.READ_FIGURES: "Показатели читают руководитель, контроль качества и аудитор.",
    Operation.FETCH_DATA: "Данные получает только заявитель в личном кабинете на портале.",
}

REGISTERED_WITHIN_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 0.05

CallerOf = Callable[..., Awaitable[Actor]]
CaseOf = Callable[..., Awaitable[CaseView]]
ChainOf = Callable[..., Awaitable[list[CaseView]]]
Door = TypeVar("Door", bound=Callable[..., object])


async def acting(request: Request) -> Actor:
    """Who calls; what they may do is asked by `allowed` or `case_for`."""
    return (await caller(request)).actor


Caller = Annotated[Actor, Depends(acting)]


def open_to_all(operation: Operation) -> Callable[[], Awaitable[None]]:
    """The door of a route that asks for no token."""

    async def door() -> None:
        return None

    return _named(door, operation)


def allowed(operation: Operation) -> CallerOf:
    """The door to an operation: the caller, if role and scopes let them do it on any case at all."""

    async def door(request: Request, _described: Annotated[object, Depends(bearer)]) -> Actor:
        known = await caller(request)
        actor = known.actor
        if reach(actor.role, operation) is Reach.NONE:
            _log_refusal(request, actor, operation, "role")
            detail = _NOT_BY_THIS_ROLE.get(operation, "Войдите под другой ролью.")
            raise ProblemError(403, "role_not_allowed", "Действие не по вашей роли", detail)
        if scope := missing_scope(actor.role, known.scopes, operation):
            _log_refusal(request, actor, operation, "scope")
            raise _insufficient_scope(scope)
        return actor

    return _named(door, operation)


def case_for(operation: Operation) -> CaseOf:
    """The door to an operation on the case in the path; what does not exist is not told from what is another's.

    An answer with personal data is in the access log before the route is entered (AUD-3), even if the route then
    finds that there is nothing to give.
    """

    async def door(
        request: Request,
        actor: Annotated[Actor, Depends(allowed(operation))],
        number: AppealNumber,
    ) -> CaseView:
        composed = parts_of(request)
        try:
            view = await _registered(number, composed)
        except Erased:
            if may_know_of_erased(actor, await composed.register.portal_of(number)):
                raise erased_appeal() from None
            raise await _not_told_from_unknown(number, composed) from None
        if view is None:
            _log_refusal(request, actor, operation, "unknown", number)
            raise unknown_appeal()
        if not may(actor, operation, view):
            _log_refusal(request, actor, operation, "foreign", number)
            raise await _not_told_from_unknown(number, composed)
        await _record(request, actor, operation, [view])
        return view

    return _named(door, operation)


async def _not_told_from_unknown(number: str, composed: Parts) -> ProblemError:
    """What is answered about a number that nobody has, after as many questions as that one costs.

    Else the time of the answer, or an engine that is away, would tell which numbers there are.
    """
    await composed.cases.is_started(number)
    return unknown_appeal()


async def _registered(number: str, composed: Parts) -> CaseView | None:
    """The case; one that was opened a moment ago is waited for, so that its portal reads what it has written."""
    view = await composed.register.view(number)
    if view is None and await composed.cases.is_started(number):
        deadline = asyncio.get_running_loop().time() + REGISTERED_WITHIN_SECONDS
        while view is None and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            view = await composed.register.view(number)
        if view is None:
            raise unavailable("not_yet_registered")
    return view


def chain_for(operation: Operation) -> ChainOf:
    """The door to an operation on a chain: the appeals of it that this caller reaches, each judged by itself."""

    async def door(
        request: Request, view: Annotated[CaseView, Depends(case_for(operation))], actor: Caller
    ) -> list[CaseView]:
        linked = await parts_of(request).chains.of(view.number)
        seen = [each for each in linked if may(actor, operation, each)]
        await _record(request, actor, operation, [each for each in seen if each.number != view.number])
        return seen

    return _named(door, operation)


async def _record(request: Request, actor: Actor, operation: Operation, views: Sequence[CaseView]) -> None:
    at, request_id = datetime.now(UTC), request.state.request_id
    accesses = [
        Access.by(actor, view.number, operation, found, at, request_id)
        for view in views
        if shows_personal_data(actor, operation, view) and (found := ground(actor, operation, view))
    ]
    await parts_of(request).accesses.record(accesses)


async def put_shown_on_record(request: Request, actor: Actor, operation: Operation, view: CaseView) -> None:
    """Write down that a refused form shows the case again, to somebody whose door was that of the form (AUD-3)."""
    await _record(request, actor, operation, [view])


async def put_on_record(
    request: Request, composed: Composed, actor: Actor, operation: Operation, names: Sequence[str]
) -> None:
    """Write down a look at cases that the route itself had to find out (AUD-3); only for auditors' operations."""
    at, request_id = datetime.now(UTC), request.state.request_id
    accesses = [Access.by(actor, name, operation, Ground.AUDIT, at, request_id) for name in names]
    await composed.accesses.record(accesses)


async def put_help_on_record(request: Request, composed: Composed, actor: Actor, id_: str) -> None:
    """Write down that an operator sees what somebody has typed into a field they ask about (VAL-3, AUD-3)."""
    at, request_id = datetime.now(UTC), request.state.request_id
    await composed.accesses.record([Access.by(actor, id_, Operation.GIVE_HELP, Ground.TASK, at, request_id)])


async def put_search_on_record(
    request: Request, composed: Composed, actor: Actor, operation: Operation, numbers: Sequence[str]
) -> None:
    """Write down that one of the staff has learnt which appeals are a person's; a portal knows its own (AUD-3)."""
    if actor.role not in STAFF:
        return
    at, request_id, found = datetime.now(UTC), request.state.request_id, ground_of_search(actor)
    accesses = [Access.by(actor, number, operation, found, at, request_id) for number in numbers]
    await composed.accesses.record(accesses)


def _insufficient_scope(scope: str) -> ProblemError:
    challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
    return ProblemError(
        403,
        "insufficient_scope",
        "У клиента портала нет нужного разрешения",
        f"Запросите у издателя токен с разрешением {scope}.",
        headers={"WWW-Authenticate": challenge},
    )


def _log_refusal(request: Request, actor: Actor, operation: Operation, why: str, number: str = "") -> None:
    who = "" if actor.role is Role.CITIZEN else actor.subject
    request_id = request.state.request_id
    log.warning(
        "access refused",
        why=why,
        operation=operation.value,
        role=actor.role.value,
        subject=who,
        number=number,
        request_id=request_id,
    )


def _named(door: Door, operation: Operation) -> Door:
    """The door with its operation written on it, for the test that walks every route."""
    door.operation = operation  # type: ignore[attr-defined]
    return door
