"""The services of the portal: what each has on record of a person, submissions of data, and applications.

A submission or an application is accepted once per idempotency key; how often the key was seen is counted, and so
are the lookups. An application is refused for a document whose reference contains `unreadable`.
"""

from typing import Annotated, Any, Literal
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from sandbox import clock
from sandbox.idempotency import IdempotencyKey
from sandbox.parts import part
from sandbox.people import Digits10, Digits11, Person, Service, people
from sandbox.storage import Document, Store

RECORD, SUBMISSION, APPLICATION = "service-record", "submission", "application"
LOOKUP = "service-lookup"
RECORD_FIELDS = {"full_name", "snils", "passport", "phone"}
FIRST_RECORDED_AT = "2025-06-16T07:00:00.000Z"

Applied = Literal["general", "legal_entity", "property", "financial"]
StorePart = Annotated[Store, part(Store)]
router = APIRouter(prefix="/services/{service}", tags=["services"])


class RecordQuery(BaseModel):
    snils: Digits11


class Submission(BaseModel):
    """Data of a person, sent again on a request."""

    request_number: str
    snils: Digits11
    full_name: str
    passport: Digits10 | None = None
    phone: str | None = None


class Item(BaseModel):
    kind: str
    reference: str


class Application(BaseModel):
    """A package of documents that the portal keeps under these references."""

    request_number: str
    items: Annotated[list[Item], Field(min_length=1)]


@router.post("/records/lookup")
async def lookup(service: Service, query: RecordQuery, store: StorePart) -> Document:
    """The record of a person, or its absence; `answered_at` is the service's own time."""
    asked = _lookups(store, service, query.snils)
    store.put((LOOKUP, f"{service}/{query.snils}", {"count": asked["count"] + 1}))
    record = _record(store, service, query.snils)
    state = "accepted" if record else "missing"
    return {"snils": query.snils, "state": state, "answered_at": clock.stamp(clock.now()), **record}


@router.get("/records/{snils}/lookups")
async def lookups(service: Service, snils: Digits11, store: StorePart) -> Document:
    return _lookups(store, service, snils)


@router.delete("/records/{snils}", status_code=204)
async def lose(service: Service, snils: Digits11, store: StorePart) -> None:
    """The service loses a record, by order of a test or a demonstration."""
    store.put((RECORD, f"{service}/{snils}", {}))


@router.post("/records/{snils}/reset", status_code=204)
async def reset(service: Service, snils: Digits11, store: StorePart) -> None:
    """The record is again what `people.json` tells, by order of a test."""
    store.delete(RECORD, f"{service}/{snils}")


@router.post("/submissions", status_code=202)
async def submit(service: Service, submission: Submission, key: IdempotencyKey, store: StorePart) -> Document:
    """Take the data over into the record, once per key."""
    accepted = _counted(store, SUBMISSION, service, key, submission)
    entries = [(SUBMISSION, f"{service}/{key}", accepted)]
    if accepted["seen"] == 1:
        before = _record(store, service, submission.snils) or {"record_id": _record_id(service, submission.snils)}
        fresh = submission.model_dump(include=RECORD_FIELDS, exclude_none=True)
        record = before | fresh | {"updated_at": accepted["accepted_at"]}
        entries.append((RECORD, f"{service}/{submission.snils}", record))
    store.put(*entries)
    return {"submission_id": accepted["id"], "received_at": accepted["accepted_at"]}


@router.get("/submissions")
async def submissions(service: Service, store: StorePart) -> list[Document]:
    return _accepted(store, SUBMISSION, service)


@router.post("/applications", status_code=202)
async def apply(service: Applied, application: Application, key: IdempotencyKey, store: StorePart) -> Document:
    """Process a package automatically, here at once."""
    if any("unreadable" in item.reference for item in application.items):
        raise HTTPException(422, "a document can't be read")
    accepted = _counted(store, APPLICATION, service, key, application)
    store.put((APPLICATION, f"{service}/{key}", accepted))
    return {"application_id": accepted["id"], "ready_at": accepted["accepted_at"]}


@router.get("/applications")
async def applications(service: Applied, store: StorePart) -> list[Document]:
    return _accepted(store, APPLICATION, service)


def _lookups(store: Store, service: str, snils: str) -> Document:
    return store.get(LOOKUP, f"{service}/{snils}") or {"count": 0}


def _record(store: Store, service: Service, snils: str) -> Document:
    """What was submitted or lost since, else what `people.json` tells; empty without a record."""
    kept = store.get(RECORD, f"{service}/{snils}")
    if kept is not None:
        return kept
    person = next((person for person in people().values() if person.snils == snils), None)
    return _first_record(service, person) if person and service not in person.unknown_to else {}


def _first_record(service: Service, person: Person) -> dict[str, Any]:
    facts = {"record_id": _record_id(service, person.snils), "updated_at": FIRST_RECORDED_AT}
    return facts | person.model_dump(include=RECORD_FIELDS) | person.overrides.get(service, {})


def _record_id(service: Service, snils: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{RECORD}:{service}:{snils}"))


def _counted(store: Store, kind: str, service: str, key: str, body: BaseModel) -> Document:
    """What was accepted under a key, which is the first body that came with it, the key seen once more."""
    accepted = store.get(kind, f"{service}/{key}") or {
        "id": str(uuid5(NAMESPACE_URL, f"{kind}:{service}/{key}")),
        "service": service,
        "idempotency_key": key,
        "seen": 0,
        "accepted_at": clock.stamp(clock.now()),
        **body.model_dump(mode="json"),
    }
    return accepted | {"seen": accepted["seen"] + 1}


def _accepted(store: Store, kind: str, service: str) -> list[Document]:
    """What a service has accepted, oldest first."""
    return [each for each in store.every(kind) if each["service"] == service]
