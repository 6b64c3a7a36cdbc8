"""A caller's connection, as lean as can be: what it costs itself is not ours to measure."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from uuid import uuid4

JSON = "application/json"


class LeanConnection:
    """One connection that is kept, for one request after the other; `RuntimeError` for an answer that is no 2xx."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
        self._reader, self._writer, self._head = reader, writer, head

    async def get(self, path: str) -> bytes:
        return await self._ask(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())

    async def post(self, path: str, body: bytes, media_type: str = JSON) -> bytes:
        """The answer to this body, sent under a key of its own."""
        entity = f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\nIdempotency-Key: {uuid4().hex}\r\n"
        return await self._ask(f"POST {path} HTTP/1.1\r\n{self._head}{entity}\r\n".encode() + body)

    async def _ask(self, request: bytes) -> bytes:
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"content-length: (\d+)", head)
        body = await self._reader.readexactly(int(length[1]) if length else 0)
        if not head.startswith(b"http/1.1 2"):
            raise RuntimeError((head + body).decode())
        return body


@asynccontextmanager
async def connected(url: str, token: str = "", cookie: str = "") -> AsyncIterator[LeanConnection]:
    """A connection to this server, for a caller with this token, or for a browser with the cookie of a session."""
    address = urlsplit(url)
    head = f"Host: {address.netloc}\r\n" + (f"Authorization: Bearer {token}\r\n" if token else "")
    head += f"Cookie: {cookie}\r\nAccept-Encoding: gzip\r\n" if cookie else ""
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield LeanConnection(reader, writer, head)
    finally:
        writer.close()
