"""What a line looks for is found in the store exactly where it would be found in the incident itself."""

import asyncio
import sqlite3
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.match import matcher
from mtp_tui.defender.narrowing.narrowing import Narrowing
from mtp_tui.sim.oddities import HOSTILE_TEXTS
from mtp_tui.store.store import Found, Store, open_store
from tests.defender.narrowings import SHA256, rich_incident
from tests.store.shapes import TENANT, forget_older_than, found, found_among, incident, is_there, naming, opened, terms
from tests.support.clocks import NOON, StoppedClock

RICH = rich_incident()
NAMED = naming(
    17,
    {"entityType": "File", "fileName": "Invoice_2026.exe", "sha256": "ab" * 32},
    {"entityType": "User", "userPrincipalName": "bob.smith@contoso.example"},
    {"entityType": "Crystal", "displayName": "Zyxwvut"},
    incidentName="Mult\u00ed-stage incident on one endpoint",
    tags=["VIP"],
    assignedTo="alice@contoso.example",
    comments=[{"comment": "looks like a drill", "createdBy": "carol@contoso.example"}],
)
OTHER = incident(18, incidentName="Something else")
ALL = (RICH, NAMED, OTHER)


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.put(ALL, NOON)
    return store


def held(line: str, incidents: tuple[Incident, ...] = ALL) -> frozenset[str]:
    """What the incidents themselves say to it."""
    test = matcher(Narrowing(terms(line)))
    return frozenset(each.id for each in incidents if test(each))


LINES = [
    "17", "multi", "MULTI-ST", "stage endpo", "nvoice", "invoice_2026.exe", "ababab", "bob.smith@contoso", "zyx", "vip", "alice", "drill",
    "carol", "nothing", "-multi", "-multi -something", '"incident on one"', '"on one incident"', "name:stage", 'name:="Something else"',
    "-name:stage", "name:=something", "suspicious", "da2", "user:bob", "-user:bob", 'user:"CONTOSO\\bob"', "device:ws-01", "file:invoice.exe",
    'process:"-enc"', f"hash:{SHA256[:8]}", "hash:cd", f"-hash:{SHA256.upper()}", "ip:2001:db8::7", "url:phish.example", 'mail:"your invoice"',
    "mitre:T1059", "mitre:059", "mitre:T1059.002", "category:initialaccess", 'category:"initial access"', "category:access", "verdict:suspicious",
    "-verdict:suspicious", "entity:phish", "user:bob,alice", "device:=ws-01", "device:=WS-01", "-device:=ws-01", 'category:="InitialAccess"',
    "multi device:ws-01 -nothing mitre:T1059", "status:active", "b", "bo", "ob", '"ob sm"', '"b smith"', "ws_01", '"ws 01"', "s-01", "s-0", '"ws-"', '"-01"',
    '"01.con"', "ob.smith@contoso", '"%"', '-"%"', '"\u2603"', "mail:\u2603", "-user:ob,drill", "bob.smit,zyx", "user:=bob.smith@contoso.example", "=17",
    'user:="bob.smith@contoso.example"', 'user:="BOB.smith@contoso.example"', 'user:="bob.smith@contoso.example","nobody"', '-user:="bob.smith@contoso.example"',
]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
async def test_the_store_finds_what_the_incidents_hold(filled: Store, line: str) -> None:
    assert await found(filled, line) == held(line)


@pytest.mark.parametrize("line", LINES)
async def test_an_answer_in_a_hurry_is_part_of_it(filled: Store, line: str) -> None:
    hurried = await filled.holding(terms(line), [each.id for each in ALL], in_a_hurry=True)
    assert await found(filled, line, in_a_hurry=True) <= held(line)
    assert not hurried.is_whole or await found(filled, line, in_a_hurry=True) == held(line)
    assert await found(filled, line) == held(line)


def test_the_lines_tell_incidents_apart() -> None:
    assert {len(held(line)) for line in LINES} == {0, 1, 2, 3}


