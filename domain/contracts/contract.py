"""The base of every contract."""

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer


class Contract(BaseModel):
    """A message or state that old and new code must both read.

    Unknown fields are ignored and absent values are left out, so that a payload holds only what is known.
    """

    model_config = ConfigDict(extra="ignore")

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value is not None}


__all__ = ["AwareDatetime", "Contract"]
