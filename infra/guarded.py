"""A network that reaches public addresses alone, for requests whose address somebody else has named."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[list[str]]]


# Special by IANA, and taken for anybody's by some of the Pythons we run on (CVE-2024-4032), or lately named so.
_SPECIAL_TOO: Sequence[Network] = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("2001::/23"),
    IPv6Network("3fff::/20"),
    IPv6Network("5f00::/16"),
)


class ForbiddenAddress(httpcore.ConnectError):
    """The name stands for an address that must not be reached from here."""


def is_public(address: Address) -> bool:
    """Whether an address is anybody's: not of this machine or network, and no way around that."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        # Tunnels lead to the IPv4 address they hold, and nobody's server is to be found at one.
        if address.is_site_local or address.sixtofour or address.teredo:
            return False
    if any(address in network for network in _SPECIAL_TOO):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def is_allowed(address: Address, private_allowed: Iterable[Network]) -> bool:
    """Whether it may be reached: it is public, or in a network that the settings name."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return is_public(address) or any(address in network for network in private_allowed)


async def resolved(host: str, port: int) -> list[str]:
    """The addresses that a name has now."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Resolves a name once, checks every address it has, and connects to one that was checked.

    So a name that stands for another address a moment later (DNS rebinding) changes nothing. TLS still asks for the
    certificate of the name.
    """

    def __init__(self, private_allowed: Sequence[Network] = (), resolve: Resolve = resolved) -> None:
        self._network = httpcore.AnyIOBackend()
        self._private_allowed = private_allowed
        self._resolve = resolve

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface's own
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                addresses = [ip_address(each.partition("%")[0]) for each in await self._resolve(host, port)]
        except TimeoutError:
            raise httpcore.ConnectTimeout("the name takes too long") from None
        except (OSError, UnicodeError, ValueError):
            raise httpcore.ConnectError("the name stands for no address") from None
        if not all(is_allowed(each, self._private_allowed) for each in addresses):
            raise ForbiddenAddress("a private address")
        return await self._connected(addresses, port, timeout)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _connected(
        self, addresses: Sequence[Address], port: int, seconds: float | None
    ) -> httpcore.AsyncNetworkStream:
        trouble: Exception = httpcore.ConnectError("the name stands for no address")
        for address in addresses:
            try:
                return await self._network.connect_tcp(str(address), port, seconds)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                trouble = failure
        raise trouble
