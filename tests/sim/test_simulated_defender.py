"""Listing and reading incidents of the simulated tenant."""

import json
from collections.abc import Callable

import httpx
import pytest

from mtp_tui.sim.quota import ThrottleStyle
from mtp_tui.sim.table import ENTITY_KEYS
from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.clocks import StoppedClock

from .conftest import API, Caller


async def test_pages_are_newest_first_and_end_with_an_empty_one(caller: Caller) -> None:
    assert await caller.ids() == list(range(1, 101))
    assert await caller.ids(**{"$top": 100, "$skip": 200}) == list(range(201, 251))
    answer = await caller.call(params={"$skip": "250"})
    assert answer.json() == {"@odata.context": f"{API}/api/$metadata#Incidents", "value": []}
    assert answer.headers["odata-version"] == "4.0"


@pytest.mark.parametrize(
    "params",
    [
        {"$top": "101"}, {"$top": "-1"}, {"$top": "ten"}, {"$skip": "-1"}, {"$orderby": "severity"}, {"$count": "true"}, {"$filter": "severity eq 'High'"}, {"$filter": ""},
        {"$filter": "status eq Active"}, {"$filter": "status eq 'Sleeping'"}, {"$filter": "lastUpdateTime ge '2026-01-01T00:00:00Z'"}, {"$filter": "lastUpdateTime ge 2026-01-01"},
        {"$filter": "lastUpdateTime ge 2026-13-01T00:00:00+01:00"}, {"$filter": "status eq 'Active' and"}, {"$filter": "(status eq 'Active'"}, {"$filter": "status is 'Active'"},
        {"$filter": "status eq 'Active' status eq 'Active'"}, {"$filter": "status eq 'Active"}, {"$filter": "LastUpdateTime ge 2026-01-01T00:00:00Z"},
    ],
)  # fmt: skip
async def test_query_that_is_not_documented_is_an_odata_error(caller: Caller, params: dict[str, str]) -> None:
    answer = await caller.call(params=params)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "ODataError")
    assert len(error["target"]) == 36


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lastUpdateTime ge 2026-11-22T15:02:05Z", [1, 2]),
        ("lastUpdateTime gt 2026-11-22T15:02:05.0000000Z", [1]),
        ("lastUpdateTime gt 2026-11-22T16:02:05+01:00", [1]),
        ("lastUpdateTime gt 2026-11-22T15:00Z and lastUpdateTime lt 2026-11-22T15:01:05Z", [4]),
        ("createdTime le 2026-11-22T10:55:05Z", [249, 250]),
        ("status eq 'Resolved'", [7]),
        ("status ne 'Active' and (assignedTo eq 'a@b.example' or assignedTo eq 'O''Neil')", [7]),
        ("assignedTo eq 'o''neil' or assignedTo eq 'a@b.example'", [7, 9]),
        ("assignedTo ne null", [7, 9]),
        ("assignedTo eq null and lastUpdateTime ge 2026-11-22T15:04:00Z", []),
        ("not_there eq 'x' ", None),
    ],
)
async def test_filters(
    caller: Caller,
    tenant: SimulatedTenant,
    make_incident: Callable[..., dict[str, object]],
    text: str,
    expected: list[int] | None,
) -> None:
    tenant.incidents.upsert(make_incident(7, 7, status="Resolved", assignedTo="a@b.example"))
    tenant.incidents.upsert(make_incident(9, 9, assignedTo="O'Neil"))
    answer = await caller.call(params={"$filter": text})
    if expected is None:
        assert answer.status_code == 400
    else:
        assert [incident["incidentId"] for incident in answer.json()["value"]] == expected


async def test_change_moves_an_incident_to_the_top(
    caller: Caller, tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    tenant.incidents.change(42, severity="High")
    assert (await caller.ids(**{"$top": 2})) == [42, 1]
    clock.advance(90)
    tenant.incidents.change("43", status="Resolved")
    assert (await caller.ids(**{"$filter": "lastUpdateTime gt 2026-11-22T15:04:05Z"})) == [43]
    tenant.incidents.remove(43)
    assert (await caller.ids(**{"$top": 1})) == [42]


async def test_next_links_lead_through_everything_on_request(caller: Caller, tenant: SimulatedTenant) -> None:
    tenant.defender.next_links = True
    page = (await caller.call(params={"$filter": "status eq 'Active'", "$top": "90"})).json()
    found = len(page["value"])
    while "@odata.nextLink" in page:
        page = (await caller.call(page["@odata.nextLink"].removeprefix(API))).json()
        found += len(page["value"])
    assert found == 250


async def test_one_incident_is_answered_bare(caller: Caller, tenant: SimulatedTenant) -> None:
    body = (await caller.call("/api/incidents/17")).json()
    assert body.pop("@odata.context") == f"{API}/api/$metadata#Incidents/$entity"
    assert body == tenant.incidents.get(17)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/incidents/9999", 404, "ResourceNotFound"),
        ("GET", "/api/incidents/x", 400, "InvalidInput"),
        ("GET", "/api/nothing", 404, "NotFound"),
        ("DELETE", "/api/incidents/17", 405, "MethodNotAllowed"),
    ],
)
async def test_what_is_not_there_is_refused(caller: Caller, method: str, path: str, status: int, code: str) -> None:
    answer = await caller.call(path, method)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize("host", ["https://eu.api.security.microsoft.com", "https://api-uk.security.microsoft.com"])
