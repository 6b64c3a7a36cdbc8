"""Sealing of small secrets at rest: AES-256-GCM, bound to the name they are kept under."""

import hashlib
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class Seal:
    """Seals and opens with one key, derived from a secret of the settings."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESGCM(hashlib.sha256(secret.encode()).digest())

    def close(self, name: str, content: str) -> bytes:
        """The sealed content; it opens under the same name only."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content.encode(), name.encode())

    def open(self, name: str, sealed: bytes) -> str:
        """The content; `cryptography.exceptions.InvalidTag` if name, key or content are not the sealed ones."""
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode()).decode()
