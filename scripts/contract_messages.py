"""What crosses a boundary, found by walking types, and an example of each with every field filled."""

import inspect
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Any

from pydantic import AwareDatetime, BaseModel
from temporalio import activity, workflow

from activities import interfaces
from domain.clocks import Budget
from domain.contracts.batches import BatchStart
from domain.contracts.commands import Command, Receipt
from domain.contracts.expectation import Expectation
from domain.contracts.incident import IncidentStart, WatchedReport
from domain.contracts.state import AppealStart
from workflows.appeal import AppealWorkflow
from workflows.batch import BatchWorkflow
from workflows.incident import IncidentWorkflow
from workflows.retention import RetentionWorkflow

ROOTS = (AppealStart, IncidentStart, BatchStart, Command, Receipt, Expectation, WatchedReport)
"""Starts, updates and their answers, refusals' details, signals; activities are found by their signatures."""

_PLAIN: dict[Any, Any] = {
    str: "text",
    int: 3,
    float: 0.5,
    bool: True,
    object: "text",
    Any: "text",
    AwareDatetime: "2026-11-22T09:30:00Z",
    date: "2026-11-22",
    timedelta: "PT1H",
}
_EITHER_OR: dict[type[BaseModel], frozenset[str]] = {Budget: frozenset({"working_days"})}
"""Fields that are left out where others of the same message are filled."""


@dataclass
class Contracts:
    """By name: the messages, the words that a field or an enumeration may hold, and who takes and gives what."""

    messages: dict[str, type[BaseModel]] = field(default_factory=dict)
    vocabularies: dict[str, list[Any]] = field(default_factory=dict)
    signatures: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, kind: Any, name: str = "") -> None:
        """This type, which a field of this name may hold, and whatever it is made of."""
        if inspect.isclass(kind) and issubclass(kind, BaseModel):
            if name_of(kind) not in self.messages:
                self.messages[name_of(kind)] = kind
                for field_name, each in kind.model_fields.items():
                    self.add(each.annotation, f"{name_of(kind)}.{field_name}")
        elif inspect.isclass(kind) and issubclass(kind, Enum):
            self.vocabularies[name_of(kind)] = [member.value for member in kind]
        elif typing.get_origin(kind) is typing.Literal:
            if len(typing.get_args(kind)) > 1:
                self.vocabularies[name] = list(typing.get_args(kind))
        else:
            for part in typing.get_args(kind):
                self.add(part, name)


def present() -> Contracts:
    """The contracts as the code has them now."""
    found = Contracts()
    for root in ROOTS:
        found.add(root)
    for name, handler in _handlers():
        hints = typing.get_type_hints(handler)
        for hint in hints.values():
            found.add(hint)
        gives = hints.pop("return")
        found.signatures[name] = {"takes": ", ".join(map(_spelt, hints.values())), "gives": _spelt(gives)}
    return found


def name_of(kind: type) -> str:
    """The name a golden goes by: of the type, after that of its module, since an event may share it with a result."""
    return f"{kind.__module__.rsplit('.', 1)[-1]}.{kind.__name__}"


def _handlers() -> Iterator[tuple[str, Callable[..., Any]]]:
    for _, group in inspect.getmembers(interfaces, inspect.isclass):
        for _, method in inspect.getmembers(group, inspect.isfunction):
            if definition := activity._Definition.from_callable(method):
                yield f"activity {definition.name}", method
    for process in (AppealWorkflow, IncidentWorkflow, BatchWorkflow, RetentionWorkflow):
        defined = workflow._Definition.must_from_class(process)
        yield f"workflow {defined.name}", defined.run_fn
        yield from ((f"{defined.name} signal {name}", each.fn) for name, each in defined.signals.items())
        yield from ((f"{defined.name} update {name}", each.fn) for name, each in defined.updates.items())


def _spelt(hint: Any) -> str:
    if inspect.isclass(hint):
        return hint.__name__ if hint.__module__ == "builtins" else name_of(hint)
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    return f"{origin.__name__}[{', '.join(map(_spelt, parts))}]" if origin else str(hint)


def example(model: type[BaseModel], leaving_out: frozenset[str] = frozenset()) -> Any:
    """A payload of this message with every field filled, the same in every run."""
    return model.model_validate(_fields_of(model, leaving_out)).model_dump(mode="json")


def _fields_of(model: type[BaseModel], leaving_out: frozenset[str] = frozenset()) -> dict[str, Any]:
    absent = leaving_out or _EITHER_OR.get(model, frozenset())
    return {name: _value(each.annotation) for name, each in model.model_fields.items() if name not in absent}


def _value(kind: Any) -> Any:
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return _value(parts[0])
    if origin is typing.Literal:
        return parts[0]
    if origin is dict:
        return {_value(parts[0]): _value(parts[1])}
    if origin in (list, tuple, set, frozenset):
        return [_value(parts[0])]
    if parts:
        return _value(next(part for part in parts if part is not type(None)))
    if inspect.isclass(kind) and issubclass(kind, BaseModel):
        return _fields_of(kind)
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return next(iter(kind))
    return _PLAIN[kind]