@pytest.mark.parametrize(
    "text",
    [
        'a" OR "b', "name:incident", "NEAR(a b, 2)", "x'; DROP TABLE texts; --", "a\0b", "x" * 19_000, "'" * 999 + "x", "x\ud83dy", "%", "_",
        *HOSTILE_TEXTS.values(),
    ],
)  # fmt: skip
async def test_no_text_is_syntax(filled: Store, text: str) -> None:
    line = f'"{text}"'
    assert await found(filled, line) == held(line)
    assert await found(filled, line, in_a_hurry=True) <= {each.id for each in ALL}
    assert (await filled.info()).incidents == len(ALL)


async def test_any_number_of_words_and_values_may_be_looked_for(filled: Store) -> None:
    assert await found(filled, " ".join(["incident"] * 1_500)) == held("incident")
    assert await found(filled, f"hash:{','.join(['cd'] * 1_500)},ab") == held("hash:ab")


async def test_what_is_remembered_of_answers_goes_when_the_index_changes(filled: Store) -> None:
    ids = [each.id for each in ALL]
    assert await found_among(filled, "something", ids) == {"18"}
    await filled.put([incident(18, incidentName="Renamed", lastUpdateTime="2026-11-20T11:00:00Z")], NOON)
    assert await found_among(filled, "something", ids) == frozenset()
    assert await found_among(filled, "renamed", ids) == {"18"}
    assert await found_among(filled, "renamed", ids[:2]) == frozenset()
    assert await forget_older_than(filled, 0.001) == 3
    assert await found_among(filled, "renamed", ids) == frozenset()
    await filled.put([incident(18, incidentName="Renamed")], NOON)
    assert await found_among(filled, "renamed", ids) == {"18"}
    await filled.clear()
    assert await found_among(filled, "renamed", ids) == frozenset()
    assert await filled.check() == ""


async def test_what_another_window_writes_is_found(filled: Store, folder: Path) -> None:
    ids = [each.id for each in ALL]
    assert await found_among(filled, "elsewhere", ids) == frozenset()
    async with opened(folder, StoppedClock()) as other:
        await other.put([incident(18, incidentName="Elsewhere", lastUpdateTime="2026-11-20T11:00:00Z")], NOON)
    assert await found_among(filled, "elsewhere", ids) == {"18"}


async def test_one_and_two_letters_find_how_words_begin_and_three_what_is_in_them(filled: Store) -> None:
    assert await found(filled, "oi") == frozenset()
    assert await found(filled, "nvo") == {RICH.id, "17"}
    assert await found(filled, "in") == {RICH.id, "17"} | held("in")
    assert await found(filled, "8") == await found(filled, "18") == {"18"}  # but of an ID any digit


GUID = "0a1b2c3d-0000-4444-8888-00000000d1ce"
NUMBERED = naming(
    19,
    {"entityType": "File", "fileName": "x.exe", "sha256": "0123456789abcdef" * 4},
    {"entityType": "User", "accountName": "dora", "aadUserId": GUID},
    {"entityType": "Url", "url": "https://p\u00e1gina.example/\u6771\u4eac\u90fd?id=0a1b2c3d-beef"},
)


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        *((GUID[:length], True) for length in range(8, len(GUID) + 1)),
        (f"user:={GUID}", True),
        ("0123456789abcdef" * 4, True),
        ("0123456789abcdef", True),
        ("hash:012345", True),
        ("123456789abcdef", False),  # the middle of a number says nothing to anybody
        ("0a1b2c3d-beef", True),
        ("\u4eac", True),
        ("\u6771\u4eac", True),
        ("agina", True),
    ],
)
async def test_numbers_are_found_by_how_they_begin_and_other_scripts_by_any_letter(
    store: Store, line: str, is_found: bool
) -> None:
    await store.put([NUMBERED, OTHER], NOON)
    assert await found(store, line) == held(line, (NUMBERED, OTHER)) == ({"19"} if is_found else frozenset())


async def test_ids_that_are_no_numbers_are_found_too(store: Store) -> None:
    odd = [incident(each, incidentName="odd") for each in ("007", "7", "x", "9" * 30, "-1", "0", "\u0663")]
    await store.put(odd, NOON)
    await store.put([incident("y", incidentName="even")], NOON)
    assert await found(store, "odd") == {each.id for each in odd}
    assert await found(store, "even") == {"y"}
    assert await found(store, "-odd") == {"y"}


