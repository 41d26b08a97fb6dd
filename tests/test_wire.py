"""The wire: what may leave, and an answer as it came: its text, its JSON, its clock, and where reading stops."""

import gzip
import json
import tracemalloc
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.errors import UnexpectedAnswer
from mtp_tui.gate import SIGN_IN_HOSTS, ReadOnly
from mtp_tui.identity.clouds import CLOUDS, GLOBAL, REGIONS
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import LARGEST_ANSWER_BYTES, Answer, Wire

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def answer(body: bytes = b"", **headers: str) -> Answer:
    return Answer("host.example", 200, headers, body)


async def body_of(response: httpx.Response) -> bytes:
    wire = Wire(lambda: httpx.MockTransport(lambda _: response))
    try:
        return (await wire.send("GET", "https://host.example/")).body
    finally:
        await wire.aclose()


@pytest.mark.parametrize(
    "date", ["Fri, 20 Nov 2026 12:00:00 GMT", "Fri, 20 Nov 2026 14:00:00 +0200", "20 Nov 2026 12:00:00 -0000"]
)
def test_the_servers_clock_is_utc(date: str) -> None:
    served_at = answer(date=date).served_at
    assert served_at == NOON
    assert served_at is not None
    assert served_at.utcoffset() == timedelta(0)


@given(
    st.text(st.characters(max_codepoint=0xFF, exclude_characters="\r\n"))
    | st.from_regex(r"(Mon, )?\d+ Jan \d+ \d+:\d+(:\d+)? [+-]\d+", fullmatch=True)
)
def test_no_date_header_is_a_bug(date: str) -> None:
    served_at = answer(date=date).served_at
    assert served_at is None or served_at.tzinfo is UTC


def test_a_missing_date_is_none() -> None:
    assert answer().served_at is None


@pytest.mark.parametrize("body", [b'{"a":1}', b'\xef\xbb\xbf{"a":1}', b' \r\n{"a":1}\n'])
def test_json_is_read_with_what_stands_around_it(body: bytes) -> None:
    assert answer(body).json_object() == {"a": 1}


def test_a_body_that_may_hold_a_token_does_not_show_itself() -> None:
    assert "made-up" not in repr(Answer("login.microsoftonline.com", 200, {}, b'{"access_token":"made-up"}'))


def test_line_feeds_inside_texts_are_forgiven() -> None:
    assert answer(b'{"a":"one\ntwo"}').json_object() == {"a": "one\ntwo"}


@given(st.binary())
def test_what_is_no_object_is_an_unexpected_answer(body: bytes) -> None:
    if _is_object(body):
        assert isinstance(answer(body).json_object(), dict)
        return
    with pytest.raises(UnexpectedAnswer, match=r"host\.example answered 200") as caught:
        answer(body).json_object()
    assert len(caught.value.detail) <= 200
    assert "\n" not in caught.value.detail


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body.decode("utf-8-sig", "replace"), strict=False), dict)
    except ValueError:
        return False


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b'{"a":' + b"9" * 10_000 + b"}"])
def test_json_that_would_exhaust_the_reader_is_refused(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        answer(body).json_object()


async def test_an_answer_that_unpacks_without_end_is_not_read_to_its_end() -> None:
    bomb = gzip.compress(bytes(LARGEST_ANSWER_BYTES + 1))
    assert len(bomb) < 100_000
    with pytest.raises(UnexpectedAnswer, match="64 MB"):
        await body_of(httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=_Chunks(bomb)))


