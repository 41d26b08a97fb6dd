"""Every refusal that the app explains can be asked of the simulated tenant, in every grant."""

import pytest

from mtp_tui.identity.entra_error_table import BY_NUMBER, BY_WORD
from mtp_tui.sim.aadsts import AADSTS, UNNUMBERED

from .conftest import Caller
from .users import DEVICE_CODE_GRANT, User, brought_back, refusal_of

GRANTS = {
    "client_credentials": {},
    DEVICE_CODE_GRANT: {"device_code": "x"},
    "refresh_token": {"refresh_token": "x"},
    "authorization_code": {"code": "x"},
}


def test_table_has_every_number_that_the_app_explains() -> None:
    assert set(BY_NUMBER) - set(AADSTS) == set()
    words = {row.error for row in AADSTS.values()} | set(UNNUMBERED) | {"invalid_tenant", "consent_required"}
    assert set(BY_WORD) - words == set()


@pytest.mark.parametrize("number", sorted(AADSTS))
async def test_number_is_refused_with_its_status_and_word(caller: Caller, number: int) -> None:
    caller.tenant.apps[caller.tenant.client_id].refuse_with = number
    answer = await caller.sign_in()
    row, body = AADSTS[number], answer.json()
    assert refusal_of(answer) == (row.status, row.error, [number])
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert "{" not in body["error_description"]
    assert body["error_uri"] == f"https://login.microsoftonline.com/error?code={number}"
    assert body.get("suberror", "") == row.suberror
    assert ("claims" in body) is row.has_claims
    assert ("retry-after" in answer.headers) is (row.status in (429, 503))


@pytest.mark.parametrize(("number", "status"), [(90055, 429), (90033, 503), (90024, 503), (90006, 503), (90012, 504)])
def test_service_faults_have_their_status(number: int, status: int) -> None:
    assert AADSTS[number].status == status


@pytest.mark.parametrize("grant", GRANTS)
async def test_application_is_refused_in_every_grant(caller: Caller, grant: str) -> None:
    caller.tenant.apps[caller.tenant.client_id].refuse_with = 53003
    answer = await User(caller).post("token", grant_type=grant, **GRANTS[grant])
    assert refusal_of(answer) == (400, "invalid_grant", [53003])


async def test_application_is_refused_a_device_code(caller: Caller) -> None:
    caller.tenant.apps[caller.tenant.client_id].refuse_with = 90055
    assert refusal_of(await User(caller).begin()) == (429, "temporarily_unavailable", [90055])


async def test_refused_application_still_gets_its_browser_back(caller: Caller) -> None:
    user = User(caller)
    caller.tenant.apps[caller.tenant.client_id].refuse_with = 50105
    code = brought_back(await user.browse())["code"]
    assert refusal_of(await user.redeem(code)) == (400, "invalid_grant", [50105])


async def test_number_that_nobody_knows_is_refused_all_the_same(caller: Caller) -> None:
    caller.tenant.apps[caller.tenant.client_id].refuse_with = 999999
    assert refusal_of(await caller.sign_in()) == (400, "invalid_request", [999999])
