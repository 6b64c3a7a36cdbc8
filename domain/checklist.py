"""The checklist for a page that is shown wrong: its items in their order, and each result in words (KBA-4)."""

from enum import StrEnum


class CheckItem(StrEnum):
    """What is checked, in this order; then the citizen is told and says whether the page is right."""

    BROWSER = "browser"
    EXTENSIONS_AND_CACHE = "extensions_and_cache"
    NETWORK = "network"
    CHANGE_LOG = "change_log"

    @property
    def russian(self) -> str:
        return _RUSSIAN[self]


_RUSSIAN = {
    CheckItem.BROWSER: "Совместимость браузера",
    CheckItem.EXTENSIONS_AND_CACHE: "Расширения и кэш браузера",
    CheckItem.NETWORK: "Качество соединения",
    CheckItem.CHANGE_LOG: "Последние изменения на сайте",
}
