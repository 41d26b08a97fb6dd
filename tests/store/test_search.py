"""Words find incidents by anything that these say, and no text that is looked for is ever syntax."""

import asyncio
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.sim.oddities import HOSTILE_TEXTS
from mtp_tui.store.store import Store, open_store
from tests.store.shapes import TENANT, incident, is_there, naming, opened
from tests.support.clocks import NOON, StoppedClock

RICH = naming(
    17,
    {"entityType": "File", "fileName": "Invoice_2026.exe", "sha256": "ab" * 32},
    {"entityType": "User", "userPrincipalName": "bob.smith@contoso.example"},
    {"entityType": "Ip", "ipAddress": "192.0.2.7"},
    {"entityType": "Crystal", "displayName": "Zyxwvut"},
    incidentName="Mult\u00ed-stage incident on one endpoint",
    tags=["VIP"],
    assignedTo="alice@contoso.example",
    comments=[{"comment": "looks like a drill", "createdBy": "carol@contoso.example"}],
)
OTHER = incident(18, incidentName="Something else")


@pytest.fixture
async def both(store: Store) -> Store:
    await store.put([RICH, OTHER], NOON)
    return store


@pytest.mark.parametrize(
    "words",
    [
        ["17"],
        ["multi"],
        ["MULTI-ST"],
        ["stage", "endpo"],
        ["invoice"],
        ["invoice_2026.exe"],
        ["ababab"],
        ["bob.smith@contoso"],
        ["192.0.2.7"],
        ["zyx"],
        ["vip"],
        ["alice"],
        ["drill"],
        ["carol"],
        ["An", "alert", "da17"],
    ],
)
async def test_the_beginning_of_any_word_finds_it(both: Store, words: list[str]) -> None:
    assert await both.search(words) == {"17"}


@pytest.mark.parametrize("words", [["nvoice"], ["multi", "nothing"], ["192.0.2.8"], ["stage multi"]])
async def test_what_is_not_there_is_not_found(both: Store, words: list[str]) -> None:
    assert await both.search(words) == frozenset()


async def test_phrases_hold_whole_words_in_their_order(both: Store) -> None:
    assert await both.search([], ["stage incident on"]) == {"17"}
    assert await both.search(["invoice"], ["ON ONE"]) == {"17"}
    assert await both.search([], ["incident stage"]) == frozenset()
    assert await both.search([], ["stage incid"]) == frozenset()


@pytest.mark.parametrize("text", ["", "--", '"', "*", "\0", "()", "\ud800"])
async def test_what_holds_no_letter_is_not_looked_for(both: Store, text: str) -> None:
    assert await both.search([text]) == await both.search([], [text]) == {"17", "18"}


@pytest.mark.parametrize(
    "text",
    [
        'a" OR "b', "name:incident", "incident NOT else", "NEAR(a b, 2)", "{name alerts}: x", "a AND", "x'; DROP TABLE words; --",
        "a\0b", "x" * 100_000, '"' * 999 + "x", "x\ud83dy", *HOSTILE_TEXTS.values(),
    ],
)  # fmt: skip
async def test_no_text_is_syntax(both: Store, text: str) -> None:
    assert await both.search([text], [text]) == frozenset()
    assert (await both.info()).incidents == 2


async def test_any_number_of_words_may_be_looked_for(both: Store) -> None:
    assert await both.search(["incident"] * 1_000, ["on one endpoint"] * 1_000) == {"17"}
    assert await both.search(["incident"] * 1_000 + ["nothing"]) == frozenset()


async def test_a_changed_incident_is_found_by_its_new_words_only(both: Store) -> None:
    await both.put([incident(18, incidentName="Renamed", lastUpdateTime="2026-11-20T11:00:00Z")], NOON)
    assert await both.search(["something"]) == frozenset()
    assert await both.search(["renamed"]) == {"18"}
    assert await both.check() == ""


@settings(max_examples=80)
@given(st.lists(st.text(max_size=12), max_size=4), st.lists(st.text(max_size=12), max_size=2))
def test_any_words_and_phrases_answer_with_known_ids(words: list[str], phrases: list[str]) -> None:
    async def ask() -> frozenset[str]:
        async with opened(None, StoppedClock()) as store:
            await store.put([RICH, OTHER], NOON)
            return await store.search(words, phrases)

    assert asyncio.run(ask()) <= {"17", "18"}


@settings(max_examples=60)
@given(
    st.lists(st.text(string.ascii_letters + string.digits, min_size=1, max_size=9), min_size=1, max_size=5),
    st.text("!\"'()*+,-./:;<=>?@[]^{|}~\t\n\0 ", min_size=1, max_size=3),
    st.integers(1, 9),
)
def test_what_was_written_is_found_whatever_stands_between(words: list[str], between: str, length: int) -> None:
    async def ask() -> None:
        async with opened(None, StoppedClock()) as store:
            await store.put([incident(18, incidentName=between.join(words))], NOON)
            assert await store.search([word[:length] for word in words]) == {"18"}
            assert await store.search([], [between.join(words)]) == {"18"}

    asyncio.run(ask())


async def test_without_full_text_search_words_are_found_anywhere_and_it_is_said(folder: Path) -> None:
    store, said = await open_store(folder, TENANT, StoppedClock(), full_text=False)
    assert "FTS5" in said
    assert store.path is None
    assert not is_there(folder)
    await store.put([RICH, OTHER], NOON)
    assert await store.search(["nvoice", "BOB.SMITH"]) == {"17"}
    assert await store.search(["nothing", ""]) == frozenset()
    assert await store.search(["--"]) == {"17", "18"}
    await store.clear()
    await store.close()