async def test_a_bomb_that_comes_in_one_piece_is_unpacked_no_further_than_is_kept() -> None:
    bomb = gzip.compress(bytes(4 * LARGEST_ANSWER_BYTES))
    tracemalloc.start(1)
    try:
        with pytest.raises(UnexpectedAnswer, match="64 MB"):
            await body_of(httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=_Chunks(bomb, len(bomb))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * LARGEST_ANSWER_BYTES


async def test_the_largest_answer_is_read() -> None:
    assert len(await body_of(httpx.Response(200, stream=_Chunks(bytes(LARGEST_ANSWER_BYTES))))) == LARGEST_ANSWER_BYTES


class _Chunks(httpx.AsyncByteStream):
    def __init__(self, content: bytes, size_bytes: int = 65536) -> None:
        self._content = content
        self._size_bytes = size_bytes

    async def __aiter__(self):  # type: ignore[no-untyped-def]
        for at in range(0, len(self._content), self._size_bytes):
            yield self._content[at : at + self._size_bytes]


async def test_parameters_are_written_as_odata_has_them() -> None:
    seen: list[str] = []

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200)

    wire = Wire(lambda: httpx.MockTransport(note))
    await wire.send("GET", "https://host.example/api", params={"$filter": "a ge 2026-11-20T12:00:00Z", "$top": "100"})
    await wire.aclose()
    assert seen == ["https://host.example/api?%24filter=a%20ge%202026-11-20T12%3A00%3A00Z&%24top=100"]


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("x%0A2026-11-30%2012:00:00,000%20INFO%20signed%20out", "x%0A2026-11-30%2012:00:00,000%20INFO%20signed%20out"),
        ("x?$filter=secret", "x"),
        ("eyJ" * 14_000, "eyJ" * 63 + "eyJ…"),
    ],
)
async def test_of_a_path_the_log_has_as_much_as_says_something(
    caplog: pytest.LogCaptureFixture, path: str, logged: str
) -> None:
    wire = Wire(lambda: httpx.MockTransport(lambda _: httpx.Response(204)))
    with caplog.at_level("INFO", "mtp_tui.wire"):
        await wire.send("GET", f"https://host.example/apis/{path}")
    await wire.aclose()
    assert f"GET host.example/apis/{logged}"[:200] in caplog.text
    assert len(caplog.text) < 400


async def test_no_cookie_is_kept_and_none_is_sent() -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers.get("cookie", ""))
        kept = [
            ("Set-Cookie", f"c{len(sent)}{more}=x; Path=/{more}") for more in ("", "; Domain=.security.microsoft.com")
        ]
        return httpx.Response(200, headers=kept)

    wire = Wire(lambda: httpx.MockTransport(answer))
    for region in ("api", "api", "api-eu"):
        await wire.send("GET", f"https://{region}.security.microsoft.com/api/incidents")
    await wire.aclose()
    assert sent == ["", "", ""]


async def test_a_closed_wire_opens_again() -> None:
    wire = Wire(lambda: httpx.MockTransport(lambda _: httpx.Response(204)))
    await wire.aclose()
    assert (await wire.send("GET", "https://host.example/")).status == 204
    await wire.aclose()
    assert (await wire.send("GET", "https://host.example/")).status == 204
    await wire.aclose()


# what may leave

API = "https://api.security.microsoft.com/api"
TOKEN = "https://login.microsoftonline.com/contoso-demo.example/oauth2/v2.0/token"
METHODS = (
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "MERGE",
    "patch",
    "post",
    "Ge t",
    "",
)
CHANGEABLE = (
    f"{API}/incidents/1",
    "https://api-gov.security.microsoft.us/api/incidents/1",
    "https://eu.api.security.microsoft.com/api/incidents/1",
)
NEVER = (
    f"{API}/incidents",
    f"{API}/incidents/1/",
    f"{API}/incidents/1/comments",
    f"{API}/incidents/x",
    f"{API}/advancedhunting/run",
    f"{API}/$batch",
    "https://api.security.microsoft.com/t/oauth2/v2.0/token",
    "https://graph.microsoft.com/v1.0/security/incidents/1",
    "https://graph.microsoft.com/api/incidents/1",
    "https://api.security.microsoft.com.evil.example/api/incidents/1",
    "https://api.security.microsoft.com:8443/api/incidents/1",
    "https://user@api.security.microsoft.com/api/incidents/1",
    "https://evil.example/t/oauth2/v2.0/token",
    "https://login.microsoftonline.com/t/oauth2/../api",
    "https://login.microsoftonline.com/t/oauth2/v2.0/token/1",
    "https://login.microsoftonline.com/api/incidents/1",
    "https://user@login.microsoftonline.com/t/oauth2/v2.0/token",
)


