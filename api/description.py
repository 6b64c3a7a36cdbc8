"""The OpenAPI description, made whole: who may call, every problem, examples, what follows from what."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.catalogue import CATALOGUE
from api.deprecation import deprecation_of
from api.guide import GUIDE, TAGS
from api.links import LINKS
from api.routes import operations, routes
from api.samples import ANSWERS, QUERIES, REQUESTS
from domain.rights import TABLE, Operation, Reach, Scope

Described = dict[str, Any]
_PROBLEM = "application/problem+json"
_WITHIN = {
    Reach.OWN: "its own appeals",
    Reach.TASK: "appeals that await its decision",
    Reach.UNIT: "appeals of its unit",
    Reach.ALL: "all appeals",
}
_ON_EVERY_ANSWER = {
    "X-Request-Id": "Name it when you ask us about this request.",
    "RateLimit": "How many requests are left (`r`), and in how many seconds all are there again (`t`).",
    "RateLimit-Policy": "How many requests (`q`) in how many seconds (`w`).",
}
_SECONDS = {"description": "Seconds to wait before the next try.", "schema": {"type": "integer"}}
_REPLAYED = {
    "Idempotency-Replayed": {
        "description": "`true` where this answer was given before, to the same request under the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
_WORDS = {
    400: "The request can't be read",
    401: "No token, or none that is valid",
    403: "Not for this role or scope",
    404: "Not there, or not the caller's to see",
    408: "The request came too slowly",
    409: "Not in this state of the appeal",
    410: "Erased",
    412: "Changed since the caller looked",
    413: "Too long",
    415: "In another form than JSON",
    422: "Something in the request is wrong",
    429: "Too often",
    431: "Headers or address too long",
    503: "Away or not ready for a moment: send it again",
}
_HEADERS: dict[int, Described] = {
    409: {"Retry-After": _SECONDS | {"description": "Where waiting helps: seconds before the next try."}},
    401: {"WWW-Authenticate": {"description": "The challenge of RFC 6750.", "schema": {"type": "string"}}},
    412: {"ETag": {"description": "The state of the appeal now.", "schema": {"type": "string"}}},
    429: {"Retry-After": _SECONDS},
    503: {"Retry-After": _SECONDS},
}


def described(app: FastAPI) -> Callable[[], Described]:
    """A maker of the description, which is made once."""
    made: Described = {}
    plain = app.openapi

    def openapi() -> Described:
        if not made:
            made.update(plain())
            # Pages have functions of the same names.
            _complete(made, {route.name: route for route in routes(app) if route.include_in_schema})
        return made

    return openapi


def _complete(api: Described, known: dict[str, APIRoute]) -> None:
    api["info"]["description"] = GUIDE + _table_of_problems()
    api["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    api["components"]["responses"] = {f"Problem{status}": _problem(status) for status in _WORDS}
    _name_bodies(api)
    for methods in api.get("webhooks", {}).values():
        for operation in methods.values():
            operation["responses"].pop("422", None)  # the portal's server answers as it likes
    for schema in ("HTTPValidationError", "ValidationError"):
        api["components"]["schemas"].pop(schema, None)
    for path, methods in api["paths"].items():
        for operation in methods.values():
            _complete_operation(operation, known[operation["operationId"]], "{number}" in path)


def _complete_operation(operation: Described, route: APIRoute, is_about_an_appeal: bool) -> None:
    name = operation["operationId"]
    for door in operations(route.dependant):
        operation["description"] = f"{operation.get('description', '')}\n\n{_who(door)}".strip()
    if mark := deprecation_of(route.endpoint):
        operation["deprecated"] = True
        operation["description"] += f"\n\nGoes on {mark.sunset:%Y-%m-%d}; call `{mark.instead}` instead."
    answers = {status: each for status, each in operation["responses"].items() if int(status) < 400}
    for status, answer in answers.items():
        answer["headers"] = _headers_of(answer, int(status)) | (_REPLAYED if _takes_a_key(operation) else {})
        if links := LINKS.get((name, int(status))):
            answer["links"] = links
        for content in answer.get("content", {}).values():
            kind = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            if (example := ANSWERS.get(f"{kind}:{status}", ANSWERS.get(kind))) is not None:
                content["example"] = example
    sent = operation.get("requestBody", {}).get("content", {})
    for content in sent.values():
        content["examples"] = REQUESTS[name]
    statuses = {int(status) for status in operation["responses"] if int(status) >= 400}
    statuses |= _always(operation, is_about_an_appeal) | ({400, 408, 413, 415, 422} if sent else set())
    operation["responses"] = answers | {
        str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(statuses)
    }
    for parameter in operation.get("parameters", []):
        if (example := QUERIES.get(parameter["name"])) is not None:
            parameter["example"] = example


def _takes_a_key(operation: Described) -> bool:
    return any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", []))


def _always(operation: Described, is_about_an_appeal: bool) -> set[int]:
    found = {429, 431, 503}
    found |= {401, 403} if operation.get("security") else set()
    found |= {404, 410, 422} if is_about_an_appeal else set()
    return found | ({422} if operation.get("parameters") else set())


def _who(operation: Operation) -> str:
    rule = TABLE[operation]
    if rule.is_public:
        return "*Who:* everybody, without a token."
    roles = "; ".join(f"`{role}`: {_WITHIN[reach]}" for role, reach in rule.reach.items())
    scope = f" A portal's token needs the scope `{Scope(rule.scope)}`." if rule.scope else ""
    record = " Each call is on record." if rule.personal else ""
    return f"*Who:* {roles}.{scope}{record}"


def _headers_of(answer: Described, status: int) -> Described:
    names = _ON_EVERY_ANSWER | ({"Location": "The address of what was made."} if status == 201 else {})
    headers = {name: {"description": words, "schema": {"type": "string"}} for name, words in names.items()}
    return headers | dict(answer.get("headers", {}))


def _problem(status: int) -> Described:
    examples = {
        code: {
            "summary": entry.title,
            "value": {
                "type": f"urn:hotline:problem:{code}",
                "title": entry.title,
                "status": status,
                "detail": entry.detail,
                "code": code,
                "errors": [],
            },
        }
        for code, entry in CATALOGUE.items()
        if status in entry.statuses
    }
    spoken = {"Content-Language": {"description": "`ru` or `en`.", "schema": {"type": "string"}}}
    return {
        "description": _WORDS[status],
        "headers": _headers_of({}, status) | spoken | _HEADERS.get(status, {}),
        "content": {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}},
    }


def _table_of_problems() -> str:
    rows = [
        f"| `{code}` | {', '.join(map(str, entry.statuses))} | {entry.title} | {entry.detail} |"
        for code, entry in CATALOGUE.items()
    ]
    return "\n".join(
        ["", "## Problems", "", "| code | status | title | what to do |", "| --- | --- | --- | --- |", *rows]
    )


def _name_bodies(api: Described) -> None:
    """Give each body that is described in place a name, so that generated clients have one for it."""
    bodies = [
        each["requestBody"] for methods in api["paths"].values() for each in methods.values() if "requestBody" in each
    ]
    for content in [each for body in bodies for each in body["content"].values()]:
        if "$ref" not in content["schema"]:
            schema = content["schema"]
            api["components"]["schemas"][schema["title"]] = schema
            content["schema"] = {"$ref": f"#/components/schemas/{schema['title']}"}
