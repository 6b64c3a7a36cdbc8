"""The figures as the board shows them: tables in Russian, each with the bars of its chart (ANA-2, ANA-3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.pages.desk_words import CHANNELS, category_name
from api.pages.labels import CHOICES
from domain.advice import Advice, Suggestion
from domain.appeal import Channel, Relation, Unit
from domain.calendar.wording import moment_in_words
from domain.contracts.batches import ItemOutcome
from domain.figures import Figures, Group, Tally, Term

WIDEST_PERCENT = 82
"""So wide is the longest bar of a chart; its number stands behind it."""

TERMS = {
    Term.KEPT: "Закрыты в срок",
    Term.RUNNING: "Открыты, срок не близко",
    Term.AT_RISK: "Открыты, срок близко",
    Term.BREACHED: "Срок пропущен",
}
_RELATIONS = {
    None: "Первые обращения",
    Relation.REPEAT: "Повторные",
    Relation.ESCALATION: "В вышестоящую инстанцию",
    Relation.RECOVERY: "Восстановление доступа",
}
SUGGESTIONS: dict[Suggestion, str] = {
    Suggestion.MEND_INCIDENT: "Устраните инцидент «{about}»: его ждут обращения, {count}.",
    Suggestion.LOOK_AFTER_TERMS: "Проверьте открытые обращения, срок которых близко: {count} из {of}.",
    Suggestion.HELP_UNIT: "Помогите подразделению «{about}»: у {count} из {of} его задач срок уже прошёл. "
    "Часть обращений можно передать.",
    Suggestion.MEND_TERMS: "Сроки пропущены у {count} обращений из {of}, чаще всего по теме «{about}». "
    "Проверьте, хватает ли там людей.",
    Suggestion.CLOSE_SOONER: "За сутки закрыто {count} обращений из {of}, а нужно не меньше 80 %. "
    "Посмотрите, чего они ждут дольше всего.",
    Suggestion.ANSWER_BETTER: "Повторных обращений {count} из {of}, чаще всего по теме «{about}». "
    "Проверьте ответы по ней: они не решают вопрос с первого раза.",
    Suggestion.ASK_WHY_UNHAPPY: "Средняя оценка {score}, ниже 4. Прочитайте комментарии к низким оценкам.",
    Suggestion.EXPLAIN_ON_PORTAL: "Тема «{about}» — {count} обращений из {of}. "
    "Добавьте на портал подсказку или статью в базу знаний.",
    Suggestion.TEACH_CLASSIFIER: "Категорию исправили у {count} обращений из {of}. "
    "Дополните правила, по которым она определяется.",
    Suggestion.MEND_FAILURE: "Сбой «{about}» повторился, сообщений: {count}. "
    "Передайте его разработчикам, если он не устранён.",
}


OUTCOMES = {
    ItemOutcome.WAITING: "Ждёт очереди",
    ItemOutcome.DONE: "Передано",
    ItemOutcome.REFUSED: "Не передано",
    ItemOutcome.UNKNOWN: "Неизвестно, передано ли",
    ItemOutcome.CANCELLED: "Отменено",
}


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: its width in percent of the chart, the number behind it, and a tone for some."""

    label: str
    width: float
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """A table of the board; of a row's cells, those after the first `words` ones are numbers."""

    name: str
    title: str
    heads: list[str]
    rows: list[list[str]]
    bars: list[Bar]
    words: int = 1
    numbers: tuple[int, ...] = ()
    """The places of those cells that name appeals."""


def tables(figures: Figures) -> dict[str, list[Table]]:
    """All tables by the page of the board that they stand on."""
    return {
        "": [_terms(figures), _channels(figures), _units(figures)],
        "themes": [
            _categories(figures),
            _difficulties(figures),
            _incidents(figures),
            _failures(figures),
            _corrections(figures),
        ],
        "quality": [_within_day(figures), _repeats(figures), _scores(figures), _replies(figures)],
    }


def suggestion(given: Advice) -> str:
    """A suggestion in words, with its ground."""
    about = given.about or ""
    if given.suggestion is Suggestion.HELP_UNIT:
        about = Unit(about).russian
    elif given.suggestion in (Suggestion.MEND_FAILURE, Suggestion.MEND_INCIDENT):
        about = failure_name(about)
    else:
        about = category_name(given.about)
    return SUGGESTIONS[given.suggestion].format(
        about=about, count=given.count, of=given.of, score=number(given.mean_score)
    )


