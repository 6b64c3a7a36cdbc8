"""The activities as workflows see them: names, inputs, results. The bodies are in the modules beside this one."""

from abc import ABC, abstractmethod

from temporalio import activity

from domain.case import AccountSecurity
from domain.contracts.history import CitizenHistory, HistorySearch
from domain.contracts.incident import FailureReport, Telling
from domain.contracts.journal import Moment, Transition
from domain.contracts.registries import (
    PasswordIssue,
    RegistryCheck,
    RegistryFindings,
    SecurityCheck,
)


class RegisterActivities(ABC):
    """The case register and its journal."""

    @activity.defn
    @abstractmethod
    async def record_transition(self, transition: Transition) -> str:
        """Write one transition, all or nothing, and hand its messages over for delivery; return its digest.

        Written again, it changes nothing.
        """

    @activity.defn
    @abstractmethod
    async def find_history(self, search: HistorySearch) -> CitizenHistory:
        """Other appeals of the same person, at most ten, and the one that this one follows (INT-4, REP-1)."""


class RegistryActivities(ABC):
    """The outside registries."""

    @activity.defn
    @abstractmethod
    async def check_registries(self, check: RegistryCheck) -> RegistryFindings:
        """Ask the account registry and the documents' registries (REC-3)."""

    @activity.defn
    @abstractmethod
    async def check_account_security(self, check: SecurityCheck) -> AccountSecurity:
        """Ask the account registry what the citizen has done since the one-time password (REC-5)."""


class CredentialActivities(ABC):
    """One-time passwords."""

    @activity.defn
    @abstractmethod
    async def issue_password(self, issue: PasswordIssue) -> None:
        """Generate a one-time password, keep it sealed for its letter and set it in the registry (REC-4)."""


class IncidentActivities(ABC):
    """What appeals and incidents tell each other (TEC-3)."""

    @activity.defn
    @abstractmethod
    async def report_failure(self, report: FailureReport) -> None:
        """Report to whatever watches over this failure, which begins to if nothing does; again, it is one report."""

    @activity.defn
    @abstractmethod
    async def tell_appeals(self, telling: Telling) -> None:
        """Tell each appeal; closed ones are left out, and told again an appeal takes it once."""


class NotificationActivities(ABC):
    """Messages to citizens and staff."""

    @activity.defn
    @abstractmethod
    async def deliver_messages(self, moment: Moment) -> None:
        """Send what a moment has queued and is not yet sent; each message reaches its recipient once."""
