"""The services of the portal, and the verification of signatures."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from sandbox.people import people

ANNA, SERGEY, TIMUR = people()["acc-1001"], people()["acc-1003"], people()["acc-1008"]
MENDED = people()["acc-1009"]  # their records change, so that the others' are as they began
SERVICES = pytest.mark.parametrize("service", ["pension", "taxes", "property", "clinic"])


def record(http: httpx.Client, service: str, snils: str) -> dict[str, Any]:
    found: dict[str, Any] = http.post(f"/services/{service}/records/lookup", json={"snils": snils}).json()
    return found


def submit(http: httpx.Client, service: str, key: str, **data: str) -> httpx.Response:
    body = {"request_number": "12345674", **data}
    return http.post(f"/services/{service}/submissions", json=body, headers={"Idempotency-Key": key})


def accepted(http: httpx.Client, path: str, key: str) -> list[dict[str, Any]]:
    return [each for each in http.get(path).json() if each["idempotency_key"] == key]


@SERVICES
def test_a_record_is_found(http: httpx.Client, service: str) -> None:
    found = record(http, service, ANNA.snils)
    assert found.pop("answered_at") > found.pop("updated_at")
    assert found.pop("record_id")
    assert found == {
        "state": "accepted",
        "full_name": ANNA.full_name,
        "snils": ANNA.snils,
        "passport": ANNA.passport,
        "phone": ANNA.phone,
    }


def test_one_service_differs_and_one_has_no_record(http: httpx.Client) -> None:
    assert record(http, "taxes", TIMUR.snils)["passport"] != TIMUR.passport
    assert record(http, "pension", TIMUR.snils)["passport"] == TIMUR.passport
    missing = record(http, "clinic", SERGEY.snils)
    assert missing.pop("answered_at")
    assert missing == {"snils": SERGEY.snils, "state": "missing"}
    assert record(http, "taxes", SERGEY.snils)["state"] == "accepted"


@SERVICES
def test_a_submission_mends_the_record_once_per_key(http: httpx.Client, service: str) -> None:
    key = f"{service}-{uuid4().hex}"
    http.delete(f"/services/{service}/records/{MENDED.snils}").raise_for_status()
    assert record(http, service, MENDED.snils)["state"] == "missing"

    data = {"snils": MENDED.snils, "full_name": MENDED.full_name, "passport": MENDED.passport}
    first = submit(http, service, key, **data)
    assert (first.status_code, list(first.json())) == (202, ["submission_id", "received_at"])
    mended = record(http, service, MENDED.snils)
    assert (mended["state"], mended["passport"]) == ("accepted", MENDED.passport)
    assert mended["updated_at"] == first.json()["received_at"]

    assert submit(http, service, key, **data).json() == first.json()
    (entry,) = accepted(http, f"/services/{service}/submissions", key)
    assert (entry["id"], entry["seen"], entry["request_number"]) == (first.json()["submission_id"], 2, "12345674")


def test_a_submission_needs_a_key_and_a_known_service(http: httpx.Client) -> None:
    body = {"request_number": "1", "snils": ANNA.snils, "full_name": ANNA.full_name}
    assert http.post("/services/pension/submissions", json=body).status_code == 400
    assert submit(http, "weather", "weather", **body).status_code == 422


@pytest.mark.parametrize("service", ["general", "legal_entity", "property", "financial"])
def test_an_application_is_processed_once_per_key(http: httpx.Client, service: str) -> None:
    body = {"request_number": "12345674", "items": [{"kind": "passport", "reference": "portal:file:1"}]}
    headers = {"Idempotency-Key": f"apply-{service}"}
    first, again = (
        http.post(f"/services/{service}/applications", json=body, headers=headers).json() for _ in range(2)
    )
    assert first == again
    assert list(first) == ["application_id", "ready_at"]
    (entry,) = accepted(http, f"/services/{service}/applications", headers["Idempotency-Key"])
    assert (entry["seen"], entry["items"]) == (2, body["items"])


def test_an_empty_application_is_refused(http: httpx.Client) -> None:
    body = {"request_number": "12345674", "items": []}
    headers = {"Idempotency-Key": "apply-nothing"}
    assert http.post("/services/general/applications", json=body, headers=headers).status_code == 422


@pytest.mark.parametrize(
    ("reference", "snils", "valid", "signer"),
    [
        ("portal:consent:1", ANNA.snils, True, ANNA.full_name),
        ("portal:consent:forged:1", ANNA.snils, False, ANNA.full_name),
        ("portal:consent:unsigned:1", ANNA.snils, False, None),
        ("portal:consent:1", "00000000000", False, None),
    ],
)
def test_the_reference_decides_about_a_signature(
    http: httpx.Client, reference: str, snils: str, valid: bool, signer: str | None
) -> None:
    question = {"reference": reference, "sha256": "0" * 64, "snils": snils}
    answer = http.post("/signatures/verify", json=question).json()
    assert (answer["valid"], answer["signer"]) == (valid, signer)
    assert (answer["signed_at"] is None) == (signer is None)
