"""What a refresh brought is said in a few words, with what weighs most in front."""

import pytest

from mtp_tui.defender.models import incident_from
from mtp_tui.services.incidents import PageLoaded
from mtp_tui.services.news import News
from tests.defender.shapes import incident_json, raw
from tests.services.queue_service import QueueService, events, pages
from tests.support.clocks import NOON

Brought = dict[str, str]
"""Severities by ID."""


def page(new: Brought, raised: Brought, changed: Brought) -> PageLoaded:
    """One that brought these."""
    incidents = tuple(
        incident_from(raw(incident_json(incidentId=key, severity=severity)))
        for key, severity in {**new, **raised, **changed}.items()
    )
    both = frozenset({*raised, *changed})
    return PageLoaded(incidents, frozenset(new), both, 9, False, (), NOON, frozenset(raised))


@pytest.mark.parametrize(
    ("brought", "words", "is_urgent"),
    [
        (({}, {}, {}), "", False),
        (({"1": "Low", "2": "Medium", "3": ""}, {"4": "High"}, {}), "3 new, 1 raised to High", True),
        (({"1": "High", "2": "Low"}, {}, {"3": "High"}), "2 new (1 High), 1 changed", True),
        (({}, {"1": "Medium", "2": "Low", "3": "High"}, {}), "1 raised to High, 1 raised to Medium, 1 raised to Low", True),
        (({}, {"1": "Medium"}, {"2": "High"}), "1 raised to Medium, 1 changed", False),
    ],
)  # fmt: skip
def test_one_page_in_words(brought: tuple[Brought, Brought, Brought], words: str, *, is_urgent: bool) -> None:
    news = News().with_page(page(*brought))
    assert (news.in_words(), news.is_urgent) == (words, is_urgent)


def test_what_several_pages_bring_counts_once_and_as_the_last_has_it() -> None:
    news = News().with_page(page({"1": "Low"}, {"2": "Medium"}, {"3": "Low"}))
    news = news.with_page(page({}, {"1": "High", "3": "High"}, {"2": "Medium"}))
    assert news.in_words() == "1 new (1 High), 1 raised to High, 1 raised to Medium"


async def test_the_feed_tells_which_were_raised() -> None:
    queue = QueueService(4)
    await events(queue.feed.load_all())
    queue.put(0, severity="High")
    queue.put(1, severity="Low")
    queue.put(2, tags=["a"])
    queue.put(9, severity="High")
    (found,) = pages(await events(queue.feed.refresh()))
    assert found.new == {"9"}
    assert found.changed == {"0", "1", "2"}
    assert found.raised == {"0"}
    assert News().with_page(found).in_words() == "1 new (1 High), 1 raised to High, 2 changed"
