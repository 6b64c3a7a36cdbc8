"""The protocol: what a service is asked next, how old its data are, and what people read of it."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.contracts import events
from domain.protocol import ProtocolEntry, latest_answers, next_request, steps_of, with_step
from domain.services import Ages, compare_ages, known_service

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def answered(service: str, found: bool = True, days_old: int = 0) -> events.ServiceAnswered:
    recorded_at = NOW - timedelta(days=days_old) if found else None
    return events.ServiceAnswered(
        service=service, asked_at=NOW, answered_at=NOW, recorded_at=recorded_at, found=found
    )


def resent(service: str) -> events.DataResent:
    return events.DataResent(service=service, order_id="1", submission_id="s", received_at=NOW)


def protocol(*happened: events.Event) -> list[ProtocolEntry]:
    entries: list[ProtocolEntry] = []
    for event in happened:
        entries = with_step(entries, event, NOW)
    return entries


@pytest.mark.requirement("MSV-1", "MSV-3")
def test_data_go_once_to_a_service_without_a_record_and_then_it_is_asked_again() -> None:
    assert next_request([], "clinic") == "check"
    assert next_request(protocol(answered("taxes")), "clinic") == "check", "another service's answer is not its own"
    missing = protocol(answered("clinic", found=False))
    assert next_request(missing, "clinic") == "resend"
    sent = [*missing, *protocol(resent("clinic"))]
    assert next_request(sent, "clinic") == "check"
    assert next_request([*sent, *protocol(answered("clinic"))], "clinic") is None
    assert next_request([*sent, *protocol(answered("clinic", found=False))], "clinic") is None
    assert next_request(protocol(answered("clinic")), "clinic") is None


@pytest.mark.requirement("MSV-3")
def test_a_person_may_have_data_sent_again_to_any_service_at_any_time() -> None:
    ordered = events.RepeatOrdered(service="clinic", reason="Данные устарели.")
    for before in ([answered("clinic")], [answered("clinic", found=False), resent("clinic"), answered("clinic")]):
        assert next_request(protocol(*before, ordered), "clinic") == "resend"
        assert next_request(protocol(*before, ordered, resent("clinic")), "clinic") == "check"
        assert next_request(protocol(*before, ordered, resent("clinic"), answered("clinic")), "clinic") is None
    assert next_request(protocol(answered("taxes"), ordered), "taxes") is None


@pytest.mark.requirement("MSV-3")
def test_a_request_without_an_answer_changes_nothing_of_what_is_next() -> None:
    asked = events.ServiceAsked(service="clinic", purpose="resend")
    failed = events.RegistryUnavailable(operation="resend:clinic", reason="HTTP 503")
    assert next_request(protocol(answered("clinic", found=False), asked, failed), "clinic") == "resend"


@pytest.mark.requirement("MSV-2")
def test_ages_are_compared_by_the_last_answer_of_each_service() -> None:
    entries = protocol(
        answered("pension", days_old=3), answered("clinic", found=False), answered("taxes"), answered("clinic")
    )
    assert compare_ages(latest_answers(entries)) == Ages(
        newest=["clinic", "taxes"], older=["pension"], without_record=[]
    )
    assert compare_ages([answered("clinic", found=False)]) == Ages(newest=[], older=[], without_record=["clinic"])


@pytest.mark.requirement("MSV-4")
def test_every_step_has_its_result_in_words() -> None:
    differing = answered("taxes").model_copy(update={"disagreeing_fields": ["passport", "phone"]})
    entries = protocol(
        events.ServiceAsked(service="taxes", purpose="check"),
        events.RegistryUnavailable(operation="check:taxes", reason="services.taxes: HTTP 503"),
        events.RegistryUnavailable(operation="issue_password", reason="accounts: HTTP 503"),
        differing,
        answered("clinic", found=False),
        resent("clinic"),
        events.AgesCompared(newest=["taxes"], older=["property"], without_record=["clinic"]),
        events.ProtocolConcluded(personal="Исправить данные в налоговой."),
    )
    assert [(step.service, step.step, step.result) for step in steps_of(entries)] == [
        ("taxes", "Запрос сведений", "Отправлен"),
        ("taxes", "Запрос сведений: ответ", "Пригодного ответа нет"),
        ("taxes", "Запрос сведений: ответ", "Запись есть, не совпадает: паспорт, номер телефона"),
        ("clinic", "Запрос сведений: ответ", "Записи нет"),
        ("clinic", "Повторный запрос: ответ", "Данные приняты"),
        (
            None,
            "Сравнение временных меток",
            "Самые новые данные: «Налоги». Более старые: «Недвижимость». Записи нет: «Запись к врачу»",
        ),
        (None, "Вывод", "Исправить данные в налоговой."),
    ]
    assert [step.defect for step in steps_of(entries) if step.defect] == ["services.taxes: HTTP 503"]


@pytest.mark.requirement("MSV-1")
def test_an_unknown_service_is_refused_with_the_names_of_those_that_are_known() -> None:
    assert known_service("clinic") == "clinic"
    with pytest.raises(ValueError, match="Допустимы: pension, taxes, property, clinic"):
        known_service("weather")
