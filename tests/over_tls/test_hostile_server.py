"""A server that means harm, on a real socket: whatever it does ends soon, in a sentence, and in little memory."""

import asyncio
import json
import tracemalloc
import zlib
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from mtp_tui.defender.client import DefenderClient
from mtp_tui.defender.page import IncidentPage
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.defender.quota import Quota
from mtp_tui.errors import MtpError, Step, UnexpectedAnswer, Unreachable
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.secret import Secret
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import LARGEST_ANSWER_BYTES, Limits, Wire
from tests.defender.shapes import Tokens, incident_json
from tests.over_tls.talks import (
    GZIP,
    MEGABYTE,
    RAW,
    STREAMED,
    ZLIB,
    hangs,
    head,
    packed,
    repeats,
    resets,
    sends,
    whole,
)
from tests.support.clocks import StoppedClock
from tests.support.tls_server import LOOPBACK, Talk, TlsTenant, root, tls_tenant

PATIENT = Limits(connect_s=5, silence_s=5, whole_s=10)
MOST_MEMORY_BYTES = 100 * 2**20


@dataclass(frozen=True)
class Harm:
    """What a server does, and what is said about it."""

    talk: Talk
    words: str
    step: Step | None = None
    """None: an answer came, and was not taken."""
    limits: Limits = field(default=PATIENT)
    speaks_tls: bool = True


BROKEN = "broke off or could not be read."
HASTY = Limits(connect_s=5, silence_s=5, whole_s=0.4)
UNREADABLE = sends(b"HTTP/1.1 nonsense\r\n\r\n")

