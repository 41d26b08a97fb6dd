"""Where work is done that grows with what it is given."""

import threading

from mtp_tui.short_work import SHORT_BYTES, size_of_json, worked_out


def _where(of: str, *, more: int = 0) -> tuple[str, int, int]:
    return of, more, threading.get_ident()


async def test_little_is_done_at_once_and_much_in_a_thread() -> None:
    here = threading.get_ident()
    assert await worked_out(SHORT_BYTES, _where, "little", more=1) == ("little", 1, here)
    what, more, thread = await worked_out(SHORT_BYTES + 1, _where, "much")
    assert (what, more) == ("much", 0)
    assert thread != here


def test_many_small_objects_are_more_work_than_their_bytes() -> None:
    assert size_of_json(b"[" + b"{}," * 2_000 + b"{}]") > SHORT_BYTES
    assert size_of_json(b'{"incidentId": 1, "alerts": [{"title": "%s"}]}' % (b"x" * 60_000)) < SHORT_BYTES
