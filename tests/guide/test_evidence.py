"""The evidence bundle: what support needs, and nothing secret."""

import html
import json
import time
from urllib.parse import quote, quote_plus

import pytest

from mtp_tui.errors import ApiError, MtpError, Refusal, SignInError, Step, Unreachable
from mtp_tui.guide.evidence import LONGEST_ANSWER, Asked, evidence_bundle, installed_versions, token_evidence
from mtp_tui.identity.claims import request_id
from mtp_tui.identity.clouds import GCC_HIGH
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.identity.entra_errors import explain_refusal
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.secret import Secret
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import Wire
from tests.guide.hostile import HOSTILE
from tests.identity.minting import CLIENT, KID, NOW, TENANT, app_claims, judged, mint
from tests.support.clocks import NOON, StoppedClock

VERSIONS = {"mtp-tui": "1.2.3", "Python": "3.11"}


def bundle(error: MtpError, asked: Asked | None = None, **more: object) -> str:
    return evidence_bundle(error, asked or Asked(), now=NOON, versions=VERSIONS, **more)  # type: ignore[arg-type]


async def refused_sign_in(tenant: SimulatedTenant, clock: StoppedClock, secret: str) -> SignInError:
    wire = Wire(tenant.transport)
    with pytest.raises(SignInError) as caught:
        await EntraSignIn(wire, clock).acquire(ClientSecret(tenant.tenant_id, tenant.client_id, Secret(secret)))
    await wire.aclose()
    return caught.value