def failure_name(signature: str) -> str:
    """What the signature of a failure says: «Налоги, не получается войти, код 500»."""
    said = dict(part.partition("=")[::2] for part in signature.split("; "))
    kind = CHOICES["Failure.kind"].get(said.get("kind", ""), "")
    code = said.get("error_code")
    parts = (said.get("service"), kind[:1].lower() + kind[1:], code and f"код {code}")
    return _capital(", ".join(part for part in parts if part) or signature)


def headline(figures: Figures) -> list[tuple[str, str]]:
    """What a supervisor looks at first."""
    total = figures.total
    return [
        ("Поступило", str(total.registered)),
        ("Открыто", str(total.open)),
        ("Срок близко", str(total.at_risk)),
        ("Срок пропущен", str(total.breached)),
        ("Повторные", percent(total.repeats, total.registered)),
        ("Закрыто за сутки", percent(total.closed_within_day, total.first_day_over)),
        ("Средняя оценка", number(total.mean_score)),
    ]


def percent(count: int, of: int) -> str:
    """«12 %»; of nothing there is no share."""
    return f"{count / of:.0%}".replace("%", " %") if of else "—"


def number(value: float | None) -> str:
    """«4,3»."""
    return "—" if value is None else f"{value:.1f}".replace(".", ",")


def _terms(figures: Figures) -> Table:
    total = figures.total
    counts = {term: int(getattr(total, term.value)) for term in Term}
    rows = [[TERMS[term], str(count), percent(count, total.registered)] for term, count in counts.items()]
    bars = _bars([(TERMS[term], count, term.value) for term, count in counts.items()])
    return Table("terms", "Сроки", ["Как со сроком", "Обращений", "Доля"], rows, bars)


def _channels(figures: Figures) -> Table:
    heads = ["Канал", "Поступило", "Открыто", "Срок близко", "Срок пропущен", "Часов до закрытия"]
    rows = [
        [
            CHANNELS[Channel(group.value or "")],
            *map(str, (group.registered, group.open, group.at_risk, group.breached)),
            number(group.mean_hours_to_close),
        ]
        for group in figures.by_channel
    ]
    return Table("channels", "Нагрузка по каналам", heads, rows, _of(rows, figures.by_channel))


def _units(figures: Figures) -> Table:
    heads = ["Подразделение", "Ждут решения", "Срок прошёл", "Передано за период", "Из них открыто"]
    rows = [
        [unit_name(each.unit), *map(str, (each.waiting, each.late, each.handed_over, each.open))]
        for each in figures.units
    ]
    bars = _bars([(row[0], each.waiting, "") for row, each in zip(rows, figures.units, strict=True)])
    return Table("units", "Нагрузка подразделений", heads, rows, bars)


def _categories(figures: Figures) -> Table:
    heads = ["Тема", "Поступило", "Доля", "Повторные", "Срок пропущен", "Часов до закрытия", "Оценка"]
    rows = [
        [
            category_name(group.value),
            str(group.registered),
            percent(group.registered, figures.total.registered),
            str(group.repeats),
            str(group.breached),
            number(group.mean_hours_to_close),
            number(group.mean_score),
        ]
        for group in figures.by_category
    ]
    return Table("categories", "Типичные затруднения", heads, rows, _of(rows, figures.by_category))


def _difficulties(figures: Figures) -> Table:
    rows = [[category_name(each.category), each.service or "—", str(each.count)] for each in figures.difficulties]
    bars = _bars(
        [(f"{row[0]}: {row[1]}", each.count, "") for row, each in zip(rows, figures.difficulties, strict=True)]
    )
    return Table("services", "По темам и сервисам", ["Тема", "Сервис", "Обращений"], rows, bars, words=2)


def _incidents(figures: Figures) -> Table:
    heads = ["Инцидент", "Сбой", "Открыт", "Устранён", "Присоединённые обращения", "Всего"]
    rows = [
        [
            each.number,
            failure_name(each.signature),
            moment_in_words(each.opened_at),
            moment_in_words(each.fixed_at) if each.fixed_at else "ещё нет",
            " ".join(each.appeals),
            str(len(each.appeals)),
        ]
        for each in figures.incidents
    ]
    bars = _bars(
        [
            (failure_name(each.signature), len(each.appeals), "" if each.fixed_at else Term.BREACHED.value)
            for each in figures.incidents
        ]
    )
    return Table("incidents", "Инциденты", heads, rows, bars, words=5, numbers=(0, 4))


