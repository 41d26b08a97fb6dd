"""Signing in to the simulated tenant, and what it publishes."""

import base64
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import jwt
import pytest

from mtp_tui.sim.directory import SimApp
from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.clocks import StoppedClock

from .conftest import API, LOGIN, Caller


async def keys_of(caller: Caller, version: str = "") -> jwt.PyJWKSet:
    """The published keys, found by way of the metadata."""
    configuration = (
        await caller.ask("GET", f"{LOGIN}/{caller.tenant.tenant_id}{version}/.well-known/openid-configuration")
    ).json()
    return jwt.PyJWKSet.from_dict((await caller.ask("GET", configuration["jwks_uri"])).json())


def verified(token: str, keys: jwt.PyJWKSet, audience: str, now: float) -> dict[str, Any]:
    """The payload, if PyJWT finds the signature and the audience good."""
    key = keys[jwt.get_unverified_header(token)["kid"]]
    payload: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=["RS256"],
        audience=audience,
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
    assert payload["nbf"] <= now < payload["exp"]
    return payload


@pytest.mark.parametrize("key_document", ["", "/v2.0"])
async def test_token_is_signed_by_a_published_key_and_has_the_app_only_claims(
    caller: Caller, clock: StoppedClock, key_document: str
) -> None:
    answer = await caller.sign_in()
    assert answer.status_code == 200
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["ext_expires_in"]) == ("Bearer", 3599, 3599)
    claims = verified(body["access_token"], await keys_of(caller, key_document), API, clock().timestamp())
    assert claims["iss"] == f"https://sts.windows.net/{caller.tenant.tenant_id}/"
    assert claims["appid"] == caller.tenant.client_id
    assert claims["roles"] == ["Incident.Read.All"]
    assert claims["sub"] == claims["oid"]
    assert claims["idtyp"] == "app"
    assert len(claims["uti"]) == 22
    assert "scp" not in claims
    header = jwt.get_unverified_header(body["access_token"])
    assert header["x5t"] == header["kid"]
    assert len(header["kid"]) == 27


async def test_version_two_token_names_its_application_and_issuer_differently(
    caller: Caller, clock: StoppedClock
) -> None:
    caller.tenant.apps[caller.tenant.client_id].token_version = "2.0"
    token = (await caller.sign_in()).json()["access_token"]
    claims = verified(token, await keys_of(caller), "8ee8fdad-f234-4243-8f3b-15c294843740", clock().timestamp())
    assert claims["iss"] == f"https://login.microsoftonline.com/{caller.tenant.tenant_id}/v2.0"
    assert claims["azp"] == caller.tenant.client_id
    assert "appid" not in claims
    assert "x5t" not in jwt.get_unverified_header(token)


async def test_version_one_endpoint_answers_with_numbers_as_strings(caller: Caller, clock: StoppedClock) -> None:
    body = (await caller.sign_in(version="")).json()
    assert body["expires_in"] == "3599"
    assert body["expires_on"] == str(int(clock().timestamp()) + 3599)
    assert body["resource"] == API


@pytest.mark.parametrize(
    ("scope", "audience"),
    [
        (f"{API}//.default", f"{API}/"),
        ("8ee8fdad-f234-4243-8f3b-15c294843740/.default", "8ee8fdad-f234-4243-8f3b-15c294843740"),
        (
            "https://securitycenter.onmicrosoft.com/windowsatpservice/.default",
            "https://securitycenter.onmicrosoft.com/windowsatpservice",
        ),
    ],
)
async def test_audience_is_what_was_asked_for(caller: Caller, clock: StoppedClock, scope: str, audience: str) -> None:
    token = (await caller.sign_in(scope=scope)).json()["access_token"]
    verified(token, await keys_of(caller), audience, clock().timestamp())


async def test_application_without_consent_gets_a_token_without_roles(caller: Caller, clock: StoppedClock) -> None:
    caller.tenant.apps[caller.tenant.client_id].roles = ()
    token = (await caller.sign_in()).json()["access_token"]
    assert "roles" not in verified(token, await keys_of(caller), API, clock().timestamp())


async def test_claims_and_header_can_be_laid_over(caller: Caller) -> None:
    app = caller.tenant.apps[caller.tenant.client_id]
    app.extra_claims, app.extra_header, app.token_lifetime_s = (
        {"scp": "Incident.Read", "roles": None},
        {"nonce": "n"},
        60,
    )
    body = (await caller.sign_in()).json()
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert claims["scp"] == "Incident.Read"
    assert "roles" not in claims
    assert body["expires_in"] == 60
    assert jwt.get_unverified_header(body["access_token"])["nonce"] == "n"


