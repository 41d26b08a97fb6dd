"""What a line looks for is found in the store exactly where it would be found in the incident itself."""

import asyncio
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.match import matcher
from mtp_tui.defender.narrowing.narrowing import Narrowing, sought_in_text
from mtp_tui.sim.oddities import HOSTILE_TEXTS
from mtp_tui.store.store import Store, open_store
from tests.defender.narrowings import SHA256, read, rich_incident
from tests.store.shapes import TENANT, incident, is_there, naming, opened
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


async def found(store: Store, line: str) -> frozenset[str]:
    return await store.holding(sought_in_text(read(line)))


def held(line: str, incidents: tuple[Incident, ...] = ALL) -> frozenset[str]:
    """What the incidents themselves say to it."""
    test = matcher(Narrowing(sought_in_text(read(line))))
    return frozenset(each.id for each in incidents if test(each))


LINES = [
    "17", "multi", "MULTI-ST", "stage endpo", "nvoice", "invoice_2026.exe", "ababab", "bob.smith@contoso", "zyx", "vip", "alice", "drill",
    "carol", "nothing", "-multi", "-multi -something", '"incident on one"', '"on one incident"', "name:stage", 'name:="Something else"',
    "-name:stage", "name:=something", "suspicious", "da2", "user:bob", "-user:bob", 'user:"CONTOSO\\bob"', "device:ws-01", "file:invoice.exe",
    'process:"-enc"', f"hash:{SHA256[:8]}", "hash:cd", f"-hash:{SHA256.upper()}", "ip:2001:db8::7", "url:phish.example", 'mail:"your invoice"',
    "mitre:T1059", "mitre:059", "mitre:T1059.002", "category:initialaccess", 'category:"initial access"', "category:access", "verdict:suspicious",
    "-verdict:suspicious", "entity:phish", "user:bob,alice", "device:=ws-01", "device:=WS-01", "-device:=ws-01", 'category:="InitialAccess"',
    "multi device:ws-01 -nothing mitre:T1059", "status:active",
]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
async def test_the_store_finds_what_the_incidents_hold(filled: Store, line: str) -> None:
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
    assert await filled.beginning([text]) <= {each.id for each in ALL}
    assert (await filled.info()).incidents == len(ALL)


async def test_any_number_of_words_and_values_may_be_looked_for(filled: Store) -> None:
    assert await found(filled, " ".join(["incident"] * 1_500)) == held("incident")
    assert await found(filled, f"hash:{','.join(['cd'] * 1_500)},ab") == held("hash:ab")


async def test_the_beginning_of_words_is_found_by_the_index(filled: Store) -> None:
    assert await filled.beginning(["vip", "drill"]) == {"17"}
    assert await filled.beginning(["nvoice"]) == frozenset()
    await filled.put([incident(18, incidentName="Renamed", lastUpdateTime="2026-11-20T11:00:00Z")], NOON)
    assert await filled.beginning(["something"]) == frozenset()
    assert await filled.beginning(["renamed"]) == await found(filled, "renamed") == {"18"}
    assert await filled.check() == ""


async def test_what_occurs_is_counted(filled: Store) -> None:
    known = await filled.occurring()
    assert known["user"]["bob.smith@contoso.example"] == 1
    assert known["mitre"]["T1059.001"] == 1
    assert known["category"]["initialaccess"] == 1


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
            beginnings = [word[:length] for word in words] if between.isspace() else []
            assert not beginnings or await store.beginning(beginnings) >= {"18"}

    asyncio.run(ask())


async def test_without_full_text_search_words_are_found_and_it_is_said(folder: Path) -> None:
    store, said = await open_store(folder, TENANT, StoppedClock(), full_text=False)
    assert "FTS5" in said
    assert store.path is None
    assert not is_there(folder)
    await store.put(ALL, NOON)
    assert await found(store, "nvoice zyx") == {"17"}
    assert await store.beginning(["multi"]) == frozenset()
    await store.clear()
    await store.close()
