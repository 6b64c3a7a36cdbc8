"""Confirmation codes: derived, never kept. Whoever has the key and a code's id has the code (ADR 11)."""

import hashlib
import hmac

DIGITS = 6


class ConfirmationCodes:
    """Derives codes and the digests by which they are known again, with keys made from one secret."""

    def __init__(self, secret: bytes) -> None:
        self._making = _keyed(secret, b"confirmation code: making")
        self._checking = _keyed(secret, b"confirmation code: checking")

    def code(self, code_id: str) -> str:
        """The six digits under this id: the same ones however often they are asked for."""
        # 64 of the 256 bits: taken modulo a million they favour no code measurably.
        number = int.from_bytes(_keyed(self._making, code_id.encode())[:8])
        return f"{number % 10**DIGITS:0{DIGITS}}"

    def digest(self, code_id: str, entered: str) -> str:
        """What may be kept of an entered code: its keyed digest, salted with the random id, in hexadecimal."""
        return _keyed(self._checking, f"{code_id}:{entered}".encode()).hex()


def _keyed(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()