async def test_what_an_incident_says_no_more_is_not_found(store: Store) -> None:
    await store.put([incident(1, incidentName="quicksilver"), incident(2, incidentName="silver")], NOON)
    await store.put([incident(1, incidentName="gold", lastUpdateTime="2026-11-20T11:00:00Z")], NOON)
    assert await found(store, "cksil") == await found(store, "quicksilver") == frozenset()
    assert await found(store, "silver") == {"2"}
    assert await found(store, "gold") == {"1"}


async def test_words_of_what_is_forgotten_are_forgotten(store: Store, file: Path) -> None:
    old = incident(1, incidentName="quicksilver", lastUpdateTime="2020-01-01T00:00:00Z")
    await store.put([old, incident(2, incidentName="silver")], NOON)
    assert await forget_older_than(store) == 1
    connection = sqlite3.connect(file)
    kept = {word for (word,) in connection.execute("SELECT word FROM vocabulary")}
    connection.close()
    assert "silver" in kept
    assert "quicksilver" not in kept
    await store.put([incident(1, incidentName="back")], NOON)
    assert await found(store, "quicksilver") == frozenset()
    assert await found(store, "back") == {"1"}


async def test_reading_bodies_ends_when_nobody_waits_any_more(clock: StoppedClock) -> None:
    async with opened(None, clock, full_text=False) as store:
        await store.put([incident(number) for number in range(300)], NOON)
        question = asyncio.create_task(store.holding(terms("multi"), [str(number) for number in range(300)]))
        await asyncio.sleep(0)
        question.cancel()
        with pytest.raises(asyncio.CancelledError):
            await question
        assert (await store.info()).incidents == 300


async def test_what_occurs_is_counted(filled: Store) -> None:
    known = await filled.occurring()
    assert known["user"]["bob.smith@contoso.example"] == 1
    assert known["mitre"]["T1059.001"] == 1
    assert known["category"]["initialaccess"] == 1
    assert SHA256 not in known["user"]


WORDS = st.text(string.ascii_letters + string.digits, min_size=1, max_size=9)


@settings(max_examples=80)
@given(st.lists(WORDS, min_size=1, max_size=5), st.text(max_size=3), st.integers(0, 20), st.integers(1, 9))
def test_any_part_of_any_name_is_found_alike(words: list[str], between: str, start: int, length: int) -> None:
    async def ask() -> None:
        named = incident(18, incidentName=between.join(words))
        piece = named.name[start : start + length].replace('"', "").strip()
        async with opened(None, StoppedClock()) as store:
            await store.put([named, RICH], NOON)
            line = f'"{piece}" name:"{piece}"' if piece else ""
            assert await found(store, line) == held(line, (named, RICH))
            assert await found(store, line, in_a_hurry=True) <= held(line, (named, RICH))
            beginnings = " ".join(word[:length] for word in words) if between.isspace() else ""
            assert not beginnings or await found(store, beginnings) >= {"18"}

    asyncio.run(ask())


async def test_without_full_text_search_words_are_found_and_it_is_said(folder: Path) -> None:
    store, said = await open_store(folder, TENANT, StoppedClock(), full_text=False)
    assert "FTS5" in said
    assert store.path is None
    assert not is_there(folder)
    await store.put(ALL, NOON)
    assert await found(store, "nvoice zyx") == {"17"}
    assert await store.holding(terms("multi"), ["17"], in_a_hurry=True) == Found(0, is_whole=False)
    await store.clear()
    await store.close()


async def test_what_is_found_for_a_digit_is_not_remembered_for_a_word(store: Store) -> None:
    """`5` is also looked for in IDs, and `"(5"` is not, although the index is asked the same for both."""
    named = [incident(number, incidentName="5 of them") for number in range(900, 940) if "5" not in str(number)]
    others = [incident(number, incidentName="others") for number in range(851, 859)]
    await store.put([*named, *others], NOON)
    ids = [each.id for each in (*named, *others)]  # what is remembered is remembered of this list
    assert len(await found_among(store, "5", ids)) == len(ids)
    assert await found_among(store, '"(5"', ids) == {each.id for each in named}
