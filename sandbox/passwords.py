"""Passwords at rest: salted scrypt, as hexadecimal `salt:digest`."""

import hashlib
import hmac
import secrets

# Some 40 ms a password: enough for invented ones, and no bottleneck of a measurement.
COST = {"n": 2**14, "r": 8, "p": 1}


def hashed(password: str) -> str:
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{_digest(password, salt).hex()}"


def matches(password: str, kept: str) -> bool:
    salt, digest = (bytes.fromhex(part) for part in kept.split(":"))
    return hmac.compare_digest(_digest(password, salt), digest)


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, **COST)