async def test_regional_hosts_serve_the_same(caller: Caller, host: str) -> None:
    answer = await caller.call(host=host, params={"$top": "1"})
    assert answer.json()["@odata.context"] == f"{host}/api/$metadata#Incidents"


async def refused(caller: Caller) -> str:
    answer = await caller.call()
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "Unauthorized")
    return str(answer.json()["error"]["message"])


async def test_no_token_or_a_broken_one_is_unauthorized(caller: Caller) -> None:
    for caller.token in ("", "x", "a.b.c", "e30.e30.e30", "W10.W10.W10"):
        answer = await caller.ask(
            "GET", f"{API}/api/incidents", headers={"Authorization": f"Bearer {caller.token}"} if caller.token else {}
        )
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_altered_token_is_unauthorized(caller: Caller) -> None:
    token = (await caller.sign_in()).json()["access_token"]
    header, payload, signature = token.split(".")
    caller.token = f"{header}.{payload[:-4]}AAAA.{signature}"
    await refused(caller)


async def test_token_for_another_api_or_tenant_is_unauthorized(caller: Caller) -> None:
    caller.token = (await caller.sign_in(scope="https://api.securitycenter.microsoft.com/.default")).json()[
        "access_token"
    ]
    assert "audience" in await refused(caller)
    caller.tenant.apps[caller.tenant.client_id].extra_claims = {"tid": "00000000-0000-4000-8000-000000000002"}
    caller.token = (await caller.sign_in()).json()["access_token"]
    assert "tenant" in await refused(caller)


async def test_token_ends_with_its_second(caller: Caller, clock: StoppedClock) -> None:
    assert (await caller.call()).status_code == 200
    clock.advance(3598)
    assert (await caller.call()).status_code == 200
    clock.advance(1)
    assert "expired" in await refused(caller)


async def test_token_of_a_key_that_is_gone_is_unauthorized(caller: Caller, tenant: SimulatedTenant) -> None:
    await caller.call()
    tenant.rotate_key(keep_old=False)
    assert "signature" in await refused(caller)


async def test_tenant_without_workload_refuses_every_token(caller: Caller, tenant: SimulatedTenant) -> None:
    tenant.defender.is_provisioned = False
    assert "not provisioned" in await refused(caller)


async def test_missing_permission_is_forbidden_and_named(caller: Caller, tenant: SimulatedTenant) -> None:
    tenant.apps[tenant.client_id].roles = ("AdvancedHunting.Read.All",)
    answer = await caller.call()
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "Forbidden")
    assert (
        "API required roles: Incident.Read.All,Incident.ReadWrite.All, application roles: AdvancedHunting.Read.All."
        in answer.text
    )


@pytest.mark.parametrize(
    "claims", [{"roles": ["Incident.ReadWrite.All"]}, {"roles": None, "scp": "Incident.Read User.Read"}]
)
async def test_writing_implies_reading_and_delegated_permissions_count(
    caller: Caller, tenant: SimulatedTenant, claims: dict[str, object]
) -> None:
    tenant.apps[tenant.client_id].extra_claims = claims
    assert (await caller.call()).status_code == 200


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (ThrottleStyle.HEADER, ("50", "TooManyRequests", False)),
        (ThrottleStyle.BODY, (None, "429", True)),
        (ThrottleStyle.BOTH, ("50", "TooManyRequests", True)),
    ],
)
async def test_calls_beyond_the_quota_of_a_minute_are_throttled(
    caller: Caller,
    tenant: SimulatedTenant,
    clock: StoppedClock,
    style: ThrottleStyle,
    expected: tuple[str | None, str, bool],
) -> None:
    header, code, in_body = expected
    tenant.defender.throttle_style = style
    for number in range(50):
        assert (await caller.call(params={"$top": "0"})).status_code == 200
        if number == 0:
            clock.advance(10)
    answer = await caller.call()
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, code)
    assert answer.headers.get("retry-after") == header
    assert ("in 50 seconds" in answer.text) is in_body
    clock.advance(50)
    assert [(await caller.call()).status_code for _ in range(2)] == [200, 429]


