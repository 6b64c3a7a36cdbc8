"""What portals' own servers are told: signed, at least once under one id, and never into our own network."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from domain.webhooks import fault_of_url
from infra.guarded import GuardedNetwork
from infra.webhooks import Forbidden, Unanswered, WebhookSender
from tests.api_server import Doors, served
from tests.examples import about_application
from tests.house import WITHIN_SECONDS, House
from tests.infra.web_server import web_server
from tests.sandbox_process import REPOSITORY
from worker import bind_activities, dispatching, webhook_worker

pytestmark = pytest.mark.sql
VERIFIER = Path(__file__).with_name("verify.mjs")


@asynccontextmanager
async def telling(home: House) -> AsyncIterator[None]:
    """While this lasts, portals are told."""
    async with AsyncExitStack() as stack:
        activities = await stack.enter_async_context(bind_activities(home.settings, home.client, home.keyring))
        await stack.enter_async_context(webhook_worker(home.settings, home.client, activities))
        await stack.enter_async_context(dispatching(home.settings, home.client))
        yield


async def until(condition: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(WITHIN_SECONDS):
        while not (found := await condition()):  # noqa: ASYNC110 - other processes set no event here
            await asyncio.sleep(0.2)
        return found


async def verdict(secret: str, came: dict[str, Any], body: str | None = None) -> str:
    """What the standard's own library says of a webhook that came."""
    given = {"secret": secret, "headers": came["headers"], "body": body or came["body"]}
    checked = await asyncio.to_thread(
        subprocess.run,
        ["node", str(VERIFIER)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=True,
        timeout=30,
    )
    return checked.stdout.strip()


class Portal:
    """A portal with a server of its own, which the sandbox plays."""

    def __init__(self, home: House, doors: Doors) -> None:
        self.name = f"portal-{uuid4()}"
        self._home = home
        self._doors = doors

    async def post(self, path: str, body: object) -> httpx.Response:
        return await self._doors.post(f"/v1/webhooks{path}", body, uuid4().hex, "portal", self.name)

    async def get(self, path: str) -> Any:
        return (await self._doors.get(f"/v1/webhooks{path}", "portal", self.name)).raise_for_status().json()

    async def adds(self, *types: str) -> dict[str, Any]:
        url = f"{self._home.settings.sandbox_url}/portal/webhooks"
        added = await self.post("/endpoints", {"url": url, "types": list(types)})
        assert added.status_code == 201, added.text
        made: dict[str, Any] = added.json()
        return made

    async def asks(self) -> str:
        """Opens an appeal; its number."""
        return await self._home.open(about_application(), portal=self.name)

    async def came(self, number: str, kind: str = "", times: int = 1) -> list[dict[str, Any]]:
        """What its server was sent of an appeal, as soon as there is so much."""

        async def enough() -> list[dict[str, Any]]:
            sent = (await self._home.http.get("/portal/webhooks")).raise_for_status().json()
            of_it = [each for each in sent if number in each["body"] and kind in each["body"]]
            return of_it if len(of_it) >= times else []

        return list(await until(enough))

    async def delivery(self, number: str, state: str) -> dict[str, Any]:
        async def settled() -> dict[str, Any] | None:
            ledger = (await self.get("/deliveries"))["deliveries"]
            return next((each for each in ledger if each["number"] == number and each["state"] == state), None)

        return dict(await until(settled))


@pytest.mark.requirement("AUD-3", "STS-1")
async def test_a_portal_is_told_what_the_standards_own_library_takes(home: House) -> None:
    async with telling(home), served(home.settings) as api:
        portal = Portal(home, Doors(api, home.http))
        made = await portal.adds("appeal.registered")
        secret = made["secret"]
        number = await portal.asks()
        (came,) = await portal.came(number)
        event = json.loads(came["body"])
        assert (event["type"], event["data"]["number"]) == ("appeal.registered", number)
        assert await verdict(secret, came) == "taken"
        assert (await verdict(secret, came, came["body"].replace("registered", "erased"))).startswith("refused")
        # A rotated secret signs beside the former one, so that no server refuses anything meanwhile.
        later = (await portal.post("/secrets", {})).json()["secret"]
        assert later != secret
        (both,) = await portal.came(await portal.asks())
        assert [await verdict(each, both) for each in (secret, later)] == ["taken", "taken"]
        assert (await portal.get("/endpoints"))["endpoints"][0].get("secret") is None, "a secret is shown once"
        # Another portal neither sees nor manages any of it.
        other = Portal(home, Doors(api, home.http))
        assert (await other.get("/endpoints"))["endpoints"] == []
        delivered = await portal.delivery(number, "delivered")
        assert (await other.post(f"/deliveries/{delivered['id']}/redeliver", {})).status_code == 404
        # Asked for again, it comes with the same id.
        assert (await portal.post(f"/deliveries/{delivered['id']}/redeliver", {})).status_code == 202
        again = await portal.came(number, times=2)
        assert {each["headers"]["webhook-id"] for each in again} == {came["headers"]["webhook-id"]}


@pytest.mark.requirement("STS-1")
async def test_a_server_that_was_away_is_told_later_and_one_that_is_gone_never_more(home: House) -> None:
    async with telling(home), served(home.settings) as api:
        portal = Portal(home, Doors(api, home.http))
        made = await portal.adds("appeal.registered")
        await home.fault("portal", "unavailable", times=2)
        number = await portal.asks()
        (came,) = await portal.came(number)
        assert came["headers"]["webhook-id"]
        delivered = await portal.delivery(number, "delivered")
        assert delivered["attempts"] == 3
        await home.fault("portal", "gone", times=1)
        failed = await portal.delivery(await portal.asks(), "failed")
        assert (failed["answered"], failed["fault"]) == (410, "gone")
        (endpoint,) = (await portal.get("/endpoints"))["endpoints"]
        assert (endpoint["id"], endpoint["enabled"], endpoint["disabled_because"]) == (made["id"], False, "gone")

        async def noticed() -> bool:
            letters = (await home.http.get("/inbox/messages")).raise_for_status().json()
            return any(portal.name in letter["subject"] for letter in letters)

        assert await until(noticed), "the supervisor is told"
        await home.mended()


@pytest.mark.requirement("AUD-3")
@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/x",
        "https://user:word@example.org/",
        "https://example.org/#x",
        "https://",
        "http://[::1",
        "ж",
    ],
)
def test_an_address_that_nothing_is_sent_to_is_refused(url: str) -> None:
    assert fault_of_url(url, plain_allowed=True)


