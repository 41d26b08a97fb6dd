"""What a network does instead of answering: each failure ends in a sentence that names the step, and in no bug."""

import asyncio
import socket
from pathlib import Path

import httpx
import pytest

from mtp_tui.errors import BadInput, MtpError, Step, Unreachable
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.secret import Secret
from mtp_tui.services.wiring import live
from mtp_tui.settings import Settings
from mtp_tui.sim import faults
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import Wire
from tests.support.clocks import StoppedClock
from tests.support.tls_server import TlsTenant, tls_tenant

LIST = "https://api.security.microsoft.com/api/incidents"


async def failure_of(url: str = LIST) -> Unreachable:
    """What a request ends in."""
    wire = Wire()
    try:
        with pytest.raises(Unreachable) as caught:
            await wire.send("GET", url)
    finally:
        await wire.aclose()
    assert caught.value.hint
    return caught.value


async def fault_of_the_environment() -> BadInput:
    """What a request ends in that cannot even be tried."""
    wire = Wire()
    with pytest.raises(BadInput) as caught:
        await wire.send("GET", LIST)
    assert caught.value.hint
    return caught.value


async def test_a_certificate_of_an_unknown_root_is_not_trusted(
    server: TlsTenant, tenant: SimulatedTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    failure = await failure_of()
    assert failure.step is Step.CERTIFICATE
    assert failure.summary.startswith("The certificate of api.security.microsoft.com is not trusted: ")
    assert "issued by “" in failure.summary
    assert "SSL_CERT_FILE" in failure.hint
    assert tenant.requests == []


async def test_signing_in_past_an_untrusted_certificate_sends_no_secret(
    server: TlsTenant, tenant: SimulatedTenant, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    services = live(Settings(), clock=clock)
    with pytest.raises(Unreachable) as caught:
        await services.session.sign_in(ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret)))
    await services.close()
    assert caught.value.step is Step.CERTIFICATE
    assert tenant.requests == []


