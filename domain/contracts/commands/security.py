"""Decisions about locked and endangered accounts (ULK-1, ULK-2, SEC-1)."""

from typing import Annotated, Literal

from pydantic import Field

from domain.contracts.contract import Contract
from domain.contracts.text import Text
from domain.lock import LockVerdict
from domain.threat import Threat


class IdentifySubscriber(Contract):
    """The caller is the account's owner, or could not be shown to be; by telephone, before any unlock (ULK-2)."""

    type: Literal["IdentifySubscriber"] = "IdentifySubscriber"
    identified: bool
    reason: Text


class ReviewLock(Contract):
    """A specialist says what a lock is for which the log gives no reason (ULK-1)."""

    type: Literal["ReviewLock"] = "ReviewLock"
    verdict: LockVerdict
    reason: Text


class DecideSecuring(Contract):
    """A specialist decides on a report without evidence that the account is the reporter's (SEC-1).

    The citizen reads the reason of a refusal.
    """

    type: Literal["DecideSecuring"] = "DecideSecuring"
    secure: bool
    reason: Text


class ReviewThreat(Contract):
    """A specialist names the threat to a secured account and the measures taken, which the citizen reads (SEC-1)."""

    type: Literal["ReviewThreat"] = "ReviewThreat"
    threat: Threat
    measures: Annotated[list[Text], Field(min_length=1, max_length=20)]
