"""An application proves itself with a certificate: through real MSAL, and the simulated tenant verifies the signature."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from mtp_tui.errors import BadInput, MtpError, SignInError
from mtp_tui.identity import msal_client
from mtp_tui.identity.certificates import Certificate
from mtp_tui.identity.credentials import ClientCertificate
from mtp_tui.identity.progress import Progress, SignInStep
from mtp_tui.identity.sign_in import EntraSignIn, Grant
from mtp_tui.secret import Secret
from mtp_tui.sim.tenant import SimApp, SimulatedTenant
from mtp_tui.wire import Wire
from tests.sim.assertions import Pair, pair
from tests.support.clocks import StoppedClock

PASSPHRASE = "made-up passphrase"


@pytest.fixture
def clock() -> StoppedClock:
    """Stands at the machine's own time, by which MSAL dates what it signs."""
    return StoppedClock(datetime.now(UTC))


@pytest.fixture
def app(tenant: SimulatedTenant) -> SimApp:
    """The demo's application, with a certificate of its own."""
    app = tenant.apps[tenant.client_id]
    app.certificates = [pair().pem]
    return app


def key_pem(of: Pair, passphrase: str = "") -> str:
    lock = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return of.key.private_bytes(encoding, form, lock).decode()


def saved(folder: Path, of: Pair, passphrase: str = "") -> str:
    path = folder / "app.pem"
    path.write_text(key_pem(of, passphrase) + of.pem, encoding="ascii")
    return str(path)


async def sign_in(
    tenant: SimulatedTenant, clock: StoppedClock, path: str, passphrase: str = "", told: list[Progress] | None = None
) -> Grant:
    credentials = ClientCertificate(tenant.tenant_id, tenant.client_id, path, Secret(passphrase))
    told = [] if told is None else told
    return await EntraSignIn(Wire(tenant.transport), clock).acquire(credentials, told.append)


async def refusal_of(tenant: SimulatedTenant, clock: StoppedClock, path: str) -> SignInError:
    with pytest.raises(SignInError) as caught:
        await sign_in(tenant, clock, path)
    assert "PRIVATE KEY" not in caught.value.raw
    return caught.value


async def test_a_registered_certificate_signs_in(
    app: SimApp, tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    told: list[Progress] = []
    grant = await sign_in(tenant, clock, saved(tmp_path, pair()), told=told)
    claims = jwt.decode(grant.token.value.reveal(), options={"verify_signature": False})
    assert claims["roles"] == ["Incident.Read.All"]
    assert claims["appidacr"] == "2"
    assert grant.refresh is None
    assert told == [SignInStep.LIBRARY, SignInStep.CERTIFICATE, SignInStep.TENANT, SignInStep.TOKEN]


async def test_the_proof_is_of_the_new_kind(
    app: SimApp, tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    """PS256 and SHA-256; RS256 with SHA-1 is accepted of old programs."""
    await sign_in(tenant, clock, saved(tmp_path, pair()))
    header = jwt.get_unverified_header(tenant.requests[-1].form["client_assertion"])
    assert header["alg"] == "PS256"
    assert "x5t#S256" in header


async def test_the_key_is_sent_nowhere(
    app: SimApp, tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    await sign_in(tenant, clock, saved(tmp_path, pair()))
    key_lines = key_pem(pair()).splitlines()[1:-1]
    sent = b" ".join(seen.content + seen.url.encode() + str(seen.headers).encode() for seen in tenant.requests)
    assert "client_secret" not in tenant.requests[-1].form
    assert not [line for line in key_lines if line.encode() in sent]


async def test_a_file_with_a_passphrase_is_opened(
    app: SimApp, tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    assert (await sign_in(tenant, clock, saved(tmp_path, pair(), PASSPHRASE), PASSPHRASE)).token


@pytest.mark.parametrize("passphrase", ["", "another"])
async def test_a_wrong_passphrase_is_said_before_anything_is_sent(
    tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path, passphrase: str
) -> None:
    with pytest.raises(BadInput) as caught:
        await sign_in(tenant, clock, saved(tmp_path, pair(), PASSPHRASE), passphrase)
    assert caught.value.field == "passphrase"
    assert tenant.requests == []


async def test_a_missing_file_is_said_before_anything_is_sent(
    tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as caught:
        await sign_in(tenant, clock, str(tmp_path / "nowhere.pem"))
    assert caught.value.field == "certificate_path"
    assert tenant.requests == []


async def test_a_certificate_that_is_not_registered_is_said(
    app: SimApp, tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    refusal = await refusal_of(tenant, clock, saved(tmp_path, pair(2)))
    assert refusal.trace.number == 700027
    assert tenant.client_id in refusal.summary
    assert pair(2).sha256.hex().upper() in refusal.raw


async def test_a_certificate_that_has_expired_is_said(
    app: SimApp, tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    expired = pair(3, first_year=2019, last_year=2020)
    app.certificates = [expired.pem]
    assert (await refusal_of(tenant, clock, saved(tmp_path, expired))).trace.number == 1000502


async def test_a_machine_whose_clock_is_late_is_told_so(
    app: SimApp, tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    """Entra goes by its own clock, and what MSAL signs ends ten minutes after the machine's."""
    tenant.server_clock_offset_s = 7200
    refusal = await refusal_of(tenant, clock, saved(tmp_path, pair()))
    assert refusal.trace.number == 700024
    assert "clock" in refusal.hint


def curve_pem() -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(encoding, form, serialization.NoEncryption()).decode()


UNUSABLE: dict[str, Callable[[], tuple[str, str]]] = {
    "no key": lambda: ("no key at all", pair().pem),
    "empty key": lambda: ("", pair().pem),
    "no certificate": lambda: (key_pem(pair()), "no certificate at all"),
    "broken key": lambda: (key_pem(pair()).replace("A", "B", 40), pair().pem),
    "elliptic curve": lambda: (curve_pem(), pair().pem),
}
"""Key and certificate in PEM."""


@pytest.mark.parametrize("case", UNUSABLE)
@pytest.mark.usefixtures("app")
async def test_a_key_that_cannot_sign_is_a_sentence(
    tenant: SimulatedTenant, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """Whatever reading the file may have let through."""
    key, pem = UNUSABLE[case]()
    moment = clock()
    certificate = Certificate("app.pem", "CN=made-up", "", "", moment, moment, pem, Secret(key))
    monkeypatch.setattr(msal_client, "open_certificate", lambda *_: certificate)
    with pytest.raises(MtpError) as caught:
        await sign_in(tenant, clock, "app.pem")
    assert isinstance(caught.value, BadInput)
    assert caught.value.hint
    assert [seen.method for seen in tenant.requests] == ["GET"]
