"""The registry's reports to the hotline: what a citizen has done with a one-time password.

A report is a courtesy: it is lost when we are killed, when the hotline refuses it, or when the hotline stays
away for too long. That is why the hotline asks for `/accounts/{id}/security` by itself, too.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import httpx

from sandbox import clock
from sandbox.account import Security
from sandbox.faults import Faults
from sandbox.issuer import Issuer, TokenRequest
from sandbox.parts import part
from sandbox.people import Event

ATTEMPTS = 8
FIRST_PAUSE_S = 0.25
TIMEOUT_S = 5.0
REGISTRY = TokenRequest(subject="account-registry", role="registry", ttl_s=300)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Report:
    """One command to the hotline, the same at every attempt."""

    request_number: str
    key: str
    command: dict[str, str | None]


class Reports:
    """Sends reports in the background, so that the citizen never waits for the hotline."""

    def __init__(self, report_to: str, issuer: Issuer, faults: Faults) -> None:
        self._report_to = report_to.rstrip("/")
        self._issuer = issuer
        self._faults = faults
        self._client = httpx.AsyncClient(timeout=TIMEOUT_S)
        self._under_way: set[asyncio.Task[None]] = set()

    def send(self, account_id: str, event: Event, at: datetime, security: Security) -> None:
        """Start to report an event; without a request to report on, there is nothing to say."""
        if not self._report_to or security.request_number is None:
            return
        key = f"{account_id}:{event}:{clock.stamp(at)}"
        report = Report(security.request_number, key, _command(security))
        task = asyncio.create_task(self._deliver(report))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def stop(self) -> None:
        for task in self._under_way:
            task.cancel()
        await self._client.aclose()

    async def _deliver(self, report: Report) -> None:
        fault = self._faults.take("reports")
        if fault and fault.mode == "unavailable":
            log.warning("report %s is lost: so it was ordered", report.key)
            return
        await asyncio.sleep(fault.delay_s if fault else 0)
        for attempt in range(ATTEMPTS):
            if await self._settled(report):
                return
            await asyncio.sleep(FIRST_PAUSE_S * 2**attempt)
        log.warning("report %s is given up after %d attempts", report.key, ATTEMPTS)

    async def _settled(self, report: Report) -> bool:
        """One attempt; whether there is no use in another."""
        url = f"{self._report_to}/v1/appeals/{report.request_number}/commands"
        headers = {"Authorization": f"Bearer {self._issuer.token(REGISTRY)}", "Idempotency-Key": report.key}
        try:
            answer = await self._client.post(url, json=report.command, headers=headers)
        except httpx.TransportError as error:
            log.info("report %s did not get through: %r", report.key, error)
            return False
        if answer.is_client_error and answer.status_code != 429:
            log.warning("report %s is dropped: the hotline answered %d", report.key, answer.status_code)
            return True
        return answer.is_success


def _command(security: Security) -> dict[str, str | None]:
    facts = {"signed_in_at", "password_changed_at", "two_factor_enabled_at"}
    return {"type": "ReportAccountSecurity"} | security.model_dump(mode="json", include=facts)


ReportsPart = Annotated[Reports, part(Reports)]
