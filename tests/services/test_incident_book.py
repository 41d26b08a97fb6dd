"""The book of known incidents: what it tells apart, and that it never takes long to bring a page into order."""

import random
from dataclasses import replace
from datetime import timedelta

from mtp_tui.defender.models import Incident
from mtp_tui.services.incident_book import IncidentBook, place_among
from mtp_tui.store.bodies import digest
from tests.support.clocks import NOON


def incident(number: int, minutes_ago: int = 0, body: bytes = b"{}") -> Incident:
    return Incident(str(number), sent=body, updated_at=NOON - timedelta(minutes=minutes_ago))


def test_rows_are_in_order_whatever_order_they_come_in() -> None:
    dice = random.Random(7)  # noqa: S311
    whole = [incident(number, number // 3) for number in range(300)]
    expected = [each.id for each in sorted(whole, key=lambda each: (-each.updated_at.timestamp(), int(each.id)))]  # type: ignore[union-attr]
    for pieces in (whole, whole[::-1], dice.sample(whole, 300)):
        book = IncidentBook()
        for start in range(0, 300, 50):
            book.take(book.compare(pieces[start : start + 50], {}))
        assert [row.id for row in book.rows()] == expected
    moved = [replace(each, updated_at=NOON + timedelta(minutes=1), sent=b"[]") for each in whole[100:103]]
    book.take(book.compare(moved, {}))
    assert [row.id for row in book.rows()][:4] == ["100", "101", "102", "0"]
    assert len(book.rows()) == 300


def test_a_row_is_found_among_all_and_among_some_as_it_is_now() -> None:
    book = IncidentBook()
    book.recall(incident(number, number // 3) for number in range(300))
    rows = book.rows()
    some = tuple(each for each in rows if int(each.id) % 7 == 0)
    for each in rows:
        place = place_among(rows, each)
        assert place is not None
        assert rows[place] is each
    assert [place_among(some, each) for each in some] == list(range(len(some)))
    assert place_among(some, rows[1]) is None
    assert place_among(rows, replace(rows[9], updated_at=NOON + timedelta(days=1))) is None, "it stands where it stood"
    assert place_among((), rows[0]) is None


def test_what_is_taken_without_a_digest_is_looked_up_once_and_then_known_by_its_bytes() -> None:
    book, one = IncidentBook(), incident(1, body=b'{"a":1}')
    book.take(book.compare([one], {}, keeps_digests=False))
    assert book.without_digest([one, incident(2)]) == ("1",)
    assert book.doubtful([one], {}) == ("1",)
    news = book.compare([one], {"1": one})
    assert (news.incidents, dict(news.digests)) == ((), {"1": digest(one.raw)})
    book.take(news)
    assert (book.without_digest([one]), book.doubtful([one], {})) == ((), ())


def test_other_bytes_of_the_same_time_are_news_if_they_say_something_else() -> None:
    book, one = IncidentBook(), incident(1, body=b'{"a":1}')
    book.take(book.compare([one], {}))
    assert book.doubtful([one], {}) == ()
    other = replace(one, sent=b'{"a":2}')
    assert book.doubtful([other], {}) == ("1",)
    news = book.compare([other], {"1": one})
    assert (news.incidents, news.changed) == ((other,), frozenset({"1"}))
    book.take(news)
    assert book.doubtful([one], {}) == ("1",), "what is known of it is not what came before"
    assert book.doubtful([other], {}) == ()
    later = replace(other, updated_at=NOON + timedelta(minutes=1))
    book.take(book.compare([later], {}, keeps_digests=False))
    assert book.without_digest([later]) == ("1",), "the digest of an earlier state is forgotten"
    book.take(news)
    assert book.without_digest([later]) == ("1",), "and does not come back with an earlier state"


def test_what_is_recalled_is_known_by_the_bytes_that_the_store_knows() -> None:
    book, one = IncidentBook(), incident(1)
    book.recall([replace(one, sent=b"")])
    assert book.without_digest([one]) == ("1",)
    assert book.doubtful([one], {"1": digest(one.raw)}) == ()
    assert book.doubtful([one], {"1": digest(b"other")}) == ("1",)
    assert book.knows_any([incident(2), one])
    assert not book.knows_any([incident(2)])
    same_bytes = replace(one, alert_count=3)
    assert book.compare([same_bytes], {}, {"1": digest(one.raw)}).incidents == (), "read in another way, but the same"


def test_words_that_many_have_are_kept_once() -> None:
    book = IncidentBook()
    book.recall(replace(incident(number), name="".join(["Phish", "ing"]), tags=("a", "b")) for number in range(3))
    rows = book.rows()
    assert len({id(row.name) for row in rows}) == len({id(row.tags) for row in rows}) == 1
