"""Time stamps of an outside authority after RFC 3161: proof that a checkpoint existed at its time (AUD-1)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    Verifier,
    VerifierBuilder,
    decode_timestamp_response,
)

SECONDS_MAX = 5.0
TOKEN_BYTES_MAX = 64 * 1024


class NotStamped(Exception):
    """The authority is away, refused, or answered something that is no time stamp of what was sent."""


@dataclass(frozen=True)
class TimeStampAuthority:
    """An authority, and the roots that its certificate must come from."""

    url: str
    http: httpx.AsyncClient
    roots: Sequence[Certificate]

    async def stamp(self, content: bytes) -> bytes:
        """The authority's verified answer about this content, in DER; `NotStamped`."""
        request = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
        headers = {"Content-Type": "application/timestamp-query"}
        try:
            answer = await self.http.post(self.url, content=request.as_bytes(), headers=headers, timeout=SECONDS_MAX)
            answer.raise_for_status()
        except httpx.HTTPError as failure:
            raise NotStamped(f"the time-stamping authority gave no answer: {type(failure).__name__}") from failure
        if len(answer.content) > TOKEN_BYTES_MAX:
            raise NotStamped("the time-stamping authority's answer is too long")
        try:
            found = decode_timestamp_response(answer.content)
            _verifier(self.roots, request.nonce).verify_message(found, content)
        except (ValueError, VerificationError) as failure:
            raise NotStamped(f"the time stamp does not hold: {failure}") from failure
        return answer.content


def is_about(token: bytes, content: bytes, roots: Sequence[Certificate]) -> bool:
    """Whether a kept answer stamps this content; without `roots`, whoever gave it and however it is signed."""
    if not roots:
        return hashlib.sha256(content).digest() in token
    try:
        _verifier(roots).verify_message(decode_timestamp_response(token), content)
    except (ValueError, VerificationError):
        return False
    return True


def _verifier(roots: Sequence[Certificate], nonce: int | None = None) -> Verifier:
    builder = VerifierBuilder(nonce=nonce)
    for root in roots:
        builder = builder.add_root_certificate(root)
    return builder.build()


def load_roots(file: Path) -> list[Certificate]:
    """The certificates of a PEM file."""
    return load_pem_x509_certificates(file.read_bytes())
