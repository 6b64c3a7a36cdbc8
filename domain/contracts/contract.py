"""The base of every contract."""

from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

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

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The fields, for whoever reads one in the API's description; what may be absent is not required."""
        fields: Any = {name: value for name, value in core_schema.items() if name != "serialization"}
        schema = handler(fields)
        described = handler.resolve_ref_schema(schema)
        described["required"] = [
            name for name in described.get("required", ()) if not _may_be_null(described["properties"][name])
        ]
        return schema


def _may_be_null(schema: JsonSchemaValue) -> bool:
    return {"type": "null"} in schema.get("anyOf", ())


@cache
def personal_fields(contract: type[BaseModel]) -> frozenset[str]:
    """The names of a contract's fields that are marked as `Personal`."""
    fields = contract.model_fields.items()
    return frozenset(name for name, field in fields if any(isinstance(m, PersonalMark) for m in field.metadata))


__all__ = ["AwareDatetime", "Contract", "Personal", "PersonalMark", "personal_fields"]
