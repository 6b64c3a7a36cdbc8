"""Whether a question can be answered as it was put, and what exactly it lacks (QST-1, QST-2).

By rules alone: a question is too vague when little is left of it without the words that every question has, or when
it tells neither what was done nor what came of it.
"""

import re
from enum import StrEnum

_WORD = re.compile(r"[а-яёa-z]+|\d+", re.IGNORECASE)
# Beginnings of words that say nothing of the matter.
_EMPTY = tuple(
    """
    не ни нет что это как мне меня мой моя моё мои у в на и а я с по работа нужн помощ помог пожалуйста
    проблем систем сайт портал здравству добр день вообще ничего всё все опять срочно вопрос сделай
    исправ почини получа могу ваш
    """.split()
)
_SERVICE = tuple(
    """
    кабинет услуг заяв запис оплат плат штраф паспорт справк выписк анкет форм раздел регистрац учётн
    учетн аккаунт парол логин подпис документ врач пенси налог пособ снилс инн страниц приложен
    уведомлен профил
    """.split()
)
_ACTION = tuple(
    """
    нажа нажи войти вхож вхо захож зайти отправ загру прикреп опла откры пода запис ввож ввёл ввел ввод
    смени меня восстан подтвер заполн скач сохран регистр забы измен обнов искал ищу провер получи выбра
    выбир
    """.split()
)
_RESULT = tuple(
    """
    ошибк сообщен пишет появ показ видн завис пуст код отказ списа приход пришл закры бел экран откл
    заблок невер истек истёк забы потер выда
    """.split()
)
_ENOUGH_WORDS = 3


class Lack(StrEnum):
    """What a question has to name besides."""

    SERVICE = "service"
    ACTION = "action"
    RESULT = "result"

    @property
    def russian(self) -> str:
        """What to write, for the person who asks."""
        return _ASKED[self]


_ASKED = {
    Lack.SERVICE: "Назовите сервис или раздел портала, например «личный кабинет» или «запись к врачу».",
    Lack.ACTION: "Напишите, что вы делали, например «нажимаю „Войти“ и ввожу пароль».",
    Lack.RESULT: "Напишите, что получилось: текст сообщения или код ошибки.",
}


def lacks_of(description: str, service: str | None = None) -> list[Lack]:
    """What the question lacks; empty when it can be answered. `service` is one named elsewhere in the form."""
    words = [word.lower() for word in _WORD.findall(description)]
    telling = [word for word in words if not _begins(word, _EMPTY) or _begins(word, _SERVICE)]
    missing = [
        lack
        for lack, beginnings in ((Lack.SERVICE, _SERVICE), (Lack.ACTION, _ACTION), (Lack.RESULT, _RESULT))
        if not any(_begins(word, beginnings) or (lack is Lack.RESULT and word.isdigit()) for word in words)
    ]
    if service:
        missing = [lack for lack in missing if lack is not Lack.SERVICE]
    is_vague = len(telling) < _ENOUGH_WORDS or {Lack.ACTION, Lack.RESULT} <= set(missing)
    return missing if is_vague else []


def _begins(word: str, beginnings: tuple[str, ...]) -> bool:
    return any(word == each if len(each) < 4 else word.startswith(each) for each in beginnings)
