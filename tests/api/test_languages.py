"""Problems in the language that the caller asks for: each has both, and English ones hold no Russian word."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.catalogue import CATALOGUE
from api.english import SENTENCES, translated
from api.languages import Language, preferred
from api.problems import FIELD_MESSAGES
from api.rights import _NOT_BY_THIS_ROLE
from tests.api_server import Doors, served
from tests.house import sandbox_settings
from tests.sandbox_process import REPOSITORY, SandboxProcess

RUSSIAN = re.compile(r"[а-яё]", re.IGNORECASE)
# All that these say is said to who sends something.
REFUSING = ("domain/rules.py", "domain/identifiers.py", "domain/number.py", "api/bodies.py", "api/rates.py")


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        ("", "ru"),
        ("en", "en"),
        ("en-GB,en;q=0.9,ru;q=0.8", "en"),
        ("ru-RU, en;q=0.9", "ru"),
        ("de, en;q=0.5", "en"),
        ("de", "ru"),
        ("*", "ru"),
        ("ru;q=0, *", "en"),
        ("en;q=0", "ru"),
        ("en;q=much, ru;q=0.1", "ru"),
        ("EN", "en"),
        (",;q=,", "ru"),
    ],
)
def test_the_best_liked_language_is_chosen(accepted: str, wanted: str) -> None:
    assert preferred(accepted) is Language(wanted)


def test_every_sentence_that_refuses_has_its_english() -> None:
    said = {text for name in REFUSING for text in sentences_in(REPOSITORY / name, lambda call: True)}
    said |= {filled(text) for text in FIELD_MESSAGES.values()} | set(_NOT_BY_THIS_ROLE.values())
    for file in sorted((REPOSITORY / "api").rglob("*.py")):
        makers = makers_in(file) | {"ValueError"}
        said |= set(sentences_in(file, lambda call, makers=makers: getattr(call.func, "id", "") in makers))
    assert len(said) > 100
    assert not sorted(text for text in said if translated(text) is None)
    assert not [text for text in said if RUSSIAN.search(translated(text) or "")]


def test_english_texts_are_english() -> None:
    texts = [text for entry in CATALOGUE.values() for text in (entry.title, entry.detail)] + list(SENTENCES.values())
    assert not [text for text in texts if RUSSIAN.search(text) or not text]


def filled(text: str) -> str:
    return re.sub(r"\{\w+\}", "7", text)


def makers_in(file: Path) -> set[str]:
    """The functions of a module that make a problem of a sentence that they are given."""
    functions = [each for each in ast.walk(ast.parse(file.read_text())) if isinstance(each, ast.FunctionDef)]
    return {each.name for each in functions if each.args.args and "ProblemError" in ast.unparse(each.returns or each)}


def sentences_in(file: Path, is_told: Any) -> Iterator[str]:
    """The Russian texts among what such calls are given or a function returns, with `7` in each slot."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        told: list[ast.expr] = []
        if isinstance(node, ast.Call) and is_told(node):
            told = list(node.args)
        elif isinstance(node, ast.Return) and node.value and file.is_relative_to(REPOSITORY / "domain"):
            told = [node.value]
        for each in told:
            text = text_of(each)
            if RUSSIAN.search(text) and text.endswith("."):
                yield text


def text_of(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return "7"
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


WRONG = {
    "channel": "pigeon",
    "citizen": "",
    "services": ["none", "none"],
    "received_at": "yesterday",
    "surprise": 1,
    "details": {
        "snils": "112-233-445 96",
        "inn": "12",
        "phone": "+1 900",
        "email": "a",
        "passport": "00 00 000000",
        "time_zone": "Mars/Base",
        "first_appeal": "1",
        "description": "x" * 6000,
        "scans": [{"kind": "x", "reference": 1, "size_bytes": 10**9, "sha256": "z"}],
    },
}


async def test_a_problem_is_told_in_the_language_that_was_asked_for(world: SandboxProcess, tmp_path: Path) -> None:
    async with (
        served(sandbox_settings(world, tmp_path)) as api,
        httpx.AsyncClient(base_url=world.http_url) as sandbox,
    ):
        token = await Doors(api, sandbox).token("portal")
        sent = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
        asked: list[tuple[int, str, str, dict[str, Any]]] = [
            (401, "GET", "/v1/appeals/4821093755612044", {}),
            (404, "GET", "/nowhere", {}),
            (405, "DELETE", "/v1/appeals", {}),
            (403, "GET", "/v1/log/checkpoint", {"headers": sent}),
            (422, "GET", "/v1/appeals/4821093755612045", {"headers": sent}),
            (422, "POST", "/v1/appeals", {"json": WRONG, "headers": sent}),
            (400, "POST", "/v1/appeals", {"content": b"{", "headers": sent | {"Content-Type": "application/json"}}),
            (415, "POST", "/v1/appeals", {"content": b"a=1", "headers": sent}),
            (413, "POST", "/v1/appeals", {"json": {"x": "y" * 300_000}, "headers": sent}),
            (431, "GET", "/v1/appeals", {"headers": {f"X-{n}": "y" for n in range(120)}}),
        ]
        for status, method, path, how in asked:
            told = {}
            for tag in ("ru", "en"):
                headers = how.get("headers", {}) | {"Accept-Language": tag}
                answer = await api.request(method, path, **(how | {"headers": headers}))
                assert (answer.status_code, answer.headers["content-language"]) == (status, tag), (path, answer.text)
                assert "accept-language" in answer.headers["vary"].lower()
                told[tag] = answer.json()
                assert bool(RUSSIAN.search(answer.text)) is (tag == "ru"), answer.text
            same = ("type", "status", "code")
            assert [told["ru"][name] for name in same] == [told["en"][name] for name in same]
            fields = [[(each["field"], each["code"]) for each in told[tag]["errors"]] for tag in told]
            assert fields[0] == fields[1]
        assert len(fields) == 2
