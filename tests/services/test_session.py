"""Being signed in: renewed in time, once for everybody, judged anew, and gone when signed out."""

import asyncio
import threading
from datetime import datetime

import httpx
import pytest

from mtp_tui.errors import MtpError, SignInError, TokenRefused, Unreachable
from mtp_tui.identity.credentials import ClientSecret, DeviceCode, PastedToken
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.identity.signing_keys import SigningKeys
from mtp_tui.identity.token_checks import Verdict
from mtp_tui.secret import Secret
from mtp_tui.services.session import RENEW_BEFORE_END, RETRY_RENEWAL_AFTER, Session
from mtp_tui.services.wiring import Services, on_wire
from mtp_tui.settings import Settings
from mtp_tui.sim import faults
from mtp_tui.sim.tenant import SimApp, SimulatedTenant
from mtp_tui.wire import Wire
from tests.support.clocks import StoppedClock

LIFETIME_S = 3599
TOKEN = "/oauth2/v2.0/token"
OTHER_CLIENT = "00000000-de00-4a99-8000-0000000007e4"


@pytest.fixture
def tenant(clock: StoppedClock) -> SimulatedTenant:
    return SimulatedTenant(clock=clock, incidents=[{"incidentId": 1, "lastUpdateTime": "2026-11-20T11:00:00Z"}])


@pytest.fixture
def services(tenant: SimulatedTenant, clock: StoppedClock) -> Services:
    return on_wire(Settings(), Wire(tenant.transport), clock, sleep=clock.sleep)


@pytest.fixture
def credentials(tenant: SimulatedTenant) -> ClientSecret:
    return ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret))


@pytest.fixture
async def session(services: Services, credentials: ClientSecret) -> Session:
    """Somebody who has just signed in."""
    await services.session.sign_in(credentials)
    return services.session


def tokens_asked_for(tenant: SimulatedTenant) -> int:
    return len([seen for seen in tenant.requests if seen.path.endswith(TOKEN)])


# signing in


async def test_nobody_is_signed_in_at_first(services: Services) -> None:
    assert services.session.current is None
    assert await services.session.verify() is None
    with pytest.raises(MtpError, match="Nobody is signed in"):
        await services.session.bearer()


async def test_a_sign_in_is_judged_at_once_and_verified_later(session: Session, clock: StoppedClock) -> None:
    first = session.current
    assert first is not None
    signature = next(finding for finding in first.report.findings if finding.check == "signature")
    assert signature.verdict is Verdict.UNCHECKED
    judged = await session.verify()
    assert judged is session.current
    assert judged is not None
    assert judged.token is first.token
    assert judged.report.headline(clock())[0] is Verdict.PASS


async def test_a_failed_sign_in_leaves_who_was_signed_in(
    session: Session, credentials: ClientSecret, tenant: SimulatedTenant
) -> None:
    before = session.current
    with pytest.raises(SignInError):
        await session.sign_in(ClientSecret(credentials.tenant, credentials.client_id, Secret("wrong")))
    assert session.current is before
    assert before is not None
    assert await session.bearer() is before.token.value


async def test_keys_that_cannot_be_fetched_are_a_remark_and_not_a_failure(
    session: Session, tenant: SimulatedTenant
) -> None:
    tenant.faults.add("openid-configuration", faults.html_page(), times=9)
    judged = await session.verify()
    assert judged is not None
    signature = next(finding for finding in judged.report.findings if finding.check == "signature")
    assert signature.verdict is Verdict.UNCHECKED
    assert await session.bearer() is judged.token.value


# renewing