async def test_quota_of_an_hour_and_of_each_application(
    caller: Caller, tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    tenant.defender.calls.per_minute, tenant.defender.calls.per_hour = 3, 5
    codes = []
    for _ in range(6):
        codes.append((await caller.call("/api/incidents/1")).status_code)
        clock.advance(30)
    assert codes == [200] * 5 + [429]
    clock.advance(3600 - 180)
    caller.token = ""
    assert (await caller.call()).status_code == 200


@pytest.mark.parametrize("form", ["zlib", "raw"])
async def test_answers_are_deflated_on_request(caller: Caller, tenant: SimulatedTenant, form: str) -> None:
    tenant.defender.deflate = form
    answer = await caller.call(params={"$top": "1"})
    assert answer.headers["content-encoding"] == "deflate"
    assert len(answer.json()["value"]) == 1
    plain = await caller.call(params={"$top": "1"}, headers={"Accept-Encoding": "identity"})
    assert plain.json() == answer.json()


async def test_entities_are_sparse_or_padded_with_null(clock: StoppedClock) -> None:
    tenant = SimulatedTenant(clock=clock)
    caller = Caller(tenant)

    async def keys() -> list[set[str]]:
        value = (await caller.call()).json()["value"]
        return [set(entity) for incident in value for alert in incident["alerts"] for entity in alert["entities"]]

    assert all(len(names) < len(ENTITY_KEYS) for names in await keys())
    tenant.defender.null_padded = True
    assert len(ENTITY_KEYS) == 31
    assert all(set(ENTITY_KEYS) <= names for names in await keys())
    tenant.defender.null_padded = False
    assert all(len(names) < len(ENTITY_KEYS) for names in await keys())


WRITER = {"roles": ["Incident.ReadWrite.All"]}


async def test_update_sets_what_is_named_and_appends_the_comment(caller: Caller, tenant: SimulatedTenant) -> None:
    tenant.apps[tenant.client_id].extra_claims = WRITER
    body = {
        "status": "Resolved",
        "classification": "TruePositive",
        "determination": "Phishing",
        "tags": ["a"],
        "comment": "done",
        "assignedTo": "x@y.example",
    }
    answer = await caller.call("/api/incidents/5", "PATCH", content=json.dumps(body))
    assert answer.status_code == 200
    changed = answer.json()
    assert "securitycenter" in changed.pop("@odata.context")
    assert changed["comments"] == [
        {"comment": "done", "createdBy": "API-App:mtp-tui demo", "createdTime": "2026-11-22T15:04:05Z"}
    ]
    assert (changed["status"], changed["determination"], changed["assignedTo"], changed["tags"]) == (
        "Resolved",
        "Phishing",
        "x@y.example",
        ["a"],
    )
    assert changed == tenant.incidents.get(5)
    assert (await caller.ids(**{"$top": 1})) == [5]
    await caller.call("/api/incidents/5", "PATCH", content='{"assignedTo": ""}')
    assert (tenant.incidents.get(5) or {})["assignedTo"] is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "InvalidRequestBody"), ("[]", "InvalidRequestBody"), ('{"Status": "Resolved"}', "InvalidRequestBody"), ('{"status": "Redirected"}', "InvalidRequestBody"),
        ('{"status": 1}', "InvalidRequestBody"), ('{"comments": []}', "InvalidRequestBody"), ('{"determination": "Phishing"}', "InvalidRequestBody"),
        ('{"classification": "FalsePositive", "determination": "Phishing"}', "InvalidRequestBody"), ('{"tags": "one"}', "InvalidRequestBody"),
        ('{"classification": {}}', "InvalidRequestBody"), ('{"status": []}', "InvalidRequestBody"), ('{"determination": [1]}', "InvalidRequestBody"),
    ],
)  # fmt: skip
async def test_update_with_a_wrong_body_changes_nothing(
    caller: Caller, tenant: SimulatedTenant, body: str, code: str
) -> None:
    tenant.apps[tenant.client_id].extra_claims = WRITER
    before = tenant.incidents.get(5)
    answer = await caller.call("/api/incidents/5", "PATCH", content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert tenant.incidents.get(5) is before


async def test_update_needs_the_write_permission_and_an_incident_of_its_own(
    caller: Caller, tenant: SimulatedTenant
) -> None:
    assert (await caller.call("/api/incidents/5", "PATCH", content="{}")).status_code == 403
    tenant.apps[tenant.client_id].extra_claims = WRITER
    caller.token = ""
    tenant.incidents.change(6, status="Redirected", redirectIncidentId=5)
    assert (await caller.call("/api/incidents/6", "PATCH", content='{"status":"Active"}')).json()["error"][
        "code"
    ] == "InvalidInput"
    assert (await caller.call("/api/incidents/999", "PATCH", content="{}")).status_code == 404


async def test_requests_are_remembered_in_order(caller: Caller, tenant: SimulatedTenant) -> None:
    await caller.call(params={"$top": "1"})
    sign_in, listing = tenant.requests
    assert (sign_in.method, sign_in.host, sign_in.form["client_id"]) == (
        "POST",
        "login.microsoftonline.com",
        tenant.client_id,
    )
    assert (listing.path, listing.params, listing.form) == ("/api/incidents", {"$top": "1"}, {})
    assert listing.headers["authorization"].startswith("Bearer ey")
    assert httpx.URL(listing.url).host == "api.security.microsoft.com"
