"""The import rule, from its other side: what each package may import is named, the rest is forbidden."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import grimp
import pytest
from pydantic import BaseModel

from domain.contracts.contract import personal_fields
from domain.contracts.events import Event

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


# What an event may hold in clear: enumerations, numbers, ids that programs made, names out of catalogues.
CLEAR = {
    "accepted_formats", "appeal_number", "approved_by", "calendar_version", "clock", "code_id", "command",
    "command_id",
    "disagreeing_fields", "error_code", "expectation_id", "first_number", "format", "id", "incident_number", "items",
    "message_key", "missing", "moved", "name", "newest", "number", "numbers", "older", "operation", "order_id",
    "outcome", "parcel_id", "portal", "recipient", "related_number", "related_numbers", "request_digest",
    "requested_by", "run_id", "service", "services", "sha256", "issue_id", "signature", "subject", "template", "type",
    "version", "without_record",
}  # fmt: skip


def test_free_text_of_an_event_is_marked_as_personal() -> None:
    unmarked = {name for event in get_args(get_args(Event)[0]) for name in _clear_texts(event)}
    assert {name for name in unmarked if name.split(".")[-1] not in CLEAR} == set()


def test_the_mark_stands_on_a_whole_field_and_no_event_has_an_actor_of_its_own() -> None:
    for event in get_args(get_args(Event)[0]):
        assert "actor" not in event.model_fields, "what an entry tells of its actor is kept under this name"
        for name, field in event.model_fields.items():
            assert "PersonalMark" not in str(field.annotation), f"{event.__name__}.{name}: mark the field, not a part"


def _clear_texts(model: type[BaseModel]) -> Iterator[str]:
    """The fields of an event, and of what it is made of, that hold text in clear."""
    for name, field in model.model_fields.items():
        if name not in personal_fields(model):
            yield from (f"{model.__name__}.{name}" for part in _parts(field.annotation) if part is str)
            for part in _parts(field.annotation):
                if isinstance(part, type) and issubclass(part, BaseModel):
                    yield from _clear_texts(part)


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)


def test_sql_is_written_in_the_store_alone(graph: grimp.ImportGraph) -> None:
    users = {m for m in graph.modules if "sqlalchemy" in graph.find_modules_directly_imported_by(m)}
    assert {module.split(".")[0] for module in users} == {"store"}


def test_no_file_records_a_host_or_a_machine() -> None:
    assert not [name for name in ("uv.lock", "pylock.toml") if (ROOT / name).exists()]
    locked = (ROOT / "requirements.lock").read_text()
    assert "://" not in locked
    assert all("--hash=sha256:" in block for block in locked.split("\n\n") if "==" in block.splitlines()[0])
