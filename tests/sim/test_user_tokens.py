"""What a user's sign-in yields at the simulated tenant, and the refresh token's life."""

import base64
import json

import jwt
import pytest

from mtp_tui.sim.directory import SimApp
from tests.support.clocks import StoppedClock

from .conftest import API, LOGIN, Caller
from .users import SCOPE, User, claims_of, refusal_of

MDE = "https://api.securitycenter.microsoft.com"


@pytest.fixture
def user(caller: Caller) -> User:
    return User(caller)


def app_of(user: User) -> SimApp:
    return user.tenant.apps[user.tenant.client_id]


async def test_access_token_is_a_users_and_opens_the_api(user: User) -> None:
    body = (await user.sign_in()).json()
    claims = claims_of(body["access_token"])
    assert (claims["idtyp"], claims["scp"], claims["appidacr"]) == ("user", "Incident.Read", "0")
    assert claims["upn"] == claims["unique_name"] == "avery@contoso-demo.example"
    assert (claims["name"], claims["given_name"], claims["amr"]) == ("Avery", "Avery", ["pwd", "mfa"])
    assert claims["aud"] == API
    assert claims["oid"] != claims["sub"]
    assert "roles" not in claims
    user.caller.token = body["access_token"]
    assert (await user.caller.call()).status_code == 200
    assert (await user.caller.call("/api/incidents/17", "PATCH", json={})).status_code == 403


async def test_answer_has_all_of_a_user_flow(user: User) -> None:
    body = (await user.sign_in()).json()
    assert body["scope"].split() == [f"{API}/Incident.Read", f"{API}/.default"]
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3599)
    assert body["refresh_token"].startswith("1.AX")
    assert len(body["refresh_token"]) > 500
    about = json.loads(base64.urlsafe_b64decode(body["client_info"] + "=="))
    assert about == {"uid": claims_of(body["access_token"])["oid"], "utid": user.tenant.tenant_id}


