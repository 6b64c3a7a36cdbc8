"""The clocks a case can run, by name, and who has to hurry."""

from enum import StrEnum


class ClockName(StrEnum):
    """Some bind the staff: reaction (TEC-4), answer, processing, critical (TEC-3), compromise (SEC-1), escalation
    (ESC-4) and provision (DAT-3). The others give the citizen time."""

    REACTION = "reaction"
    ANSWER = "answer"
    PROCESSING = "processing"
    CRITICAL = "critical"
    COMPROMISE = "compromise"
    ESCALATION = "escalation"
    PROVISION = "provision"
    DETAILS = "details"
    SECURING = "securing"
    CODE = "code"
    CONFIRMATION = "confirmation"
    SATISFACTION = "satisfaction"

    @property
    def binds_staff(self) -> bool:
        return self not in _GIVE_THE_CITIZEN_TIME

    @property
    def is_pausable(self) -> bool:
        """Whether waiting for the citizen stops its time; the escalation's term never stands still (ESC-4)."""
        return self is not ClockName.ESCALATION

    @property
    def russian(self) -> str:
        return _RUSSIAN[self]


_GIVE_THE_CITIZEN_TIME = frozenset(
    {ClockName.DETAILS, ClockName.SECURING, ClockName.CODE, ClockName.CONFIRMATION, ClockName.SATISFACTION}
)
_RUSSIAN = {
    ClockName.REACTION: "реакция на обращение",
    ClockName.ANSWER: "ответ на вопрос",
    ClockName.PROCESSING: "обработка обращения",
    ClockName.CRITICAL: "устранение критического сбоя",
    ClockName.COMPROMISE: "защита учётной записи",
    ClockName.ESCALATION: "рассмотрение в вышестоящей инстанции",
    ClockName.PROVISION: "предоставление данных",
    ClockName.DETAILS: "ожидание данных от заявителя",
    ClockName.SECURING: "смена одноразового пароля",
    ClockName.CODE: "ввод кода подтверждения",
    ClockName.CONFIRMATION: "ожидание подтверждения от заявителя",
    ClockName.SATISFACTION: "оценка работы поддержки",
}
