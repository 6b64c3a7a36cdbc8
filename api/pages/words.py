"""How pages say what the case knows: moments, numbers and sizes, in Russian and by Moscow time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from api.pages import audit_words, board_words, desk_words
from api.pages.labels import CHOICES
from domain.actors import Role
from domain.appeal import Status
from domain.calendar import MOSCOW, moscow_day
from domain.calendar.wording import day_in_words, moment_in_words
from domain.checklist import CheckItem
from domain.deadlines import ClockName
from domain.number import format_number

_SIZES = ((1024 * 1024, "МБ"), (1024, "КБ"))


def moment(at: datetime) -> str:
    """«22 января 2026 года, 14:05»."""
    return moment_in_words(at)


def day(at: datetime) -> str:
    """The Moscow day of a moment."""
    return day_in_words(moscow_day(at))


def instant(at: datetime) -> str:
    """The same to the second, for those who compare clocks."""
    return f"{at.astimezone(MOSCOW):%H:%M:%S} {day(at)}"


def size(count: int) -> str:
    """«1,4 МБ»."""
    for unit, name in _SIZES:
        if count >= unit:
            return f"{count / unit:.1f} {name}".replace(".", ",").replace(",0 ", " ")
    return f"{count} Б"


_ROLES = {
    Role.CITIZEN: "Личный кабинет",
    Role.OPERATOR: "Оператор",
    Role.SPECIALIST: "Специалист",
    Role.LEGAL: "Юрист",
    Role.QUALITY_CONTROL: "Контроль качества",
    Role.DEVELOPER: "Разработчик",
    Role.SUPERVISOR: "Руководитель",
    Role.AUDITOR: "Аудитор",
    Role.PORTAL: "Портал",
    Role.REGISTRY: "Реестр",
    Role.SYSTEM: "Система",
}
_AREAS = {
    Role.CITIZEN: [("/my", "Мои обращения"), ("/new", "Новое обращение")],
    Role.AUDITOR: [("/audit", "Обращения"), ("/board", "Показатели")],
    Role.OPERATOR: [("/desk", "Задачи"), ("/desk/call", "Принять звонок"), ("/desk/help", "Помощь с формой")],
    Role.SUPERVISOR: [("/board", "Показатели"), ("/board/reassign", "Передача обращений"), ("/desk", "Задачи")],
    **dict.fromkeys((Role.SPECIALIST, Role.LEGAL, Role.DEVELOPER), [("/desk", "Задачи")]),
    Role.QUALITY_CONTROL: [("/desk", "Задачи"), ("/desk/quality", "Проверка ответов"), ("/board", "Показатели")],
}


def areas(role: Role) -> list[tuple[str, str]]:
    """The pages of this role with their names, for the navigation."""
    return _AREAS.get(role, [])


_CLOCKS_OF_CITIZEN = {ClockName.DETAILS: "Ждём ваши данные", ClockName.CONFIRMATION: "Ждём ваш ответ"}


def _clock(name: str) -> str:
    return ClockName(name).russian.capitalize()


def clock_of_citizen(name: str) -> str:
    """What a term is called to the citizen, who is nobody's «заявитель»."""
    return _CLOCKS_OF_CITIZEN.get(ClockName(name)) or _clock(name)


FILTERS: dict[str, Callable[..., Any]] = {
    "moment": moment,
    "day": day,
    "size": size,
    "number": format_number,
    "clock": _clock,
    "clock_of_citizen": clock_of_citizen,
    "in_groups": desk_words.in_groups,
    "role": _ROLES.__getitem__,
    "areas": areas,
    "moment_of": lambda text: moment(datetime.fromisoformat(text)),
    "person": desk_words.PEOPLE.__getitem__,
    "person_rows": desk_words.person_rows,
    "checked": lambda item: CheckItem(item).russian.lower(),
    "deed": desk_words.deed_title,
    "category": desk_words.category_name,
    "channel": desk_words.CHANNELS.__getitem__,
    "document": CHOICES["kind"].__getitem__,
    "unit": board_words.unit_name,
    "outcome": board_words.OUTCOMES.__getitem__,
    "relation": desk_words.RELATIONS.__getitem__,
    "happening": desk_words.EVENTS.__getitem__,
    "compared": desk_words.compared_name,
    "time_left": desk_words.time_left,
    "message_state": desk_words.MESSAGE_STATES.__getitem__,
    "message_channel": desk_words.MESSAGE_CHANNELS.__getitem__,
    "status": lambda status: Status(status).russian if status in set(Status) else status,
    "fact": audit_words.fact_in_words,
    "who": audit_words.role_in_words,
    "instant": instant,
    "cause": audit_words.cause_in_words,
    "look": audit_words.look_in_words,
    "finding": audit_words.finding_in_words,
    "verdict": audit_words.VERDICTS.__getitem__,
    "ground": audit_words.GROUNDS.__getitem__,
    "recipient": desk_words.RECIPIENTS.__getitem__,
    "suggestion": board_words.suggestion,
}