async def test_id_token_is_signed_for_the_application(user: User, clock: StoppedClock) -> None:
    body = (await user.sign_in()).json()
    keys = jwt.PyJWKSet.from_dict(
        (await user.caller.ask("GET", f"{LOGIN}/{user.tenant.tenant_id}/discovery/v2.0/keys")).json()
    )
    claims = jwt.decode(
        body["id_token"],
        keys[jwt.get_unverified_header(body["id_token"])["kid"]],
        algorithms=["RS256"],
        audience=user.tenant.client_id,
        issuer=f"https://login.microsoftonline.com/{user.tenant.tenant_id}/v2.0",
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
    assert claims["nbf"] <= clock().timestamp() < claims["exp"]
    assert claims["preferred_username"] == "avery@contoso-demo.example"
    assert claims["tid"] == user.tenant.tenant_id
    assert claims["oid"] == claims_of(body["access_token"])["oid"]
    assert "nonce" not in claims


async def test_version_two_token_of_a_user_names_things_differently(user: User) -> None:
    app_of(user).token_version = "2.0"
    claims = claims_of((await user.sign_in()).json()["access_token"])
    assert (claims["azpacr"], claims["preferred_username"]) == ("0", "avery@contoso-demo.example")
    assert not {"upn", "unique_name", "appidacr"} & set(claims)


@pytest.mark.parametrize(
    ("scope", "missing"),
    [
        (f"{API}/.default", {"refresh_token", "id_token"}),
        (f"{API}/.default openid", {"refresh_token"}),
        (f"{API}/.default offline_access", {"id_token"}),
        (SCOPE, set()),
    ],
)
async def test_other_tokens_come_only_if_asked_for(user: User, scope: str, missing: set[str]) -> None:
    body = (await user.sign_in(scope=scope)).json()
    assert {"refresh_token", "id_token"} - set(body) == missing


async def test_permission_asked_for_by_name_yields_all_that_were_granted(user: User) -> None:
    app_of(user).scopes = ("Incident.Read", "AdvancedHunting.Read")
    body = (await user.sign_in(scope=f"{API}/Incident.Read openid")).json()
    assert claims_of(body["access_token"])["scp"] == "Incident.Read AdvancedHunting.Read"
    assert body["scope"].split() == [f"{API}/Incident.Read", f"{API}/AdvancedHunting.Read"]


async def test_permissions_of_another_api_are_its_own(user: User) -> None:
    app_of(user).scopes_elsewhere = {"mde": ("Alert.Read",)}
    claims = claims_of((await user.sign_in(scope=f"{MDE}/.default")).json()["access_token"])
    assert (claims["aud"], claims["scp"]) == (MDE, "Alert.Read")


@pytest.mark.parametrize("scope", [f"{MDE}/.default", f"{API}/Incident.ReadWrite", f"{API}/Incident.Read"])
async def test_missing_consent_is_refused(user: User, scope: str) -> None:
    if scope == f"{API}/Incident.Read":
        app_of(user).scopes = ()
    answer = await user.sign_in(scope=scope)
    assert refusal_of(answer) == (400, "invalid_grant", [65001])
    assert answer.json()["suberror"] == "consent_required"


@pytest.mark.parametrize(
    "scope",
    [
        f"{API}/.default {MDE}/.default",
        f"{API}/.default {API}/Incident.Read",
        "openid offline_access",
        "User.Read",
        f"{API}/",
        "/.default",
    ],
)
async def test_scopes_must_name_one_api(user: User, scope: str) -> None:
    assert refusal_of(await user.begin(scope=scope)) == (400, "invalid_scope", [70011])


async def test_access_token_can_be_replaced_in_user_flows_too(user: User) -> None:
    app_of(user).access_token = "no token"
    assert (await user.sign_in()).json()["access_token"] == "no token"


# the refresh token


async def test_refresh_token_yields_new_tokens_and_stays_good(user: User, clock: StoppedClock) -> None:
    first = (await user.sign_in()).json()
    clock.advance(3000)
    second = (await user.refresh(first["refresh_token"])).json()
    assert claims_of(second["access_token"])["exp"] == claims_of(first["access_token"])["exp"] + 3000
    assert claims_of(second["access_token"])["oid"] == claims_of(first["access_token"])["oid"]
    assert second["refresh_token"] != first["refresh_token"]
    for body in (first, second):
        assert (await user.refresh(body["refresh_token"])).status_code == 200


async def test_refresh_token_may_ask_for_another_scope(user: User) -> None:
    app_of(user).scopes_elsewhere = {"mde": ("Alert.Read",)}
    token = (await user.sign_in()).json()["refresh_token"]
    body = (await user.refresh(token, scope=f"{MDE}/Alert.Read")).json()
    assert claims_of(body["access_token"])["aud"] == MDE
    assert (await user.refresh(token, scope=f"{MDE}/Machine.Read")).json()["error_codes"] == [65001]


async def test_unknown_or_idle_refresh_token_is_refused(user: User, clock: StoppedClock) -> None:
    token = (await user.sign_in()).json()["refresh_token"]
    assert refusal_of(await user.refresh("1.AXnothing")) == (400, "invalid_grant", [700082])
    clock.advance(90 * 86400)
    assert refusal_of(await user.refresh(token)) == (400, "invalid_grant", [700082])


async def test_revoked_refresh_token_is_refused_and_a_later_one_is_not(user: User) -> None:
    token = (await user.sign_in()).json()["refresh_token"]
    user.tenant.entra.revoke_refresh_tokens()
    assert refusal_of(await user.refresh(token)) == (400, "invalid_grant", [50173])
    later = (await user.sign_in()).json()["refresh_token"]
    assert (await user.refresh(later)).status_code == 200


async def test_refresh_token_belongs_to_its_application(user: User) -> None:
    other = "00000000-0000-4000-8000-00000000000b"
    user.tenant.apps[other] = SimApp("s")
    token = (await user.sign_in()).json()["refresh_token"]
    assert refusal_of(await user.refresh(token, client_id=other)) == (400, "invalid_grant", [70000])
    assert refusal_of(await user.refresh("")) == (400, "invalid_request", [900144])


async def test_old_endpoint_serves_no_users(user: User) -> None:
    url = f"{LOGIN}/{user.tenant.tenant_id}/oauth2/token"
    form = {"grant_type": "refresh_token", "client_id": user.tenant.client_id, "refresh_token": "x"}
    answer = await user.caller.ask("POST", url, data=form)
    assert refusal_of(answer) == (400, "unsupported_grant_type", [70003])
