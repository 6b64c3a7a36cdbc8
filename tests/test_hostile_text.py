"""Text that is made to cost much or to look like something else: patterns, parsers and logs."""

import ast
import io
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import pytest
import structlog

from domain import identifiers
from domain.number import parse_number
from infra.telemetry import configure_logs

ROOT = Path(__file__).parents[1]
PACKAGES = ("domain", "api", "workflows", "infra", "store", "activities")
SHORT, LONG = 500, 4_000
# Eight times the text may cost eight times the work; a square would be 64 times, a bomb would never end.
RATIO_MAX = 24
PIECES = ("a", "0", " ", "\t", "-", "@", ".", "a@", "ич", "https://", "A.", "\n", "=+", "я ", "0-", "\x00", "ab<")
PARSERS: dict[str, Callable[[str], object]] = {
    name: getattr(identifiers, name) for name in dir(identifiers) if name.startswith("parse_")
} | {"parse_number": parse_number}


def compiled() -> Iterator[tuple[str, tuple[str, str]]]:
    """Every pattern that Python's own engine works with, which can be made to go back and forth, and its use."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            source = file.read_text(encoding="utf-8")
            place = str(file.relative_to(ROOT))
            for node in ast.walk(ast.parse(source)):
                match node:
                    case ast.Assign([ast.Name(name)], ast.Call(args=[ast.Constant(str(pattern)), *_])):
                        for use in re.findall(rf"\b{name}\.(\w+)\(", source) if _is_of_re(node.value) else ():
                            yield f"{place} {name} {use}", (pattern, use)
                    case ast.Call(ast.Attribute(attr=use), [ast.Constant(str(pattern)), *_]):
                        if _is_of_re(node) and use != "compile":
                            yield f"{place} {use}", (pattern, use)


def _is_of_re(call: ast.expr) -> bool:
    return isinstance(call, ast.Call) and ast.unparse(call.func).startswith("re.")


PATTERNS = dict(compiled())


def work(read: Callable[[str], object], text: str) -> float:
    """The seconds of this processor that reading takes, the least of three."""
    taken = []
    for _ in range(3):
        begun = time.thread_time()
        with suppress(ValueError):
            read(text)
        taken.append(time.thread_time() - begun)
    return min(taken)


def ratio(read: Callable[[str], object]) -> float:
    """How many times the work grows when the worst text grows eightfold; what is below the clock's noise is none."""
    worst = 1.0
    for piece in PIECES:
        for end in ("", "!", "\x00"):
            short, long = (work(read, (piece * size)[:size] + end) for size in (SHORT, LONG))
            if long > 0.0005:
                worst = max(worst, long / max(short, 1e-5))
    return worst


def used(pattern: str, use: str) -> Callable[[str], object]:
    compiled_once = re.compile(pattern)
    return (lambda text: compiled_once.sub("", text)) if use == "sub" else getattr(compiled_once, use)


@pytest.mark.parametrize("place", PATTERNS)
def test_no_pattern_is_a_bomb(place: str) -> None:
    assert ratio(used(*PATTERNS[place])) < RATIO_MAX


@pytest.mark.requirement("VAL-1")
@pytest.mark.parametrize("name", PARSERS)
def test_no_identifier_costs_more_than_its_length(name: str) -> None:
    assert ratio(PARSERS[name]) < RATIO_MAX


def test_a_bomb_would_be_found() -> None:
    assert len(PATTERNS) > 5
    assert ratio(used(r"a*b$", "search")) > RATIO_MAX


def test_patterns_of_contracts_stay_with_the_engine_that_never_goes_back() -> None:
    python_engine = [
        file
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        if "python-re" in file.read_text("utf-8")
    ]
    assert python_engine == []


@pytest.mark.parametrize("as_json", [True, False])
def test_a_value_never_begins_a_line_of_its_own_in_the_log(as_json: bool) -> None:
    hostile = 'x\n{"event": "approved", "level": "info"}\r\x1b[2J'
    written = io.StringIO()
    with redirect_stderr(written), redirect_stdout(written):
        configure_logs(json=as_json)
        structlog.get_logger().info("command taken", command_id=hostile)
    structlog.reset_defaults()
    (line,) = written.getvalue().splitlines()
    assert "\x1b[2J" not in line
    if as_json:
        assert json.loads(line)["command_id"] == hostile
