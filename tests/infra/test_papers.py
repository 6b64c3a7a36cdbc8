"""The papers that citizens keep: whole, readable, and the same whenever they are made again."""

import io
from dataclasses import replace
from datetime import datetime, timedelta

import pikepdf
import pypdfium2
import pytest

from infra.papers import ProtocolStep
from infra.papers.paper import Paper
from tests.infra.contexts import FULL_NAME, GROUPED_NUMBER, HELP_PHONE
from tests.infra.papers import CONFIRMATION, DECISION, LONG_LINK, PAPERS, PROTOCOL, REFUSAL, REQUEST

MARGIN = 60
"""Points that stay white, a little less than the layout's 2.5 cm."""


def text(paper: Paper) -> str:
    """What a reader sees on all pages, on one line; hyphens at the ends of lines are taken out."""
    pages = pypdfium2.PdfDocument(paper.pdf())
    read = "\n".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(read.replace("\u00ad", "").replace("\ufffe", "").split())


@pytest.mark.requirement("KBA-2", "MSV-4", "ESC-2", "ESC-5")
@pytest.mark.parametrize("paper", PAPERS.values(), ids=list(PAPERS))
def test_a_paper_names_the_appeal_the_person_and_where_to_get_help(paper: Paper) -> None:
    said = text(paper)
    assert f"Обращение {GROUPED_NUMBER}" in said
    assert FULL_NAME.split()[-1] in said
    assert (HELP_PHONE in said) is (paper is not REQUEST), "the request is the citizen's own paper"
    assert "22 января 2026, 21:30 (омское время)" in text(replace(paper, made_at=PROTOCOL.made_at))


@pytest.mark.parametrize("paper", PAPERS.values(), ids=list(PAPERS))
def test_the_same_paper_is_the_same_file(paper: Paper) -> None:
    assert paper.pdf() == paper.pdf()
    with pikepdf.open(io.BytesIO(paper.pdf())) as pdf:
        assert str(pdf.docinfo.CreationDate).startswith(f"D:{paper.made_at:%Y%m%d%H%M%S}")
    assert paper.pdf() != replace(paper, made_at=paper.made_at + timedelta(days=1)).pdf()


@pytest.mark.parametrize("paper", PAPERS.values(), ids=list(PAPERS))
def test_a_paper_is_made_for_archives_and_for_screen_readers(paper: Paper) -> None:
    with pikepdf.open(io.BytesIO(paper.pdf())) as pdf, pdf.open_metadata() as said:
        assert said.pdfa_status == "2A"
        assert said["pdfuaid:part"] == "1"
        assert said["dc:title"]
        assert pdf.Root.Lang == "ru"


@pytest.mark.parametrize("word", ["x" * 200, "Ы" * 200, "слово " * 1000], ids=["code", "shouting", "novel"])
def test_nothing_runs_off_the_paper(word: str) -> None:
    step = ProtocolStep(at=PROTOCOL.made_at, service=word, step=word, result=word)
    pages = pypdfium2.PdfDocument(replace(PROTOCOL, steps=[step], full_name=word, conclusion=word).pdf())
    said = ""
    for page in pages:
        read = page.get_textpage()
        said += read.get_text_range()
        lefts, bottoms, rights, tops = zip(*(read.get_rect(n) for n in range(read.count_rects())), strict=True)
        width, height = page.get_size()
        assert min(lefts) > MARGIN
        assert max(rights) < width - MARGIN
        assert min(bottoms) > MARGIN / 2, "only the page's number stands below"
        assert max(tops) < height - MARGIN
    assert said.count(word[0]) >= 5 * word.count(word[0])


@pytest.mark.parametrize("paper", [CONFIRMATION, PROTOCOL, REQUEST, DECISION])
def test_what_is_given_is_text_and_no_markup(paper: Paper) -> None:
    assert "#panic() *_$`\\<x>@ref--" in text(replace(paper, full_name="#panic() *_$`\\<x>@ref--"))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("я\u0438\u0306\u200b", "яй"),
        ("код\u202e123", "код123"),
        ("\x00", "\ufffd"),
        ("😀👍🏽", "\ufffd"),
        ("漢字", "\ufffd"),
        ("раз\r\n\tдва", "раз два"),
        ("5 < 6 → 7 ✗ № 1, 100 ₽", "5 < 6 → 7 \ufffd № 1, 100 ₽"),
    ],
)
def test_whatever_is_typed_can_be_printed(typed: str, shown: str) -> None:
    assert f"«{shown}» конец" in text(replace(CONFIRMATION, question=f"«{typed}» конец"))


def test_every_character_that_is_let_through_has_a_shape() -> None:
    every = "".join(map(chr, range(0x10000))).encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    assert "\ufffd" in text(replace(CONFIRMATION, question=every))


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        replace(CONFIRMATION, made_at=datetime(2026, 1, 22)).pdf()  # noqa: DTZ001 - what is refused here


@pytest.mark.requirement("KBA-2")
def test_the_confirmation_tells_question_answer_steps_and_acts() -> None:
    said = text(CONFIRMATION)
    assert "«Завершено»" in said
    assert "№ 210-ФЗ" in said
    assert [step for step in ("Как восстановить", "1. Откройте страницу", "3. Введите код") if step not in said] == []
    assert LONG_LINK in said.replace(" ", "")


@pytest.mark.requirement("MSV-2", "MSV-4")
def test_the_protocol_has_every_step_and_compares_the_times() -> None:
    said = text(PROTOCOL)
    assert said.count("Повторный запрос") == 14
    assert "ответ на 2 с позже" in said
    assert "ответ на 1 мин 5 с раньше" in said
    assert "в ту же секунду" in said
    assert "нет данных" in said
    assert "Омское время" in said
    assert "Омское" not in text(replace(PROTOCOL, time_zone="Europe/Moscow"))


@pytest.mark.requirement("ESC-2")
def test_the_request_names_the_first_appeal_the_problem_and_the_package() -> None:
    said = text(REQUEST)
    assert "4821 0937 5561 2044" in said
    assert "12 января 2026, 12:30 (омское время)" in said
    assert "Снимки экрана с перепиской" in said
    assert "Без него войти нельзя." in said


@pytest.mark.requirement("ESC-4", "ESC-5")
def test_the_decision_says_what_was_decided_by_whom_and_whether_in_time() -> None:
    granted, refused = text(DECISION), text(REFUSAL)
    assert "Запрос удовлетворён." in granted
    assert "Срок соблюдён." in granted
    assert "Отдел контроля качества" in granted
    assert "В удовлетворении запроса отказано." in refused
    assert "Срок нарушен" in refused
