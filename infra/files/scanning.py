"""Asking clamd whether a file is malware (ATT-2)."""

from dataclasses import dataclass
from typing import BinaryIO, Self

import aioclamd

SECONDS_MAX = 60.0
PIECE_BYTES = 64 * 1024


class ScannerUnavailable(Exception):
    """The scanner gives no verdict: the file waits."""


@dataclass(frozen=True)
class Scanner:
    """A clamd. It must take streams of 10 MB (`StreamMaxLength`)."""

    client: aioclamd.ClamdAsyncClient

    @classmethod
    def at(cls, address: str) -> Self:
        """The scanner at `host:port`."""
        host, _, port = address.rpartition(":")
        return cls(aioclamd.ClamdAsyncClient(host, int(port), timeout=SECONDS_MAX))

    async def finds_malware(self, file: BinaryIO) -> bool:
        """Whether it is malware; `ScannerUnavailable` without a verdict."""
        file.seek(0)
        try:
            verdict = await self.client.instream(_InLargePieces(file))
        except (aioclamd.ClamdError, OSError) as trouble:
            raise ScannerUnavailable(type(trouble).__name__) from None
        states = {state for state, _ in (verdict or {}).values()}
        if states not in ({"OK"}, {"FOUND"}):
            raise ScannerUnavailable("no verdict")
        return states == {"FOUND"}


class _InLargePieces:
    """A file for a client that would read it by the kilobyte, each time in another thread."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, _size: int) -> bytes:
        return self._file.read(PIECE_BYTES)
