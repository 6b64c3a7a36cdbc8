"""Facts about locked and endangered accounts: the incident register of ULK-4 (ULK-1…ULK-4, SEC-1)."""

from typing import Literal

from domain.contracts.contract import AwareDatetime, Contract, Personal
from domain.lock import LockJudgement, LockVerdict
from domain.threat import Threat


class LockJudged(LockJudgement):
    """What the account's audit log says about its lock; without addresses, only how many there were."""

    type: Literal["LockJudged"] = "LockJudged"


class LockReviewed(Contract):
    type: Literal["LockReviewed"] = "LockReviewed"
    verdict: LockVerdict
    reason: Personal[str]


class SubscriberIdentified(Contract):
    type: Literal["SubscriberIdentified"] = "SubscriberIdentified"
    reason: Personal[str]


class SubscriberNotIdentified(Contract):
    type: Literal["SubscriberNotIdentified"] = "SubscriberNotIdentified"
    reason: Personal[str]
    attempts_left: int


class AccountUnlocked(Contract):
    """The registry has taken the lock away, at this instant by its own clock (ULK-2)."""

    type: Literal["AccountUnlocked"] = "AccountUnlocked"
    order_id: str
    unlocked_at: AwareDatetime


class SecuringDecided(Contract):
    """A person has decided whether to secure an account that was not shown to be the reporter's."""

    type: Literal["SecuringDecided"] = "SecuringDecided"
    secure: bool
    reason: Personal[str]


class AccountSecured(Contract):
    """The registry has ended the sessions and shut the old password out, by its own clock (SEC-1)."""

    type: Literal["AccountSecured"] = "AccountSecured"
    order_id: str
    sessions_ended_at: AwareDatetime
    password_change_forced_at: AwareDatetime


class ThreatReviewed(Contract):
    type: Literal["ThreatReviewed"] = "ThreatReviewed"
    threat: Threat
    measures: Personal[list[str]]
