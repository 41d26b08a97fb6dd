"""How the queue was shown last: remembered per tenant, and read whatever is found there."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.defender.incident_order import ORDERS
from mtp_tui.defender.narrowing.view import COLUMNS, DEFAULT_ORDER
from mtp_tui.services.choices import QueueChoices, as_json, choices_from, keep_choices, recall_choices
from mtp_tui.services.memory import Memory
from tests.support.clocks import StoppedClock

CHOSEN = QueueChoices((("name", 40), ("severity", 0)), "-severity", "is:open owner:me", "1004")

scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([*COLUMNS, *ORDERS]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
"""Any JSON."""

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJtYWRlIHVwIn0.c2lnbmF0dXJl"

SECRET = f"abc8Q~{'made-up~' * 4}xy"

almost = st.fixed_dictionaries(
    {},
    optional={
        "columns": st.lists(st.tuples(st.sampled_from(COLUMNS) | scraps, st.integers(-5, 300) | scraps).map(list))
        | scraps,
        "sort": st.sampled_from(ORDERS) | scraps,
        "narrow": st.text() | scraps,
        "cursor": st.text() | scraps,
    },
)


@given(scraps | almost)
def test_whatever_is_found_is_read_and_comes_back_the_same(found: object) -> None:
    choices = choices_from(found)
    assert choices_from(as_json(choices)) == choices
    assert choices.sort in ORDERS
    keys = [key for key, _ in choices.columns]
    assert set(keys) <= set(COLUMNS)
    assert len(keys) == len(set(keys))
    assert not any(ord(char) < ord(" ") for char in choices.narrow + choices.cursor)


@pytest.mark.parametrize(
    ("found", "used"),
    [
        (as_json(CHOSEN), CHOSEN),
        ({"sort": "-created", "columns": "name"}, QueueChoices(sort="-created")),
        ({"columns": [["name", 30], ["nam", 3], ["name", 9], ["id", -1], ["age"]]}, QueueChoices((("name", 30),))),
        ({"sort": "by heart", "narrow": "severity:hgh", "cursor": 7}, QueueChoices(narrow="severity:hgh")),
        ({"narrow": "two\nlines", "cursor": "\ud800"}, QueueChoices()),
        ({"narrow": "x" * 20_001}, QueueChoices()),
        (None, QueueChoices(sort=DEFAULT_ORDER)),
    ],
)
def test_what_can_be_used_is_used(found: object, used: QueueChoices) -> None:
    assert choices_from(found) == used


@pytest.mark.parametrize(
    "line", [f"is:open {TOKEN}", f'"Bearer {TOKEN}"', f"client_secret={SECRET}", SECRET, "x" * 20_001]
)
def test_a_line_in_which_a_secret_was_pasted_is_not_remembered(line: str) -> None:
    assert as_json(replace(CHOSEN, narrow=line)) == as_json(replace(CHOSEN, narrow=""))


@pytest.mark.parametrize(
    "line",
    [
        'name:"Bearer token theft"',
        'process:"net user bob password=Hunter2"',
        "url:https://contoso.example/?code=" + "a" * 40,
        f"hash:{'ab' * 32}",
    ],
)
def test_whoever_hunts_for_secrets_of_others_finds_the_line_again(line: str) -> None:
    assert choices_from(as_json(replace(CHOSEN, narrow=line))).narrow == line


async def test_each_tenant_has_its_own(tmp_path: Path, clock: StoppedClock) -> None:
    one, two = (Memory(tmp_path, f"00000000-0000-0000-0000-00000000000{number}", clock) for number in (1, 2))
    await keep_choices(one, CHOSEN)
    assert await recall_choices(one) == CHOSEN
    assert await recall_choices(two) == QueueChoices()
    for memory in (one, two):
        await memory.close()
