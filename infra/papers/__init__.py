"""Papers that procedures hand to citizens, as PDF: compose one of plain values and call its `pdf`."""

from infra.papers.confirmation import Confirmation
from infra.papers.escalation import OfficialDecision, WrittenRequest
from infra.papers.protocol import Protocol, ProtocolStep, TimeStamps

__all__ = ["Confirmation", "OfficialDecision", "Protocol", "ProtocolStep", "TimeStamps", "WrittenRequest"]
