"""Draw docs/procedures.md from the code of the stages, or check it.

    python scripts/procedures_page.py            writes the page
    python scripts/procedures_page.py --check    fails if it is out of date

Each procedure is a Mermaid state diagram: what a stage awaits, from whom, on which clock, and where it leads.
"""

import argparse
import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
if __package__ in (None, ""):
    sys.path.insert(0, str(ROOT))

from domain.procedures import Procedure  # noqa: E402 - the path comes first
from workflows.procedures import FIRST_STAGES, STAGES, begin  # noqa: E402
from workflows.procedures.closing import close_rejected, close_withdrawn, hear_satisfaction  # noqa: E402

PAGE = ROOT / "docs" / "procedures.md"
SOURCES = ROOT / "workflows" / "procedures"
INCIDENT = ROOT / "workflows" / "incident.py"
INTRODUCTION = """# The procedures, as their code has them

Written by `python scripts/procedures_page.py` from `workflows/procedures/`; a test keeps it fresh. An arrow
names what its stage awaits. Every open case also takes the decisions of `domain/standing.py`, which can lead it
elsewhere from wherever it waits, and where a system does not answer, a person is asked by `RetryRegistry`.
"""

Function = ast.AsyncFunctionDef | ast.FunctionDef


@dataclass
class Wait:
    """A decision that a stage awaits."""

    command: str
    roles: str
    clock: str


@dataclass
class Drawn:
    """What is read from one stage's code, and from what it calls in its own folder."""

    name: str
    doc: str
    waits: list[Wait] = field(default_factory=list)
    leads_to: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)


@cache
def functions() -> dict[str, Function]:
    """Every function of the procedures, by name."""
    found: dict[str, Function] = {}
    for file in sorted(SOURCES.glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, Function):
                found[node.name] = node
    return found


@cache
def groups() -> dict[str, list[str]]:
    """The groups of roles that the procedures name by a constant, such as `SUPPLIERS`."""
    assigned = [node for file in sorted(SOURCES.glob("*.py")) for node in ast.parse(file.read_text("utf-8")).body]
    return {
        _last_name(node.targets[0]): _roles(node.value)
        for node in assigned
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Set)
    }


def drawn(name: str, known: dict[str, Function]) -> Drawn:
    """One stage as it is drawn."""
    stage = Drawn(name, (ast.get_docstring(known[name]) or "").partition("\n")[0])
    for node in _reached(name, known, set()):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="case"), attr="expect" | "require")):
                stage.waits.append(_wait(node))
            case ast.Call(func=ast.Attribute(value=ast.Name(id="case"), attr="complete" | "reject" as how)):
                stage.ends.append({"complete": "completed", "reject": "rejected"}[how])
            case ast.Call(func=ast.Attribute(value=ast.Name(id="case"), attr="close"), args=[status, *_]):
                stage.ends.append(_last_name(status).lower())
    for each in _returned(name, known):
        if each in STAGES:
            stage.leads_to.append(each)
        elif each == "FIRST_STAGES":
            stage.leads_to.append("its_procedure")
    return stage


def _returned(name: str, known: dict[str, Function]) -> Iterator[str]:
    """The names in what a function returns, and in what is returned by those it leaves that to."""
    for node in ast.walk(known[name]):
        if isinstance(node, ast.Return) and node.value is not None:
            for each in _names(node.value):
                yield each
                if each in known and each not in STAGES:
                    yield from _returned(each, known)


def _reached(name: str, known: dict[str, Function], seen: set[str]) -> Iterator[ast.AST]:
    """The code of a function and of those it calls, each once; stages that it returns are not called."""
    seen.add(name)
    for node in ast.walk(known[name]):
        yield node
        if isinstance(node, ast.Call) and (called := _last_name(node.func)) in known and called not in seen:
            yield from _reached(called, known, seen)


