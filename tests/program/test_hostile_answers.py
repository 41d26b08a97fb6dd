"""Hostile words of Entra, of the API, of a pasted token and of the user's own files: none of them is an order."""

import json
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

from mtp_tui.clock import system_clock
from mtp_tui.sim.attacks import ATTACKS, CONTROL_SEQUENCES, CONTROL_STRINGS, CONTROLS, MARKUP, UNSEEN
from mtp_tui.sim.faults import Respond, raw
from mtp_tui.sim.hostile import hostile_claims, hostile_error, hostile_refusal
from mtp_tui.sim.tenant import SimulatedTenant
from tests.program.conftest import SECRET
from tests.support.incidents import plain_incidents
from tests.support.program import PROGRAM, asked_for_incidents, open_profiles
from tests.support.terminal import Terminal
from tests.support.walker import DOWN, ENTER, PAGE_DOWN, RIGHT, Walker, toml_string, write_config

ORDERS = "".join((*CONTROL_SEQUENCES.values(), *CONTROL_STRINGS.values(), *CONTROLS.values(), *MARKUP.values()))
IN_A_HEADER = "".join(char for char in ORDERS if not char.isspace() and char != "\0")[:1500].encode() + b"\x9b2J\xff"
"""As much of them as HTTP lets through: no blanks but that."""


@pytest.fixture
def tenant() -> SimulatedTenant:
    tenant = SimulatedTenant(clock=system_clock, incidents=plain_incidents(3))
    tenant.apps[tenant.client_id].secret = SECRET
    return tenant


def hostile_profiles(tenant: SimulatedTenant) -> Iterator[str]:
    """Usable ones by hostile names and with hostile paths, and those of which every key is an attack."""
    whose = f'tenant = "{tenant.tenant_id}"\nclient_id = "{tenant.client_id}"\n'
    ways = {"1north": 'secret_env = "NORTH"', "1phone": 'kind = "device-code"', "1clip": 'kind = "token"'}
    for name, way in ways.items():
        yield f'[[profile]]\nname = "{name}"\n{whose}{way}\n'
    path = toml_string(CONTROL_STRINGS["OSC 52"] + UNSEEN["right to left override"])
    yield f'[[profile]]\nname = "paper"\n{whose}kind = "certificate"\ncertificate_path = {path}\n'
    names = [text for text in ATTACKS.values() if text.isprintable() and text.strip() and len(text) <= 64]
    for text in names[::12]:  # as many as the list shows at once
        yield f"[[profile]]\nname = {toml_string(text)}\n{whose}\n"
    for number, text in enumerate((*CONTROL_SEQUENCES.values(), *CONTROL_STRINGS.values(), *CONTROLS.values())):
        key = ("name", "tenant", "client_id", "kind", "cloud", "secret_command", "secret_env", text)[number % 8]
        name = "" if key == "name" else f'name = "bad {number}"\n'
        yield f"[[profile]]\n{name}{toml_string(key)} = {toml_string(text)}\n"


def page(status: int, content: bytes, kind: str = "application/json") -> Respond:
    """An answer with an attack in every header that is looked at."""
    names = (b"x-ms-request-id", b"request-id", b"Retry-After", b"WWW-Authenticate", b"Date", b"Server", b"Location")
    headers = [(b"Content-Type", kind.encode()), *((name, IN_A_HEADER) for name in names)]
    return lambda _: httpx.Response(status, headers=headers, content=content)


