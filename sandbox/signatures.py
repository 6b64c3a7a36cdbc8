"""The verification of electronic signatures. No files are kept: an invented convention in the reference decides.

`unsigned` in it stands for a file without a signature, `forged` for one whose signature does not fit it.
"""

from fastapi import APIRouter
from pydantic import BaseModel

from sandbox.clock import Moment
from sandbox.people import Digits11, people

# The same at every question, as it would be in a real signature.
SIGNED_AT = "2026-11-02T09:15:00.000Z"

router = APIRouter(prefix="/signatures", tags=["signatures"])


class Question(BaseModel):
    """Whether the holder of this SNILS has signed the file that the portal keeps under the reference."""

    reference: str
    sha256: str
    snils: Digits11


class Answer(BaseModel):
    """`signer` and `snils` are what the certificate says of its holder; absent where there is no signature."""

    valid: bool
    signer: str | None = None
    snils: str | None = None
    signed_at: Moment | None = None


@router.post("/verify")
async def verify(question: Question) -> Answer:
    signer = next((person for person in people().values() if person.snils == question.snils), None)
    if signer is None or "unsigned" in question.reference:
        return Answer(valid=False)
    facts = {"signer": signer.full_name, "snils": signer.snils, "signed_at": SIGNED_AT}
    return Answer.model_validate({"valid": "forged" not in question.reference} | facts)
