"""The header by which a caller makes the repetition of a request harmless."""

from typing import Annotated

from fastapi import Depends, Header, HTTPException


async def _required(idempotency_key: Annotated[str | None, Header()] = None) -> str:
    if not idempotency_key:
        raise HTTPException(400, "the header Idempotency-Key is missing")
    return idempotency_key


IdempotencyKey = Annotated[str, Depends(_required)]