def pasted() -> str:
    """A token that nobody signed, with hostile claims and a hostile header."""
    header = {"typ": ORDERS[:500], "alg": CONTROL_STRINGS["OSC 52"], "kid": CONTROLS["C1 OSC"], **hostile_claims()}
    parts = (header, {"aud": ORDERS[:500], "iss": ORDERS[500:1000], "exp": 1e300, **hostile_claims()})
    coded = [urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return f"{coded[0]}.{coded[1]}.c2lnbmVk"


def test_files_services_and_tokens(online: dict[str, str], home: Path, tenant: SimulatedTenant) -> None:
    write_config(home, "profiles.toml", "\n".join(hostile_profiles(tenant)))
    del online["COLORTERM"]  # a third of the bytes
    with Terminal([*PROGRAM, "--profile", "1north"], online | {"NORTH": SECRET}, width=100, height=40) as terminal:
        walker = Walker(terminal)
        walker.begin("taken from the environment variable NORTH")
        be_refused_by_entra(walker, tenant)
        see_profiles(walker)
        be_told_a_code(walker, tenant)
        be_refused_by_the_api(walker, tenant)
        paste_a_token(walker)
        walker.leave()


def be_refused_by_entra(walker: Walker, tenant: SimulatedTenant) -> None:
    for number in (7000215, 777777):
        tenant.faults.add("/token", raw(401, hostile_refusal(ORDERS, number=number)))
        walker.go(ENTER, f"AADSTS{number}")
        walker.copy("e")
    tenant.faults.add("/token", page(503, f"<html>{ORDERS}</html>".encode("utf-8", "replace"), "text/html"))
    walker.go(ENTER, "✗", without="AADSTS")


def see_profiles(walker: Walker) -> None:
    walker.go("p", "Profiles", "1north", "Fill in")
    walker.leaf(DOWN, DOWN, DOWN, DOWN, PAGE_DOWN, PAGE_DOWN, "\t", PAGE_DOWN)
    walker.back("Sign in", without="Esc closes")


def be_told_a_code(walker: Walker, tenant: SimulatedTenant) -> None:
    """The user's code, its page and the words around them come from Entra; what acts is refused, markup is text."""
    told = dict.fromkeys(("user_code", "device_code", "verification_uri", "message"), ORDERS)
    printable = {"user_code": "[/x]раy:skull:", "verification_uri": "https://evil.example/[@click=app.quit]$(x)"}
    tenant.faults.add("/devicecode", raw(200, json.dumps(told).encode()))
    open_profiles(walker.terminal, "1phone")
    walker.go(ENTER, "cannot be used")
    tenant.faults.add("/devicecode", raw(200, json.dumps({**told, **printable, "device_code": "EVIL"}).encode()))
    walker.go(ENTER, "and enter the code", "[/x]")
    assert walker.copy("y") == printable["user_code"]
    assert walker.copy("u") == printable["verification_uri"]
    walker.leaf("x")
    walker.back("Stopped.")


def ask_again(walker: Walker, tenant: SimulatedTenant) -> None:
    """Refresh, and wait for the answer: what it says may stand there already, and who asks meanwhile is not heard."""
    asked = asked_for_incidents(tenant)
    walker.go("r", "live 3600", without="✗")
    walker.terminal.read_until("live 3600", also=lambda: asked_for_incidents(tenant) > asked)
    walker.terminal.settle()


def be_refused_by_the_api(walker: Walker, tenant: SimulatedTenant) -> None:
    open_profiles(walker.terminal, "1north")
    walker.go(ENTER, "Severity", "3 incidents")
    walker.terminal.settle()
    for status, content, shown in (
        (400, hostile_error(ORDERS), "✗ The service did not like the request (400)"),
        (404, hostile_error(ORDERS), "✗ The service knows no such"),
        (502, ORDERS.encode(), "(502)"),
        (429, hostile_error(ORDERS), "quota"),
        (200, json.dumps({"value": [{"incidentId": ORDERS}, ORDERS], ORDERS: ORDERS}).encode(), "␛"),
        (403, hostile_error(ORDERS), "✗ "),
    ):
        tenant.faults.add("/api/incidents", page(status, content), times=9)
        walker.go("r", shown)
        if shown.startswith("✗"):
            walker.copy("e")
        tenant.faults.clear()
        walker.back("Severity")
        ask_again(walker, tenant)


def paste_a_token(walker: Walker) -> None:
    open_profiles(walker.terminal, "1clip")
    walker.go(ENTER, "paste it: raw")
    walker.terminal.paste(pasted())
    walker.terminal.read_until("••••")
    walker.go(ENTER, "Report", "Will be refused")
    for shown in ("Checks", "GET /api/incidents", "␛", "Header"):
        walker.terminal.read_until(shown)
        walker.leaf(PAGE_DOWN, PAGE_DOWN, DOWN)
        walker.terminal.press(RIGHT)
    walker.terminal.read_until("hidden: v shows it")
