"""The bytes of a page's items, looked for when somebody wants them: a list of rows is shown sooner than that."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


class PageItems:
    """The items of one page, each as the bytes that came."""

    __slots__ = ("_body", "_items", "_split", "size_bytes")

    def __init__(self, body: bytes, split: Callable[[bytes], list[bytes]]) -> None:
        """`split` takes the page apart, which it is known to be able to."""
        self._body = body
        self._split = split
        self._items: list[bytes] | None = None
        self.size_bytes = len(body)

    def __getitem__(self, position: int) -> bytes:
        body = self._body  # first: another thread may be here too, and forgets the body once it has the items
        if self._items is None:
            self._items = self._split(body)
            self._body = b""
        return self._items[position]


@dataclass(frozen=True, slots=True, eq=False)
class PageItem:
    """One item of a page, equal to its bytes. Keeps the whole page for as long as it is kept itself."""

    items: PageItems
    position: int

    def __bytes__(self) -> bytes:
        return self.items[self.position]

    def __eq__(self, other: object) -> bool:
        return bytes(self) == (bytes(other) if isinstance(other, PageItem) else other)

    def __hash__(self) -> int:
        return hash(bytes(self))


Sent = bytes | PageItem
"""Bytes that are at hand, or can be had."""


def size_of(sent: Iterable[Sent]) -> int:
    """Bytes that are looked through to have all of these: a page counts once, and whole."""
    alone, pages = 0, dict[int, int]()
    for each in sent:
        if isinstance(each, PageItem):
            pages[id(each.items)] = each.items.size_bytes
        else:
            alone += len(each)
    return alone + sum(pages.values())
