"""People with locked and endangered accounts, and what befalls these in the sandbox."""

from typing import Any

from domain.contracts.commands import IdentifySubscriber
from tests.examples import KIM
from tests.house import House

KUZNETSOV: dict[str, Any] = {
    "full_name": "Кузнецов Дмитрий Олегович",
    "login": "kuznetsov.do",
    "snils": "096-541-287 96",
    "phone": "+7 900 000-10-04",
    "email": "d.kuznetsov@example.org",
    "description": "Ошибся в пароле, и меня больше не пускает.",
}
ORLOVA: dict[str, Any] = {
    "full_name": "Орлова Марина Игоревна",
    "login": "orlova.mi",
    "snils": "153-702-468 51",
    "phone": "+7 900 000-10-05",
    "email": "marina.orlova@example.com",
    "description": "Не могу войти.",
}
KIM_ALARMED = KIM | {"description": "Мне пришло письмо о входе из другого города."}
ZAITSEV: dict[str, Any] = {
    "full_name": "Зайцев Игорь Геннадьевич",
    "login": "zaitsev.ig",
    "snils": "183-920-465 86",
    "phone": "+7 900 000-10-10",
    "email": "igor.zaitsev@example.org",
    "description": "Не пускает, и я не знаю почему.",
}
IDENTIFIED = IdentifySubscriber(identified=True, reason="Назвал кодовое слово и дату рождения.")
NOT_IDENTIFIED = IdentifySubscriber(identified=False, reason="Не назвал дату рождения.")
FAILURES_TO_LOCK = 5


def lock_report(person: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An appeal about a locked account; a detail set to None is left out."""
    return _appeal("registration", person | changes) | {"recovery_reason": "locked"}


def compromise_report(person: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A report that somebody else may be in the account; a detail set to None is left out."""
    return _appeal("account_security", person | changes)


async def account_of(home: House, login: str) -> dict[str, Any]:
    """The account as its registry tells it."""
    found: dict[str, Any] = (await home.http.post("/accounts/lookup", json={"login": login})).json()
    return found


async def logged(home: House, login: str) -> list[str]:
    """What the account's audit log says, event by event."""
    account = await account_of(home, login)
    log = (await home.http.get(f"/accounts/{account['account_id']}/audit-log")).json()
    return [entry["event"] for entry in log["entries"]]


async def lock(home: House, login: str) -> None:
    """Have the account locked by its owner's own mistakes, unless it is."""
    account = await account_of(home, login)
    if account["status"] != "locked":
        for _ in range(FAILURES_TO_LOCK):
            await home.http.post(f"/accounts/{account['account_id']}/sign-in", json={"password": "не тот"})


def _appeal(category: str, details: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in details.items() if value is not None}
    return {"channel": "phone", "category": category, "service": "Личный кабинет", "details": given}
