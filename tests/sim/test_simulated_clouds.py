"""The simulated tenant in the cloud of US Government, and in none but its own."""

import jwt
import pytest

from mtp_tui.sim.tenant import SimulatedTenant

from .conftest import LOGIN, Caller
from .users import User, claims_of, refusal_of

USGOV_LOGIN = "https://login.microsoftonline.us"
GOV_API = "https://api-gov.security.microsoft.us"
HOSTS = {
    "global": ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
    "usgov": ["login.microsoftonline.us", "login.usgovcloudapi.net"],
}


@pytest.fixture
def governed(tenant: SimulatedTenant) -> User:
    """A user of a tenant in US Government."""
    tenant.directory.cloud = "usgov"
    user = User(Caller(tenant))
    user.login = USGOV_LOGIN
    return user


async def configuration(caller: Caller, host: str, version: str, at: str = "") -> dict[str, str]:
    url = f"https://{host}/{at or caller.tenant.tenant_id}{version}/.well-known/openid-configuration"
    body: dict[str, str] = (await caller.ask("GET", url)).json()
    return body


@pytest.mark.parametrize("host", HOSTS["usgov"])
async def test_metadata_of_us_government_stays_in_its_cloud(governed: User, host: str) -> None:
    tid = governed.tenant.tenant_id
    new, old = [await configuration(governed.caller, host, version) for version in ("/v2.0", "")]
    assert new["issuer"] == f"{USGOV_LOGIN}/{tid}/v2.0"
    assert old["issuer"] == f"https://sts.windows.net/{tid}/"
    assert new["cloud_instance_name"] == old["cloud_instance_name"] == "microsoftonline.us"
    for name in ("token_endpoint", "authorization_endpoint", "device_authorization_endpoint", "jwks_uri"):
        assert new[name].startswith(f"https://{host}/")


@pytest.mark.parametrize("home", HOSTS)
@pytest.mark.parametrize("asked", HOSTS)
async def test_tenant_is_found_in_its_own_cloud_only(tenant: SimulatedTenant, home: str, asked: str) -> None:
    tenant.directory.cloud = home
    caller = Caller(tenant)
    form = {
        "grant_type": "client_credentials",
        "client_id": tenant.client_id,
        "client_secret": tenant.client_secret,
        "scope": f"{GOV_API}/.default",
    }
    for host in HOSTS[asked]:
        answer = await caller.ask("POST", f"https://{host}/{tenant.tenant_id}/oauth2/v2.0/token", data=form)
        if home == asked:
            assert answer.status_code == 200
        else:
            assert refusal_of(answer) == (400, "invalid_request", [90002])
            assert (await configuration(caller, host, "/v2.0"))["error"] == "invalid_tenant"
            user = User(caller)
            user.login, user.at = f"https://{host}", "organizations"
            assert refusal_of(await user.begin()) == (400, "invalid_request", [90002])


@pytest.mark.parametrize(
    ("version", "issuer"), [("1.0", "https://sts.windows.net/{}/"), ("2.0", USGOV_LOGIN + "/{}/v2.0")]
)
async def test_token_has_the_issuer_of_its_cloud_and_opens_its_api(governed: User, version: str, issuer: str) -> None:
    tenant = governed.tenant
    tenant.apps[tenant.client_id].token_version = version
    body = (await governed.sign_in(scope=f"{GOV_API}/.default openid")).json()
    assert claims_of(body["access_token"])["iss"] == issuer.format(tenant.tenant_id)
    assert claims_of(body["id_token"])["iss"] == f"{USGOV_LOGIN}/{tenant.tenant_id}/v2.0"
    governed.caller.token = body["access_token"]
    answer = await governed.caller.call(host=GOV_API, params={"$top": "1"})
    assert answer.json()["@odata.context"] == f"{GOV_API}/api/$metadata#Incidents"


async def test_token_of_another_clouds_issuer_is_unauthorized(tenant: SimulatedTenant) -> None:
    caller = Caller(tenant)
    tenant.apps[tenant.client_id].token_version = "2.0"
    caller.token = (await caller.sign_in()).json()["access_token"]
    assert (await caller.call()).status_code == 200
    tenant.directory.cloud = "usgov"
    assert (await caller.call()).status_code == 401


async def test_device_page_is_that_of_the_cloud(governed: User) -> None:
    body = (await governed.begin()).json()
    assert body["verification_uri"] == "https://microsoft.com/deviceloginus"
    assert body["verification_uri"] in body["message"]


async def test_refusal_links_to_its_own_cloud(governed: User) -> None:
    body = (await governed.begin(scope="openid")).json()
    assert body["error_uri"] == f"{USGOV_LOGIN}/error?code=70011"


@pytest.mark.parametrize(("login", "is_found"), [(USGOV_LOGIN, True), (LOGIN, False)])
async def test_keys_are_published_in_the_tenants_cloud(governed: User, login: str, is_found: bool) -> None:
    token = (await governed.sign_in(scope=f"{GOV_API}/.default")).json()["access_token"]
    document = (await governed.caller.ask("GET", f"{login}/common/discovery/v2.0/keys")).json()
    assert {key["issuer"] for key in document["keys"]} == {f"{login}/{{tenantid}}/v2.0"}
    kid = jwt.get_unverified_header(token)["kid"]
    assert (kid in [key["kid"] for key in document["keys"]]) is is_found


async def test_instance_discovery_knows_both_clouds(caller: Caller) -> None:
    for host in (host for hosts in HOSTS.values() for host in hosts):
        url = f"{LOGIN}/common/discovery/instance?api-version=1.1&authorization_endpoint=https://{host}/common/oauth2/authorize"
        metadata = (await caller.ask("GET", url)).json()["metadata"]
        assert [host in entry["aliases"] for entry in metadata].count(True) == 1


@pytest.mark.parametrize("endpoint", ["https://[", "", "login.microsoftonline.com"])
async def test_instance_discovery_refuses_what_is_no_address(caller: Caller, endpoint: str) -> None:
    answer = await caller.ask("GET", f"{LOGIN}/common/discovery/instance", params={"authorization_endpoint": endpoint})
    assert refusal_of(answer) == (400, "invalid_instance", [50049])


@pytest.mark.parametrize(
    "host",
    [
        "api.security.microsoft.com", "us.api.security.microsoft.com", "eu.api.security.microsoft.com", "uk.api.security.microsoft.com",
        "au.api.security.microsoft.com", "swa.api.security.microsoft.com", "ina.api.security.microsoft.com", "aea.api.security.microsoft.com",
        "api-us.security.microsoft.com", "api-eu.security.microsoft.com", "api-uk.security.microsoft.com",
        "api-gcc.security.microsoft.us", "api-gov.security.microsoft.us",
    ],
)  # fmt: skip
async def test_every_host_of_the_api_serves_the_incidents(caller: Caller, host: str) -> None:
    answer = await caller.call(host=f"https://{host}", params={"$top": "1"})
    body = answer.json()
    assert body["@odata.context"] == f"https://{host}/api/$metadata#Incidents"
    assert [incident["incidentId"] for incident in body["value"]] == [1]
