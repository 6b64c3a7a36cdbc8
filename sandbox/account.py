"""The rules of an account at the registry: its password, its lock, and the log of what happened to it."""

from datetime import datetime
from itertools import takewhile
from typing import NamedTuple

from pydantic import BaseModel

from sandbox import passwords
from sandbox.clock import Moment
from sandbox.people import Event, Status

FAILURES_TO_LOCK = 5


class Visit(NamedTuple):
    """When and from where somebody does something to an account."""

    at: datetime
    ip: str


class AuditEntry(BaseModel):
    at: Moment
    event: Event
    ip: str


class Security(BaseModel):
    """What the citizen has done since the last one-time password, which was set on a numbered request."""

    request_number: str | None = None
    one_time_password_set_at: Moment | None = None
    signed_in_at: Moment | None = None
    password_changed_at: Moment | None = None
    two_factor_enabled_at: Moment | None = None


class OneTimePassword(BaseModel):
    password: str
    expires_at: Moment
    request_number: str


class Account(BaseModel):
    """All that the registry keeps of an account beside the person's data: one document, written whole."""

    status: Status
    password: str
    audit_log: list[AuditEntry]
    must_change: bool = False
    password_blocked: bool = False
    password_expires_at: Moment | None = None
    security: Security = Security()
    answers: dict[str, Moment] = {}

    def set_one_time_password(self, order: OneTimePassword, key: str, visit: Visit) -> datetime:
        """Obey the order once per key; a repetition gets the first answer and changes nothing."""
        if key not in self.answers:
            self.answers[key] = visit.at
            self.password, self.password_expires_at = passwords.hashed(order.password), order.expires_at
            self.must_change, self.password_blocked, self.status = True, False, "active"
            self.security = Security(request_number=order.request_number, one_time_password_set_at=visit.at)
            self._log("sessions_ended", visit)
            self._log("one_time_password_set", visit)
        return self.answers[key]

    def unlock(self, key: str, visit: Visit) -> datetime | None:
        """Obey the order once per key; None when there is no lock to take away."""
        answer = f"unlock:{key}"
        if answer not in self.answers:
            if self.status != "locked":
                return None
            self.answers[answer], self.status = visit.at, "active"
            self._log("unlocked", visit)
        return self.answers[answer]

    def secure(self, key: str, visit: Visit) -> datetime:
        """End the sessions and let the present password open nothing, until a one-time password replaces it."""
        answer = f"secure:{key}"
        if answer not in self.answers:
            self.answers[answer], self.password_blocked = visit.at, True
            self._log("sessions_ended", visit)
            self._log("password_change_forced", visit)
        return self.answers[answer]

    def sign_in(self, password: str, visit: Visit) -> bool:
        if not self._admits(password, visit):
            return False
        # The first sign-in with the new password is the fact that a recovery waits for.
        self.security.signed_in_at = self.security.signed_in_at or visit.at
        self._log("sign_in", visit)
        return True

    def change_password(self, old: str, new: str, visit: Visit) -> bool:
        if not self._admits(old, visit):
            return False
        self.password, self.password_expires_at = passwords.hashed(new), None
        self.must_change = False
        self.security.password_changed_at = visit.at
        self._log("password_changed", visit)
        return True

    def enable_two_factor(self, password: str, visit: Visit) -> bool:
        if not self._admits(password, visit):
            return False
        self.security.two_factor_enabled_at = visit.at
        self._log("two_factor_enabled", visit)
        return True

    def _admits(self, password: str, visit: Visit) -> bool:
        """Whether the password opens the account now; failures are logged, and too many in a row lock it."""
        expired = self.password_expires_at is not None and visit.at >= self.password_expires_at
        closed = self.status == "locked" or self.password_blocked or expired
        if not closed and passwords.matches(password, self.password):
            return True
        self._log("sign_in_failed", visit)
        if self.status == "active" and self._failures_in_a_row() >= FAILURES_TO_LOCK:
            self.status = "locked"
            self._log("locked", visit)
        return False

    def _failures_in_a_row(self) -> int:
        latest = (entry.event for entry in reversed(self.audit_log))
        return sum(1 for _ in takewhile(lambda event: event == "sign_in_failed", latest))

    def _log(self, event: Event, visit: Visit) -> None:
        self.audit_log.append(AuditEntry(at=visit.at, event=event, ip=visit.ip))
