"""Fingerprints of contracts: the same content gives the same digest, on every machine and in every replay."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel


def canonical(content: Any) -> bytes:
    """The one byte form of a JSON-able value: keys sorted, no blanks, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content: BaseModel | dict[str, Any] | list[Any]) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    plain = content.model_dump(mode="json") if isinstance(content, BaseModel) else content
    return hashlib.sha256(canonical(plain)).hexdigest()