HARMS: dict[str, Harm] = {
    "reset after the handshake": Harm(resets, BROKEN, Step.ANSWER),
    "reset in the headers": Harm(sends(head()[:30], then=resets), BROKEN, Step.ANSWER),
    "reset in the body": Harm(sends(head("Content-Length: 50"), b'{"val', then=resets), BROKEN, Step.ANSWER),
    "closed without an answer": Harm(sends(), BROKEN, Step.ANSWER),
    "cut in the headers": Harm(sends(head()[:30]), BROKEN, Step.ANSWER),
    "cut in the body": Harm(sends(head("Content-Length: 50"), b'{"value":[]}'), BROKEN, Step.ANSWER),
    "cut between chunks": Harm(sends(head(STREAMED), b"c\r\n" + b'{"value":[]}' + b"\r\n"), BROKEN, Step.ANSWER),
    "cut in what is packed": Harm(
        sends(whole(packed(b'{"value":[]}', 1, GZIP), "Content-Encoding: gzip")), BROKEN, Step.ANSWER
    ),
    "hangs before the handshake": Harm(
        hangs, "did not take the connection within 0.3 s.", Step.CONNECTION, Limits(0.3, 5, 10), speaks_tls=False
    ),
    "hangs after the handshake": Harm(hangs, "sent nothing for 0.3 s", Step.ANSWER, Limits(5, 0.3, 10)),
    "hangs after the headers": Harm(
        sends(head("Content-Length: 50"), then=hangs), "sent nothing for 0.3 s", Step.ANSWER, Limits(5, 0.3, 10)
    ),
    "trickles its headers": Harm(
        sends(head()[:-2], then=repeats(b"x", pause_s=0.05)), "not complete within 0.4 s.", Step.ANSWER, HASTY
    ),
    "trickles its body": Harm(
        sends(head("Content-Length: 5000"), then=repeats(b" ", pause_s=0.05)),
        "not complete within 0.4 s.",
        Step.ANSWER,
        HASTY,
    ),
    "says to wait without end": Harm(
        sends(then=repeats(b"HTTP/1.1 102 Processing\r\n\r\n", pause_s=0.01)),
        "not complete within 0.4 s.",
        Step.ANSWER,
        HASTY,
    ),
    "headers without end": Harm(sends(head()[:-2], then=repeats(b"X-More: of the same\r\n" * 2000)), BROKEN, Step.ANSWER),
    "a header line of 200 KB": Harm(sends(head(f"X-Long: {'x' * 200_000}")), BROKEN, Step.ANSWER),
    "no status line": Harm(UNREADABLE, BROKEN, Step.ANSWER),
    "bytes that are no HTTP": Harm(sends(bytes(range(256)) * 4), BROKEN, Step.ANSWER),
    "another protocol": Harm(sends(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), BROKEN, Step.ANSWER),
    "a negative length": Harm(sends(head("Content-Length: -1"), b"{}"), BROKEN, Step.ANSWER),
    "two lengths": Harm(sends(head("Content-Length: 2", "Content-Length: 12"), b"{}"), BROKEN, Step.ANSWER),
    "a length that is no number": Harm(sends(head("Content-Length: 0x10"), b"{}"), BROKEN, Step.ANSWER),
    "a chunk of no size": Harm(sends(head(STREAMED), b"-5\r\n{}\r\n0\r\n\r\n"), BROKEN, Step.ANSWER),
    "packed twice": Harm(sends(whole(b"{}", "Content-Encoding: gzip, gzip")), "packed its answer in a way"),
    "packed as nobody asked": Harm(sends(whole(b"{}", "Content-Encoding: br")), "packed its answer in a way"),
    "nested without an end": Harm(sends(whole(b'{"value":' * 100_000)), "not JSON."),
    "a body of nothing": Harm(sends(whole(b"")), "not JSON."),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _root_is_trusted(_bare_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root().cert_pem.write_to_path(tmp_path / "root.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))


@asynccontextmanager
async def client_of(server: TlsTenant, limits: Limits = PATIENT) -> AsyncIterator[DefenderClient]:
    """The program's own client, with a token, at this server."""
    clock, wire = StoppedClock(), Wire(limits=limits)
    base = f"https://{LOOPBACK}:{server.port}"
    try:
        async with asyncio.timeout(20):  # nothing here may hang
            yield DefenderClient(wire, base, Tokens(), Quota(clock, clock.sleep), clock)
    finally:
        await wire.aclose()


async def failures_at(server: TlsTenant, limits: Limits = PATIENT) -> list[MtpError]:
    """What a page and an incident end in."""
    failures = []
    async with client_of(server, limits) as client:
        for ask in (client.page(IncidentQuery()), client.incident("1")):
            with pytest.raises(MtpError) as caught:
                await ask
            failures.append(caught.value)
    return failures


async def nobody(_: httpx.Request) -> httpx.Response:
    """The handler of a server that never speaks HTTP of its own accord."""
    raise AssertionError("asked")


@asynccontextmanager
async def doing(talk: Talk, **choices: object) -> AsyncIterator[TlsTenant]:
    """A server that does this with each connection; afterwards no task and no socket is left of it, or of the client."""
    before = sockets()
    async with tls_tenant(nobody, talk=talk, **choices) as server:
        yield server
    async with asyncio.timeout(5):
        while sockets() - before or len(asyncio.all_tasks()) > 1:  # noqa: ASYNC110  nobody announces that a socket closed
            await asyncio.sleep(0)


def sockets() -> set[str]:
    """The open sockets of this process; none where the system does not tell."""
    found = set()
    for entry in Path("/proc/self/fd").glob("*"):
        try:
            target = str(entry.readlink())
        except OSError:  # closed since
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


@contextmanager
def little_memory() -> Iterator[None]:
    """Fails if the block needs more than 100 MB at any time, the server's own included."""
    tracemalloc.start(1)
    try:
        before, _ = tracemalloc.get_traced_memory()
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < MOST_MEMORY_BYTES


@pytest.mark.parametrize("name", HARMS)
async def test_harm_ends_in_a_sentence_that_names_the_step(name: str) -> None:
    harm = HARMS[name]
    async with doing(harm.talk, speaks_tls=harm.speaks_tls) as server:
        for failure in await failures_at(server, harm.limits):
            assert harm.words in failure.summary
            assert failure.summary.endswith(".")
            assert failure.hint.endswith(".")
            if harm.step is None:
                assert isinstance(failure, UnexpectedAnswer)
            else:
                assert isinstance(failure, Unreachable)
                assert failure.step is harm.step


@pytest.mark.parametrize(
    "talk",
    {
        "sent without end": sends(
            head("Content-Length: 2147483648"), then=repeats(MEGABYTE)
        ),
        "a bomb of gzip": sends(whole(packed(MEGABYTE, 300, GZIP), "Content-Encoding: gzip")),
        "a bomb of deflate": sends(whole(packed(MEGABYTE, 300, ZLIB), "Content-Encoding: deflate")),
        "a bomb of raw deflate": sends(whole(packed(MEGABYTE, 300, RAW), "Content-Encoding: deflate")),
        "more after the end of gzip": sends(
            head("Content-Encoding: gzip", "Content-Length: 2147483648"),
            zlib.compress(b"{}", wbits=GZIP),
            then=repeats(MEGABYTE),
        ),
    }.values(),
)  # fmt: skip
async def test_too_much_is_given_up_in_little_memory(talk: Talk) -> None:
    async with doing(talk) as server:
        with little_memory():
            async with client_of(server, Limits(5, 5, 15)) as client:
                with pytest.raises(MtpError) as caught:
                    await client.incident("1")
    assert isinstance(caught.value, UnexpectedAnswer)
    assert f"sent more than {LARGEST_ANSWER_BYTES // 2**20} MB" in caught.value.summary


# JSON that goes deep where it is still JSON


def deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


async def page_at(body: bytes) -> IncidentPage:
    async with doing(sends(whole(body))) as server, client_of(server) as client:
        return await client.page(IncidentQuery())


@pytest.mark.parametrize("levels", [100, 100_000])
async def test_a_deep_field_does_not_hide_the_good_incidents(levels: int) -> None:
    spoilt = json.dumps(incident_json(incidentId=2, comments="HERE")).encode().replace(b'"HERE"', deep(levels))
    good = json.dumps(incident_json(incidentId=1)).encode()
    page = await page_at(b'{"value":[' + spoilt + b"," + good + b"]}")
    assert [incident.id for incident in page.incidents] == ["2", "1"]


@pytest.mark.parametrize("levels", [100, 100_000])
async def test_a_deep_body_holds_no_incident(levels: int) -> None:
    async with doing(sends(whole(deep(levels)))) as server, client_of(server) as client:
        page = await client.page(IncidentQuery())
        assert (page.incidents, len(page.unreadable)) == ((), 1)
        with pytest.raises(UnexpectedAnswer, match="not an object"):
            await client.incident("1")


@pytest.mark.parametrize("levels", [100, 100_000])
async def test_a_deep_next_link_leads_nowhere(levels: int) -> None:
    good = json.dumps(incident_json(incidentId=1)).encode()
    page = await page_at(b'{"@odata.nextLink":' + deep(levels) + b',"value":[' + good + b"]}")
    assert [incident.id for incident in page.incidents] == ["1"]
    assert page.next_link == ""


# where a token goes


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("to", ["itself", "another port", "plain http", "a name without a scheme"])
async def test_a_redirect_takes_the_token_nowhere(status: str, to: str) -> None:
    asked: list[str] = []

    async def elsewhere(reader: StreamReader, writer: StreamWriter) -> None:
        asked.append("elsewhere")

    async def redirects(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.append("here")
        writer.write(whole(b"{}", f"Location: {places[to]}", status=status))

    async with doing(elsewhere) as other, doing(redirects) as server:
        places = {
            "itself": f"https://{LOOPBACK}:{server.port}/api/incidents",
            "another port": f"https://{LOOPBACK}:{other.port}/api/incidents",
            "plain http": f"http://{LOOPBACK}:{other.port}/",
            "a name without a scheme": f"//{LOOPBACK}:{other.port}/",
        }
        for failure in await failures_at(server):
            assert status[:3] in failure.summary
            assert failure.hint
    assert asked == ["here", "here"]


# who the server is


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"certificate_until": datetime(2020, 1, 1, tzinfo=UTC)}, "expired"),
        ({}, "issuer certificate"),
    ],
    ids=["expired", "of an unknown root"],
)
async def test_a_certificate_that_proves_nothing_gets_no_request(
    choices: dict[str, object], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not choices:
        monkeypatch.delenv("SSL_CERT_FILE")
    asked: list[bytes] = []

    async def listens(reader: StreamReader, writer: StreamWriter) -> None:
        asked.append(await reader.read(1))

    async with doing(listens, **choices) as server:
        for failure in await failures_at(server):
            assert isinstance(failure, Unreachable)
            assert failure.step is Step.CERTIFICATE
            assert words in failure.summary
    assert not any(asked)


# signing in


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (sends(then=resets), BROKEN),
        (sends(head("Content-Length: 5000"), then=repeats(b" ", pause_s=0.05)), "not complete within"),
        (sends(whole(packed(MEGABYTE, 300, GZIP), "Content-Encoding: gzip")), "sent more than"),
        (sends(whole(b'{"a":' * 100_000)), "not JSON"),
    ],
    ids=["reset", "trickles", "bomb", "deep"],
)
async def test_signing_in_at_such_a_server_ends_as_well(
    talk: Talk,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = StoppedClock()
    tenant = SimulatedTenant(clock=clock)
    async with doing(talk) as server:
        for name, value in server.environment(tmp_path).items():
            monkeypatch.setenv(name, value)
        wire = Wire(limits=Limits(5, 5, 1))
        credentials = ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret))
        with pytest.raises(MtpError) as caught:
            await asyncio.wait_for(EntraSignIn(wire, clock).acquire(credentials), 20)
        await wire.aclose()
    assert words in caught.value.summary
    assert "login.microsoftonline.com" in caught.value.summary
    assert caught.value.hint
