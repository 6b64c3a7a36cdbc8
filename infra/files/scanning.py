"""Asking clamd whether a file is malware (ATT-2)."""

import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import aioclamd

SECONDS_MAX = 60


class ScannerUnavailable(Exception):
    """The scanner does not answer, or not with a verdict: the file waits."""


class Scanner(Protocol):
    """Whatever knows malware."""

    async def finds_malware(self, pieces: AsyncIterator[bytes]) -> bool:
        """Whether it is malware; `ScannerUnavailable` without a verdict."""
