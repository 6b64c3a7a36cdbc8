"""Faults that a test or a demonstration orders for a system; a restart doesn't cure them."""

from typing import Annotated, Literal, get_args

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from sandbox.parts import part
from sandbox.storage import Store

KIND = "fault"

System = Literal["accounts", "passports", "snils", "inn", "codes", "sms", "push", "smtp", "reports"]
Mode = Literal["slow", "unavailable", "timeout_after_work", "garbage"]
SYSTEMS: frozenset[str] = frozenset(get_args(System))
REPORT_MODES: frozenset[Mode] = frozenset({"slow", "unavailable"})


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
    if system == "reports" and fault.mode not in REPORT_MODES:
        raise HTTPException(422, f"reports can only be {' or '.join(sorted(REPORT_MODES))}")
    faults.order(system, fault)
    return fault


@router.delete("/{system}", status_code=204)
async def cure(system: System, faults: FaultsPart) -> None:
    faults.cure(system)


@router.delete("", status_code=204)
async def cure_all(faults: FaultsPart) -> None:
    for system in SYSTEMS:
        faults.cure(system)
