"""Orders of many incidents: the same whether few or many are alike, and however often they are asked for."""

from collections.abc import Callable
from typing import Any

import pytest

from mtp_tui.defender.incident import Incident
from mtp_tui.defender.incident_order import ORDERS, Orders, Reordered, greatest_first, in_order
from tests.defender.narrowings import incident
from tests.support.clocks import NOON

COUNT = 120


def incidents() -> tuple[Incident, ...]:
    """Names of which hardly any two are alike, a few owners and none, times and none, counts."""
    return tuple(
        incident(
            incidentId=number * 37 % 1009,
            incidentName=f"name {number * 7919 % COUNT:03}",
            assignedTo=("Bo", "ana", None, "bo")[number % 4],
            createdTime=None if number % 5 == 0 else f"2026-11-{1 + number * 11 % 28:02}T10:00:00Z",
            alerts=[{"alertId": str(each)} for each in range(number % 3)],
        )
        for number in range(COUNT)
    )


COMPARED: dict[str, Callable[[Incident], Any]] = {
    "id": lambda each: int(each.id),
    "name": lambda each: each.name,
    "owner": lambda each: each.assigned_to.casefold() or None,
    "created": lambda each: each.created_at,
    "age": lambda each: NOON - each.created_at if each.created_at else None,
    "alerts": lambda each: each.alert_count,
}


@pytest.mark.parametrize("name", COMPARED)
@pytest.mark.parametrize("sign", ["", "-"])
def test_equal_ones_stay_as_they_came_and_missing_ones_are_last(name: str, sign: str) -> None:
    rows, key = incidents(), COMPARED[name]
    known = sorted((row for row in rows if key(row) is not None), key=key, reverse=greatest_first(name) != bool(sign))
    missing = [row for row in rows if key(row) is None]
    assert list(in_order(rows, sign + name)) == known + missing


def test_an_order_is_the_same_when_it_is_asked_for_again_whatever_was_asked_for_between() -> None:
    rows = incidents()
    orders = Orders(rows)
    first = {order: tuple(orders.by(order)) for order in ORDERS}
    for order in (*ORDERS[::-1], *ORDERS):
        assert tuple(orders.by(order)) == first[order] == in_order(rows, order), order
    assert orders.by("no order") is rows


def test_ids_are_numbers_if_all_are_and_longer_or_stranger_ones_are_texts() -> None:
    def sorted_ids(*ids: str) -> list[str]:
        return [row.id for row in in_order([incident(incidentId=each) for each in ids], "id")]

    assert sorted_ids("10", "9", "007", "7") == ["007", "7", "9", "10"], "as numbers, and equal ones as they came"
    assert sorted_ids("9" * 19, "10" + "0" * 18, "3") == ["3", "9" * 19, "10" + "0" * 18]
    assert sorted_ids("12", "a-1", "3") == ["3", "12", "a-1"]
    assert sorted_ids() == []


def test_a_reordered_sequence_copies_nothing_and_knows_where_each_went() -> None:
    rows = incidents()
    reordered = Orders(rows).by("name")
    assert isinstance(reordered, Reordered)
    assert len(reordered) == COUNT
    assert reordered[0] is min(rows, key=lambda each: each.name)
    assert reordered[-1] == tuple(reordered)[-1]
    assert reordered[2:4] == tuple(reordered)[2:4]
    for before in (0, 1, COUNT - 1):
        assert reordered[reordered.place_of(before)] is rows[before]
    with pytest.raises(ValueError, match="not in list"):
        reordered.place_of(COUNT)
