"""Faults that a test or a demonstration orders for a system; a restart doesn't cure them."""

from typing import Annotated, Literal, get_args

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from sandbox.parts import part
from sandbox.storage import Store

KIND = "fault"

System = Literal[
    "accounts",
    "passports",
    "snils",
    "inn",
    "signatures",
    "services.pension",
    "services.taxes",
    "services.property",
    "services.clinic",
    "services.general",
    "services.legal_entity",
    "services.financial",
    "codes",
    "sms",
    "push",
    "smtp",
    "reports",
    "portal",
]
Mode = Literal[
    "slow",
    "unavailable",
    "timeout_after_work",
    "garbage",
    "error_inside",
    "malformed",
    "other_person",
    "gone",
]
SYSTEMS: frozenset[str] = frozenset(get_args(System))
REPORT_MODES: frozenset[Mode] = frozenset({"slow", "unavailable"})
MAIL_MODES: frozenset[Mode] = REPORT_MODES | {"timeout_after_work", "garbage"}
GATEWAY_MODES: frozenset[Mode] = MAIL_MODES | {"error_inside", "malformed"}
PORTAL_MODES: frozenset[Mode] = REPORT_MODES | {"timeout_after_work", "gone"}
ALL_MODES: frozenset[Mode] = frozenset(get_args(Mode)) - {"gone"}
# Who speaks of no person can't speak of another one.
MODES = {
    "reports": REPORT_MODES,
    "smtp": MAIL_MODES,
    "codes": GATEWAY_MODES,
    "sms": GATEWAY_MODES,
    "push": GATEWAY_MODES,
    "portal": PORTAL_MODES,
}


class Fault(BaseModel):
    """One way to fail, for the next `times` requests or until it is taken away."""

    mode: Mode
    delay_s: Annotated[float, Field(ge=0)] = 30.0
    times: Annotated[int, Field(ge=1)] | None = None


class Faults:
    """The standing faults, at most one per system."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def order(self, system: str, fault: Fault) -> None:
        self._store.put((KIND, system, fault.model_dump()))

    def cure(self, system: str) -> None:
        self._store.delete(KIND, system)

    def standing(self) -> dict[str, Fault]:
        found = {system: self._store.get(KIND, system) for system in sorted(SYSTEMS)}
        return {system: Fault.model_validate(body) for system, body in found.items() if body}

    def take(self, system: str, *modes: Mode) -> Fault | None:
        """The fault that the present request meets, counted down; given modes, only one of these."""
        body = self._store.get(KIND, system)
        if body is None or (modes and body["mode"] not in modes):
            return None
        fault = Fault.model_validate(body)
        if fault.times == 1:
            self.cure(system)
        elif fault.times is not None:
            self.order(system, fault.model_copy(update={"times": fault.times - 1}))
        return fault


FaultsPart = Annotated[Faults, part(Faults)]
router = APIRouter(prefix="/faults", tags=["faults"])


@router.get("")
async def standing(faults: FaultsPart) -> dict[str, Fault]:
    return faults.standing()


@router.put("/{system}")
async def order(system: System, fault: Fault, faults: FaultsPart) -> Fault:
    modes = MODES.get(system, ALL_MODES)
    if fault.mode not in modes:
        raise HTTPException(422, f"{system} can only be {' or '.join(sorted(modes))}")
    faults.order(system, fault)
    return fault


@router.delete("/{system}", status_code=204)
async def cure(system: System, faults: FaultsPart) -> None:
    faults.cure(system)


@router.delete("", status_code=204)
async def cure_all(faults: FaultsPart) -> None:
    for system in SYSTEMS:
        faults.cure(system)
