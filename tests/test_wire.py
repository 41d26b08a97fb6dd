"""An answer as it came over the wire: its text, its JSON, its clock, and where reading stops."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.errors import UnexpectedAnswer
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


async def test_the_largest_answer_is_read() -> None:
    assert len(await body_of(httpx.Response(200, stream=_Chunks(bytes(LARGEST_ANSWER_BYTES))))) == LARGEST_ANSWER_BYTES


class _Chunks(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self):  # type: ignore[no-untyped-def]
        for at in range(0, len(self._content), 65536):
            yield self._content[at : at + 65536]


async def test_parameters_are_written_as_odata_has_them() -> None:
    seen: list[str] = []

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200)

    wire = Wire(lambda: httpx.MockTransport(note))
    await wire.send("GET", "https://host.example/api", params={"$filter": "a ge 2026-11-20T12:00:00Z", "$top": "100"})
    await wire.aclose()
    assert seen == ["https://host.example/api?%24filter=a%20ge%202026-11-20T12%3A00%3A00Z&%24top=100"]


async def test_a_closed_wire_opens_again() -> None:
    wire = Wire(lambda: httpx.MockTransport(lambda _: httpx.Response(204)))
    await wire.aclose()
    assert (await wire.send("GET", "https://host.example/")).status == 204
    await wire.aclose()
    assert (await wire.send("GET", "https://host.example/")).status == 204
    await wire.aclose()
