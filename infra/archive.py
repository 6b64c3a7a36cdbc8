"""Histories of ended processes, kept for years: sealed, in a folder or an S3 bucket (ADR 16)."""

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from cryptography.exceptions import InvalidTag
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store
from temporalio.client import WorkflowHistory

from domain.sealing import Keyring
from infra.codec import key_name
from infra.settings import Settings

if TYPE_CHECKING:
    from obstore.store import S3Config


class ArchiveDamaged(Exception):
    """What lies in the archive is not what was put there, or lies there no more."""


class Sealed(Protocol):
    """Where a sealed history lies, and what it must be."""

    @property
    def process(self) -> str: ...

    @property
    def path(self) -> str: ...

    @property
    def sha256(self) -> str: ...

    @property
    def size_bytes(self) -> int: ...


@dataclass(frozen=True)
class Placed:
    """A history that was put into the archive."""

    process: str
    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Archive:
    """The sealed histories; `Erased` wherever the key of the case is destroyed."""

    files: ObjectStore
    keyring: Keyring

    async def put(self, runs: Sequence[WorkflowHistory]) -> Placed:
        """Seal the runs of one process, oldest first, and put them away; put again they get another place."""
        process = runs[0].workflow_id
        content = json.dumps([run.to_json_dict() for run in runs], ensure_ascii=False).encode()
        key = await self.keyring.key(key_name(process))
        sealed = key.seal(_label(process), gzip.compress(content, mtime=0))
        sha256 = hashlib.sha256(sealed).hexdigest()
        path = f"histories/{process}/{runs[-1].run_id}-{sha256[:16]}"
        await self.files.put_async(path, sealed)
        return Placed(process, path, sha256, len(sealed))

    async def read(self, kept: Sealed) -> list[WorkflowHistory]:
        """The runs as they were put there; raises `ArchiveDamaged`, and `NoKey` where the keys are lost."""
        try:
            sealed = bytes(await (await self.files.get_async(kept.path)).bytes_async())
        except (FileNotFoundError, BaseError) as trouble:
            raise ArchiveDamaged(f"{kept.path} can't be read: {type(trouble).__name__}") from trouble
        if len(sealed) != kept.size_bytes or hashlib.sha256(sealed).hexdigest() != kept.sha256:
            raise ArchiveDamaged(f"{kept.path} is not what was put there")
        key = await self.keyring.key(key_name(kept.process), may_make=False)
        try:
            content = gzip.decompress(key.open(_label(kept.process), sealed))
        except (InvalidTag, OSError) as trouble:
            raise ArchiveDamaged(f"{kept.path} does not open with the key of its case") from trouble
        return [WorkflowHistory.from_json(kept.process, run) for run in json.loads(content)]

    async def remove(self, placed: Placed) -> None:
        """Take away what another worker has put there too."""
        await self.files.delete_async(placed.path)


def open_files(settings: Settings) -> ObjectStore:
    """Where files lie: a folder, which is made, or an S3 bucket with the sign-in of the settings."""
    parts = urlsplit(settings.files)
    if parts.scheme == "file":
        return LocalStore(Path(unquote(parts.path)), mkdir=True)
    config: S3Config = {}
    if settings.files_endpoint:
        config["endpoint"] = settings.files_endpoint
    if settings.files_access_id and settings.files_secret:
        config["access_key_id"] = settings.files_access_id
        config["secret_access_key"] = settings.files_secret.get_secret_value()
    insecure = (settings.files_endpoint or "").startswith("http://")
    return S3Store.from_url(settings.files, config=config, client_options={"allow_http": insecure})


def _label(process: str) -> str:
    return f"history:{process}"