async def let_out(wire: Wire, place: str) -> list[str]:
    """The methods with which a request to this place leaves."""
    left = []
    for method in METHODS:
        try:
            await wire.send(method, place, content="{}")
        except ReadOnly:
            continue
        left.append(method.upper())
    await wire.aclose()
    return left


@pytest.mark.parametrize("place", [*NEVER, *CHANGEABLE])
async def test_a_wire_for_reading_changes_nothing(place: str, tenant: SimulatedTenant) -> None:
    assert await let_out(Wire(tenant.transport), place) == []
    assert tenant.requests == []


@pytest.mark.parametrize("place", NEVER)
async def test_a_wire_for_writing_changes_nothing_but_incidents(place: str, tenant: SimulatedTenant) -> None:
    assert await let_out(Wire(tenant.transport, may_write=True), place) == []
    assert tenant.requests == []


@pytest.mark.parametrize("place", CHANGEABLE)
async def test_a_wire_for_writing_changes_one_incident_by_patch_alone(place: str, tenant: SimulatedTenant) -> None:
    assert set(await let_out(Wire(tenant.transport, may_write=True), place)) == {"PATCH"}
    assert {(seen.method, seen.path) for seen in tenant.requests} == {("PATCH", "/api/incidents/1")}


@pytest.mark.parametrize("may_write", [False, True])
async def test_of_the_sign_in_service_only_forms_are_asked(may_write: bool, tenant: SimulatedTenant) -> None:
    assert set(await let_out(Wire(tenant.transport, may_write=may_write), TOKEN)) == {"POST"}
    assert {seen.method for seen in tenant.requests} == {"POST"}


async def test_a_redirect_takes_no_change_elsewhere() -> None:
    seen: list[str] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return httpx.Response(307, headers={"Location": "https://evil.example/"})

    wire = Wire(lambda: httpx.MockTransport(redirect), may_write=True)
    assert (await wire.send("PATCH", CHANGEABLE[0], content="{}")).status == 307
    await wire.aclose()
    assert seen == ["api.security.microsoft.com"]


@pytest.mark.parametrize("may_write", [False, True])
@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "x-http-method", "X-Method-Override"])
async def test_no_method_hides_behind_another(header: str, may_write: bool, tenant: SimulatedTenant) -> None:
    wire = Wire(tenant.transport, may_write=may_write)
    with pytest.raises(ReadOnly):
        await wire.send("GET", f"{API}/incidents/1", headers={header: "DELETE"})
    with pytest.raises(ReadOnly):
        await wire.send("POST", TOKEN, headers={header: "GET"})
    await wire.aclose()
    assert tenant.requests == []


async def test_a_wire_for_reading_cannot_be_made_one_for_writing() -> None:
    wire = Wire()
    with pytest.raises(AttributeError):
        wire.may_write = True  # type: ignore[misc]


def test_forms_go_to_the_sign_in_hosts_of_every_cloud_and_to_no_others() -> None:
    assert {host for cloud in CLOUDS for host in (cloud.login_host, *cloud.login_aliases)} == SIGN_IN_HOSTS


@pytest.mark.parametrize(
    "api_base", [*(GLOBAL.in_region(region).api_base for region in REGIONS), *(cloud.api_base for cloud in CLOUDS)]
)
async def test_incidents_can_be_changed_in_every_cloud_and_region(api_base: str) -> None:
    wire = Wire(lambda: httpx.MockTransport(lambda _: httpx.Response(200)), may_write=True)
    assert (await wire.send("PATCH", f"{api_base}/api/incidents/1", content="{}")).status == 200
    await wire.aclose()
