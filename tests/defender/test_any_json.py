"""Properties: whatever JSON stands anywhere, whatever bytes are a body, the worst that comes of it is an MtpError."""

import asyncio
import contextlib
import copy
import itertools
from collections.abc import AsyncIterator, Callable
from datetime import UTC
from typing import Any

import httpx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mtp_tui.defender.documented_shape import documented_row, documented_rows
from mtp_tui.defender.incident import incident_fields, incident_of
from mtp_tui.defender.models import Incident, detail_from, incident_from, page_from, same_content
from mtp_tui.defender.page import IncidentPage
from mtp_tui.defender.query import IncidentQuery
from mtp_tui.defender.refusals import error_of, first_line, retry_after_s
from mtp_tui.errors import MtpError, UnexpectedAnswer
from tests.defender.shapes import SmallService, incident_json, raw
from tests.support.clocks import NOON

calmly = settings(deadline=None, database=None)
"""The machine may be busy, and the tests write no files."""

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
BROKEN_PAGES = st.tuples(st.integers(0, 400), st.binary(max_size=3)).map(
    lambda cut: (page := raw({"value": [incident_json()]}))[: cut[0]] + cut[1] + page[cut[0] + len(cut[1]) :]
)
"""A good page with some bytes replaced."""
TIMES = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.isoformat())
FIELDS = st.sampled_from(sorted(incident_json()))
ALERT_FIELDS = st.sampled_from(
    ["alertId", "title", "category", "mitreTechniques", "devices", "entities", "serviceSource", "firstActivity", "lastActivity", "resolvedTime"]
)  # fmt: skip
ENTITY_FIELDS = st.sampled_from(
    [
        "entityType",
        "verdict",
        "fileName",
        "filePath",
        "processCreationTime",
        "evidenceCreationTime",
        "accountName",
        "url",
    ]
)


@calmly
@given(FIELDS, ANY_JSON | TIMES)
def test_any_json_in_place_of_a_field_gives_a_row_or_names_the_id(field: str, value: object) -> None:
    body = raw(incident_json(**{field: value}))
    if field == "incidentId" and not _is_usable(value):
        with pytest.raises(UnexpectedAnswer):
            incident_from(body)
        return
    incident, detail = incident_from(body), detail_from(body)
    assert incident == detail.incident
    assert all(isinstance(text, str) for text in (incident.id, incident.name, incident.severity, *incident.tags))
    "".join((incident.id, incident.name, *incident.tags, *(text for pair in detail.extra for text in pair))).encode()


DOCUMENTED = incident_json(
    incidentUri="https://security.microsoft.com/incidents/924565",
    alerts=[
        {
            "serviceSource": "MicrosoftDefenderForEndpoint",
            "devices": [
                {"mdatpDeviceId": "a1"},
                {"mdatpDeviceId": "A1", "deviceDnsName": "ws-01"},
                {"mdatpDeviceId": "b2"},
            ],
            "entities": [
                {"entityType": "User", "userPrincipalName": "ana@contoso.example", "accountName": "ana"},
                {"entityType": "User", "userPrincipalName": None, "accountName": "Bo"},
                {"entityType": "Ip", "ipAddress": "203.0.113.7"},
            ],
        },
        {"serviceSource": "OfficeATP", "devices": [], "entities": []},
    ],
)
"""With all that a row needs."""
WHERE: list[tuple[str | int, ...]] = [
    (), ("alerts", 0), ("alerts", 1), ("alerts", 0, "devices", 1), ("alerts", 0, "entities", 0), ("alerts", 0, "entities", 2),
]  # fmt: skip
KEYS = (
    *sorted(DOCUMENTED),
    *("serviceSource", "devices", "entities", "mdatpDeviceId", "aadDeviceId", "deviceDnsName"),
    *("userPrincipalName", "accountName", "userSid", "aadUserId"),
    *("id", "displayName", "customTags", "systemTags", "createdDateTime", "evidence"),
)
SPELLINGS: tuple[Callable[[str], str], ...] = (str, str.lower, str.upper, lambda key: key[0].upper() + key[1:])
VALUES: tuple[object, ...] = (
    "",
    " \u200b",
    "x",
    0,
    7,
    -1,
    2**53,
    1.5,
    1e300,
    True,
    None,
    [None],
    ["tag", ""],
    {},
    {"a": 1},
    [],
)


@pytest.mark.parametrize("where", WHERE, ids=str)
def test_what_is_decoded_quickly_is_the_row_that_the_forgiving_reading_gives(where: tuple[str | int, ...]) -> None:
    for key, spelt, value, keeps in itertools.product(KEYS, SPELLINGS, VALUES, (False, True)):
        _assert_same_row(_with(where, key, spelt(key), value, keeps=keeps))


@calmly
@given(st.sampled_from(WHERE), st.sampled_from(KEYS), ANY_JSON | TIMES)
def test_so_it_is_for_any_value(where: tuple[str | int, ...], key: str, value: object) -> None:
    _assert_same_row(_with(where, key, key, value, keeps=False))


def _with(where: tuple[str | int, ...], key: str, spelt: str, value: object, *, keeps: bool) -> bytes:
    """The documented incident with one key spelt so and of this value, beside the one that was there or in its place."""
    body = copy.deepcopy(DOCUMENTED)
    place: Any = body
    for step in where:
        place = place[step]
    if not keeps:
        place.pop(key, None)
    place[spelt] = value
    return raw(body)


def _assert_same_row(sent: bytes) -> None:
    try:
        forgiving = incident_of(incident_fields(sent), sent)
    except UnexpectedAnswer:
        with pytest.raises(UnexpectedAnswer):
            incident_from(sent)
    else:
        assert incident_from(sent) == forgiving, sent


