"""Fill the column of tests in docs/requirements.md from the `requirement` marks, or check it.

    python scripts/requirements_table.py            writes the column
    python scripts/requirements_table.py --check    fails if it is out of date, or if it proves too little

The other columns are written by hand: ID, meaning, where, state (`done`, `partly`, `untested` or `not yet`).
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "requirements.md"
ROW = re.compile(r"\| (?P<id>[A-Z]{3}-\d+) \|.*\| (?P<state>done|partly|untested|not yet) \|(?P<tests>[^|]*)\|")

Tests = dict[str, dict[Path, list[str]]]
"""By requirement and file, the names of the tests; none where the whole file is marked."""


def marked_tests() -> Tests:
    """Every `pytest.mark.requirement` under tests/, of a file, a class or a test."""
    found: Tests = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for requirement, name in _marks(ast.parse(file.read_text(encoding="utf-8"))):
            names = found.setdefault(requirement, {}).setdefault(file.relative_to(ROOT), [])
            names += [name] if name else []
    return found


def filled(page: str, tests: Tests) -> str:
    """The page with its column of tests as the marks tell it."""
    lines = []
    for line in page.splitlines():
        if row := ROW.fullmatch(line):
            line = f"{line[: row.start('tests')]} {_cell(tests.get(row['id'], {}))} |"
        lines.append(line)
    return "\n".join(lines) + "\n"


def faults(page: str, tests: Tests) -> list[str]:
    """What is wrong with the page: unknown or unproven requirements, and a column that is out of date."""
    states = {row["id"]: row["state"] for row in map(ROW.fullmatch, page.splitlines()) if row}
    unknown = [f"{each} is named by a test, but not in {PAGE.name}" for each in tests if each not in states]
    unproven = [
        f"{each} is {state}, but no test names it"
        for each, state in states.items()
        if state in ("done", "partly") and each not in tests
    ]
    proven = [
        f"{each} is untested, but a test names it"
        for each, state in states.items()
        if state == "untested" and each in tests
    ]
    stale = [f"{PAGE.name} is out of date: run scripts/requirements_table.py"] if filled(page, tests) != page else []
    return unknown + unproven + proven + stale


def _marks(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module):
        match node:
            case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value):
                yield from ((each, "") for each in _requirements(value))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                marks = (each for decorator in node.decorator_list for each in _requirements(decorator))
                yield from ((each, node.name) for each in marks)


def _requirements(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.requirement":
            yield from (str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))


def _cell(files: dict[Path, list[str]]) -> str:
    cells = [
        " ".join([f"[{file.stem}](../{file.as_posix()})", *(f"`{name}`" for name in names)])
        for file, names in files.items()
    ]
    return "<br>".join(cells) or "—"


def main() -> None:
    """Exits with the faults, and status 1, where there are some."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail on any fault")
    check = parser.parse_args().check
    tests = marked_tests()
    if not check:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), tests), encoding="utf-8")
    if found := faults(PAGE.read_text(encoding="utf-8"), tests):
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
