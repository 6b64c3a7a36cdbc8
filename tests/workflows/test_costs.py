"""The ceiling on what the reference case may cost the engine."""

from bench.history import happy_path, measure

EVENTS_MAX = 60
ACTIONS_MAX = 18
HISTORY_BYTES_MAX = 16_000


async def test_the_reference_case_stays_under_its_ceiling() -> None:
    (cost,) = await measure({"access recovery": happy_path})
    assert cost.deliveries == 4
    assert cost.events <= EVENTS_MAX
    assert 0 < cost.actions <= ACTIONS_MAX
    assert cost.history_bytes <= HISTORY_BYTES_MAX
