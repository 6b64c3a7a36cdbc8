"""What has endangered an account, by the words of SEC-1."""

from enum import StrEnum


class Threat(StrEnum):
    """The four threats of the requirement, and that it was a false alarm."""

    PASSWORD_GUESSING = "password_guessing"  # noqa: S105 - a threat's name
    STOLEN_CREDENTIALS = "stolen_credentials"
    INTERCEPTED_CODES = "intercepted_codes"
    MALWARE = "malware"
    NOT_CONFIRMED = "not_confirmed"

    @property
    def russian(self) -> str:
        return _RUSSIAN[self]


_RUSSIAN = {
    Threat.PASSWORD_GUESSING: "кто-то подбирал пароль",
    Threat.STOLEN_CREDENTIALS: "кто-то узнал логин и пароль, например на поддельном сайте",
    Threat.INTERCEPTED_CODES: "кто-то перехватил одноразовые коды",
    Threat.MALWARE: "на устройстве была вредоносная программа",
    Threat.NOT_CONFIRMED: "чужих действий в учётной записи не нашли",
}
