"""How names, instants and numbers are put into words, and the words of papers."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from domain.number import format_number
from infra.rendering import (
    TEMPLATES,
    greeting,
    local_time,
    sentence,
    short_local_time,
    shortened,
    time_to_the_second,
    zone_time,
)

INSTANT = datetime(2026, 1, 22, 15, 30, tzinfo=UTC)
PAPERS = sorted([*TEMPLATES.glob("letters/*.typ"), *TEMPLATES.glob("data/*.typ")])
OFFICIALESE = re.compile(
    r"осуществл|надлежащ|вышеуказанн|нижеследующ|в\w+ имеется|данн(ый|ого|ому|ом|ая)\b|посредством|в целях|является",
    re.IGNORECASE,
)
# Words that are often left without their ё.
WITHOUT_YO = re.compile(r"\b(е(ще|е)|учет\w*|счет\w*|принят[ыа]? решен|надежн\w*|удовлетворен\b|причем|отчет\w*)\b")


@pytest.mark.requirement("RPL-1")
@pytest.mark.parametrize(
    ("full_name", "words"),
    [
        ("Смирнова Анна Петровна", "Здравствуйте, Анна Петровна!"),
        ("Римский-Корсаков Николай Андреевич", "Здравствуйте, Николай Андреевич!"),
        ("Мамедов Али Гусейн оглы", "Здравствуйте, Али Гусейн оглы!"),
        ("ИЛЬИН ИЛЬЯ ИЛЬИЧ", "Здравствуйте, ИЛЬЯ ИЛЬИЧ!"),
        ("Котова Вера Никитична", "Здравствуйте, Вера Никитична!"),
        ("  Смирнова \n Анна   Петровна ", "Здравствуйте, Анна Петровна!"),
        ("Анна Петровна Смирнова", "Здравствуйте, Анна Петровна Смирнова!"),
        ("Ким Сергей", "Здравствуйте, Ким Сергей!"),
        ("Мадонна", "Здравствуйте, Мадонна!"),
        ("Нгуен Тхи Тхань Хоа", "Здравствуйте, Нгуен Тхи Тхань Хоа!"),
        ("", "Здравствуйте!"),
        ("  ", "Здравствуйте!"),
    ],
)
def test_people_are_greeted_by_first_name_and_patronymic(full_name: str, words: str) -> None:
    assert greeting(full_name) == words


@pytest.mark.parametrize(
    ("zone", "words", "short"),
    [
        ("Europe/Moscow", "22 января 2026, 18:30 (московское время)", "22.01 18:30 по Москве"),
        ("Europe/Kaliningrad", "22 января 2026, 17:30 (калининградское время)", "22.01 17:30 по Калининграду"),
        ("Asia/Vladivostok", "23 января 2026, 01:30 (владивостокское время)", "23.01 01:30 по Владивостоку"),
        ("Asia/Kamchatka", "23 января 2026, 03:30 (камчатское время)", "23.01 03:30 по Камчатке"),
        ("America/New_York", "22 января 2026, 18:30 (московское время)", "22.01 18:30 по Москве"),
        ("../../etc/passwd", "22 января 2026, 18:30 (московское время)", "22.01 18:30 по Москве"),
    ],
)
def test_instants_are_told_in_the_citizens_zone(zone: str, words: str, short: str) -> None:
    assert local_time(INSTANT, zone) == words
    assert short_local_time(INSTANT, zone) == short


def test_the_offset_of_an_instant_makes_no_difference() -> None:
    tokyo = INSTANT.astimezone(timezone(timedelta(hours=9)))
    assert local_time(tokyo, "Asia/Omsk") == local_time(INSTANT, "Asia/Omsk")


def test_midnight_ends_the_day_before() -> None:
    midnight = datetime(2026, 1, 31, 21, tzinfo=UTC)
    assert local_time(midnight, "Europe/Moscow") == "31 января 2026, 24:00 (московское время)"
    assert short_local_time(midnight, "Europe/Moscow") == "31.01 24:00 по Москве"
    assert local_time(midnight + timedelta(minutes=1), "Europe/Moscow").startswith("1 февраля 2026, 00:01")


def test_an_instant_needs_an_offset() -> None:
    with pytest.raises(ValueError, match="offset"):
        local_time(INSTANT.replace(tzinfo=None), "Europe/Moscow")


@pytest.mark.requirement("INT-5")
@pytest.mark.parametrize(
    ("number", "words"), [("1234567890123456", "1234 5678 9012 3456"), ("123456", "1234 56"), ("", "")]
)
def test_numbers_are_grouped_to_be_read_out(number: str, words: str) -> None:
    assert format_number(number) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [("Не совпал\n номер", "Не совпал номер."), ("Правда?", "Правда?"), ("Вот так…", "Вот так…"), ("", "")],
)
def test_a_reason_becomes_a_sentence(text: str, words: str) -> None:
    assert sentence(text) == words


@pytest.mark.requirement("RPL-1")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Не могу войти.", "Не могу войти"),
        ("Ошибка «Неверный\nпароль»", "Ошибка „Неверный пароль“"),
        ("Один два, три четыре", "Один два…"),
        ("Рентгеноэлектрокардиограмма", "Рентгеноэле…"),
    ],
)
def test_a_long_description_is_shortened_between_words(text: str, words: str) -> None:
    limit = 12 if "…" in words else 160
    assert shortened(text, limit) == words


def words_of(template: Path) -> str:
    """The Russian words of a template, without its code and comments."""
    markup = re.sub(r"^\s*//.*$", "", template.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return " ".join(line for line in markup.splitlines() if re.search("[а-яё]", line))


@pytest.mark.requirement("RPL-1")
@pytest.mark.parametrize("template", PAPERS, ids=lambda template: template.stem)
def test_papers_speak_plainly(template: Path) -> None:
    said = words_of(template)
    assert said
    assert OFFICIALESE.findall(said) == []
    assert WITHOUT_YO.findall(said) == []


@pytest.mark.requirement("RPL-1")
@pytest.mark.parametrize("template", PAPERS, ids=lambda template: template.stem)
def test_papers_use_the_signs_of_print(template: Path) -> None:
    said = words_of(template)
    assert not re.search(r"[а-яё] - [а-яё]", said), "a dash is «—»"
    assert not re.search(r"\.\.\.[^\w({]", said), "an ellipsis is «…»"
    assert said.count("«") == said.count("»")


def test_a_table_tells_instants_to_the_second() -> None:
    midnight = datetime(2026, 1, 31, 18, tzinfo=UTC)
    assert time_to_the_second(midnight, "Asia/Omsk") == "01.02.2026 00:00:00"
    assert time_to_the_second(midnight, "America/New_York") == "31.01.2026 21:00:00"
    assert (zone_time("Asia/Omsk"), zone_time("America/New_York")) == ("омское время", "московское время")
    with pytest.raises(ValueError, match="offset"):
        time_to_the_second(midnight.replace(tzinfo=None), "Asia/Omsk")
