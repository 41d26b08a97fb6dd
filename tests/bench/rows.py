"""The rows, by name: each a function that measures it, in a process of its own."""

from collections.abc import Awaitable, Callable
from importlib import import_module

from tests.bench.measure import Bench, Line

Row = Callable[[Bench], Awaitable[list[Line]]]

ROWS = {
    "cold-start": "rows_start:cold_start",
    "commands": "rows_start:commands",
    "sign-in": "rows_start:sign_in",
    "remembered-start": "rows_start:remembered_start",
    "fetch": "rows_load:fetch",
    "store": "rows_load:store",
    "memory": "rows_load:memory",
    "disk": "rows_load:disk",
    "keys": "rows_grid:keys",
    "narrow": "rows_grid:narrow",
    "sort": "rows_grid:sort",
    "detail": "rows_open:detail",
    "pivot": "rows_open:pivot",
    "refresh": "rows_open:refresh",
    "idle": "rows_open:idle",
    "token": "rows_open:token",
    "export": "rows_open:export",
}
"""In the order of the table; where each function stands."""

MORE_ROWS = {"bodies": "rows_store:bodies", "store-calls": "rows_store:store_calls"}
"""Measured when they are asked for: nothing is to be reached, but choices rest on them."""


def row_named(name: str) -> Row:
    """The function; imported only now, since what is imported counts in memory."""
    module, _, function = (ROWS | MORE_ROWS)[name].partition(":")
    found: Row = getattr(import_module(f"tests.bench.{module}"), function)
    return found
