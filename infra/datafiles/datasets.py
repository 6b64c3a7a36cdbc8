"""The sets of data that can be asked for, each as a table of records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.appeal import DataSet
from domain.contracts.registries import AccountRecord, LogEntry
from infra.rendering import MOSCOW, local_time

_PROFILE = {
    "fullName": "Фамилия, имя и отчество",
    "login": "Логин",
    "passport": "Серия и номер паспорта",
    "snils": "СНИЛС",
    "inn": "ИНН",
    "phone": "Телефон",
    "email": "Электронная почта",
}
_SIGN_INS = {
    "at": "Дата и время (UTC)",
    "localTime": "Местное время",
    "result": "Результат",
    "address": "Сетевой адрес",
}
_RESULTS = {"sign_in": "вход выполнен", "sign_in_failed": "вход не удался"}


@dataclass(frozen=True)
class Records:
    """One data set: columns by name with their Russian headings, and rows with a value for each column.

    `made_at` is the date that the file bears; the same records give the same content.
    """

    data_set: DataSet
    title: str
    number: str
    made_at: datetime
    columns: dict[str, str]
    rows: Sequence[dict[str, str]]


def profile(account: AccountRecord, number: str, made_at: datetime) -> Records:
    """What the registry keeps of an account's owner; what it does not have is an empty value."""
    row = {
        "fullName": account.full_name,
        "login": account.login,
        "passport": account.passport or "",
        "snils": account.snils or "",
        "inn": account.inn or "",
        "phone": account.phone or "",
        "email": account.email or "",
    }
    return Records(DataSet.PROFILE, "Данные учётной записи", number, made_at, _PROFILE, [row])


def sign_ins(entries: Iterable[LogEntry], number: str, made_at: datetime, time_zone: str | None) -> Records:
    """The sign-ins of an account, done and failed, newest first, in UTC and in the citizen's time."""
    rows = [
        {
            "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "localTime": local_time(entry.at, time_zone or MOSCOW),
            "result": _RESULTS[entry.event],
            "address": entry.address,
        }
        for entry in sorted(entries, key=lambda entry: entry.at, reverse=True)
        if entry.event in _RESULTS
    ]
    return Records(DataSet.SIGN_INS, "Входы в учётную запись", number, made_at, _SIGN_INS, rows)