async def test_a_certificate_of_another_host_is_not_trusted(
    tenant: SimulatedTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with tls_tenant(tenant.handle, certificate_for=("proxy.example",)) as server:
        for name, value in server.environment(tmp_path).items():
            monkeypatch.setenv(name, value)
        failure = await failure_of()
    assert failure.step is Step.CERTIFICATE
    assert "ostname mismatch" in failure.summary
    assert tenant.requests == []


async def test_plain_http_where_tls_should_be_is_said(
    tenant: SimulatedTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with tls_tenant(tenant.handle, speaks_tls=False) as server:
        for name, value in server.environment(tmp_path).items():
            monkeypatch.setenv(name, value)
        failure = await failure_of()
    assert failure.step is Step.CERTIFICATE
    assert failure.summary == "No TLS connection with api.security.microsoft.com came about."


async def test_tls_that_breaks_after_the_handshake_is_a_failure_and_not_a_bug(server: TlsTenant) -> None:
    """httpx lets this one through as it is. It is also how a refused client certificate shows itself in TLS 1.3."""
    server.proxy_spoils = True
    assert (await failure_of()).step is Step.CERTIFICATE


async def test_a_closed_port_is_a_connection_that_did_not_come_about() -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    failure = await failure_of(f"https://127.0.0.1:{port}/")
    assert failure.step is Step.CONNECTION
    assert failure.summary == "No connection to 127.0.0.1."


async def test_a_proxy_that_is_not_there_is_named(server: TlsTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{once.getsockname()[1]}")
    failure = await failure_of()
    assert failure.step is Step.PROXY
    assert "No connection to the proxy 127.0.0.1:" in failure.summary
    assert "HTTPS_PROXY" in failure.hint


async def test_a_proxy_that_wants_a_name_says_so(server: TlsTenant) -> None:
    server.proxy_refuses = True
    failure = await failure_of()
    assert failure.step is Step.PROXY
    assert "407" in failure.detail


async def test_a_connection_reset_in_the_middle_of_an_answer_is_no_answer(
    server: TlsTenant, tenant: SimulatedTenant
) -> None:
    tenant.faults.add("/api/incidents", faults.broken_off())
    assert (await failure_of()).step is Step.ANSWER


async def test_an_answer_shorter_than_promised_is_no_answer(server: TlsTenant, tenant: SimulatedTenant) -> None:
    tenant.faults.add("/api/incidents", faults.raw(200, b'{"value":[]}', headers={"Content-Length": "5000"}))
    failure = await failure_of()
    assert failure.step is Step.ANSWER
    assert "broke off" in failure.summary


async def test_an_answer_that_is_not_packed_as_it_says_is_no_answer(server: TlsTenant, tenant: SimulatedTenant) -> None:
    tenant.faults.add("/api/incidents", lambda _: _mislabelled())
    assert (await failure_of()).step is Step.ANSWER


def _mislabelled() -> httpx.Response:
    class Stream(httpx.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]
            yield b"this was never gzip"

    return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Stream())


async def test_after_a_failure_the_next_request_goes_through(server: TlsTenant, tenant: SimulatedTenant) -> None:
    tenant.faults.add("/api/incidents", faults.broken_off())
    wire = Wire()
    with pytest.raises(Unreachable):
        await wire.send("GET", LIST)
    answer = await wire.send("GET", LIST)
    await wire.aclose()
    assert answer.status == 401


@pytest.mark.parametrize("is_trusted", [True, False])
async def test_no_keys_of_a_connection_are_written_down(
    server: TlsTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    """With the file named by SSLKEYLOGFILE whoever has recorded the connection reads secret and token in it."""
    keys = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(keys))
    if is_trusted:
        wire = Wire()
        assert (await wire.send("GET", LIST)).status == 401
        await wire.aclose()
    else:  # by the system's own store
        monkeypatch.delenv("SSL_CERT_FILE")
        assert (await failure_of()).step is Step.CERTIFICATE
    assert not keys.exists()


@pytest.mark.parametrize("url", ["http://api.security.microsoft.com/api/incidents", "ftp://x", "//x/y", ""])
async def test_nothing_is_asked_without_tls(server: TlsTenant, url: str) -> None:
    failure = await failure_of(url)
    assert "without TLS" in failure.summary
    assert (server.led, server.served) == ([], [])


@pytest.mark.parametrize("content", [None, "", "this is no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
async def test_a_wrong_ssl_cert_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    file = tmp_path / "roots.pem"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    fault = await fault_of_the_environment()
    assert fault.field == "SSL_CERT_FILE"
    assert str(file) in fault.summary


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1080"),
        ("HTTPS_PROXY", "ftp://proxy.example:21"),
        ("HTTPS_PROXY", "http://proxy.example:port"),
        ("HTTPS_PROXY", "http://[::1"),
        ("https_proxy", "gopher://proxy.example"),
        ("NO_PROXY", "fe80::/10,["),
    ],
)
async def test_a_proxy_variable_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """Many machines have ALL_PROXY set to SOCKS, which httpx answers with an ImportError."""
    monkeypatch.setenv(name, value)
    fault = await fault_of_the_environment()
    assert fault.field == name
    assert name in fault.summary


async def test_a_password_in_the_proxy_variable_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://analyst:made-up-password@127.0.0.1:1080")
    fault = await fault_of_the_environment()
    assert "made-up-password" not in f"{fault.summary} {fault.hint} {fault.detail} {fault!r}"


async def test_a_request_that_is_cancelled_leaves_the_wire_usable(server: TlsTenant, tenant: SimulatedTenant) -> None:
    wire = Wire()
    async with tenant.holding_answers("/api/incidents") as gate:
        asking = asyncio.create_task(wire.send("GET", LIST))
        await gate.waiting()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert (await wire.send("GET", LIST)).status == 401
    await wire.aclose()


async def test_a_token_that_no_header_can_carry_is_a_failure_and_not_a_bug(server: TlsTenant) -> None:
    wire = Wire()
    for token in ("line\r\nX-Injected: yes", "tök", "\ud800"):
        with pytest.raises(MtpError):
            await wire.send("GET", LIST, headers={"Authorization": f"Bearer {token}"})
    await wire.aclose()
    assert server.served == []
