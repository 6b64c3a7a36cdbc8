"""The activities as workflows see them: names, inputs, results. The bodies are in the modules beside this one."""

from abc import ABC, abstractmethod

from temporalio import activity

from domain.case import AccountSecurity
from domain.contracts.events import PreviousContact
from domain.contracts.history import CitizenHistory, HistorySearch
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

    @activity.defn
    @abstractmethod
    async def read_contacts(self, number: str) -> list[PreviousContact]:
        """This appeal and those it followed itself, the latest first, as far as a reader can take them in (REP-3)."""


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


class NotificationActivities(ABC):
    """Messages to citizens and staff."""

    @activity.defn
    @abstractmethod
    async def deliver_messages(self, moment: Moment) -> None:
        """Send what a moment has queued and is not yet sent; each message reaches its recipient once."""
