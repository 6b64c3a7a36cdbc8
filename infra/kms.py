"""Wrapping by a key management service that speaks AWS KMS: the wrapping key itself never leaves it (ADR 13)."""

import asyncio
from collections.abc import Callable
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from infra.wrapping import WrappingKeyTrouble

# Three tries within these bounds: whoever waits for a key, waits no longer than half a minute.
_BOUNDS = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})


class KmsKey:
    """Wraps data keys by a KMS key; the name goes along as the encryption context, and has to fit again.

    Its credentials are those of the environment, as AWS has them. Every method raises `WrappingKeyTrouble` where the
    service does not answer or refuses.
    """

    def __init__(self, key_id: str, region: str, url: str | None = None) -> None:
        self._key_id = key_id
        self._client: Any = get_session().create_client("kms", region_name=region, endpoint_url=url, config=_BOUNDS)

    async def current(self) -> str:
        """The key's own name, also where the settings name it by an alias."""
        described = await _asked(lambda: self._client.describe_key(KeyId=self._key_id))
        arn: str = described["KeyMetadata"]["Arn"]
        return arn

    async def wrap(self, name: str, key: bytes) -> tuple[bytes, str]:
        answer = await _asked(
            lambda: self._client.encrypt(KeyId=self._key_id, Plaintext=key, EncryptionContext={"name": name})
        )
        return answer["CiphertextBlob"], answer["KeyId"]

    async def unwrap(self, name: str, wrapped: bytes, wrapping_key_id: str) -> bytes:
        answer = await _asked(
            lambda: self._client.decrypt(
                KeyId=wrapping_key_id, CiphertextBlob=wrapped, EncryptionContext={"name": name}
            )
        )
        key: bytes = answer["Plaintext"]
        return key

    async def rotate(self) -> str:
        """Here the settings name the new key: what is wrapped by others follows it."""
        return await self.current()

    async def retire(self, wrapping_key_id: str) -> None:
        """Disable the key; whoever owns it deletes it there."""
        if wrapping_key_id == await self.current():
            raise WrappingKeyTrouble(f"The wrapping key {wrapping_key_id} is the current one: rotate first.")
        key_id = wrapping_key_id.rpartition("/")[2]
        await _asked(lambda: self._client.disable_key(KeyId=key_id))


async def _asked(question: Callable[[], Any]) -> Any:
    try:
        return await asyncio.to_thread(question)
    except ClientError as refusal:
        # Its text may quote the request; its code does not.
        raise WrappingKeyTrouble(f"The KMS refuses: {refusal.response['Error']['Code']}.") from None
    except BotoCoreError as trouble:
        raise WrappingKeyTrouble(f"The KMS does not answer: {type(trouble).__name__}.") from None
