"""The clocks a case can run, by name, and who has to hurry."""

from enum import StrEnum


class ClockName(StrEnum):
    """`reaction` and `processing` bind the staff; `details` and `securing` give the citizen time."""

    REACTION = "reaction"
    PROCESSING = "processing"
    DETAILS = "details"
    SECURING = "securing"

    @property
    def binds_staff(self) -> bool:
        return self in (ClockName.REACTION, ClockName.PROCESSING)

    @property
    def russian(self) -> str:
        return _RUSSIAN[self]


_RUSSIAN = {
    ClockName.REACTION: "реакция на обращение",
    ClockName.PROCESSING: "обработка обращения",
    ClockName.DETAILS: "ожидание данных от заявителя",
    ClockName.SECURING: "смена одноразового пароля",
}
