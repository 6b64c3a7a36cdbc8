"""How far the verification of an identity is: the evidence that a specialist decides on (VER-1…VER-3)."""

from typing import Literal

from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract
from domain.facts.area import Area
from domain.notifications import DeliveryChannel

CodeOutcome = Literal[
    "sent", "refused", "no_contact", "another_requested", "mismatched", "expired", "given_up", "confirmed"
]


class CodeTry(Contract):
    """One channel that was tried for a code, and how that ended; `code_id` where one was sent."""

    channel: DeliveryChannel
    outcome: CodeOutcome
    code_id: str | None = None
    expires_at: AwareDatetime | None = None


class Verification(Area):
    """Scan, codes and outcome; it outlives a change of category, so that no try is given twice."""

    scan_accepted: bool = False
    scan_refusals: int = 0
    accepted_formats: list[str] = []
    codes: list[CodeTry] = []
    wrong_codes: int = 0
    confirmed: bool | None = None

    @property
    def latest_code(self) -> CodeTry | None:
        """The code that was sent last, whether or not it still holds."""
        return next((code for code in reversed(self.codes) if code.code_id), None)

    @property
    def awaits_code(self) -> bool:
        """Whether a code that was sent still holds."""
        return bool(self.codes) and self.codes[-1].outcome == "sent"

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Verification":  # noqa: C901 - a table of events
        match event:
            case events.ScanAccepted():
                return self.having(scan_accepted=True)
            case events.ScanRefused(accepted_formats=formats):
                return self.having(
                    scan_accepted=False, scan_refusals=self.scan_refusals + 1, accepted_formats=formats
                )
            case events.CodeSent(code_id=code_id, channel=channel, expires_at=until):
                sent = CodeTry(channel=channel, outcome="sent", code_id=code_id, expires_at=until)
                return self.having(codes=[*self.codes, sent])
            case events.CodeUndelivered(channel=channel, reason=reason):
                return self.having(codes=[*self.codes, CodeTry(channel=channel, outcome=reason)])
            case events.CodeMismatched(attempts_left=left):
                ended = self if left else self._ended("mismatched")
                return ended.having(wrong_codes=self.wrong_codes + 1)
            case events.CodeExpired():
                return self._ended("expired")
            case events.AnotherCodeRequested():
                return self._ended("another_requested")
            case events.AppealClassified():
                return self._ended("given_up")
            case events.IdentityConfirmed():
                return self._ended("confirmed").having(confirmed=True)
            case events.IdentityDenied():
                return self.having(confirmed=False)
            case _:
                return self

    def _ended(self, outcome: CodeOutcome) -> "Verification":
        if not self.awaits_code:
            return self
        last = self.codes[-1].model_copy(update={"outcome": outcome})
        return self.having(codes=[*self.codes[:-1], last])
