"""docs/requirements.md says of each requirement which test proves it; this keeps the page true."""

from scripts.requirements_table import PAGE, faults, filled, marked_tests


def test_the_page_of_requirements_is_true() -> None:
    assert not faults(PAGE.read_text(encoding="utf-8"), marked_tests())


def test_an_unproven_an_unknown_and_a_stale_row_are_found() -> None:
    page = "| AAA-1 | meaning | `file.py` | done | — |\n| AAA-2 | meaning | — | not yet | a test that is gone |\n"
    found = " / ".join(faults(page, {"AAA-3": {}}))
    assert "AAA-1 is done, but no test names it" in found
    assert "AAA-2" not in found
    assert "AAA-3 is named by a test" in found
    assert "out of date" in found
    assert filled(page, {}).count("| — |") == 3
