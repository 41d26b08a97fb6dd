"""The program's own objects on a real socket: TLS, proxy, MSAL, paging. Only the address behind the proxy is ours."""

import gzip
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.identity.token_checks import Verdict
from mtp_tui.secret import Secret
from mtp_tui.services.incidents import Finished, PageLoaded
from mtp_tui.services.wiring import Services, live
from mtp_tui.settings import Settings
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import Wire
from tests.support.clocks import StoppedClock
from tests.support.tls_server import TlsTenant

LIST = "https://api.security.microsoft.com/api/incidents"


@asynccontextmanager
async def services_at(clock: StoppedClock) -> AsyncIterator[Services]:
    """What `mtp-tui` runs on when it is not the demo."""
    services = live(Settings(), clock=clock)
    try:
        yield services
    finally:
        await services.close()


def credentials_of(tenant: SimulatedTenant) -> ClientSecret:
    return ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret))


async def test_sign_in_verification_and_450_incidents_take_one_token(
    tenant: SimulatedTenant, server: TlsTenant, clock: StoppedClock
) -> None:
    async with services_at(clock) as services:
        await services.session.sign_in(credentials_of(tenant))
        judged = await services.session.verify()
        assert judged is not None
        assert judged.report.headline(clock())[0] is Verdict.PASS
        feed = services.new_feed(judged)
        events = [event async for event in feed.load_all()]
        assert len(feed.incidents) == 450
    pages = [event for event in events if isinstance(event, PageLoaded)]
    assert [len(page.new) for page in pages[:5]] == [100, 100, 100, 100, 50]
    assert isinstance(events[-1], Finished)
    assert events[-1].complete
    assert len(server.issued) == 1
    bearers = {seen.headers["authorization"] for seen in tenant.requests if seen.host.startswith("api.")}
    assert bearers == {f"Bearer {server.issued[0]}"}


async def test_msal_asks_on_the_same_sockets_as_everything_else(
    tenant: SimulatedTenant, server: TlsTenant, clock: StoppedClock
) -> None:
    """MSAL has an HTTP client of its own, which would know neither our trust store nor the simulated tenant."""
    async with services_at(clock) as services:
        await services.session.sign_in(credentials_of(tenant))
        await services.session.verify()
    metadata, token, *keys = server.served
    assert (metadata.method, token.method) == ("GET", "POST")
    assert token.path.endswith("/oauth2/v2.0/token")
    assert metadata.connection == token.connection
    assert token.connection in {seen.connection for seen in keys}
    assert {seen.user_agent.split("/")[0] for seen in server.served} == {"mtp-tui"}
    assert set(server.led) == {"login.microsoftonline.com:443"}
    posted = next(seen for seen in tenant.requests if seen.method == "POST")
    assert posted.headers["x-client-sku"] == "MSAL.Python"


async def test_pages_of_one_queue_come_over_one_connection(
    tenant: SimulatedTenant, server: TlsTenant, clock: StoppedClock
) -> None:
    async with services_at(clock) as services:
        signed_in = await services.session.sign_in(credentials_of(tenant))
        async for _ in services.new_feed(signed_in).load_all():
            pass
    pages = [seen for seen in server.served if seen.path == "/api/incidents"]
    assert len(pages) >= 5
    assert len({seen.connection for seen in pages}) == 1


@pytest.mark.parametrize("form", ["zlib", "raw"])
async def test_deflated_pages_are_read_in_both_forms(
    tenant: SimulatedTenant, server: TlsTenant, clock: StoppedClock, form: str
) -> None:
    tenant.defender.deflate = form
    async with services_at(clock) as services:
        signed_in = await services.session.sign_in(credentials_of(tenant))
        feed = services.new_feed(signed_in)
        async for _ in feed.load_all():
            pass
        assert len(feed.incidents) == 450


async def test_a_gzipped_answer_is_unpacked(tenant: SimulatedTenant, server: TlsTenant) -> None:
    def gzipped(request: httpx.Request) -> httpx.Response:
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        return httpx.Response(200, headers=headers, content=gzip.compress(b'{"value":[]}'))

    tenant.faults.add("/api/incidents", gzipped)
    wire = Wire()
    answer = await wire.send("GET", LIST)
    await wire.aclose()
    assert answer.json_object() == {"value": []}


async def test_a_redirect_is_an_answer_and_not_a_way_to_go(tenant: SimulatedTenant, server: TlsTenant) -> None:
    """A bearer token goes to the host it was asked for, and nowhere else."""
    elsewhere = "https://login.windows.net/elsewhere"
    tenant.faults.add("/api/incidents", lambda _: httpx.Response(302, headers={"Location": elsewhere}))
    wire = Wire()
    answer = await wire.send("GET", LIST, headers={"Authorization": "Bearer of-nothing"})
    await wire.aclose()
    assert answer.status == 302
    assert [seen.path for seen in server.served] == ["/api/incidents"]


async def test_no_proxy_names_hosts_that_are_called_directly(
    tenant: SimulatedTenant, server: TlsTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "example.com, 127.0.0.1")
    tenant.faults.add("127.0.0.1", lambda _: httpx.Response(200, json={"reached": "directly"}))
    wire = Wire()
    answer = await wire.send("GET", f"https://127.0.0.1:{server.port}/")
    await wire.aclose()
    assert answer.json_object() == {"reached": "directly"}
    assert server.led == []


async def test_everything_else_goes_through_the_proxy(server: TlsTenant) -> None:
    wire = Wire()
    await wire.send("GET", LIST)
    await wire.aclose()
    assert server.led == ["api.security.microsoft.com:443"]


async def test_no_request_searches_the_disk_for_modules_again(
    server: TlsTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """httpcore asks for one that need not be there with each lock of each request."""
    searched: list[str] = []

    class Watching:
        @staticmethod
        def find_spec(name: str, *_: object) -> None:
            searched.append(name)

    wire = Wire()
    await wire.send("GET", LIST)  # imports what it needs
    monkeypatch.setattr(sys, "meta_path", [Watching, *sys.meta_path])
    answers = [await wire.send("GET", LIST) for _ in range(2)]
    await wire.aclose()
    assert [answer.status for answer in answers] == [401, 401]
    assert searched == []