async def test_a_refused_sign_in_is_told_with_everything_that_support_asks_for(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    error = await refused_sign_in(tenant, clock, "wrong~secret")
    path = f"/{tenant.tenant_id}/oauth2/v2.0/token"
    asked = Asked("POST", "login.microsoftonline.com", path, 401, tenant.tenant_id, tenant.client_id)
    text = bundle(error, asked, clock_offset_s=-312.4)
    for fact in (
        f"POST login.microsoftonline.com{path}",
        "401",
        "7000215",
        "invalid_client",
        error.trace.correlation_id,
        error.trace.trace_id,
        error.trace.timestamp,
        "2026-11-20 12:00:00 UTC",
        "-312 s",
        "mtp-tui 1.2.3, Python 3.11",
        tenant.client_id,
        error.summary,
        error.hint,
        error.detail,
        "https://login.microsoftonline.com/error?code=7000215",
    ):
        assert fact
        assert fact in text


def test_a_refused_call_is_told_with_its_request_id() -> None:
    refusal = Refusal(403, "Forbidden", "Missing roles.", "9a-request", ("Incident.Read.All",), ("Alert.Read.All",))
    text = bundle(
        ApiError(refusal, "Not allowed.", "Add it."),
        Asked("GET", "api.security.microsoft.com", "/api/incidents?$top=100"),
    )
    assert "GET api.security.microsoft.com/api/incidents\n" in text
    for fact in ("403", "Forbidden", "9a-request", "Incident.Read.All", "Alert.Read.All", "Missing roles."):
        assert fact in text


def test_a_network_failure_names_the_step() -> None:
    text = bundle(Unreachable(Step.CERTIFICATE, "login.microsoftonline.us", "Not trusted."), Asked(cloud=GCC_HIGH))
    assert "login.microsoftonline.us" in text
    assert "certificate" in text
    assert "GCC High" in text


@pytest.mark.parametrize("secret", ["wrong~secret/with+signs=", "zwei Wörter & mehr"])
def test_neither_secret_nor_token_is_in_it_however_the_answer_echoes_them(secret: str) -> None:
    token = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl"
    form = quote_plus(secret)
    raw = f'{{"got": "{secret}", "form": "client_secret={form}&x=1", "echo": "{form}", "access_token": "{token}"}}\nBearer {token}'
    text = bundle(SignInError(f"Refused {secret}."), Asked(path=f"/{secret}"), raw_answer=raw, hidden=[Secret(secret)])
    assert secret not in text
    assert form not in text
    assert "eyJ" not in text
    assert "[secret]" in text


SIGNS = "aB8~x+/\"q\\z&é=<7 '😀%"
"""Every character that somebody may write in another way."""


@pytest.mark.parametrize(
    "written",
    [
        SIGNS,
        json.dumps(SIGNS)[1:-1],
        json.dumps(SIGNS, ensure_ascii=False)[1:-1].replace("/", "\\/"),
        json.dumps(json.dumps(SIGNS)[1:-1])[1:-1],
        "".join(sign if sign.isalnum() and sign.isascii() else json.dumps(sign)[1:-1] if not sign.isascii() else f"\\u{ord(sign):04X}" for sign in SIGNS),
        quote(SIGNS, safe=""),
        quote(SIGNS, safe="").lower().replace("ab8", "aB8"),
        quote(SIGNS, safe="").replace("~", "%7E"),
        quote_plus(SIGNS),
        html.escape(SIGNS),
        "".join(sign if sign.isalnum() and sign.isascii() else f"&#{ord(sign)};" for sign in SIGNS),
    ],
)  # fmt: skip
def test_a_secret_is_taken_out_in_whichever_way_it_is_echoed(written: str) -> None:
    text = bundle(SignInError("Refused."), raw_answer=f"before {written} after", hidden=[Secret(SIGNS)])
    assert "    before [secret] after\n" in text


def test_a_secret_where_the_answer_is_cut_is_taken_out_whole() -> None:
    secret = "made~up.client-secret_of+40/characters=00"
    body: dict[str, object] = {"error": "invalid_client"}
    for length in range(LONGEST_ANSWER - 60, LONGEST_ANSWER + 10):
        error = explain_refusal(
            body, tenant="t", client_id="c", scope="s", status=401, raw=f"{'.' * length}{secret}" * 2
        )
        assert secret[:4] not in bundle(error, raw_answer=error.raw, hidden=[Secret(secret)])


def test_an_answer_made_to_be_searched_for_ever_is_searched_quickly() -> None:
    begun = time.process_time()
    for sign in ("\\", "%", "&#0", "a\\", '\\\\\\"', "\\\\\\'"):
        hidden = [Secret('\\"' * 200 + "x"), Secret("a\\" * 200 + "x"), Secret("'" * 200 + "x")]
        bundle(SignInError("Refused."), raw_answer=sign * 4000, hidden=hidden)
    assert time.process_time() - begun < 5


def test_an_empty_secret_hides_nothing() -> None:
    assert "[secret]" not in bundle(MtpError("Refused."), hidden=[Secret("")])


@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_pasted_into_a_ticket_holds_no_control_characters(value: str) -> None:
    error = ApiError(Refusal(400, value, value, value), value, value)
    text = bundle(error, Asked(value, value, value, 400, value, value, value), raw_answer=value)
    assert all(line.isprintable() for line in text.split("\n"))


def test_a_long_answer_is_cut_with_a_mark() -> None:
    text = bundle(MtpError("Refused."), raw_answer="x" * 100_000)
    assert len(text) < 5000
    assert "…" in text


def test_what_is_not_known_has_no_line() -> None:
    text = bundle(MtpError("Refused."))
    assert [line.split("  ")[0] for line in text.splitlines()[2:]] == [
        "What happened",
        "Cloud",
        "Time here",
        "Versions",
    ]


def test_the_versions_are_those_that_take_part() -> None:
    assert {"mtp-tui", "Python", "msal", "httpx", "textual"} <= set(installed_versions())


def test_a_tokens_evidence_finds_it_in_the_sign_in_log_and_does_not_hold_it() -> None:
    token = mint()
    text = token_evidence(judged(token, clock_offset_s=-42.0), now=NOW, versions=VERSIONS)
    for fact in (
        "Request ID",
        request_id(app_claims()["uti"]),
        "https://api.security.microsoft.com",
        TENANT,
        CLIENT,
        KID,
        "Incident.Read.All, AdvancedHunting.Read.All",
        "2026-11-22 11:55:00 UTC",
        "2026-11-22 12:55:00 UTC",
        "Accepted for incidents",
        "-42 s",
        "mtp-tui 1.2.3, Python 3.11",
    ):
        assert fact
        assert fact in text
    for piece in token.reveal().split("."):
        assert piece not in text


def test_the_evidence_of_what_is_no_jwt_does_not_hold_it_either() -> None:
    opaque = Secret("EwBgA8l6BAAU7p9QDpi7D3xJLwsTgCg3")
    text = token_evidence(judged(opaque), now=NOW, versions=VERSIONS)
    assert opaque.reveal() not in text
    assert "not a JWT" in text


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_claims_neither_act_nor_flood_the_evidence(value: str) -> None:
    claims = app_claims(aud=value, tid=[value], uti=value, roles=[value] * 500, appid={"x": value}, ver=value * 500)
    text = token_evidence(judged(mint(claims, kid=value)), now=NOW, versions=VERSIONS)
    assert all(line.isprintable() for line in text.split("\n"))
    assert len(text) < 10_000


def test_a_text_of_three_letters_takes_nothing_out_of_its_evidence() -> None:
    text = token_evidence(judged(Secret("e.t.a")), now=NOW, versions=VERSIONS)
    assert "[secret]" not in text
