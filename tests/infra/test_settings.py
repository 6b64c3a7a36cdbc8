"""Settings out of secret files."""

from pathlib import Path

import pytest

from infra.settings import Settings


def test_a_secret_file_holds_a_setting_and_the_environment_has_the_last_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "HOTLINE_NUMBER_KEY").write_text("from a file\n", encoding="utf-8")
    (tmp_path / "HOTLINE_CODE_KEY").write_text("from a file", encoding="utf-8")
    (tmp_path / "tls_key").write_text("somebody else's", encoding="utf-8")
    monkeypatch.setenv("HOTLINE_CODE_KEY", "from the environment")
    settings = Settings(_secrets_dir=tmp_path)
    assert settings.number_secret == b"from a file"
    assert settings.code_secret == b"from the environment"
