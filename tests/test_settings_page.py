"""docs/settings.md tells of each setting, and truly what production refuses."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from domain.contracts.appeal import Policy
from infra.settings import Settings

PAGE = (Path(__file__).parents[1] / "docs/settings.md").read_text(encoding="utf-8")
SETTINGS, POLICY = PAGE.split("## Policy")
ROWS = re.findall(r"^\| (`HOTLINE_.*?) \|.* \| ?(.*?) ?\|$", SETTINGS, re.MULTILINE)
DEPENDS_ON_OTHERS = {"HOTLINE_WRAPPING_KEY_FILE"}


def test_each_setting_has_one_row() -> None:
    told = [name for names, _ in ROWS for name in re.findall(r"`(HOTLINE_\w+)`", names)]
    assert sorted(told) == sorted(f"HOTLINE_{name.upper()}" for name in Settings.model_fields)


def test_each_term_of_new_cases_has_one_row() -> None:
    assert sorted(re.findall(r"^\| `(\w+)`", POLICY, re.MULTILINE)) == sorted(Policy.model_fields)


def test_what_production_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {names.strip("`") for names, production in ROWS if production == "**refused**"} - DEPENDS_ON_OTHERS
    met = set()
    monkeypatch.setenv("HOTLINE_ENV", "production")
    while (name := _first_refused()) and name not in met:
        met.add(name)
        monkeypatch.setenv(name, _something(name))
    assert met - DEPENDS_ON_OTHERS == refused


def _first_refused() -> str:
    try:
        Settings()
    except ValidationError as refusal:
        named: list[str] = re.findall(r"set (HOTLINE_\w+)", str(refusal))
        return named[0]
    return ""


def _something(name: str) -> str:
    return {"HOTLINE_SMTP_PORT": "25", "HOTLINE_SMTP_TLS": "starttls"}.get(name, "named")
