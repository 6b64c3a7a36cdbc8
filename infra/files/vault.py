"""Where attached files lie: a folder or an S3 bucket, sealed piece by piece under the key of their case."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import BinaryIO

from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore

from domain.sealing import Keyring

PIECE_BYTES = 256 * 1024
SEALING_BYTES = 28  # nonce and tag
# What is put away is held in memory by parts, two of each file: S3 takes no smaller ones.
PUT_AT_ONCE_MAX = 2
PART_BYTES = 5 * 1024**2
PART_OF_A_FOLDER_BYTES = 512 * 1024
_SEALED_PIECE_BYTES = PIECE_BYTES + SEALING_BYTES


class FilesUnavailable(OSError):
    """The store of the files does not answer, or has lost the file."""


@dataclass(frozen=True)
class FileVault:
    """Sealed files. A piece is bound to its file, its turn and the number of all: none can be left out."""

    files: ObjectStore
    keyring: Keyring
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PUT_AT_ONCE_MAX), init=False)

    async def keep(self, number: str, place: str, size_bytes: int, file: BinaryIO) -> None:
        """Seal so many bytes of `file` and put them away."""
        key = await self.keyring.key(number)
        pieces = _count(size_bytes)

        async def sealed() -> AsyncIterator[bytes]:
            for turn in range(pieces):
                yield key.seal(_label(place, turn, pieces), file.read(PIECE_BYTES))

        file.seek(0)
        part_bytes = PART_OF_A_FOLDER_BYTES if isinstance(self.files, LocalStore) else PART_BYTES
        try:
            async with self._places:
                await self.files.put_async(_path(number, place), sealed(), chunk_size=part_bytes, max_concurrency=1)
        except BaseError as trouble:
            raise FilesUnavailable("the store of the files does not answer") from trouble

    async def pieces(self, number: str, place: str, size_bytes: int) -> AsyncIterator[bytes]:
        """The file, piece by piece; `Erased` where the key is gone, `FilesUnavailable` where the file is."""
        key = await self.keyring.key(number, may_make=False)
        total, turn, waiting = _count(size_bytes), 0, b""
        try:
            found = await self.files.get_async(_path(number, place))
            async for read in found.stream(min_chunk_size=_SEALED_PIECE_BYTES):
                waiting += bytes(read)
                while len(waiting) >= _SEALED_PIECE_BYTES:
                    sealed, waiting = waiting[:_SEALED_PIECE_BYTES], waiting[_SEALED_PIECE_BYTES:]
                    yield key.open(_label(place, turn, total), sealed)
                    turn += 1
        except (BaseError, FileNotFoundError) as trouble:
            raise FilesUnavailable("the file can't be read") from trouble
        if waiting:
            yield key.open(_label(place, turn, total), waiting)
            turn += 1
        if turn != total:
            raise FilesUnavailable("the file is not whole")

    async def copy_to(self, file: BinaryIO, number: str, place: str, size_bytes: int) -> None:
        """Write the opened file into `file`."""
        async for piece in self.pieces(number, place, size_bytes):
            file.write(piece)
        file.flush()

    async def remove(self, number: str, place: str) -> None:
        """Throw the file away; can be repeated."""
        try:
            await self.files.delete_async(_path(number, place))
        except FileNotFoundError:
            return
        except BaseError as trouble:
            raise FilesUnavailable("the store of the files does not answer") from trouble


def _count(size_bytes: int) -> int:
    return -(-size_bytes // PIECE_BYTES)


def _path(number: str, place: str) -> str:
    return f"attachments/{number}/{place}"


def _label(place: str, turn: int, pieces: int) -> str:
    return f"file {place} {turn}/{pieces}"
