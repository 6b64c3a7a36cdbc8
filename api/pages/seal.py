"""What the browser keeps for us, sealed: nobody else can read or change it, and it ends by itself."""

import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, ValidationError

_NONCE_BYTES = 12


class Ending(BaseModel):
    """Good until `expires_at`, in seconds of 1970."""

    expires_at: float


Kept = TypeVar("Kept", bound=Ending)


class Seal:
    """Seals by AES-256-GCM under one secret of ours; what is sealed as one kind can't be opened as another."""

    def __init__(self, secret: bytes) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hotline pages").derive(secret)
        self._cipher = AESGCM(key)

    def sealed(self, content: Ending) -> str:
        """The content as a cookie can hold it."""
        nonce = os.urandom(_NONCE_BYTES)
        body = self._cipher.encrypt(nonce, content.model_dump_json().encode(), _kind(type(content)))
        return urlsafe_b64encode(nonce + body).decode().rstrip("=")

    def opened(self, cookie: str, kind: type[Kept]) -> Kept | None:
        """What was sealed, or None if it was not by us, is something else, or has ended."""
        try:
            raw = urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
            content = self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _kind(kind))
            kept = kind.model_validate_json(content)
        except (ValueError, InvalidTag, ValidationError):
            return None
        return kept if kept.expires_at > time.time() else None


def _kind(kind: type[Ending]) -> bytes:
    return kind.__name__.encode()
