"""From any piece of evidence to the other incidents that name it."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.defender.evidence import pivot_of, pivot_of_device
from mtp_tui.defender.models import detail_from, incident_from
from mtp_tui.sim.stories import build_incidents
from mtp_tui.store.store import Store
from tests.defender.shapes import raw
from tests.store.shapes import incident, naming, opened
from tests.support.clocks import NOON, StoppedClock

FILE: dict[str, object] = {"entityType": "File", "fileName": "evil.exe", "sha256": "AB" * 32, "sha1": "cd" * 20}


async def test_incidents_with_the_same_hash_are_found_newest_first(store: Store) -> None:
    await store.put(
        [
            naming(1, FILE, lastUpdateTime="2026-11-19T00:00:00Z"),
            naming(2, FILE | {"fileName": "other.exe"}, lastUpdateTime="2026-11-20T00:00:00Z"),
            naming(3, {"entityType": "File", "fileName": "EVIL.EXE"}),
        ],
        NOON,
    )
    found = await store.pivot("hash", "ab" * 32)
    assert (found.kind, found.ids, found.count) == ("hash", ("2", "1"), 2)
    assert (await store.pivot("hash", "ab" * 32, besides="2")).ids == ("1",)
    assert set((await store.pivot("file", " evil.exe ")).ids) == {"1", "3"}
    assert (await store.pivot("user", "evil.exe")).ids == ()


ADDRESS: dict[str, object] = {"entityType": "Ip", "ipAddress": "192.0.2.1"}
TIMES = {"createdTime": "2026-11-01T00:00:00Z", "lastUpdateTime": "2026-11-09T00:00:00Z"}
ACTIVE = {"firstActivity": "2026-11-02T00:00:00Z", "lastActivity": "2026-11-04T00:00:00Z"}


@pytest.mark.parametrize(("alert", "first", "last"), [(ACTIVE, 2, 4), ({}, 1, 9)])
async def test_the_span_is_that_of_the_alerts_then_of_the_incident(
    store: Store, alert: dict[str, object], first: int, last: int
) -> None:
    await store.put([incident(1, alerts=[{"entities": [ADDRESS], **alert}, {"title": "Other"}], **TIMES)], NOON)
    found = await store.pivot("address", "192.0.2.1")
    assert (found.active_from, found.active_until) == (
        datetime(2026, 11, first, tzinfo=UTC),
        datetime(2026, 11, last, tzinfo=UTC),
    )


async def test_the_span_reaches_over_all_incidents(store: Store) -> None:
    await store.put(
        [
            incident(number, alerts=[{"entities": [ADDRESS]} | active], **TIMES)
            for number, active in enumerate(({}, ACTIVE))
        ],
        NOON,
    )
    found = await store.pivot("address", "192.0.2.1", besides="0")
    assert (found.active_from, found.active_until) == (
        datetime(2026, 11, 2, tzinfo=UTC),
        datetime(2026, 11, 4, tzinfo=UTC),
    )
    found = await store.pivot("address", "192.0.2.1")
    assert (found.active_from, found.active_until) == (
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 11, 9, tzinfo=UTC),
    )


async def test_evidence_without_any_time_has_no_span(store: Store) -> None:
    await store.put([naming(1, FILE, createdTime=None, lastUpdateTime=None)], NOON)
    found = await store.pivot("file", "evil.exe")
    assert (found.count, found.active_from, found.active_until) == (1, None, None)


async def test_a_value_is_found_where_it_is_all_of_a_text_and_not_a_part_of_one(store: Store) -> None:
    await store.put(
        [
            naming(1, {"entityType": "Url", "url": "https://a.example/b"}),
            naming(2, {"entityType": "Url", "url": "https://a.example/b/c"}, {"entityType": "Url", "url": "x"}),
            naming("seven", {"entityType": "Url", "url": "https://A.example/b"}),
        ],
        NOON,
    )
    assert set((await store.pivot("url", "https://a.example/b")).ids) == {"1", "seven"}


async def test_without_full_text_search_the_bodies_are_read(clock: StoppedClock) -> None:
    async with opened(None, clock, full_text=False) as store:
        await store.put([naming(1, FILE), naming("two", FILE), naming(3, FILE | {"sha256": "ef" * 32})], NOON)
        assert set((await store.pivot("hash", "ab" * 32)).ids) == {"1", "two"}
        assert (await store.pivot("file", "evil.exe", besides="two")).count == 2


async def test_an_incident_that_no_longer_names_it_is_not_found(store: Store) -> None:
    await store.put([naming(1, FILE)], NOON)
    await store.put([incident(1, lastUpdateTime="2026-11-20T11:00:00Z")], NOON)
    assert (await store.pivot("file", "evil.exe")).count == 0


@pytest.mark.parametrize("value", ["ws-1.contoso.example", "WS-1", "d" * 40, "00000000-0000-0000-0000-0000000000d1"])
async def test_a_device_is_found_by_every_name_it_has(store: Store, value: str) -> None:
    device = {
        "mdatpDeviceId": "d" * 40,
        "aadDeviceId": "00000000-0000-0000-0000-0000000000d1",
        "deviceDnsName": "ws-1.contoso.example",
        "hostName": "ws-1",
    }
    await store.put([incident(1, alerts=[{"devices": [device]}])], NOON)
    assert (await store.pivot("device", value)).ids == ("1",)


async def test_whatever_can_be_looked_for_in_a_story_finds_that_story(store: Store) -> None:
    incidents = [incident_from(raw(body)) for body in build_incidents(2, NOON)[:120]]
    await store.put(incidents, NOON)
    kinds = set()
    for each in incidents:
        detail = detail_from(each.raw)
        for wanted in (*map(pivot_of, detail.entities), *map(pivot_of_device, detail.devices)):
            if wanted is not None:
                kinds.add(wanted.kind)
                assert each.id in (await store.pivot(wanted.kind, wanted.value)).ids
    assert {"user", "device", "hash", "address", "url", "mailbox"} <= kinds


@settings(max_examples=80)
@given(st.text(min_size=1, max_size=20) | st.text("äÄßé\u0130x ", min_size=250, max_size=300), st.text(max_size=9))
def test_any_value_that_is_named_is_found_as_it_was_sent(value: str, other: str) -> None:
    async def ask() -> None:
        async with opened(None, StoppedClock()) as store:
            named = naming(1, {"entityType": "Url", "url": value}, {"entityType": value, "displayName": value})
            await store.put([named, naming(2, {"entityType": "Url", "url": "https://contoso.example"})], NOON)
            for entity in detail_from(named.raw).entities:
                wanted = pivot_of(entity)
                if wanted is not None and wanted.value.strip():
                    assert "1" in (await store.pivot(wanted.kind, wanted.value)).ids
            await store.pivot(other, other, besides=other)

    asyncio.run(ask())
