"""The base of every contract."""

from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

T = TypeVar("T")


class PersonalMark:
    """Marks a field that tells of a person, or holds free text of anybody, which may."""


Personal = Annotated[T, PersonalMark()]
"""The type of such a field, such as `Personal[str]`; what it holds is kept sealed (ADR 18)."""


class Contract(BaseModel):
    """A message or state that old and new code must both read.

    Unknown fields are ignored and absent values are left out, so that a payload holds only what is known.
    """

    model_config = ConfigDict(extra="ignore")

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value is not None}


@cache
def personal_fields(contract: type[BaseModel]) -> frozenset[str]:
    """The names of a contract's fields that are marked as `Personal`."""
    fields = contract.model_fields.items()
    return frozenset(name for name, field in fields if any(isinstance(m, PersonalMark) for m in field.metadata))


__all__ = ["AwareDatetime", "Contract", "Personal", "PersonalMark", "personal_fields"]
