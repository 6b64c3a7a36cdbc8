"""The description of the API is enough to program against: each call with an example, each problem, who may call."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from api.app import create_app
from api.cases import _REFUSALS
from api.catalogue import CATALOGUE
from api.problems import _HTTP_PROBLEMS
from api.routes import operations, routes
from api.samples import ANSWERS, REQUESTS
from api.schemas import AppealIn, DecisionIn
from domain.attachments import Fault
from domain.rights import TABLE, Scope
from tests.api.test_every_command import COMMANDS
from tests.sandbox_process import REPOSITORY

APP = create_app()
API: dict[str, Any] = APP.openapi()
OPERATIONS = {each["operationId"]: each for methods in API["paths"].values() for each in methods.values()}
CODE = re.compile(r"[a-z][a-z_]+")


def test_names_are_short_and_every_link_leads_somewhere() -> None:
    assert all(CODE.fullmatch(name) for name in OPERATIONS)
    answers = [answer for each in OPERATIONS.values() for answer in each["responses"].values()]
    links = [link for answer in answers for link in answer.get("links", {}).values()]
    assert len(links) > 20
    for link in links:
        known = {each["name"] for each in OPERATIONS[link["operationId"]].get("parameters", [])}
        assert link["parameters"].keys() <= known, link
    assert "HTTPValidationError" not in API["components"]["schemas"]


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_call_is_told_whole(name: str) -> None:
    operation = OPERATIONS[name]
    assert "*Who:*" in operation["description"]
    assert set(operation["tags"]) <= {tag["name"] for tag in API["tags"]}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        assert "$ref" in content["schema"]
        assert content["examples"]
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            assert answer == {"$ref": f"#/components/responses/Problem{status}"}
        elif "application/json" in answer.get("content", {}):
            assert answer["content"]["application/json"]["example"], status
    missing = {"401", "403"} - operation["responses"].keys()
    assert not missing if operation.get("security") else "403" in missing


@pytest.mark.parametrize(
    "route", [each for each in routes(APP) if each.include_in_schema], ids=lambda each: each.name
)
def test_every_call_tells_who_may_make_it(route: APIRoute) -> None:
    """Of the API's own door, and not of a page whose function has the same name."""
    told = OPERATIONS[route.name]["description"]
    for operation in operations(route.dependant):
        for role in TABLE[operation].reach:
            assert f"`{role}`: " in told
        if scope := TABLE[operation].scope:
            assert f"`{Scope(scope)}`" in told


def test_every_post_can_be_sent_again_under_its_key() -> None:
    """But for a cancellation, which is the same however often it is sent."""
    for path, methods in API["paths"].items():
        if "post" in methods and methods["post"]["operationId"] != "cancel_batch":
            names = {each["name"] for each in methods["post"].get("parameters", [])}
            assert "Idempotency-Key" in names, path


def test_the_guide_names_every_scope() -> None:
    assert all(f"`{scope.value}`" in API["info"]["description"] for scope in Scope)


def test_a_journal_tells_which_facts_there_are() -> None:
    told = API["components"]["schemas"]["JournalEntryOut"]["properties"]["type"]["examples"]
    assert {"AppealRegistered", "DecisionExpected", "ResultPublished", "StatusChanged"} <= set(told)
    assert len(told) > 50


def test_everything_that_is_answered_has_fields() -> None:
    """But for the facts of the journal, each of which has fields of its own."""
    untyped = [
        name
        for name, schema in API["components"]["schemas"].items()
        if schema.get("type") == "object" and not schema.get("properties")
    ]
    assert untyped == []


def test_every_example_is_right() -> None:
    known = [each for route in routes(APP) for each in ({"model": route.response_model}, *route.responses.values())]
    models = {each["model"].__name__: each["model"] for each in known if each.get("model")}
    for name, answer in ANSWERS.items():
        TypeAdapter(models[name.partition(":")[0]]).validate_python(answer, strict=False)
    for sample in REQUESTS["open_appeal"].values():
        AppealIn.model_validate(sample["value"])
    decisions = {name: TypeAdapter(DecisionIn).validate_python(each["value"]) for name, each in _decisions()}
    assert decisions.keys() == COMMANDS


def _decisions() -> Iterator[tuple[str, dict[str, Any]]]:
    yield from REQUESTS["send_command"].items()


def test_every_problem_is_in_the_catalogue_and_on_the_page() -> None:
    raised = {code for file in Path(REPOSITORY, "api").glob("*.py") for code in codes_in(file)}
    raised |= set(Fault) | set(_REFUSALS) | {code for code, *_ in _HTTP_PROBLEMS.values()}
    assert raised == CATALOGUE.keys()
    for code, entry in CATALOGUE.items():
        assert f"| `{code}` |" in API["info"]["description"]
        for status in set(entry.statuses) - {405, 500}:
            content = API["components"]["responses"][f"Problem{status}"]["content"]["application/problem+json"]
            assert content["examples"][code]["value"]["status"] == status


def test_every_problem_has_the_status_that_the_catalogue_says() -> None:
    for file in Path(REPOSITORY, "api").glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "ProblemError":
                status, code = [each.value if isinstance(each, ast.Constant) else None for each in call.args[:2]]
                if isinstance(status, int) and isinstance(code, str):
                    assert status in CATALOGUE[code].statuses, code


def codes_in(file: Path) -> Iterator[str]:
    """The codes of the problems that a module raises: what it gives to `ProblemError`, or as a `code` to who does."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    takers = {each.name for each in functions if any(given.arg == "code" for given in each.args.args)}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in takers | {"ProblemError", "unavailable"}:
            words = [each.value for each in call.args if isinstance(each, ast.Constant)]
            yield from [word for word in words if isinstance(word, str) and CODE.fullmatch(word)]
