"""The data that a citizen may ask for (DAT-1, DAT-2), independent of the format of the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.contracts.registries import AccountRecord, LogEntry
from infra.rendering import one_line, time_to_the_second, zone_time

Value = str | datetime | None

_PROFILE = {
    "login": "Логин",
    "fullName": "Фамилия, имя, отчество",
    "passport": "Серия и номер паспорта",
    "snils": "СНИЛС",
    "inn": "ИНН",
    "phone": "Телефон",
    "email": "Электронная почта",
}
_EVENTS = {
    "sign_in": "Вход",
    "sign_in_failed": "Неудачная попытка входа",
    "locked": "Учётная запись заблокирована",
    "unlocked": "Учётная запись разблокирована",
    "sessions_ended": "Завершены все сеансы",
    "password_change_forced": "Назначена смена пароля",
    "one_time_password_set": "Выдан одноразовый пароль",
    "password_changed": "Пароль изменён",
    "two_factor_enabled": "Включена двухфакторная аутентификация",
}
_OTHER_EVENT = "Другое событие"


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """Records with the same columns; a value that is not known is None.

    `name` and the keys of `columns` are the XML elements of `templates/data/data-1.xsd`; the values of `columns`
    are Russian headings, in their order. Instants need an offset and are told in `time_zone` to people.
    """

    name: str
    title: str
    generated_at: datetime
    time_zone: str
    columns: Mapping[str, str]
    records: Sequence[Mapping[str, Value]]

    def rows(self) -> list[list[str]]:
        """The records for people, a text for each column."""
        return [[self._text(record.get(key)) for key in self.columns] for record in self.records]

    def _text(self, value: Value) -> str:
        if isinstance(value, datetime):
            return time_to_the_second(value, self.time_zone)
        return one_line(value or "")


def profile(account: AccountRecord, *, generated_at: datetime, time_zone: str) -> DataSet:
    """What the account registry holds about the account."""
    return DataSet(
        name="profile",
        title="Данные учётной записи",
        generated_at=generated_at,
        time_zone=time_zone,
        columns=_PROFILE,
        records=[
            {
                "login": account.login,
                "fullName": account.full_name,
                "passport": account.passport,
                "snils": account.snils,
                "inn": account.inn,
                "phone": account.phone,
                "email": account.email,
            }
        ],
    )


def sign_ins(entries: Sequence[LogEntry], *, generated_at: datetime, time_zone: str) -> DataSet:
    """The account's audit log, in the order given."""
    return DataSet(
        name="signIns",
        title="Журнал входов в учётную запись",
        generated_at=generated_at,
        time_zone=time_zone,
        columns={"at": f"Когда ({zone_time(time_zone)})", "event": "Событие", "address": "Сетевой адрес"},
        records=[
            {"at": entry.at, "event": _EVENTS.get(entry.event, _OTHER_EVENT), "address": entry.address}
            for entry in entries
        ],
    )