def _wait(call: ast.Call) -> Wait:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    roles = _roles(given["from_"]) or groups().get(_last_name(given["from_"]), [])
    clock = _last_name(given["clock"]).lower() if "clock" in given else ""
    return Wait(_last_name(call.args[0]), ", ".join(roles), clock)


def _roles(value: ast.expr) -> list[str]:
    members = [node for node in ast.walk(value) if isinstance(node, ast.Attribute)]
    return sorted({node.attr.lower() for node in members if _last_name(node.value) == "Role"})


def _names(value: ast.expr) -> list[str]:
    return [_last_name(node) for node in ast.walk(value) if isinstance(node, ast.Name | ast.Attribute)]


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def incident() -> list[Drawn]:
    """The steps of the process that one failure of many appeals has, in the order in which it runs them."""
    (process,) = (node for node in ast.parse(INCIDENT.read_text("utf-8")).body if isinstance(node, ast.ClassDef))
    known = {node.name: node for node in process.body if isinstance(node, Function)}
    calls = [node for node in ast.walk(known["run"]) if isinstance(node, ast.Call)]
    called = [_last_name(call.func) for call in sorted(calls, key=lambda call: call.lineno)]
    steps = [drawn(name, known) for name in dict.fromkeys(called) if name in known]
    for step in steps:
        step.name = step.name.strip("_")
    for step, following in pairwise(steps):
        step.leads_to.append(following.name)
    return steps


def diagram(first: str, known: dict[str, Function]) -> list[Drawn]:
    """The stages reached from the first one, in order."""
    found: dict[str, Drawn] = {}
    waiting = [first]
    while waiting:
        name = waiting.pop(0)
        if name in found or name not in known:
            continue
        found[name] = drawn(name, known)
        waiting += found[name].leads_to
    return list(found.values())


def page() -> str:
    """The whole page."""
    known = functions()
    parts = [INTRODUCTION, _section("Every case", diagram(begin.__name__, known)[:1], begin.__name__)]
    for procedure in Procedure:
        if procedure in FIRST_STAGES:
            first = FIRST_STAGES[procedure].__name__
            parts.append(_section(procedure.value.replace("_", " ").capitalize(), diagram(first, known), first))
    joined = incident()
    parts.append(_section("Incident of many appeals", joined, joined[0].name))
    asked_for = [close_withdrawn.__name__, close_rejected.__name__]
    parts.append(_section("Ends that somebody asks for", [drawn(each, known) for each in asked_for], *asked_for))
    parts.append(_section("After closing", [drawn(hear_satisfaction.__name__, known)], hear_satisfaction.__name__))
    return "\n".join(parts)


def _section(title: str, stages: list[Drawn], *firsts: str) -> str:
    lines = [f"## {title}", "", "```mermaid", "stateDiagram-v2", *(f"    [*] --> {first}" for first in firsts)]
    for stage in stages:
        awaited = " / ".join(dict.fromkeys(wait.command for wait in stage.waits))
        label = f": {awaited}" if awaited else ""
        lines += [f"    {stage.name} --> {following}{label}" for following in dict.fromkeys(stage.leads_to)]
        lines += [f"    {stage.name} --> [*]: {end}" for end in dict.fromkeys(stage.ends)]
        if not stage.leads_to and not stage.ends:
            lines.append(f"    {stage.name} --> [*]{label}")
    lines += ["```", "", "| stage | does | awaits | from | clock |", "| --- | --- | --- | --- | --- |"]
    for stage in stages:
        waits = stage.waits or [Wait("", "", "")]
        columns = (
            "<br>".join(getattr(wait, column) or "—" for wait in waits) for column in ("command", "roles", "clock")
        )
        lines.append(f"| {stage.name} | {stage.doc} | {' | '.join(columns)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    if not arguments.parse_args().check:
        PAGE.write_text(page(), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page():
        sys.exit(f"{PAGE.name} is out of date: run scripts/procedures_page.py")


if __name__ == "__main__":
    main()
