"""Which questions are too vague, and what they are asked for."""

import pytest

from domain.questions import Lack, lacks_of


@pytest.mark.requirement("QST-2")
@pytest.mark.parametrize(
    "vague",
    [
        "не работает система",
        "Нужна помощь!",
        "Помогите пожалуйста",
        "ничего не работает на вашем сайте, сделайте что-нибудь",
    ],
)
def test_what_says_nothing_is_asked_for_everything(vague: str) -> None:
    assert lacks_of(vague) == list(Lack)


@pytest.mark.requirement("QST-2")
def test_only_what_is_missing_is_asked_for() -> None:
    assert lacks_of("не работает", service="Запись к врачу") == [Lack.ACTION, Lack.RESULT]
    assert lacks_of("не работает оплата") == [Lack.RESULT]
    assert all(lack.russian.endswith(".") for lack in Lack)


@pytest.mark.requirement("QST-1")
@pytest.mark.parametrize(
    "clear",
    [
        "Не могу войти в личный кабинет: забыла пароль.",
        "При оплате штрафа появляется ошибка 413",
        "Нажимаю «Войти», ввожу пароль, пишет «неверный пароль»",
        "Прошу пересмотреть решение по моему обращению: мне отказали в доступе.",
    ],
)
def test_a_well_put_question_passes(clear: str) -> None:
    assert lacks_of(clear) == []
