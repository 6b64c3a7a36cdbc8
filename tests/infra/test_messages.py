"""The messages people get: polite, whole, short enough, and harmless whatever was typed into them."""

import re
from html.parser import HTMLParser

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from domain.appeal import Category
from domain.intake import ITEM_NAMES
from domain.notifications import DeliveryChannel, Recipient, Template
from infra.rendering import SMS_LIMIT, RenderedMessage, Renderer
from tests.infra.contexts import ALWAYS, GREETING, GROUPED_NUMBER, HELP_PHONE, OPENING_CODE, OWN, SUMMARY, context

RENDERER = Renderer()
TO_CITIZEN = [template for template in Template if template.recipient is Recipient.CITIZEN]
ENTITY = re.compile(r"&(#\d+|#x[0-9a-f]+|[a-z]+);", re.IGNORECASE)


class Reading(HTMLParser):
    """What a page says and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.data: list[str] = []
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.data.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.data).split())


def email(template: Template, **changes: str) -> RenderedMessage:
    return RENDERER.render(template, DeliveryChannel.EMAIL, context(template, **changes))


def sms(template: Template, **changes: str) -> str:
    return RENDERER.render(template, DeliveryChannel.SMS, context(template, **changes)).text


def page(message: RenderedMessage) -> Reading:
    assert message.html is not None
    return Reading(message.html)


def steps(text: str) -> list[tuple[int, str]]:
    return [(int(number), step) for number, step in re.findall(r"^(\d+)\. (.+)$", text, re.MULTILINE)]


@pytest.mark.requirement("RPL-1")
@pytest.mark.parametrize("template", TO_CITIZEN)
def test_a_reply_greets_sums_up_gives_steps_and_offers_help(template: Template) -> None:
    text = email(template).text
    numbers, sentences = zip(*steps(text), strict=True)
    assert text.startswith(f"{GREETING}\n")
    assert f"Суть вашего обращения: «{SUMMARY}»." in text
    assert numbers == tuple(range(1, len(numbers) + 1))
    assert len(numbers) > 1
    assert all(sentence.endswith(".") for sentence in sentences)
    assert re.search(rf"Если понадобится помощь, .*{HELP_PHONE}.*{GROUPED_NUMBER}", text)


@pytest.mark.requirement("RPL-1")
@pytest.mark.parametrize("template", Template)
def test_both_forms_of_an_email_say_the_same(template: Template) -> None:
    message = email(template)
    shown = page(message)
    said = [
        re.sub(r"^(\d+\.|-) ", "", line).rstrip(":") for line in message.text.splitlines() if "https:" not in line
    ]
    assert [line for line in said if line not in shown.text] == []
    assert shown.tags.count("li") == len(re.findall(r"^(?:\d+\.|-) ", message.text, re.MULTILINE))
    assert set(shown.links) == set(re.findall(r"https:\S+", message.text))
    assert not {"img", "script", "link", "style"} & set(shown.tags)


@pytest.mark.requirement("RPL-1", "STS-1")
@pytest.mark.parametrize(
    ("template", "status"),
    [
        (Template.APPEAL_REGISTERED, "«Получено»"),
        (Template.PROCESSING_STARTED, "«В обработке»"),
        (Template.APPEAL_REJECTED, "«Отклонено»"),
        (Template.ACCESS_RECOVERED, "завершено"),
    ],
)
def test_a_changed_status_is_told_in_its_word(template: Template, status: str) -> None:
    assert status in email(template).text


@pytest.mark.requirement("RPL-1")
@pytest.mark.parametrize("template", TO_CITIZEN)
def test_without_name_and_summary_a_reply_is_still_whole(template: Template) -> None:
    text = email(template, full_name="", summary="").text
    assert text.startswith("Здравствуйте!\n")
    assert "Суть" not in text


@pytest.mark.requirement("RPL-1", "ESC-2")
@pytest.mark.parametrize(
    "template", [Template.DEADLINE_BREACHED, Template.ESCALATION_ARRIVED, Template.ESCALATION_BREACHED]
)
def test_staff_read_moscow_time_and_nothing_personal(template: Template) -> None:
    text = email(template).text
    assert text.startswith("Здравствуйте!\n")
    assert "30 сентября 2026, 16:30 (московское время)" in text
    assert SUMMARY not in text


@pytest.mark.parametrize("category", Category)
def test_every_category_has_a_name_for_the_supervisor(category: Category) -> None:
    topic = re.search(r"Тема обращения: ([а-яё ,]+)\.", email(Template.DEADLINE_BREACHED, category=category).text)
    assert topic is not None


def test_a_term_of_an_unclassified_appeal_can_be_missed_too() -> None:
    assert "Тема обращения: ещё не определена." in email(Template.DEADLINE_BREACHED, category="").text


@pytest.mark.requirement("ESC-4", "REC-6")
@pytest.mark.parametrize("template", [Template.TERM_CHANGED, Template.STATUS_REPORT])
def test_each_term_is_told_in_the_citizens_time_too(template: Template) -> None:
    local = "По вашему времени — до 23 января 2026, 07:00 (владивостокское время)."
    dues = "2026-01-22T21:00:00+00:00"
    assert local in email(template, time_zone="Asia/Vladivostok", dues=dues).text
    assert "По вашему времени" not in email(template, time_zone="Europe/Moscow", dues=dues).text
    assert "По вашему времени" not in email(template, time_zone="Asia/Vladivostok").text, "queued before"


@pytest.mark.requirement("INT-5")
def test_the_confirmation_names_the_number_and_the_time_of_registration() -> None:
    message = email(Template.APPEAL_REGISTERED)
    assert GROUPED_NUMBER in message.subject
    assert "обращение 30 сентября 2026, 18:30 (екатеринбургское время)" in message.text


@pytest.mark.requirement("INT-3")
@pytest.mark.parametrize("template", [Template.DETAILS_REQUESTED, Template.DETAILS_REMINDER])
def test_one_message_names_each_missing_item_and_the_deadline(template: Template) -> None:
    text = email(template).text
    assert all(f"\n- {item}\n" in text for item in ITEM_NAMES.values())
    assert "не позднее этого срока: 30 сентября 2026, 18:30 (екатеринбургское время)" in text
    assert "Номер СНИЛС не совпал с данными реестра." in text


@pytest.mark.requirement("INT-3")
@pytest.mark.parametrize("template", [Template.DETAILS_REQUESTED, Template.DETAILS_REMINDER])
def test_an_sms_names_the_items_where_they_fit(template: Template) -> None:
    named = sms(template, items="номер СНИЛС\nскан СНИЛС", status_link="https://portal.example.ru/1")
    assert "нужны: номер СНИЛС; скан СНИЛС." in named
    assert "СНИЛС" not in sms(template)


@pytest.mark.requirement("REC-4")
def test_only_the_sms_tells_the_opening_code() -> None:
    told = {
        channel: RENDERER.render(Template.PASSWORD_ISSUED, channel, context(Template.PASSWORD_ISSUED))
        for channel in DeliveryChannel
    }
    assert [channel for channel, message in told.items() if OPENING_CODE in str(message)] == [DeliveryChannel.SMS]
    assert "Никому не сообщайте код" in told[DeliveryChannel.SMS].text


@pytest.mark.requirement("SEC-2")
@pytest.mark.parametrize(
    "template",
    [Template.PASSWORD_ISSUED, Template.ACCESS_RECOVERED, Template.ACCOUNT_UNLOCKED, Template.ACCOUNT_SECURED],
)
def test_security_is_recommended_with_the_matching_cases(template: Template) -> None:
    _, _, advice = email(template).text.partition("Как защитить учётную запись:\n")
    topics = [
        "прописных и строчных букв, цифр и знаков",
        "Резервные коды",
        "обновляйте",
        "адрес сайта",
        "сразу смените",
    ]
    assert [topic for topic in topics if topic not in advice] == []


@pytest.mark.requirement("RES-2")
@pytest.mark.parametrize("template", [Template.ACCESS_RECOVERED, Template.APPEAL_REJECTED, Template.APPEAL_COMPLETED])
def test_email_and_sms_lead_straight_to_the_result(template: Template) -> None:
    link = OWN[template]["result_link"]
    assert set(page(email(template)).links) == {link}
    assert sms(template).endswith(link)


@pytest.mark.parametrize("zone", ["Asia/Yekaterinburg", "Europe/Kaliningrad", "Asia/Vladivostok"])
@pytest.mark.parametrize("template", TO_CITIZEN)
def test_the_longest_values_still_fit_sms_and_push(template: Template, zone: str) -> None:
    assert len(sms(template, time_zone=zone)) <= SMS_LIMIT
    push = RENDERER.render(template, DeliveryChannel.PUSH, context(template, time_zone=zone))
    assert 0 < len(push.subject) <= 50
    assert 0 < len(push.text) <= 150


@pytest.mark.parametrize(
    ("template", "channel"), [(template, channel) for template in Template for channel in template.channels]
)
def test_plain_text_holds_no_html(template: Template, channel: DeliveryChannel) -> None:
    typed = {key: f"{value} «Рога & копыта» <d'Artagnan>" for key, value in typed_by_people(template).items()}
    message = RENDERER.render(template, channel, context(template, **typed))
    assert not ENTITY.search(message.subject + message.text)
    assert "\n" not in message.subject
    assert "\n\n\n" not in message.text


@pytest.mark.parametrize("template", Template)
def test_html_shows_what_was_typed_as_text(template: Template) -> None:
    typed = dict.fromkeys(typed_by_people(template), '<script>alert("1")</script>')
    message = email(template, **typed)
    assert "script" not in page(message).tags
    shown_to_citizen = template.recipient is Recipient.CITIZEN
    assert ("&lt;script&gt;" in (message.html or "")) is shown_to_citizen


@pytest.mark.parametrize("template", TO_CITIZEN)
def test_a_stranger_cannot_have_us_send_links(template: Template) -> None:
    message = email(template, full_name="Иван https://evil.example/a", summary="Смотрите WWW.evil.example сейчас")
    assert "evil" not in message.text
    assert "evil" not in (message.html or "")
    assert message.text.startswith("Здравствуйте, Иван!\n")
    assert "«Смотрите сейчас»" in message.text


def test_a_line_break_begins_no_header() -> None:
    subject = email(Template.DEADLINE_BREACHED, clock_name="реакция\r\nBcc: all@example.ru").subject
    assert subject.endswith("реакция Bcc: all@example.ru")
    assert "\n" not in subject
    assert "\r" not in subject


@pytest.mark.parametrize(("template", "key"), [(template, key) for template in Template for key in OWN[template]])
def test_a_missing_value_is_no_blank(template: Template, key: str) -> None:
    incomplete = context(template)
    del incomplete[key]
    with pytest.raises(UndefinedError):
        render_all(template, incomplete)


@pytest.mark.parametrize("key", ALWAYS)
def test_a_missing_common_value_is_no_blank(key: str) -> None:
    incomplete = context(Template.DETAILS_REQUESTED)
    del incomplete[key]
    with pytest.raises(UndefinedError):
        render_all(Template.DETAILS_REQUESTED, incomplete)


def test_the_supervisor_gets_email_only() -> None:
    with pytest.raises(TemplateNotFound):
        sms(Template.DEADLINE_BREACHED)


def render_all(template: Template, incomplete: dict[str, str]) -> None:
    for channel in template.channels:
        RENDERER.render(template, channel, incomplete)


def typed_by_people(template: Template) -> dict[str, str]:
    free = {"full_name", "summary", "reason", "login"}
    return {key: value for key, value in context(template).items() if key in free}