async def test_key_documents_differ_in_the_issuer_only(caller: Caller) -> None:
    tid = caller.tenant.tenant_id
    old = (await caller.ask("GET", f"{LOGIN}/common/discovery/keys")).json()["keys"]
    new = (await caller.ask("GET", f"{LOGIN}/{tid}/discovery/v2.0/keys")).json()["keys"]
    assert len(old) > 1
    assert not any("issuer" in key for key in old)
    assert {key["issuer"] for key in new} == {"https://login.microsoftonline.com/{tenantid}/v2.0"}
    assert [key["kid"] for key in old] == [key["kid"] for key in new]


async def test_rotation_publishes_another_key_and_signs_with_it(
    caller: Caller, tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    before = (await caller.sign_in()).json()["access_token"]
    tenant.rotate_key()
    after = (await caller.sign_in()).json()["access_token"]
    assert jwt.get_unverified_header(before)["kid"] != jwt.get_unverified_header(after)["kid"]
    keys = await keys_of(caller)
    for token in (before, after):
        verified(token, keys, API, clock().timestamp())
    tenant.rotate_key(keep_old=False)
    with pytest.raises(KeyError):
        verified(before, await keys_of(caller), API, clock().timestamp())


@pytest.mark.parametrize("host", ["login.microsoftonline.com", "login.windows.net"])
@pytest.mark.parametrize("version", ["", "/v2.0"])
async def test_metadata_is_served_for_the_id_and_for_a_domain(caller: Caller, host: str, version: str) -> None:
    documents = [
        (await caller.ask("GET", f"https://{host}/{tenant}{version}/.well-known/openid-configuration")).json()
        for tenant in (caller.tenant.tenant_id, caller.tenant.domain)
    ]
    assert documents[0] == documents[1]
    assert caller.tenant.tenant_id in documents[0]["issuer"]
    assert documents[0]["token_endpoint"].endswith("/oauth2/v2.0/token" if version else "/oauth2/token")
    assert ("check_session_iframe" in documents[0]) is not version.startswith("/")


async def test_instance_discovery_knows_the_aliases_and_nothing_else(caller: Caller) -> None:
    url = f"{LOGIN}/common/discovery/instance?api-version=1.1&authorization_endpoint="
    known = (await caller.ask("GET", f"{url}https://login.microsoftonline.com/common/oauth2/authorize")).json()
    assert "login.windows.net" in known["metadata"][0]["aliases"]
    unknown = await caller.ask("GET", f"{url}https://login.evil.example/common")
    assert (unknown.status_code, unknown.json()["error"]) == (400, "invalid_instance")


REFUSALS: list[tuple[dict[str, Any], dict[str, Any], tuple[int, int, str]]] = [
    ({}, {"client_secret": "wrong"}, (7000215, 401, "invalid_client")),
    ({"secret_expired": True}, {}, (7000222, 401, "invalid_client")),
    ({}, {"client_secret": None}, (7000216, 401, "invalid_client")),
    ({}, {"client_secret": "", "version": ""}, (7000218, 401, "invalid_client")),
    ({}, {"client_assertion": "eyJ.eyJ.x"}, (700027, 401, "invalid_client")),
    ({}, {"client_id": "00000000-0000-4000-8000-000000000001"}, (700016, 400, "unauthorized_client")),
    ({"disabled": True}, {}, (7000112, 400, "unauthorized_client")),
    ({}, {"tenant": "00000000-0000-4000-8000-000000000002"}, (90002, 400, "invalid_request")),
    ({}, {"tenant": "not-here.example"}, (90002, 400, "invalid_request")),
    ({}, {"tenant": "no domain"}, (900023, 400, "invalid_request")),
    ({}, {"tenant": "common"}, (50194, 400, "invalid_request")),
    ({"multi_tenant": True}, {"tenant": "common"}, (9001023, 400, "invalid_request")),
    ({"multi_tenant": True}, {"tenant": "organizations"}, (50059, 400, "invalid_request")),
    ({}, {"scope": "https://api.elsewhere.example/.default"}, (500011, 400, "invalid_resource")),
    ({}, {"scope": f"{API}/Incident.Read.All"}, (1002012, 400, "invalid_scope")),
    ({}, {"scope": f"{API}/.default https://graph.microsoft.com/.default"}, (70011, 400, "invalid_scope")),
    ({}, {"scope": None}, (900144, 400, "invalid_request")),
    ({}, {"client_id": None}, (900144, 400, "invalid_request")),
    ({}, {"resource": API}, (901002, 400, "invalid_request")),
    ({}, {"grant_type": "password"}, (70003, 400, "unsupported_grant_type")),
    ({"refuse_with": 53003}, {}, (53003, 400, "invalid_grant")),
    ({"refuse_with": 90055}, {}, (90055, 429, "temporarily_unavailable")),
    ({"refuse_with": 999999}, {}, (999999, 400, "invalid_request")),
]
"""How the application is, what is asked, and the number, status and word of the answer."""


@pytest.mark.parametrize(
    ("app", "asked", "expected"), REFUSALS, ids=lambda value: str(value[0]) if isinstance(value, tuple) else ""
)
async def test_refusals_have_their_number_status_and_word(
    caller: Caller, app: dict[str, Any], asked: dict[str, Any], expected: tuple[int, int, str]
) -> None:
    number, status, error = expected
    for name, value in app.items():
        setattr(caller.tenant.apps[caller.tenant.client_id], name, value)
    answer = await caller.sign_in(**asked)
    body = answer.json()
    assert (answer.status_code, body["error"], body["error_codes"]) == (status, error, [number])
    sentence, trace, correlation, timestamp = body["error_description"].split("\r\n")
    assert sentence.startswith(f"AADSTS{number}: ")
    assert (trace, correlation, timestamp) == (
        f"Trace ID: {body['trace_id']}",
        f"Correlation ID: {body['correlation_id']}",
        f"Timestamp: {body['timestamp']}",
    )
    assert body["timestamp"] == "2026-11-22 15:04:05Z"
    assert ("retry-after" in answer.headers) is (status == 429)


async def test_conditional_access_refusal_carries_its_claims(caller: Caller) -> None:
    caller.tenant.apps[caller.tenant.client_id].refuse_with = 53003
    body = (await caller.sign_in()).json()
    assert body["suberror"] == "message_only"
    assert body["claims"].startswith("{")


async def test_description_comes_in_one_line_on_request_and_echoes_the_request_id(caller: Caller) -> None:
    caller.tenant.entra.line_break = " "
    url = f"{LOGIN}/{caller.tenant.tenant_id}/oauth2/v2.0/token"
    body = (
        await caller.ask(
            "POST", url, data={"grant_type": "x"}, headers={"client-request-id": "11111111-2222-4333-8444-555555555555"}
        )
    ).json()
    assert "\n" not in body["error_description"]
    assert "Correlation ID: 11111111-2222-4333-8444-555555555555" in body["error_description"]


async def test_metadata_of_an_unknown_tenant_is_refused_as_invalid_tenant(caller: Caller) -> None:
    answer = await caller.ask("GET", f"{LOGIN}/nobody.example/v2.0/.well-known/openid-configuration")
    assert (answer.status_code, answer.json()["error"], answer.json()["error_codes"]) == (
        400,
        "invalid_tenant",
        [90002],
    )


async def test_secret_may_come_in_a_basic_header(caller: Caller) -> None:
    pair = base64.b64encode(f"{caller.tenant.client_id}:{caller.tenant.client_secret}".encode()).decode()
    url = f"{LOGIN}/{caller.tenant.domain}/oauth2/v2.0/token"
    form = {"grant_type": "client_credentials", "scope": f"{API}/.default"}
    assert (await caller.ask("POST", url, data=form, headers={"Authorization": f"Basic {pair}"})).status_code == 200


async def test_tenant_without_defender_has_no_such_resource(caller: Caller) -> None:
    caller.tenant.directory.resources.discard("mtp")
    assert (await caller.sign_in()).json()["error_codes"] == [500011]


async def test_another_application_has_its_own_secret_and_roles(caller: Caller) -> None:
    other = "00000000-0000-4000-8000-00000000000b"
    caller.tenant.apps[other] = SimApp(
        "s", roles=("AdvancedHunting.Read.All",), roles_elsewhere={"mde": ("Alert.Read.All",)}
    )
    mtp = (await caller.sign_in(client_id=other, client_secret="s")).json()["access_token"]
    mde = (
        await caller.sign_in(
            client_id=other, client_secret="s", scope="https://api.securitycenter.microsoft.com/.default"
        )
    ).json()["access_token"]
    roles = [jwt.decode(token, options={"verify_signature": False})["roles"] for token in (mtp, mde)]
    assert roles == [["AdvancedHunting.Read.All"], ["Alert.Read.All"]]


async def test_every_answer_has_the_servers_time(caller: Caller, tenant: SimulatedTenant, clock: StoppedClock) -> None:
    tenant.server_clock_offset_s = 600
    for answer in (
        await caller.sign_in(),
        await caller.sign_in(client_secret="wrong"),
        await caller.ask("GET", f"{API}/api/incidents"),
    ):
        assert (parsedate_to_datetime(answer.headers["date"]) - clock()).total_seconds() == 600


async def test_other_hosts_cannot_be_reached(caller: Caller) -> None:
    with pytest.raises(httpx.ConnectError):
        await caller.ask("GET", "https://login.elsewhere.example/")
