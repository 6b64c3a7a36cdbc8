"""What the people of a run send: for each awaited decision a body, mostly one that fits."""

import random
from typing import Any

from domain.contracts.commands import Decision
from domain.contracts.expectation import Expectation
from domain.procedures import Procedure
from tests.model.appeals import APPEALS
from tests.model.decisions import CODES, DECISIONS

STANDING = {
    "AskStatus": "StatusAsked",
    "TellCitizen": "CitizenTold",
    "AddDetails": "DetailsAdded",
    "Withdraw": "AppealWithdrawn",
    "RejectAppeal": "AppealRefused",
    "HandOver": "HandedOver",
    "TakeCase": "CaseTaken",
    "ReleaseCase": "CaseReleased",
    "Classify": "AppealClassified",
    "RequestAnotherCode": "AnotherCodeRequested",
    "RepeatRequest": "RepeatOrdered",
}
"""Decisions that are taken unasked, and the fact that each leaves in the journal."""
CITIZEN = "faults-citizen"
REFUSED_BY_MAIL = "nobody@example.org"
_OFTEN_RIGHT = 0.8


def requests(seed: int, count: int) -> list[dict[str, Any]]:
    """Appeals of every procedure; the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - the same appeals in every run
    return [_request(chance, Procedure(chance.choice(list(Procedure))), place) for place in range(count)]


def _request(chance: random.Random, procedure: Procedure, place: int) -> dict[str, Any]:
    sent = {name: value for name, value in APPEALS[procedure].items() if value is not None} | {"citizen": CITIZEN}
    if "service" in sent or "failure" in sent:
        sent["service"] = f"Услуга {place}"  # three failures of one service would be an incident
    if procedure is Procedure.CONSULTATION and chance.random() < 0.3:
        sent["details"] = sent["details"] | {"email": REFUSED_BY_MAIL}
    return sent


def answer(chance: random.Random, case: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """One awaited decision of a case as the API shows it: who sends it, and what."""
    awaited = chance.choice(case["expects"])
    command, subject = awaited["command"], awaited["subject"]
    role = chance.choice(awaited["roles"])
    made = DECISIONS[command]
    if command == "ConfirmCode":
        return role, {"type": command, "code": _code(case) if chance.random() < _OFTEN_RIGHT else "000000"}
    if command == "ReportAccountSecurity":
        return role, {"type": command, **_secured(case)}
    expectation = Expectation(id="", command=command, roles=[], since=awaited["since"], subject=subject)
    which = made[0] if chance.random() < _OFTEN_RIGHT else chance.choice(made)
    return role, body_of(which(expectation, _UNSEEN))


def unasked(chance: random.Random, case: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A decision that nobody waits for; some are refused."""
    command = chance.choice(["AskStatus", "AskStatus", "AddDetails", "AddDetails", "Withdraw", "HandOver"])
    if chance.random() < 1 - _OFTEN_RIGHT:
        command = chance.choice(["CheckDocuments", "ReportFix", "DecideEscalation"])
    return "operator", body_of(chance.choice(DECISIONS[command])(None, _UNSEEN))


def body_of(decision: Decision) -> dict[str, Any]:
    """A decision as the API takes it."""
    return decision.model_dump(mode="json", exclude_none=True)


_UNSEEN: Any = None


def _code(case: dict[str, Any]) -> str:
    codes = ((case.get("facts") or {}).get("verification") or {}).get("codes", [])
    latest = next((code["code_id"] for code in reversed(codes) if code["code_id"]), None)
    return CODES.code(latest) if latest else "000000"


def _secured(case: dict[str, Any]) -> dict[str, str]:
    issued_at = ((case.get("facts") or {}).get("systems") or {}).get("password_issued_at")
    at = issued_at or case["registered_at"]
    return {"signed_in_at": at, "password_changed_at": at, "two_factor_enabled_at": at}
