"""Signing in to the simulated tenant with a certificate: what proves the application, and what does not."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.clocks import StoppedClock

from .assertions import Pair, assertion, b64url, by_chain, by_sha1, by_sha256, pair
from .conftest import LOGIN, Caller
from .users import User, claims_of, refusal_of

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
HOUR_S = 3600
ELSEWHERE = "00000000-0000-4000-8000-000000000002"


class Certified:
    """An application that signs in with its certificate."""

    def __init__(self, caller: Caller, clock: StoppedClock) -> None:
        self.caller = caller
        self.tenant = caller.tenant
        self.clock = clock

    def payload(self, **claims: object) -> dict[str, Any]:
        """A claim given as None is left out."""
        now = int(self.clock().timestamp())
        base = {
            "aud": f"{LOGIN}/{self.tenant.tenant_id}/oauth2/v2.0/token",
            "iss": self.tenant.client_id,
            "sub": self.tenant.client_id,
            "jti": "00000000-0000-4000-8000-00000000000d",
            "nbf": now,
            "iat": now,
            "exp": now + 600,
            **claims,
        }
        return {name: value for name, value in base.items() if value is not None}

    async def sign_in(self, text: str, **fields: str | None) -> httpx.Response:
        proof: dict[str, Any] = {"client_secret": None, "client_assertion_type": TYPE, "client_assertion": text}
        return await self.caller.sign_in(**{**proof, **fields})


@pytest.fixture
def app(caller: Caller, clock: StoppedClock) -> Certified:
    """With two registered certificates, the second of which signs."""
    caller.tenant.apps[caller.tenant.client_id].certificates = [pair(2).pem, pair().pem]
    return Certified(caller, clock)


@pytest.mark.parametrize("algorithm", ["PS256", "RS256"])
@pytest.mark.parametrize("named", [by_sha256, by_sha1, by_chain])
async def test_registered_certificate_signs_in_however_it_is_named(
    app: Certified, algorithm: str, named: Callable[[Pair], dict[str, object]]
) -> None:
    answer = await app.sign_in(assertion(pair(), app.payload(), algorithm=algorithm, named=named))
    assert answer.status_code == 200
    claims = claims_of(answer.json()["access_token"])
    assert (claims["appidacr"], claims["roles"]) == ("2", ["Incident.Read.All"])


async def test_version_two_token_tells_of_the_certificate_too(app: Certified) -> None:
    app.tenant.apps[app.tenant.client_id].token_version = "2.0"
    token = (await app.sign_in(assertion(pair(), app.payload()))).json()["access_token"]
    assert claims_of(token)["azpacr"] == "2"


async def test_secret_goes_on_working_beside_a_certificate(app: Certified) -> None:
    token = (await app.caller.sign_in()).json()["access_token"]
    assert claims_of(token)["appidacr"] == "1"


async def test_certificate_that_is_not_registered_is_named_by_its_thumbprint(app: Certified) -> None:
    answer = await app.sign_in(assertion(pair(3), app.payload(), named=by_sha1))
    assert refusal_of(answer) == (401, "invalid_client", [700027])
    assert pair(3).sha1.hex().upper() in answer.text
    assert pair().sha1.hex().upper() in answer.text  # what is registered


async def test_signature_of_another_key_is_refused(app: Certified) -> None:
    answer = await app.sign_in(assertion(pair(), app.payload(), key=pair(2)))
    assert refusal_of(answer) == (401, "invalid_client", [7000274])


async def test_signature_by_another_algorithm_than_named_is_refused(app: Certified) -> None:
    head, payload, signature = assertion(pair(), app.payload(), algorithm="RS256").split(".")
    other = assertion(pair(), app.payload(), algorithm="PS256").split(".")[0]
    assert head != other
    answer = await app.sign_in(f"{other}.{payload}.{signature}")
    assert refusal_of(answer) == (401, "invalid_client", [7000274])


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": f"{LOGIN}/{ELSEWHERE}/oauth2/v2.0/token"},
        {"aud": "https://login.microsoftonline.us/contoso-demo.example/oauth2/v2.0/token"},
        {"aud": None},
        {"aud": [f"{LOGIN}/contoso-demo.example/oauth2/v2.0/token"]},
        {"iss": "00000000-0000-4000-8000-000000000001"},
        {"sub": "00000000-0000-4000-8000-000000000001"},
        {"iss": None},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": True},
    ],
)
async def test_claims_that_are_not_the_applications_own_are_refused(app: Certified, claims: dict[str, object]) -> None:
    answer = await app.sign_in(assertion(pair(), app.payload(**claims)))
    assert refusal_of(answer) == (401, "invalid_client", [50013])


@pytest.mark.parametrize(
    "audience",
    [
        "https://login.microsoftonline.com/contoso-demo.example/oauth2/v2.0/token",
        "https://login.microsoftonline.com/contoso-demo.example/oauth2/token",
        "https://login.windows.net/contoso-demo.example/oauth2/v2.0/token",
    ],
)
async def test_every_token_address_of_the_tenant_is_an_audience(app: Certified, audience: str) -> None:
    assert (await app.sign_in(assertion(pair(), app.payload(aud=audience)))).status_code == 200


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512"])
async def test_other_algorithms_are_refused(app: Certified, algorithm: str) -> None:
    answer = await app.sign_in(assertion(pair(), app.payload(), algorithm=algorithm))
    assert refusal_of(answer) == (401, "invalid_client", [50013])


@pytest.mark.parametrize(
    ("late_s", "is_accepted"),
    [(0, True), (600 + 299, True), (600 + 300, False), (HOUR_S, False), (-300, True), (-301, False)],
)
async def test_clock_may_be_wrong_by_five_minutes(app: Certified, late_s: float, is_accepted: bool) -> None:
    text = assertion(pair(), app.payload())
    app.tenant.server_clock_offset_s = late_s
    answer = await app.sign_in(text)
    if is_accepted:
        assert answer.status_code == 200
    else:
        assert refusal_of(answer) == (401, "invalid_client", [700024])
        assert "Current time: 2026-11-22T" in answer.text


async def test_start_may_be_missing_and_times_may_have_fractions(app: Certified, clock: StoppedClock) -> None:
    payload = app.payload(nbf=None, iat=clock().timestamp() + 0.25, exp=clock().timestamp() + 600.25)
    assert (await app.sign_in(assertion(pair(), payload))).status_code == 200


@pytest.mark.parametrize(("first_year", "last_year"), [(2020, 2026), (2027, 2040)])
async def test_certificate_outside_its_own_validity_is_refused(app: Certified, first_year: int, last_year: int) -> None:
    signer = pair(1, first_year=first_year, last_year=last_year)
    app.tenant.apps[app.tenant.client_id].certificates = [signer.pem]
    assert app.clock() < datetime(2027, 1, 1, tzinfo=UTC)
    answer = await app.sign_in(assertion(signer, app.payload()))
    assert refusal_of(answer) == (401, "invalid_client", [1000502])


@pytest.mark.parametrize("kind", [None, "", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"])
async def test_kind_of_the_assertion_must_be_told(app: Certified, kind: str | None) -> None:
    answer = await app.sign_in(assertion(pair(), app.payload()), client_assertion_type=kind)
    assert refusal_of(answer) == (400, "invalid_request", [900144])


async def test_application_without_certificates_has_none_registered(app: Certified) -> None:
    app.tenant.apps[app.tenant.client_id].certificates = []
    answer = await app.sign_in(assertion(pair(), app.payload()))
    assert refusal_of(answer) == (401, "invalid_client", [700027])


async def test_certificate_serves_the_old_endpoint(app: Certified) -> None:
    answer = await app.sign_in(assertion(pair(), app.payload()), version="")
    assert claims_of(answer.json()["access_token"])["appidacr"] == "2"


async def test_device_code_of_a_confidential_client_takes_a_certificate(app: Certified) -> None:
    user = User(app.caller)
    app.tenant.apps[app.tenant.client_id].public_client = False
    code = (await user.begin()).json()["device_code"]
    app.tenant.entra.device_codes[-1].approve()
    proof = {"client_assertion_type": TYPE, "client_assertion": assertion(pair(), app.payload())}
    token = (await user.poll(code, **proof)).json()["access_token"]
    assert claims_of(token)["appidacr"] == "2"


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=2)
)
PARTS = st.one_of(
    st.text(max_size=20),
    st.binary(max_size=20).map(b64url),
    st.dictionaries(st.sampled_from(["alg", "x5t", "x5t#S256", "x5c"]), JSONS).map(
        lambda header: b64url(str(header).replace("'", '"').encode("utf-8", "replace"))
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(PARTS, min_size=1, max_size=4).map(".".join).filter(bool))
def test_any_text_is_refused_in_good_order(text: str) -> None:
    tenant = SimulatedTenant(clock=StoppedClock(), incidents=[])
    tenant.apps[tenant.client_id].certificates = [pair().pem]
    answer = asyncio.run(Caller(tenant).sign_in(client_secret=None, client_assertion_type=TYPE, client_assertion=text))
    assert answer.status_code == 401
    assert answer.json()["error_codes"][0] in {50013, 700027}


@given(claims=st.dictionaries(st.sampled_from(["aud", "iss", "sub", "nbf", "exp"]), JSONS))
def test_any_signed_claims_are_refused_in_good_order(claims: dict[str, object]) -> None:
    tenant = SimulatedTenant(clock=StoppedClock(), incidents=[])
    tenant.apps[tenant.client_id].certificates = [pair().pem]
    good = Certified(Caller(tenant), StoppedClock()).payload()
    text = assertion(pair(), {**good, "exp": 0, **claims})
    answer = asyncio.run(Caller(tenant).sign_in(client_secret=None, client_assertion_type=TYPE, client_assertion=text))
    assert answer.status_code == 200 or answer.json()["error_codes"][0] in {50013, 700024}