def _failures(figures: Figures) -> Table:
    heads = ["Сбой", "Сообщений", "Без ответа", "Минут до реакции"]
    rows = [
        [failure_name(each.signature), str(each.count), str(each.unanswered), number(each.median_minutes)]
        for each in figures.failures
    ]
    bars = _bars([(failure_name(each.signature), each.count, "") for each in figures.failures])
    return Table("failures", "Повторяющиеся сбои", heads, rows, bars)


def _corrections(figures: Figures) -> Table:
    rows = [[category_name(each.was), category_name(each.now), str(each.count)] for each in figures.corrections]
    bars = _bars(
        [(f"{row[0]} → {row[1]}", each.count, "") for row, each in zip(rows, figures.corrections, strict=True)]
    )
    return Table("corrections", "Исправленные категории", ["Была", "Стала", "Обращений"], rows, bars, words=2)


def _within_day(figures: Figures) -> Table:
    groups: list[tuple[str, Tally]] = [("Все обращения", figures.total)]
    groups += [(category_name(group.value), group) for group in figures.by_category]
    heads = ["Тема", "Прошли сутки или закрыто", "Закрыто за сутки", "Доля"]
    rows = [[name, str(group.first_day_over), str(group.closed_within_day), _share(group)] for name, group in groups]
    bars = [Bar(name, (group.share_within_day or 0) * WIDEST_PERCENT, _share(group)) for name, group in groups]
    return Table("within-day", "Закрыто за 24 часа", heads, rows, bars)


def _share(group: Tally) -> str:
    return percent(group.closed_within_day, group.first_day_over)


def _repeats(figures: Figures) -> Table:
    heads = ["Какие обращения", "Поступило", "Доля", "Закрыто за сутки", "Оценка"]
    names = [_RELATIONS[Relation(group.value) if group.value else None] for group in figures.by_relation]
    rows = [
        [
            name,
            str(group.registered),
            percent(group.registered, figures.total.registered),
            _share(group),
            number(group.mean_score),
        ]
        for name, group in zip(names, figures.by_relation, strict=True)
    ]
    return Table("repeats", "Повторные обращения", heads, rows, _of(rows, figures.by_relation))


def _scores(figures: Figures) -> Table:
    counts = {group.value: group.registered for group in figures.by_score}
    scored = [(score, counts.get(str(score), 0)) for score in range(5, 0, -1)]
    rows = [[str(score), str(count), percent(count, figures.total.rated)] for score, count in scored]
    bars = _bars([(f"Оценка {score}", count, "") for score, count in scored])
    return Table("scores", "Удовлетворённость", ["Оценка", "Обращений", "Доля"], rows, bars)


def _replies(figures: Figures) -> Table:
    heads = ["Месяц ответа", "Подразделение", "Проверено", "Вежливо", "Кратко", "По существу"]
    rows = [
        [
            each.month,
            unit_name(each.unit),
            str(each.checked),
            *(percent(good, each.checked) for good in (each.polite, each.brief, each.fitting)),
        ]
        for each in figures.replies
    ]
    checked = sum(each.checked for each in figures.replies)
    marks = {
        "Вежливо": sum(each.polite for each in figures.replies),
        "Кратко": sum(each.brief for each in figures.replies),
        "По существу": sum(each.fitting for each in figures.replies),
    }
    bars = [Bar(name, good / (checked or 1) * WIDEST_PERCENT, percent(good, checked)) for name, good in marks.items()]
    return Table("replies", "Качество ответов", heads, rows, bars if checked else [], words=2)


def _of(rows: Sequence[Sequence[str]], groups: Iterable[Group]) -> list[Bar]:
    return _bars([(row[0], group.registered, "") for row, group in zip(rows, groups, strict=True)])


def _bars(counted: Sequence[tuple[str, int, str]]) -> list[Bar]:
    most = max((count for _, count, _ in counted), default=0) or 1
    return [Bar(label, count / most * WIDEST_PERCENT, str(count), tone) for label, count, tone in counted]


def unit_name(unit: Unit | None) -> str:
    """Who has the appeal; without a hand-over it is with the first line."""
    return _capital((unit or Unit.FIRST_LINE).russian)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