def test_production_sends_over_tls_alone() -> None:
    assert fault_of_url("http://example.org/hook", plain_allowed=False)
    assert not fault_of_url("https://example.org/hook", plain_allowed=False)


_NOW = datetime(2026, 11, 23, tzinfo=UTC)
PRIVATE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104
    *("::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "224.0.0.1"),
    # What Python has taken for anybody's, until a later patch of it or to this day.
    *("192.0.0.9", "192.0.0.100", "192.88.99.1", "64:ff9b:1::1", "2001:1::1", "3fff::1", "5f00::1", "::127.0.0.1"),
]


@pytest.mark.requirement("AUD-3")
@pytest.mark.parametrize("address", PRIVATE)
async def test_nothing_is_sent_into_our_own_network_whatever_name_it_has(address: str) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["93.184.216.34", address]  # one good address beside a bad one makes no difference

    sender = WebhookSender(network=GuardedNetwork(resolve=resolve))
    try:
        with pytest.raises(Forbidden):
            await sender.post("https://portal.example/hook", "evt_1", "{}", [], _NOW)
    finally:
        await sender.aclose()


WAYS_TO_SAY_LOCALHOST = [
    *("127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0", "localhost", "localhost."),
    *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[::127.0.0.1]"),
    *("%31%32%37.0.0.1", "127.0.0.1%00.example.org", "127%2e0.0.1", "a..b", "[v1.x]"),
]


@pytest.mark.requirement("AUD-3")
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_no_way_to_write_our_own_machine_reaches_it(scheme: str) -> None:
    with web_server() as ours:
        sender, port = WebhookSender(), urlsplit(ours.url).port
        for host in WAYS_TO_SAY_LOCALHOST:
            with pytest.raises((Forbidden, Unanswered)):
                await sender.post(f"{scheme}://{host}:{port}/hook", "evt_1", "{}", [], _NOW)
        await sender.aclose()
        assert ours.requests == []


@pytest.mark.requirement("AUD-3")
async def test_what_was_checked_is_what_is_reached_and_no_redirect_is_followed() -> None:
    asked: list[str] = []

    async def another_each_time(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with web_server() as portals:
        network = GuardedNetwork([IPv4Network("127.0.0.1/32")], another_each_time)
        sender, port = WebhookSender(network=network), urlsplit(portals.url).port
        portals.answers(302)
        assert await sender.post(f"http://portal.example:{port}/hook", "evt_1", "{}", [], _NOW) == 302
        assert [path for _, path, *_ in portals.requests] == ["/hook"], "nobody goes where the answer leads"
        with pytest.raises(Forbidden):
            await sender.post(f"http://portal.example:{port}/hook", "evt_1", "{}", [], _NOW)
        await sender.aclose()
        assert asked == ["portal.example"] * 2, "a name is asked for once for each connection"
