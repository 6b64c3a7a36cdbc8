"""The import rule, from its other side: what each package may import is named, the rest is forbidden."""

import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("domain", "workflows", "activities", "store", "infra", "api", "sandbox", "examples", "audit")
MAY_IMPORT = {
    "domain": {"pydantic", "pydantic_core"},
    "activities.interfaces": {"domain", "temporalio"},
    "workflows": {"domain", "activities.interfaces", "temporalio", "pydantic"},
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*OURS, include_external_packages=True, cache_dir=None)


def imported_by(graph: grimp.ImportGraph, package: str) -> Iterator[tuple[str, str]]:
    for module in sorted({package} | graph.find_descendants(package)):
        for imported in sorted(graph.find_modules_directly_imported_by(module)):
            yield module, imported


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_it_may(graph: grimp.ImportGraph, package: str) -> None:
    allowed = (
        {package, "activities"} | MAY_IMPORT[package] if package != "domain" else {package} | MAY_IMPORT[package]
    )
    strangers = [
        (module, imported)
        for module, imported in imported_by(graph, package)
        if imported not in sys.stdlib_module_names
        and not any(imported == name or imported.startswith(f"{name}.") for name in allowed)
    ]
    assert strangers == []


def test_nobody_imports_a_composition_root(graph: grimp.ImportGraph) -> None:
    roots = {"worker", "cli"}
    importers = {root: graph.find_modules_that_directly_import(root) for root in roots if root in graph.modules}
    assert all(not found for found in importers.values()), importers


@pytest.mark.parametrize("package", ["sandbox", "examples"])
def test_the_outside_world_knows_nothing_of_ours(graph: grimp.ImportGraph, package: str) -> None:
    ours = [(m, i) for m, i in imported_by(graph, package) if i.split(".")[0] in OURS and not i.startswith(package)]
    assert ours == []


def test_sql_is_written_in_the_store_alone(graph: grimp.ImportGraph) -> None:
    users = {m for m in graph.modules if "sqlalchemy" in graph.find_modules_directly_imported_by(m)}
    assert {module.split(".")[0] for module in users} == {"store"}


def test_no_file_records_a_host_or_a_machine() -> None:
    assert not [name for name in ("uv.lock", "pylock.toml") if (ROOT / name).exists()]
    locked = (ROOT / "requirements.lock").read_text()
    assert "://" not in locked
    assert all("--hash=sha256:" in block for block in locked.split("\n\n") if "==" in block.splitlines()[0])
