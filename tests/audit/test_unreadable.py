"""Where something in a history does not decode: a finding that names case and event, and all others are verified."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from api.pages.audit_words import finding_in_words
from audit.corpus import OURS, replay_all
from audit.replay import StrongReplayer
from domain.contracts.audits import Standing
from tests.audit.conftest import Audited
from tests.audit.forging import history, recorded
from tests.walks import with_question

pytestmark = pytest.mark.requirement("AUD-2")
NO_TEXT, UNKNOWN = b64encode(b"\xff{").decode(), b64encode(b"binary/unknown").decode()


async def test_the_event_is_named_where_a_payload_does_not_open(audited: Audited) -> None:
    verifier = audited.verifier(audited.home.register)
    async with audited.forged_in_engine(audited.open) as event:
        run = await audited.home.run_id(audited.open)
        verdict = await verifier.verify(audited.open)
        found = f"event {event} of run {run}: what is there does not open: it was changed or moved"
        assert (verdict.standing, verdict.finding) == (Standing.DIVERGED, found)
        assert re.match("[А-ЯЁ]", finding_in_words(found))
        one = await audited.command("replay", audited.open)
        assert found in one.stderr.replace("\n", " ")
        codec = audited.home.client.data_converter.payload_codec
        replays = {each.process: each.reason async for each in replay_all(verifier.sources, codec, OURS, processes=1)}
        assert replays[f"appeal-{audited.open}"] == found
        assert replays[f"appeal-{audited.ended}"] == "", "the others are replayed all the same"
    assert (await verifier.verify(audited.open)).standing is Standing.HOLDS


async def test_all_others_are_verified_whatever_the_engine_can_t_give(audited: Audited) -> None:
    damaged = await with_question(audited.home)
    await audited.home.at_rest(damaged)
    async with audited.forged_in_engine(damaged, whole=True), audited.forged_in_engine(audited.open) as event:
        verified = await audited.command("verify", "--all", "--processes", "2")
    assert verified.returncode == 1
    told = dict(re.findall(r"^(\d{16}): (.*)$", verified.stderr, re.MULTILINE))
    assert told[damaged] == "the engine does not give its history: UNAVAILABLE"
    assert told[audited.open].startswith(f"event {event} of run ")
    assert audited.ended not in told
    assert re.match("[А-ЯЁ]", finding_in_words(told[damaged]))


def payloads(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for each in node:
            yield from payloads(each)
    elif isinstance(node, dict) and "metadata" in node and "data" in node:
        yield node
    elif isinstance(node, dict):
        for each in node.values():
            yield from payloads(each)


async def test_each_payload_that_is_none_is_found_in_its_event() -> None:
    clean = recorded("happy_path")
    places = [(nth, of) for nth, event in enumerate(clean["events"]) for of, _ in enumerate(payloads(event))]
    assert len(places) > 20
    for nth, of in places:
        for change in ({"data": NO_TEXT}, {"metadata": {"encoding": UNKNOWN}}):
            forged = deepcopy(clean)
            list(payloads(forged["events"][nth]))[of].update(change)
            divergence = (await StrongReplayer().replay([history(forged)])).divergence
            assert divergence, (nth, of)
            assert divergence.event_id == int(clean["events"][nth]["eventId"])


async def test_a_marker_of_another_shape_is_found() -> None:
    forged = recorded("happy_path")
    marker = next(each["markerRecordedEventAttributes"] for each in forged["events"] if "MARKER" in each["eventType"])
    (about,) = marker["details"]["data"]["payloads"]
    assert b"activity_type" in b64decode(about["data"])
    about["data"] = b64encode(b"[]").decode()
    assert (await StrongReplayer().replay([history(forged)])).divergence
