"""What came in the place of incidents is counted, and bounded in number and size."""

from mtp_tui.defender.models import Unreadable
from mtp_tui.services.unreadable import MOST, MOST_BYTES, UnreadableItems


def item(raw: bytes) -> Unreadable:
    return Unreadable(0, "no incident", raw)


def test_what_comes_again_counts_once() -> None:
    items = UnreadableItems()
    items.note([item(b"1"), item(b"2")])
    items.note([item(b"2"), item(b"3")])
    assert (items.count, [each.raw for each in items.kept]) == (3, [b"1", b"2", b"3"])
    items.clear()
    assert (items.count, items.kept) == (0, ())


def test_all_are_counted_and_only_the_first_are_kept() -> None:
    items = UnreadableItems()
    items.note(item(b"%d" % number) for number in range(MOST + 50))
    assert (items.count, len(items.kept)) == (MOST + 50, MOST)


def test_what_is_kept_has_a_size_at_the_most() -> None:
    items = UnreadableItems()
    large = MOST_BYTES // 2
    items.note(item(bytes([65 + number]) * large) for number in range(4))
    assert (items.count, len(items.kept)) == (4, 2)
