"""What a decision of the staff tells the citizen, for the message itself and for its preview (RPL-1)."""

from domain.contracts.commands import AnswerQuestion, TellCitizen
from domain.notifications import Template

REPLIES: dict[str, Template] = {
    "AnswerQuestion": Template.ANSWER_GIVEN,
    "TellCitizen": Template.STAFF_MESSAGE,
}
"""The decisions whose text goes to the citizen as it was written, by the message that carries it."""


def reply_context(decision: AnswerQuestion | TellCitizen) -> dict[str, str]:
    """What the message says of this decision."""
    if isinstance(decision, TellCitizen):
        return {"text": decision.text}
    return {
        "answer": decision.summary,
        "steps": "\n".join(decision.steps),
        "acts": "\n".join(decision.acts),
    }
