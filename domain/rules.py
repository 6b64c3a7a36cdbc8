"""Why a decision can't be taken now: the one rule the workflow's validators ask."""

from collections.abc import Collection

from domain.actors import Role
from domain.case import CaseView
from domain.comparison import disagreements
from domain.contracts.commands import CheckDocuments, Command, RecordRequest, ReportDelivery, SupplyDetails

# Letter and opening code go there: whoever could name other ones would get into another's account.
_CONTACTS = {"phone": "телефон", "email": "адрес электронной почты"}


class Refusal(ValueError):
    """A decision that the case does not take; `kind` names the reason for programs, the text is for people."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def refuse_unless_expected(view: CaseView, command: Command, answered: Collection[str] = ()) -> None:
    """Raise `Refusal` unless the case awaits this decision from this actor and its content holds together.

    `answered` are the ids of expectations whose decision is already there, but not yet in the journal; only one
    that repeats takes another.
    """
    decision = command.decision
    if isinstance(decision, ReportDelivery):
        if command.actor.role is not Role.SYSTEM:
            raise Refusal("role_not_allowed", "О доставке сообщений сообщает только сама система.")
        return
    expected = [
        open_
        for open_ in view.expectations
        if open_.command == decision.type and (open_.repeats or open_.id not in answered)
    ]
    if not expected:
        raise Refusal("not_expected", "Обращение сейчас не ждёт такого решения.")
    if not any(open_.admits(decision.type, command.actor) for open_ in expected):
        raise Refusal("role_not_allowed", "Это решение принимает сотрудник с другой ролью.")
    _refuse_contradiction(view, command)


def _refuse_contradiction(view: CaseView, command: Command) -> None:
    match command.decision:
        case RecordRequest(processing_hours=hours, processing_working_days=days):
            if sum(term is not None for term in (hours, days)) != 1:
                raise Refusal("contradiction", "Назначьте время обработки: либо в часах, либо в рабочих днях.")
            if not 0 < (hours or days or 0) <= 1000:
                raise Refusal("contradiction", "Время обработки — целое число от 1 до 1000.")
        case SupplyDetails(details=details) if not details.supplied_items():
            raise Refusal("contradiction", "В сообщении нет ни одного из нужных данных.")
        case CheckDocuments(match=True) if not view.account_found:
            raise Refusal("contradiction", "Учётная запись в реестре не найдена: подтвердить совпадение нельзя.")
        case CheckDocuments(match=True) if doubtful := _CONTACTS.keys() & disagreements(view.comparison):
            named = ", ".join(_CONTACTS[field] for field in sorted(doubtful))
            raise Refusal(
                "contradiction", f"Не совпадает с учётной записью: {named}. Туда уйдёт пароль: подтвердить нельзя."
            )
        case _:
            pass
