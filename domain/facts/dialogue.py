"""What the citizen has said of the case, and what they were answered (KBA-2, STS-2, ANA-1)."""

from typing import Literal

from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract
from domain.facts.area import Area


class Remark(Contract):
    """Something the citizen has said, or was answered; personal data."""

    at: AwareDatetime
    by: Literal["citizen", "staff"]
    text: str


class Dialogue(Area):
    """`remarks` and `answer` are personal data; `solved` is the citizen's word on the latest answer."""

    remarks: list[Remark] = []
    answer: events.Answer | None = None
    answered_at: AwareDatetime | None = None
    acts: list[str] = []
    knowledge: list[str] = []
    solved: bool | None = None
    status_reports: int = 0
    additions: int = 0
    withdrawn: bool = False
    refused_because: str | None = None
    satisfaction: int | None = None

    @property
    def is_ending(self) -> bool:
        """Whether the citizen or the staff has ended the case, be it that a system has yet to answer first."""
        return self.withdrawn or self.refused_because is not None

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Dialogue":
        match event:
            case events.StatusAsked(personal=text):
                return self._heard(at, text, status_reports=self.status_reports + 1)
            case events.CitizenTold(personal=text):
                return self.having(remarks=[*self.remarks, Remark(at=at, by="staff", text=text)])
            case events.DetailsAdded(personal=added):
                return self._heard(at, added.description, additions=self.additions + 1)
            case events.SolutionConfirmed(personal=text):
                return self._heard(at, text, solved=True)
            case events.SolutionDenied(personal=text):
                return self._heard(at, text, solved=False)
            case events.AppealWithdrawn(personal=text):
                return self._heard(at, text, withdrawn=True)
            case events.SatisfactionRated(score=score, personal=text):
                return self._heard(at, text, satisfaction=score)
            case events.AppealRefused(reason=reason):
                return self.having(refused_because=reason)
            case events.QuestionAnswered():
                return self._answered(at, event)
            case _:
                return self

    def _heard(self, at: AwareDatetime, text: str | None, **changes: object) -> "Dialogue":
        if text:
            changes["remarks"] = [*self.remarks, Remark(at=at, by="citizen", text=text)]
        return self.having(**changes)

    def _answered(self, at: AwareDatetime, event: events.QuestionAnswered) -> "Dialogue":
        answer = event.personal
        told = Remark(at=at, by="staff", text="\n".join([answer.summary, *answer.steps]))
        return self.having(
            remarks=[*self.remarks, told],
            answer=answer,
            answered_at=at,
            acts=event.acts,
            knowledge=event.knowledge,
            solved=None,
        )