async def test_a_token_is_used_until_shortly_before_its_end(
    session: Session, tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    first = await session.bearer()
    clock.advance(LIFETIME_S - RENEW_BEFORE_END.total_seconds())
    assert await session.bearer() is first
    assert tokens_asked_for(tenant) == 1
    clock.advance(1)
    second = await session.bearer()
    assert second.reveal() != first.reveal()
    assert tokens_asked_for(tenant) == 2
    assert await session.bearer() is second


async def test_a_renewed_token_is_verified_too(session: Session, clock: StoppedClock) -> None:
    clock.advance(LIFETIME_S - 60)
    await session.bearer()
    assert session.current is not None
    assert session.current.report.headline(clock())[0] is Verdict.PASS


@pytest.mark.parametrize("renew", [False, True])
async def test_many_callers_cause_one_renewal(
    session: Session, tenant: SimulatedTenant, clock: StoppedClock, renew: bool
) -> None:
    clock.advance(LIFETIME_S - 60)
    async with tenant.holding_answers(TOKEN) as gate:
        asking = [asyncio.create_task(session.bearer(renew=renew)) for _ in range(20)]
        await gate.waiting()
        gate.open()
        tokens = await asyncio.gather(*asking)
    assert len({token.reveal() for token in tokens}) == 1
    assert tokens_asked_for(tenant) == 2


async def test_a_failed_renewal_keeps_the_token_while_it_lasts(
    session: Session, tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    first = await session.bearer()
    clock.advance(LIFETIME_S - 120)
    tenant.faults.add(TOKEN, faults.server_error(503))
    assert await session.bearer() is first
    assert await session.bearer() is first
    assert tokens_asked_for(tenant) == 2
    clock.advance(RETRY_RENEWAL_AFTER.total_seconds())
    assert await session.bearer() is not first
    assert tokens_asked_for(tenant) == 3


async def test_a_failed_renewal_of_an_ended_token_is_raised(
    session: Session, tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    tenant.apps[tenant.client_id].secret_expired = True
    clock.advance(LIFETIME_S + 1)
    with pytest.raises(SignInError) as caught:
        await session.bearer()
    assert caught.value.trace.number == 7000222


async def test_a_caller_that_gives_up_does_not_stop_the_renewal_of_the_others(
    session: Session, tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    clock.advance(LIFETIME_S - 60)
    async with tenant.holding_answers(TOKEN) as gate:
        first, second = asyncio.create_task(session.bearer()), asyncio.create_task(session.bearer())
        await gate.waiting()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        gate.open()
        assert await second
    assert session.current is not None
    assert session.current.token.obtained_at == clock()


# a token that the API refuses


async def test_a_refused_token_is_renewed_once_and_the_call_repeated(
    session: Session, services: Services, tenant: SimulatedTenant
) -> None:
    assert session.current is not None
    feed = services.new_feed(session.current)
    tenant.faults.add("/api/incidents", faults.unauthorized())
    async for _ in feed.load_all():
        pass
    assert list(feed.incidents) == ["1"]
    assert tokens_asked_for(tenant) == 2


async def test_a_token_that_stays_refused_is_renewed_only_once(
    session: Session, services: Services, tenant: SimulatedTenant
) -> None:
    assert session.current is not None
    tenant.defender.is_provisioned = False
    with pytest.raises(TokenRefused):
        async for _ in services.new_feed(session.current).load_all():
            pass
    assert tokens_asked_for(tenant) == 2
    assert len([seen for seen in tenant.requests if seen.path == "/api/incidents"]) == 2


async def test_a_key_rotation_is_noticed(session: Session, tenant: SimulatedTenant, clock: StoppedClock) -> None:
    """New keys are fetched when a token names one that is not known, not only once a day."""
    await session.verify()
    tenant.rotate_key()
    clock.advance(LIFETIME_S - 60)
    await session.bearer()
    assert session.current is not None
    assert session.current.report.headline(clock())[0] is Verdict.PASS


async def test_a_token_of_a_withdrawn_key_is_refused_and_replaced(
    session: Session, services: Services, tenant: SimulatedTenant
) -> None:
    assert session.current is not None
    feed = services.new_feed(session.current)
    tenant.rotate_key(keep_old=False)
    async for _ in feed.load_all():
        pass
    assert list(feed.incidents) == ["1"]
    assert tokens_asked_for(tenant) == 2


# signing out


async def test_signing_out_forgets_token_and_secret(session: Session, tenant: SimulatedTenant) -> None:
    session.sign_out()
    assert session.current is None
    assert await session.verify() is None
    for renew in (False, True):
        with pytest.raises(MtpError, match="Nobody is signed in"):
            await session.bearer(renew=renew)
    assert tokens_asked_for(tenant) == 1


async def test_signing_out_during_a_verification_stays_signed_out(session: Session, tenant: SimulatedTenant) -> None:
    async with tenant.holding_answers("openid-configuration") as gate:
        verifying = asyncio.create_task(session.verify())
        await gate.waiting()
        session.sign_out()
        gate.open()
        assert await verifying is None
    assert session.current is None


async def test_signing_out_during_a_renewal_stays_signed_out(
    session: Session, tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    clock.advance(LIFETIME_S - 60)
    async with tenant.holding_answers(TOKEN) as gate:
        asking = asyncio.create_task(session.bearer())
        await gate.waiting()
        session.sign_out()
        gate.open()
        with pytest.raises(MtpError):
            await asking
    assert session.current is None


async def test_signing_in_as_another_during_a_renewal_stays_so(
    session: Session, tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    tenant.apps[OTHER_CLIENT] = SimApp("the~other.secret")
    clock.advance(LIFETIME_S - 60)
    async with tenant.holding_answers(f"{tenant.tenant_id}/v2.0/.well-known") as gate:
        asking = asyncio.create_task(session.bearer())
        await gate.waiting()
        # by its domain, so that the gate does not hold it too
        await session.sign_in(ClientSecret(tenant.domain, OTHER_CLIENT, Secret("the~other.secret")))
        gate.open()
        await asking
    assert session.current is not None
    assert session.current.client_id == OTHER_CLIENT


async def test_a_failed_renewal_is_no_problem_of_whoever_signed_in_meanwhile(
    session: Session, tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    tenant.apps[OTHER_CLIENT] = SimApp("the~other.secret", token_lifetime_s=LIFETIME_S)
    clock.advance(LIFETIME_S - 60)
    async with tenant.holding_answers(f"{tenant.tenant_id}/v2.0/.well-known") as gate:
        asking = asyncio.create_task(session.bearer())
        await gate.waiting()
        other = await session.sign_in(ClientSecret(tenant.domain, OTHER_CLIENT, Secret("the~other.secret")))
        tenant.apps[tenant.client_id].secret = "changed~meanwhile"
        gate.open()
        await asking
    assert session.renewal_problem is None
    clock.advance(LIFETIME_S - 10)
    assert session.current is other
    assert session.is_renewal_due


@pytest.mark.parametrize("is_renewed", [False, True])
async def test_calls_for_one_application_never_get_the_token_of_another(
    session: Session, services: Services, tenant: SimulatedTenant, clock: StoppedClock, is_renewed: bool
) -> None:
    """A call may wait for minutes until the quota or a renewal lets it go on; meanwhile another cloud may be signed in to."""
    tenant.apps[OTHER_CLIENT] = SimApp("the~other.secret")
    assert session.current is not None
    feed = services.new_feed(session.current)
    if is_renewed:
        clock.advance(LIFETIME_S - 60)
        async with tenant.holding_answers(f"{tenant.tenant_id}/v2.0/.well-known") as gate:
            asking = asyncio.create_task(feed.detail("1"))
            await gate.waiting()
            await session.sign_in(ClientSecret(tenant.domain, OTHER_CLIENT, Secret("the~other.secret")))
            gate.open()
            with pytest.raises(MtpError, match="Somebody else is signed in"):
                await asking
    else:
        await session.sign_in(ClientSecret(tenant.domain, OTHER_CLIENT, Secret("the~other.secret")))
        with pytest.raises(MtpError, match="Somebody else is signed in"):
            await feed.detail("1")
    assert not [seen for seen in tenant.requests if seen.path.startswith("/api/")]


async def test_what_an_application_was_shown_is_not_for_a_user_of_it(
    session: Session, services: Services, credentials: ClientSecret, tenant: SimulatedTenant
) -> None:
    """A user sees what the user's own Defender role allows, an application everything."""
    tenant.apps[tenant.client_id].auto_approve_after_polls = 0
    before = session.current
    user = await session.sign_in(DeviceCode(credentials.tenant, credentials.client_id))
    assert before is not None
    assert user.is_same_application(before)
    assert not user.may_see_the_same(before)
    with pytest.raises(MtpError, match="Somebody else is signed in"):
        await services.new_feed(before).detail("1")
    assert await services.new_feed(user).detail("1")


async def test_a_renewed_token_is_the_same_applications(
    session: Session, services: Services, clock: StoppedClock
) -> None:
    assert session.current is not None
    feed = services.new_feed(session.current)
    clock.advance(LIFETIME_S - 60)
    assert (await feed.detail("1")).incident.id == "1"


async def test_a_pasted_token_is_judged_also_when_it_came_during_a_renewal(
    session: Session, tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    clock.advance(LIFETIME_S - 60)
    async with tenant.holding_answers(TOKEN) as gate:
        asking = asyncio.create_task(session.bearer())
        await gate.waiting()
        await session.sign_in(PastedToken("", "", Secret(f"a~secret.pasted-by-mistake;{'x' * 100}")))
        gate.open()
        with pytest.raises(MtpError, match="was not sent"):
            await asking


async def test_a_network_failure_while_signing_in_passes_through(
    services: Services, credentials: ClientSecret, tenant: SimulatedTenant
) -> None:
    tenant.faults.add("login.microsoftonline.com", httpx.ConnectError("no route"), times=9)
    with pytest.raises(Unreachable):
        await services.session.sign_in(credentials)
    assert services.session.current is None


async def test_signing_out_while_a_renewed_token_is_judged_stays_signed_out(
    credentials: ClientSecret, tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    """Judging runs in a thread and asks for the time there; that is the moment in which this person signs out."""
    is_leaving = False

    def watched_clock() -> datetime:
        if is_leaving and threading.current_thread() is not threading.main_thread():
            leaving.sign_out()
        return clock()

    wire = Wire(tenant.transport)
    leaving = Session(EntraSignIn(wire, clock), SigningKeys(wire, clock), watched_clock)
    await leaving.sign_in(credentials)
    clock.advance(LIFETIME_S - 60)
    is_leaving = True
    with pytest.raises(MtpError):
        await leaving.bearer()
    assert leaving.current is None
