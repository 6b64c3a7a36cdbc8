"""What people read: messages out of templates, with names, instants and numbers in plain Russian (RPL-1)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from domain.case import CaseView
from domain.notifications import DeliveryChannel, Recipient, Template
from domain.number import format_number

TEMPLATES = Path(__file__).parents[1] / "templates"

SMS_LIMIT = 3 * 67
"""Characters of an SMS in Cyrillic that takes three parts."""

MOSCOW = "Europe/Moscow"


class _Zone(NamedTuple):
    time: str
    place: str


# The names of zone times are those of the Federal Law on the Calculation of Time (107-ФЗ).
_ZONES = {
    "Europe/Kaliningrad": _Zone("калининградское время", "по Калининграду"),
    MOSCOW: _Zone("московское время", "по Москве"),
    "Europe/Samara": _Zone("самарское время", "по Самаре"),
    "Asia/Yekaterinburg": _Zone("екатеринбургское время", "по Екатеринбургу"),
    "Asia/Omsk": _Zone("омское время", "по Омску"),
    "Asia/Krasnoyarsk": _Zone("красноярское время", "по Красноярску"),
    "Asia/Irkutsk": _Zone("иркутское время", "по Иркутску"),
    "Asia/Yakutsk": _Zone("якутское время", "по Якутску"),
    "Asia/Vladivostok": _Zone("владивостокское время", "по Владивостоку"),
    "Asia/Magadan": _Zone("магаданское время", "по Магадану"),
    "Asia/Kamchatka": _Zone("камчатское время", "по Камчатке"),
}
_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
_LINK = re.compile(r"(https?://|www\.)\S*", re.IGNORECASE)
_PATRONYMIC = re.compile(r"(ич|вна|чна|оглы|кызы|улы|уулу)$", re.IGNORECASE)


@dataclass(frozen=True)
class RenderedMessage:
    """A text ready to be sent.

    `subject` is the title of a push notice and empty for SMS; only e-mail has `html`.
    """

    subject: str
    text: str
    html: str | None = None


class Renderer:
    """Renders the templates of `templates/notifications/`.

    `render` raises `jinja2.UndefinedError` when the context lacks a value that the text needs,
    `jinja2.TemplateNotFound` for a channel the template has no text for, and `ValueError` for an instant that
    is not ISO 8601 with an offset.
    """

    def __init__(self, directory: Path = TEMPLATES / "notifications") -> None:
        self._environment = Environment(
            loader=FileSystemLoader(directory),
            undefined=StrictUndefined,
            # Plain text must hold no entities: only what is sent as HTML is escaped.
            autoescape=select_autoescape(("html",), default=False),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["sms_limit"] = SMS_LIMIT
        self._environment.filters |= {
            "greeting": _of_text(greeting),
            "local_terms": local_terms,
            "grouped": _of_text(format_number),
            "instant": _of_text(_instant),
            "short_instant": _of_text(_short_instant),
            "one_line": _of_text(one_line),
            "sentence": _of_text(sentence),
            "shortened": _of_text(shortened),
        }

    def render(self, template: Template, channel: DeliveryChannel, context: Mapping[str, str]) -> RenderedMessage:
        """The message of a template for a channel; instants in the context are ISO 8601, in UTC."""
        match channel:
            case DeliveryChannel.EMAIL:
                return self._email(template, context)
            case DeliveryChannel.SMS:
                return RenderedMessage("", one_line(self._filled(f"{template}/sms.txt", context)))
            case DeliveryChannel.PUSH:
                title, _, body = self._filled(f"{template}/push.txt", context).partition("\n")
                return RenderedMessage(one_line(title), one_line(body))

    def _email(self, template: Template, context: Mapping[str, str]) -> RenderedMessage:
        # A line break in a subject would begin another header.
        subject = one_line(self._filled(f"{template}/email.subject.txt", context))
        frame = dict(context) | {
            "subject": subject,
            "recipient": "citizen" if template.recipient is Recipient.CITIZEN else "staff",
            "asks_for_rating": template.asks_for_rating,
        }
        text, html = (
            self._filled(f"{template}/email.jinja", frame | {"layout": f"layouts/email.{kind}"})
            for kind in ("txt", "html")
        )
        return RenderedMessage(subject, re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", html)

    def _filled(self, name: str, context: Mapping[str, object]) -> str:
        return self._environment.get_template(name).render(context)


def of_case(view: CaseView, status_url: str, result_url: str, help_phone: str) -> dict[str, str]:
    """What every text to this case's citizen may refer to; the links are templates with `{number}`."""
    return {
        "number": view.number,
        "full_name": view.details.full_name or "",
        "time_zone": view.details.time_zone or MOSCOW,
        "summary": view.details.description or "",
        "help_phone": help_phone,
        "status_link": status_url.format(number=view.number),
        "result_link": result_url.format(number=view.number),
    }