def test_the_documented_shape_is_decoded_quickly() -> None:
    found = documented_row(raw(DOCUMENTED))
    assert found is not None
    assert (found.device_count, found.user_count) == (2, 2)
    assert documented_row(raw(DOCUMENTED | {"severity": 3})) is None


def test_a_page_is_decoded_quickly_as_a_whole_or_not_at_all() -> None:
    other = DOCUMENTED | {"incidentId": 7}
    quickly = documented_rows(raw({"@odata.context": "x", "value": [DOCUMENTED, other], "@odata.nextLink": "next"}))
    assert quickly == ([incident_from(raw(DOCUMENTED)), incident_from(raw(other))], "next")
    for odd in (
        {"value": [DOCUMENTED, {"incidentId": 8}]},
        {"Value": [DOCUMENTED]},
        {"value": [], "odata.nextLink": ""},
    ):
        assert documented_rows(raw(odd)) is None


@calmly
@given(st.lists(st.tuples(st.sampled_from(WHERE), st.sampled_from(KEYS), ANY_JSON | TIMES), max_size=3), ANY_JSON)
def test_a_page_gives_the_rows_and_the_bytes_of_its_items(
    changes: list[tuple[tuple[str | int, ...], str, object]], link: object
) -> None:
    items = [raw(DOCUMENTED), *(_with(where, key, key, value, keeps=False) for where, key, value in changes)]
    body = b'{"value": [ ' + b" ,\n".join(items) + b'], "@odata.nextLink":' + raw(link) + b"}"
    assume(
        not any(word in body for word in (b"Infinity", b"NaN"))
    )  # no JSON: a page with it is mended first, bytes and all
    expected: dict[str, Incident] = {}
    for item in items:
        with contextlib.suppress(UnexpectedAnswer):
            row = incident_of(incident_fields(item), item)
            expected[row.id] = row
    page = page_from(body, IncidentQuery(), NOON)
    assert page.incidents == tuple(expected.values())
    assert [incident.raw for incident in page.incidents] == [incident.raw for incident in expected.values()]
    assert (page.received, page.next_link) == (len(items), link if isinstance(link, str) else "")


def _is_usable(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and bool(str(value).strip())


@calmly
@given(st.dictionaries(ALERT_FIELDS, ANY_JSON | TIMES), st.dictionaries(ENTITY_FIELDS, ANY_JSON | TIMES), ANY_JSON)
def test_any_json_inside_alerts_and_entities_opens(
    alert: dict[str, object], entity: dict[str, object], more: object
) -> None:
    body = incident_json(alerts=[alert, {"entities": [entity, more], "devices": [entity, more]}, more], comments=more)
    detail = detail_from(raw(body))
    for found in detail.entities:
        assert all(value for _, value in found.facts)
    assert len({alert.key for alert in detail.alerts}) == len(detail.alerts)


@calmly
@given(st.binary() | ANY_JSON.map(raw) | ANY_JSON.map(lambda value: raw({"value": value})))
def test_any_bytes_as_a_page_are_a_page_or_an_mtp_error(body: bytes) -> None:
    with contextlib.suppress(MtpError):
        page = page_from(body, IncidentQuery(), NOON)
        assert page.received >= len(page.incidents) + len(page.unreadable)


@calmly
@given(
    st.sampled_from([200, 200, 200, 204, 302, 400, 401, 403, 404, 429, 500]),
    st.binary() | ANY_JSON.map(raw) | ANY_JSON.map(lambda value: raw({"value": value})) | BROKEN_PAGES,
    st.sampled_from(["", "gzip", "deflate", "br", "gzip, gzip"]),
)
def test_any_bytes_that_come_are_a_page_and_an_incident_or_an_mtp_error(status: int, body: bytes, packing: str) -> None:
    asyncio.run(_asked_for(status, body, packing))


async def _asked_for(status: int, body: bytes, packing: str) -> None:
    headers = {"Content-Encoding": packing} if packing else {}
    service = SmallService(lambda _: httpx.Response(status, headers=headers, stream=_Sent(body)))
    async with asyncio.timeout(10):
        for ask in (service.client.page(IncidentQuery()), service.client.incident("1")):
            try:
                came: IncidentPage | Incident | MtpError = await ask
            except MtpError as error:
                came = error
            assert not isinstance(came, MtpError) or (came.summary and came.hint)


class _Sent(httpx.AsyncByteStream):
    """A body as it comes from a socket: packed, in pieces."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), 7):
            yield self._body[start : start + 7]


@calmly
@given(st.integers(100, 999), st.binary() | ANY_JSON.map(raw), st.text())
def test_any_bytes_as_a_refusal_are_an_error_with_a_next_step(status: int, body: bytes, header: str) -> None:
    error = error_of(status, {"retry-after": header, "location": header}, body, host="h", now=NOON)
    assert error.summary
    assert error.hint
    assert "\n" not in first_line(body)


@calmly
@given(st.text(), st.text())
def test_a_wait_is_always_between_a_second_and_an_hour(header: str, message: str) -> None:
    assert 1.0 <= retry_after_s({"retry-after": header}, message, NOON) <= 3600.0


@calmly
@given(ANY_JSON)
def test_an_incident_is_the_same_as_itself_in_any_spacing(value: object) -> None:
    one = incident_from(raw(incident_json(odd=value)))
    other: Incident = incident_from(raw(incident_json(odd=value)).replace(b'"status": ', b'"status":   '))
    assert same_content(one, other)
