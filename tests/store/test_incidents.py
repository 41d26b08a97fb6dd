"""Incidents put in come out the same, newest first, and an older state never hides a newer one."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.defender.models import Incident, incident_from, page_from
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.sim.oddities import MOMENTS, odd_incidents
from mtp_tui.sim.stories import build_incidents
from mtp_tui.store.bodies import digest
from mtp_tui.store.store import FieldChange, LastLook, Store, Unseen
from tests.defender.shapes import incident_json, raw
from tests.defender.test_any_json import ANY_JSON, FIELDS, TIMES
from tests.store.shapes import everything, forget_older_than, found_among, incident, opened
from tests.support.clocks import NOON, StoppedClock

LATER = NOON + timedelta(minutes=1)
EARLIER_UPDATE, LATER_UPDATE = "2026-11-20T09:00:00Z", "2026-11-20T11:00:00Z"


def odd_page() -> tuple[Incident, ...]:
    """Everything that was seen in the wild, as the service would send it."""
    body = json.dumps({"value": odd_incidents(StoppedClock())}).encode()
    return page_from(body, IncidentQuery(), NOON).incidents


def ids(incidents: Iterable[Incident]) -> list[str]:
    return [each.id for each in incidents]


# in and out


async def test_every_oddity_comes_back_to_the_byte(store: Store) -> None:
    incidents = odd_page()
    stored = await store.put(incidents, NOON)
    assert stored.new == {each.id for each in incidents}
    found = {each.id: each for each in await everything(store)}
    assert found == {each.id: each for each in incidents}
    assert all(found[each.id].raw == each.raw for each in incidents)


async def test_every_story_comes_back_after_the_file_was_closed(store: Store, clock: StoppedClock) -> None:
    incidents = [incident_from(raw(body)) for body in build_incidents(1, NOON)]
    await store.put(incidents, NOON)
    await store.close()
    assert store.path
    async with opened(store.path.parent, clock) as again:
        assert sorted(await everything(again), key=lambda each: each.id) == sorted(incidents, key=lambda each: each.id)


async def test_any_json_in_any_place_comes_back() -> None:
    bodies: list[bytes] = []

    @settings(max_examples=60)
    @given(FIELDS.filter(lambda key: key != "incidentId"), ANY_JSON | TIMES, st.text(max_size=5))
    def collect(field: str, value: object, incident_id: str) -> None:
        body = incident_json(incidentId=f"{len(bodies)}{incident_id}") | {field: value}
        bodies.append(raw(body | {"alerts": [{"title": value, "entities": [value, {"url": value}], "devices": value}]}))

    collect()
    incidents = [incident_from(body) for body in bodies]
    async with opened(None, StoppedClock()) as store:
        stored = await store.put(incidents, NOON)
        for each in incidents:
            assert await store.wholes([each.id]) == (each,)
        assert not (await store.put(incidents, LATER)).new
        assert stored.new == {each.id for each in incidents}


async def test_an_incident_that_is_not_there_is_none(store: Store) -> None:
    assert await store.wholes(["17"]) == ()
    assert await store.changes_of("17") == ()


async def test_more_than_sqlite_takes_in_one_question_come_in_the_order_asked_for(store: Store) -> None:
    await store.put([incident(number) for number in range(1_200)], NOON)
    wanted = [str(number) for number in range(1_199, -1, -1)]
    assert ids(await store.wholes([*wanted[:600], "none", *wanted[600:], "7"])) == [*wanted, "7"]


async def test_the_newest_update_is_on_top_and_those_without_a_time_at_the_end(store: Store) -> None:
    none = incident(3, lastUpdateTime=None)
    tied = [incident(number, lastUpdateTime=EARLIER_UPDATE) for number in (10, 9)]
    await store.put([none, *tied, incident(4, lastUpdateTime=LATER_UPDATE)], NOON)
    assert ids(await everything(store)) == ["4", "9", "10", "3"]
    assert [row.id for row in await store.listed(2)] == ["4", "9"]
    assert [row.id for row in await store.listed(9, tied[1])] == ["10", "3"]


async def test_rows_without_bodies_are_the_same_but_for_their_bytes(store: Store) -> None:
    whole = incident(1, tags=["a", "b"])
    await store.put([whole], NOON)
    assert await store.listed(1) == [replace(whole, sent=b"")]


async def test_digests_tell_whether_the_same_bytes_came_again(store: Store) -> None:
    many = [incident(number) for number in range(600)]
    await store.put(many, NOON)
    assert await store.digests([each.id for each in (*many, incident(700))]) == {
        each.id: digest(each.raw) for each in many
    }
    assert await store.digests([]) == {}


async def test_moments_keep_every_digit(store: Store) -> None:
    incidents = [incident(number, createdTime=text) for number, text in enumerate(MOMENTS)]
    await store.put(incidents, NOON)
    assert [each.created_at for each in sorted(await everything(store), key=lambda each: int(each.id))] == [
        each.created_at for each in incidents
    ]


async def test_ten_thousand_incidents_in_pages_and_back(store: Store) -> None:
    for page in range(100):
        await store.put([incident(page * 100 + number, incidentName="x") for number in range(100)], NOON)
    assert len(await everything(store)) == 10_000


# which state counts


async def test_the_same_again_is_no_news_and_moves_its_age(store: Store, clock: StoppedClock) -> None:
    await store.put([incident()], NOON)
    clock.advance(60)
    again = await store.put([incident()], LATER)
    assert (again.new, again.changed) == (frozenset(), {})
    assert (await store.info()).as_of == LATER


async def test_the_same_in_other_spacing_is_no_news(store: Store) -> None:
    await store.put([incident()], NOON)
    other = incident_from(json.dumps(incident_json(incidentId=1, **{"@odata.context": "x"}), indent=1).encode())
    assert not (await store.put([other], LATER)).changed


@pytest.mark.parametrize(
    ("first", "second", "minutes_later", "wins"),
    [
        (EARLIER_UPDATE, LATER_UPDATE, 1, True),
        (EARLIER_UPDATE, LATER_UPDATE, -1, True),
        (LATER_UPDATE, EARLIER_UPDATE, 1, False),
        (LATER_UPDATE, LATER_UPDATE, 1, True),
        (LATER_UPDATE, LATER_UPDATE, 0, True),
        (LATER_UPDATE, LATER_UPDATE, -1, False),
        (None, None, 1, True),
        (None, None, -1, False),
    ],
)
async def test_the_later_update_counts_and_then_the_later_answer(
    store: Store, first: str | None, second: str | None, minutes_later: int, wins: bool
) -> None:
    await store.put([incident(severity="Low", lastUpdateTime=first)], NOON)
    stored = await store.put(
        [incident(severity="High", lastUpdateTime=second)], NOON + timedelta(minutes=minutes_later)
    )
    (found,) = await everything(store)
    assert (found.severity == "High") is wins
    assert bool(stored.changed) is wins


async def test_of_two_states_in_one_answer_the_newer_counts(store: Store) -> None:
    newer, older = incident(lastUpdateTime=LATER_UPDATE), incident(lastUpdateTime=EARLIER_UPDATE)
    await store.put([newer, older], NOON)
    assert await everything(store) == (newer,)


# what changed


async def test_changed_fields_are_named_with_before_and_after(store: Store) -> None:
    await store.put([incident(lastUpdateTime=EARLIER_UPDATE, tags=["a"])], NOON)
    stored = await store.put(
        [incident(lastUpdateTime=LATER_UPDATE, tags=["a", "b"], severity="High", comments=[{"comment": "!"}])], LATER
    )
    assert set(stored.changed["1"]) == {
        FieldChange("severity", "Medium", "High"),
        FieldChange("tags", "a", "a, b"),
        FieldChange("comments", "", "1"),
    }


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ({"alerts": [{"title": "x"}]}, {"alerts": [{"title": "y"}]}, FieldChange("alerts")),
        ({}, {"alerts": [{"title": "x"}]}, FieldChange("alert_count", "0", "1")),
        ({"alerts": [{"alertId": "a"}]}, {"alerts": [{"alertId": "b"}]}, FieldChange("alert_ids", "a", "b")),
        (
            {"alerts": [{"alertId": "b"}, {"alertId": "a"}]},
            {"alerts": [{"alertId": "a"}, {"alertId": "b"}]},
            FieldChange("alerts"),
        ),
        ({}, {"summary": "new"}, FieldChange("summary", "", "new")),
        ({}, {}, FieldChange("updated_at", "2026-11-20 09:00:00 UTC", "2026-11-20 11:00:00 UTC")),
    ],
)
async def test_whatever_differs_has_a_name(
    store: Store, before: dict[str, object], after: dict[str, object], field: FieldChange
) -> None:
    await store.put([incident(lastUpdateTime=EARLIER_UPDATE, **before)], NOON)
    stored = await store.put([incident(lastUpdateTime=LATER_UPDATE, **after)], LATER)
    assert stored.changed == {"1": (field,)}


async def test_new_and_changed_ones_are_unseen_until_they_are_marked(store: Store) -> None:
    await store.put([incident(1), incident(2)], NOON)
    assert await store.unseen() == Unseen(new=frozenset({"1", "2"}))
    await store.mark_seen(["1"], NOON)
    assert await store.unseen() == Unseen(new=frozenset({"2"}))
    await store.put([incident(1, severity="High")], LATER)
    assert await store.unseen() == Unseen(frozenset({"2"}), frozenset({"1"}))
    assert await store.changes_of("1") == (FieldChange("severity", "Medium", "High"),)
    await store.mark_seen(None, LATER)
    assert await store.unseen() == Unseen()
    assert await store.changes_of("1") == ()


async def test_what_came_after_the_look_stays_unseen(store: Store, clock: StoppedClock) -> None:
    await store.put([incident(1)], NOON)
    await store.mark_seen(None, NOON)
    clock.advance(60)
    await store.put([incident(1, severity="High")], LATER)
    for which in (["1"], None):
        await store.mark_seen(which, NOON)
        assert (await store.unseen()).changed == {"1"}
        assert await store.changes_of("1")


async def test_a_change_that_was_taken_back_is_none(store: Store) -> None:
    await store.put([incident(1)], NOON)
    await store.mark_seen(None, NOON)
    for minute, severity in enumerate(("High", "Low"), 1):
        await store.put([incident(1, severity=severity)], NOON + timedelta(minutes=minute))
    assert await store.changes_of("1") == (FieldChange("severity", "Medium", "Low"),)
    await store.put([incident(1)], NOON + timedelta(minutes=3))
    assert await store.changes_of("1") == ()


async def test_a_look_tells_when_the_one_before_was_and_what_has_changed(store: Store, clock: StoppedClock) -> None:
    await store.put([incident(1), incident(2)], NOON)
    assert await store.look_at("1", NOON) == LastLook()
    clock.advance(60)
    await store.put([incident(1, severity="High"), incident(2, severity="High")], LATER)
    assert await store.look_at("1", NOON) == LastLook(NOON, (FieldChange("severity", "Medium", "High"),))
    look = await store.look_at("1", LATER)
    assert (look.at, look.changes[0].as_of) == (NOON, LATER)
    assert await store.look_at("1", LATER) == LastLook(LATER)
    assert await store.unseen() == Unseen(new=frozenset({"2"}))


# leaving


async def test_what_is_older_than_the_retention_is_forgotten(store: Store, clock: StoppedClock) -> None:
    old = "2026-05-01T00:00:00Z"
    await store.put(
        [incident(1), incident(2, lastUpdateTime=old), incident(3, lastUpdateTime=None, createdTime=old)], NOON
    )
    assert await forget_older_than(store) == 2
    assert ids(await everything(store)) == ["1"]
    assert await forget_older_than(store, 0.01) == 1
    assert (await store.info()).incidents == 0
    assert await found_among(store, "multi", ["1", "2", "3"]) == frozenset()
    assert await store.check() == ""