def greeting(full_name: str) -> str:
    """The greeting by first name and patronymic, out of «Фамилия Имя Отчество».

    By the full name where these can't be told apart, and without a name where none is known (RPL-1).
    """
    surname, *names = _without_links(full_name).split() or [""]
    if len(names) in (2, 3) and _PATRONYMIC.search(names[-1]):
        return f"Здравствуйте, {' '.join(names)}!"
    return f"Здравствуйте, {' '.join([surname, *names])}!" if surname else "Здравствуйте!"


def local_time(instant: datetime, time_zone: str) -> str:
    """«22 января 2026, 18:30 (московское время)»; in Moscow time where the zone is not a Russian one.

    Midnight is the end of the day before, «24:00», as terms are counted.
    Raises `ValueError` for a naive instant.
    """
    day, clock, zone = _local(instant, time_zone)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}, {clock} ({zone.time})"


def short_local_time(instant: datetime, time_zone: str) -> str:
    """«22.01 18:30 по Москве», for SMS and push notices; otherwise like `local_time`."""
    day, clock, zone = _local(instant, time_zone)
    return f"{day:%d.%m} {clock} {zone.place}"


def local_terms(terms: str, dues: str, time_zone: str) -> list[str]:
    """Each term, a line in Moscow time, with its instant in the citizen's time where that is another (ESC-4).

    `dues` are these instants in ISO 8601, a line for each term, or nothing.
    """
    lines, instants = terms.splitlines(), [datetime.fromisoformat(due) for due in dues.splitlines()]
    if not instants or time_zone not in _ZONES or time_zone == MOSCOW:
        return lines
    local = [f"По вашему времени — до {local_time(due, time_zone)}." for due in instants]
    return [f"{sentence(line)} {added}" for line, added in zip(lines, local, strict=True)]


def time_to_the_second(instant: datetime, time_zone: str) -> str:
    """«22.01.2026 18:30:05», for tables whose heading names the zone; otherwise like `local_time`, without 24:00."""
    return f"{_in_zone(instant, _known(time_zone)):%d.%m.%Y %H:%M:%S}"


def zone_time(time_zone: str) -> str:
    """«омское время»; «московское время» where the zone is not a Russian one."""
    return _ZONES[_known(time_zone)].time


def one_line(text: str) -> str:
    """The text without line breaks and repeated spaces."""
    return " ".join(text.split())


def sentence(text: str) -> str:
    """The text on one line, ended by a full stop unless it has its own end."""
    line = one_line(text)
    return line if not line or line[-1] in ".!?…" else f"{line}."


def shortened(text: str, limit: int = 160) -> str:
    """The text on one line, to be quoted inside «», cut between words to at most `limit` characters."""
    line = one_line(_without_links(text)).translate({ord("«"): "„", ord("»"): "“"})
    if len(line) <= limit:
        return line.rstrip(" .")
    beginning, _, _ = line[:limit].rpartition(" ")
    return (beginning or line[: limit - 1]).rstrip(" ,;:.-—") + "…"


def _of_text(words: Callable[..., str]) -> Callable[..., str]:
    # A missing value tells its name when it is made a string; a function that is given it may fail otherwise.
    return lambda value, *arguments: words(str(value), *arguments)


def _without_links(text: str) -> str:
    # Whoever gives a stranger's address could have us send that stranger a link to a fake site (SEC-1).
    return _LINK.sub("", text)


def _instant(written: str, time_zone: str) -> str:
    return local_time(datetime.fromisoformat(written), time_zone)


def _short_instant(written: str, time_zone: str) -> str:
    return short_local_time(datetime.fromisoformat(written), time_zone)


def _local(instant: datetime, time_zone: str) -> tuple[datetime, str, _Zone]:
    name = _known(time_zone)
    local = _in_zone(instant, name)
    if local.time() == time.min:
        return local - timedelta(days=1), "24:00", _ZONES[name]
    return local, f"{local:%H:%M}", _ZONES[name]


def _known(time_zone: str) -> str:
    return time_zone if time_zone in _ZONES else MOSCOW


def _in_zone(instant: datetime, name: str) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs an offset from UTC")
    return instant.astimezone(ZoneInfo(name))
