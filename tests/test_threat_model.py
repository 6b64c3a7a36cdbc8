"""docs/threat-model.md names the test behind each line; this keeps it from naming what is not there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "threat-model.md"
ROW = re.compile(r"\| (?P<risk>[^|]+) \| (?P<holds>[^|]+) \| (?P<tests>[^|]+) \|")


def rows() -> list[re.Match[str]]:
    table = PAGE.read_text(encoding="utf-8").split("\n## ")[0]
    found = [row for row in map(ROW.fullmatch, table.splitlines()) if row]
    return found[2:]


def is_there(test: str) -> bool:
    file, _, name = test.partition("::")
    if not (ROOT / file).is_file():
        return False
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    source = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return not name or name in {node.name for node in source.body if isinstance(node, functions)}


def test_every_line_names_tests_that_exist() -> None:
    for row in rows():
        tests = re.findall(r"`(tests/[^`]+)`", row["tests"])
        assert tests, row["risk"]
        assert [test for test in tests if not is_there(test)] == []


def test_every_risk_of_the_list_has_a_line() -> None:
    named = {match[0] for row in rows() if (match := re.match(r"API\d+", row["risk"]))}
    assert named == {f"API{number}" for number in range(1, 11)}


def test_a_test_that_is_gone_is_noticed() -> None:
    assert not is_there("tests/test_threat_model.py::test_that_is_gone")
    assert not is_there("tests/test_that_is_gone.py")
