"""Where a case takes its decisions: it refuses, acknowledges and journals them, whoever waits for the answer."""

import re
from typing import Any

from pydantic import ValidationError
from temporalio import workflow
from temporalio.exceptions import ApplicationError

from domain.contracts import events
from domain.contracts.commands import Command, Receipt
from domain.digest import digest
from domain.rules import (
    CLOSED,
    Refusal,
    answered_expectation,
    refuse_beyond_limits,
    refuse_foreign,
    refuse_if_changed,
    refuse_impossible_dates,
    refuse_unless_expected,
)
from workflows.case import Case
from workflows.standing import HANDLERS

RECEIPTS_KEPT = 200
_WORD = re.compile(r"[A-Za-z0-9:._-]{1,120}")


class Desk:
    """Takes commands for one case. What it takes is durable; the procedure acts on it later."""

    def __init__(self, case: Case) -> None:
        self._case = case

    def take(self, command: Command) -> Receipt:
        """Take a decision that was checked, and acknowledge it."""
        return self._known_receipt(command) or self._take(command)

    def refuse_unless_expected(self, command: Command) -> None:
        """Tell the waiting sender why a decision is not taken, and what is expected instead."""
        try:
            self._check(command)
        except Refusal as refusal:
            raise ApplicationError(str(refusal), self._case.journal.view.expectations, type=refusal.kind) from None

    def take_or_journal(self, payload: Any) -> None:
        """Take a decision from a sender who does not wait; a refused one is journalled.

        The payload is decoded here, since the engine's client drops signals that it cannot decode.
        """
        try:
            command = Command.model_validate(payload)
            self._check(command)
        except (ValidationError, Refusal) as refusal:
            self._record_refusal(payload, refusal)
            return
        self.take(command)

    def _check(self, command: Command) -> None:
        if command.number not in (None, self._case.state.appeal.number):
            raise Refusal("closed", CLOSED)
        known = self._known_receipt(command)
        if known is None:
            view, state = self._case.journal.view, self._case.state
            refuse_if_changed(view, command, state.decisions)
            refuse_unless_expected(view, command, state.decisions)
            refuse_foreign(view, command.actor)
            refuse_beyond_limits(view, command.decision, state.policy)
            refuse_impossible_dates(view, command.decision, workflow.now())
        elif known.digest != digest(command.decision):
            raise Refusal("id_reused", "Под этим ключом уже принято другое решение.")

    def _known_receipt(self, command: Command) -> Receipt | None:
        return next((known for known in self._case.state.receipts if known.command_id == command.id), None)

    def _take(self, command: Command) -> Receipt:
        state, journal = self._case.state, self._case.journal
        decision = command.decision
        if expectation := answered_expectation(journal.view, command, state.decisions):
            state.decisions[expectation.id] = [*state.decisions.get(expectation.id, []), command]
        else:
            HANDLERS[type(decision)](self._case, decision, command.actor)
        receipt = Receipt(
            command_id=command.id,
            type=decision.type,
            accepted_at=workflow.now(),
            digest=digest(decision),
        )
        state.receipts = [*state.receipts, receipt][-RECEIPTS_KEPT:]
        return receipt.model_copy(update={"attempt": command.attempt})

    def _record_refusal(self, payload: Any, refusal: ValueError) -> None:
        # The text of a validation error quotes its input, which may be personal data, and so may any of its parts.
        reason = "The payload is not a command." if isinstance(refusal, ValidationError) else str(refusal)
        command_id = payload.get("id") if isinstance(payload, dict) else None
        decision = payload.get("decision") if isinstance(payload, dict) else None
        command = decision.get("type") if isinstance(decision, dict) else None
        self._case.journal.record(
            events.DecisionRefused(command=_word(command), command_id=_word(command_id), reason=reason)
        )


def _word(given: Any) -> str:
    """A name or an id as senders make them; anything else is not for the journal."""
    return given if isinstance(given, str) and _WORD.fullmatch(given) else ""
