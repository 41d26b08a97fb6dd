"""Properties: whatever JSON stands in the place of any field of a whole incident, all of it can be looked at."""

import copy
import json
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.defender.models import page_from
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.sim.oddities import HOSTILE_TEXTS, MOMENTS
from tests.defender.shapes import incident_json, raw
from tests.defender.test_any_json import ANY_JSON
from tests.oddities.connectors import CONNECTORS
from tests.oddities.seen import seen, sober
from tests.support.clocks import NOON

Place = tuple[str | int, ...]

NASTY = st.sampled_from(
    [*HOSTILE_TEXTS.values(), *MOMENTS, " ", "\u200b", "None", 0, -1, 10**30, 1e308, {}, [], [[]], {"": ""}]
)
GOOD = [incident_json(incidentId=1), incident_json(incidentId=2)]


def places_in(value: object, here: Place = ()) -> Iterator[Place]:
    """Every place of a JSON value, as steps from its top."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield (*here, step)
        yield from places_in(inner, (*here, step))


ANY_PLACE = st.sampled_from([(name, place) for name, whole in CONNECTORS.items() for place in places_in(dict(whole))])


@st.composite
def broken_incidents(draw: st.DrawFn) -> object:
    """A connector's incident in which one thing is gone, is something else, is twice there, or is spelt in another case."""
    name, place = draw(ANY_PLACE)
    whole = copy.deepcopy(dict(CONNECTORS[name]))
    around: object = whole
    for step in place[:-1]:
        around = around[step]  # type: ignore[index]  # the place was found in there
    last = place[-1]
    match draw(st.sampled_from(["another", "another", "none", "twice", "case"])):
        case "another":
            around[last] = draw(ANY_JSON | NASTY)  # type: ignore[index]
        case "none":
            del around[last]  # type: ignore[attr-defined]
        case "twice" if isinstance(around, list):
            around.append(copy.deepcopy(around[int(last)]))
        case _ if isinstance(around, dict) and isinstance(last, str):
            around[draw(st.sampled_from([last.upper(), last.lower(), last.title()]))] = around.pop(last)
    return whole


@settings(max_examples=80)
@given(broken_incidents())
def test_one_broken_field_stops_neither_its_incident_nor_its_page(broken: object) -> None:
    """Row, every tab, copies and exports are there; only an incident without an ID is none, and is told as one."""
    page = page_from(raw({"value": [GOOD[0], broken, GOOD[1]]}), IncidentQuery(), NOON)
    assert [each.id for each in page.incidents if each.id in ("1", "2")] == ["1", "2"]
    assert len({each.id for each in page.incidents}) + len(page.unreadable) in (2, 3)
    for incident in page.incidents[1:-1]:
        shown = seen(incident.raw)
        sober(shown, json.dumps(broken, ensure_ascii=False))
        for text in (*shown.pages.values(), *shown.row.values(), *(each.text for each in shown.copies)):
            text.encode()


NAMES = sorted({str(step) for whole in CONNECTORS.values() for place in places_in(dict(whole)) for step in place})
LISTS = ("incidentId", "id", "alerts", "comments")


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(NAMES), ANY_JSON | NASTY))
def test_any_json_under_known_names_can_be_looked_at(fields: dict[str, object]) -> None:
    """The names of an incident, an alert, a device and an entity, all in one heap, at every level."""
    alert = fields | {"devices": [fields], "entities": [fields], "evidence": [fields]}
    own = {key: value for key, value in fields.items() if key not in LISTS}
    body = incident_json(**own) | {"alerts": [alert], "comments": [fields]}
    sober(seen(raw(body)), json.dumps(fields, ensure_ascii=False))
