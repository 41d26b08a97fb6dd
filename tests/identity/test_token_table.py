"""Every kind of token that is met, forged or pasted by mistake, each with all of its findings."""

import base64
import hashlib
import hmac
import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.identity.clouds import GCC_HIGH
from mtp_tui.identity.token import Shape, read_token
from mtp_tui.identity.token_checks import TokenReport, Verdict
from mtp_tui.secret import Secret

from .minting import (
    CLIENT,
    EPOCH,
    ISSUER_2,
    KID,
    NOW,
    OTHER_TENANT,
    TENANT,
    app_claims,
    b64,
    found,
    headline,
    judged,
    metadata,
    mint,
    part,
    rsa_key,
    user_claims,
)

PASS, WARN, FAIL, UNCHECKED = Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.UNCHECKED
CHECKS = (
    "readable", "algorithm", "key", "signature", "key-issuer", "issuer", "tenant", "client", "audience", "kind",
    "permission", "least-privilege", "not-before", "issued-at", "expiry", "clock",
)  # fmt: skip
MDE_URI = "https://api.securitycenter.microsoft.com"
HEADER, PAYLOAD, SIGNATURE = mint().reveal().split(".")
SAML = '<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0"/>'
SAML_RESPONSE = (
    f'<?xml version="1.0"?>\n<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">{SAML}</samlp:Response>'
)
JWK = {"kty": "RSA", "n": "AQAB", "e": "AQAB"}


@dataclass(frozen=True)
class Row:
    """One token and all that the checks say to it."""

    name: str
    token: Callable[[], Secret]
    differs: Mapping[str, Verdict] = field(default_factory=dict)
    """The findings that are not PASS; every other check of `CHECKS` is made and passes."""
    said: str = "Accepted for incidents"
    """Part of the verdict in one line."""
    judge: Callable[[Secret], TokenReport] = judged

    def __str__(self) -> str:
        return self.name


def app(**changes: object) -> Callable[[], Secret]:
    return lambda: mint(app_claims(**changes))


def signed(header: Mapping[str, object], payload: str, signature: str) -> Callable[[], Secret]:
    """A token whose parts are as given; the payload is a part already."""
    return lambda: Secret(f"{part({'typ': 'JWT', 'kid': KID} | dict(header))}.{payload}.{signature}")


def hmac_with_public_key() -> Secret:
    """The forgery that confuses libraries which take the algorithm from the token."""
    secret = rsa_key("entra").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    content = f"{part({'typ': 'JWT', 'alg': 'HS256', 'kid': KID})}.{part(app_claims())}"
    return Secret(f"{content}.{b64(hmac.new(secret, content.encode(), hashlib.sha256).digest())}")


def with_payload(payload: bytes) -> Callable[[], Secret]:
    """Genuine around a payload that was put in its place."""
    return lambda: Secret(f"{HEADER}.{b64(payload)}.{SIGNATURE}")


NOT_SIGNED = {"algorithm": FAIL, "signature": UNCHECKED}
UNKNOWN_KEY = {"key": FAIL, "signature": UNCHECKED, "key-issuer": UNCHECKED}
ODD_TIMES: tuple[object, ...] = (True, {}, [], "soon", 1e300)
NO_TIMES = {"expiry": WARN, "issued-at": UNCHECKED, "not-before": UNCHECKED}

READABLE = (
    Row("application, version 1.0", mint),
    Row("application, version 2.0", app(ver="2.0", iss=ISSUER_2, aud="8ee8fdad-f234-4243-8f3b-15c294843740", appid=None, azp=CLIENT)),
    Row("user", lambda: mint(user_claims()), said="as far as the user's own Defender role allows"),
    Row("no roles", app(roles=None), {"permission": FAIL}, "no permissions in this token"),
    Row("neither roles nor scp, nor who speaks", app(roles=None, sub="pairwise"), {"permission": FAIL, "kind": WARN}, "no permissions in this token"),
    Row("roles as text", app(roles="Incident.Read.All"), {"permission": WARN}, "roles is a plain text"),
    Row("roles of another spelling", app(roles=["Incidents.Read.All"]), {"permission": FAIL}, "Incident.Read.All is missing"),
    Row("permission to change", app(roles=["Incident.ReadWrite.All"]), {"least-privilege": WARN}),
    *(
        Row(f"for {name}", app(aud=audience), {"audience": FAIL, "permission": FAIL}, f"this token is for {name}")
        for name, audience in (
            ("Microsoft Graph", "https://graph.microsoft.com"),
            ("WindowsDefenderATP", MDE_URI),
            ("WindowsDefenderATP", "https://securitycenter.microsoft.com/mtp"),
            ("Microsoft Defender XDR unified RBAC", "https://security.microsoft.com/mtp/rbac"),
            ("Windows Azure Service Management API", "https://management.azure.com/"),
            ("Windows Azure Active Directory", "https://graph.windows.net"),
            ("Office 365 Management APIs", "https://manage.office.com"),
            ("Log Analytics API", "https://api.loganalytics.io"),
            ("Azure Key Vault", "https://vault.azure.net"),
        )
    ),
    Row("for an unknown API", app(aud="https://unknown.example"), {"audience": FAIL, "permission": FAIL}, "for another API"),
    Row("aud as a list", app(aud=["https://api.security.microsoft.com"]), {"audience": FAIL, "permission": FAIL}, "does not say which API"),
    Row("ID token", app(aud=CLIENT, roles=None, nonce="x", ver="2.0", iss=ISSUER_2), {"audience": FAIL, "permission": FAIL}, "looks like an ID token"),
    Row("another tenant's", app(tid=OTHER_TENANT, iss=f"https://sts.windows.net/{OTHER_TENANT}/"), {"tenant": FAIL, "issuer": FAIL, "key-issuer": FAIL}, f"belongs to tenant {OTHER_TENANT}"),
    Row("tid and iss that disagree", app(tid=OTHER_TENANT), {"tenant": FAIL, "key-issuer": FAIL}, f"belongs to tenant {OTHER_TENANT}"),
    Row("another application's", app(appid=OTHER_TENANT), {"client": FAIL}, "issued to application"),
    Row("under another cloud's name", app(aud="https://api-gov.security.microsoft.us"), {"audience": WARN}, "in the cloud GCC High"),
    Row("another cloud's", app(ver="2.0", iss=f"https://login.microsoftonline.us/{TENANT}/v2.0"), {"issuer": FAIL, "key-issuer": FAIL}, "Not issued by Entra for this tenant"),
    Row("global, for GCC High", mint, {"audience": WARN}, "in the cloud Global", lambda token: judged(token, cloud=GCC_HIGH)),
    Row("expired", app(exp=EPOCH - 7200), {"expiry": FAIL}, "expired 2 h 00 min ago"),
    Row("not yet valid", app(nbf=EPOCH + 3600), {"not-before": FAIL}, "not valid for another 1 h 00 min"),
    Row("clock an hour behind, measured", app(iat=EPOCH + 3300, nbf=EPOCH + 3300, exp=EPOCH + 6900), {"clock": WARN}, judge=lambda token: judged(token, clock_offset_s=3600.0)),
    Row("clock an hour behind, not measured", app(iat=EPOCH + 3300, nbf=EPOCH + 3300, exp=EPOCH + 6900), {"clock": UNCHECKED, "not-before": FAIL, "issued-at": WARN}, "not valid for another", lambda token: judged(token, clock_offset_s=None)),
    Row("bound to a key", app(cnf={"kid": "x"}), {"binding": FAIL}, "bound to a key"),
    Row("unknown kid", lambda: mint(kid="new", key="new"), UNKNOWN_KEY, "the signing key is unknown"),
    Row("the same after the keys were fetched anew", lambda: mint(kid="new", key="new"), judge=lambda token: judged(token, known=metadata(kid="new", key="new"))),
    Row("kid pointing nowhere", lambda: mint(kid="../../dev/null"), UNKNOWN_KEY, "the signing key is unknown"),
    Row("changed payload", signed({"alg": "RS256"}, part(app_claims(roles=["Incident.ReadWrite.All"])), SIGNATURE), {"signature": FAIL, "least-privilege": WARN}, "the signature does not match"),
    Row("another key's signature", lambda: mint(key="forger"), {"signature": FAIL}, "the signature does not match"),
    Row("alg none, no signature", signed({"alg": "none"}, PAYLOAD, ""), {"algorithm": FAIL, "signature": FAIL}, "not signed"),
    Row("alg none, with signature", lambda: mint(alg="none"), NOT_SIGNED, "not signed"),
    Row("HMAC with the public key", hmac_with_public_key, NOT_SIGNED, "signed with a shared secret (HS256)"),
    Row("embedded jwk, forged", lambda: mint(key="forger", jwk=JWK), {"signature": FAIL}, "the signature does not match"),
    Row("embedded jku, forged", lambda: mint(key="forger", kid="x", jku="https://evil.example/keys"), UNKNOWN_KEY, "the signing key is unknown"),
    Row("Graph's, with a nonce", lambda: mint(app_claims(aud="https://graph.microsoft.com", roles=["SecurityIncident.Read.All"]), key="forger", nonce="x"), {"signature": UNCHECKED, "audience": FAIL, "permission": FAIL}, "this token is for Microsoft Graph"),
    Row("padded", lambda: Secret(f"{mint().reveal()}=="), {"readable": WARN}, "padded"),
    Row("wrapped", lambda: Secret("\r\n  ".join(textwrap.wrap(mint().reveal(), 64)))),
    Row("with Bearer and blanks", lambda: Secret(f"  Bearer {HEADER}. {PAYLOAD} .{SIGNATURE} ")),
    Row("of 64 KB", app(x="y" * 48_000)),
    Row("numbers as text", app(iat=str(EPOCH - 300), nbf=str(EPOCH - 300), exp=str(EPOCH + 3300))),
    Row("exp as a fraction", app(exp=EPOCH + 3300.5)),
    Row("exp negative", app(exp=-1), {"expiry": FAIL}, "Will be refused: expired"),
    Row("exp in the year 9999", app(exp=253_402_300_799)),
    Row("exp beyond the year 9999", app(exp=253_402_300_800), {"expiry": WARN}, "expires: unknown"),
    *(Row(f"times as {json.dumps(odd)}", app(exp=odd, iat=odd, nbf=odd), NO_TIMES, "expires: unknown") for odd in ODD_TIMES),
    Row("groups overage", lambda: mint(user_claims(_claim_names={"groups": "src1"}, _claim_sources={"src1": {"endpoint": "https://graph.microsoft.com/"}}))),
    Row("wids", app(wids=["0997a1d0-0d1d-4acb-b408-d5ca73121e90"])),
    Row("no ver", app(ver=None), {"issuer": WARN}, "the version in the token (absent)"),
    Row("upn in version 2.0", lambda: mint(user_claims(ver="2.0", iss=ISSUER_2, preferred_username="ana@contoso.example"))),
    Row("kid as a number", lambda: mint(kid=7), UNKNOWN_KEY, "names no signing key"),
)  # fmt: skip

UNREADABLE = (
    Row("opaque", lambda: Secret("EwBgA8l6BAAU7p9QDpi7D3xJLwsTgCg3TskyTaQ" * 3), {"readable": UNCHECKED}, "may still be good"),
    Row("a word", lambda: Secret("garbage"), {"readable": FAIL}, "too short for one"),
    Row("dots without JSON", lambda: Secret("not.json." + "atall" * 20), {"readable": UNCHECKED}, "may still be good"),
    Row("five parts", lambda: Secret(f"{part({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.a.b.c.d"), {"readable": UNCHECKED}, "may still be good"),
    Row("refresh token", lambda: Secret(f"1.AUEBAAAAAAAAAAAAAAAAAAAAAA.AgABAwEAAAA{'x' * 600}"), {"readable": UNCHECKED}, "looks like a refresh token"),
    Row("refresh token, older", lambda: Secret(f"0.AXEAAAAAAAAAAAAAAAAAAAAAAAA.{'x' * 600}"), {"readable": UNCHECKED}, "looks like a refresh token"),
    Row("SAML", lambda: Secret(SAML), {"readable": FAIL}, "this is a SAML assertion"),
    Row("SAML response", lambda: Secret(SAML_RESPONSE), {"readable": FAIL}, "this is a SAML assertion"),
    Row("SAML in base64", lambda: Secret(base64.b64encode(SAML_RESPONSE.encode()).decode()), {"readable": FAIL}, "this is a SAML assertion"),
    Row("SAML in base64url, wrapped", lambda: Secret("\n".join(textwrap.wrap(b64(SAML_RESPONSE.encode()), 64))), {"readable": FAIL}, "this is a SAML assertion"),
    Row("cut in the header", lambda: Secret(HEADER[:20]), {"readable": FAIL}, "this text has only one"),
    Row("cut in the payload", lambda: Secret(f"{HEADER}.{PAYLOAD[:40]}"), {"readable": FAIL}, "this text has 2 parts"),
    Row("cut within", lambda: Secret(f"{HEADER}.{PAYLOAD[:-9]}.{SIGNATURE}"), {"readable": FAIL}, "the token was changed or cut"),
    Row("of 5 MB", lambda: Secret("eyJ" + "x" * 5_000_000), {"readable": FAIL}, "5,000,003 characters"),
    Row("not UTF-8", with_payload(b'{"name": "\xff\xfe"}'), {"readable": FAIL}, "not UTF-8"),
    Row("a name twice", with_payload(b'{"aud": "mine", "aud": "yours"}'), {"readable": FAIL}, "names 'aud' twice"),
    Row("deeply nested", with_payload(b'{"a":' + b"[" * 9000 + b"]" * 9000 + b"}"), {"readable": FAIL}, "nested more than"),
    Row("NaN", with_payload(b'{"exp": NaN}'), {"readable": FAIL}, "is not JSON"),
    Row("a payload that is a list", with_payload(b"[1]"), {"readable": FAIL}, "not an object"),
    Row("a number without end", with_payload(b'{"exp": ' + b"9" * 9000 + b"}"), {"readable": FAIL}, "the payload"),
)  # fmt: skip


def verdicts(report: TokenReport) -> dict[str, Verdict]:
    return {finding.check: finding.verdict for finding in report.findings}


@pytest.mark.parametrize("row", READABLE, ids=str)
def test_a_readable_token_has_exactly_these_findings(row: Row) -> None:
    report = row.judge(row.token())
    assert verdicts(report) == dict.fromkeys(CHECKS, PASS) | dict(row.differs)
    assert row.said in headline(report)


@pytest.mark.parametrize("row", UNREADABLE, ids=str)
def test_an_unreadable_token_has_exactly_these_findings(row: Row) -> None:
    report = row.judge(row.token())
    assert verdicts(report) == {"signature": UNCHECKED} | dict(row.differs)
    assert row.said in headline(report)
    assert (report.permissions, report.expires_at, report.api) == ((), None, None)


def test_nothing_at_all_is_no_token() -> None:
    report = judged(read_token(Secret(" \n")))
    assert verdicts(report) == {"readable": FAIL, "signature": UNCHECKED}
    assert headline(report) == "There is no token"


@pytest.mark.parametrize("name", ["jwk", "jku", "x5c", "x5u"])
def test_a_key_that_a_token_brings_along_is_ignored_and_that_is_said(name: str) -> None:
    for report in (
        judged(mint(key="forger", **{name: JWK})),
        judged(mint(key="forger", kid="x", **{name: JWK})),
        judged(mint(key="forger", kid=None, **{name: JWK})),
        judged(mint(key="forger", **{name: JWK}), keys_problem="No network"),
    ):
        assert found(report, "key").sentence.endswith(
            f"The header brings a key of its own ({name}), which was ignored: anybody can put one there."
        )
        assert report.conclusions(NOW)[1].verdict is not PASS
    assert "key of its own" not in found(judged(), "key").sentence


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("1.AUEBAAAAAAAAAAAAAAAAAAAAAA", Shape.REFRESH),
        ("1.A", Shape.OPAQUE),
        ("2.AUEBAAAAAAAAAAAAAAAAAAAAAA.x", Shape.OPAQUE),
        ("<html><body>Sign in</body></html>", Shape.OPAQUE),
        ("PHNhbWw", Shape.SAML),
        ("P" * 41, Shape.OPAQUE),
        ("PGh0bWw+", Shape.OPAQUE),
        ("Pässword", Shape.OPAQUE),
    ],
)
def test_only_what_looks_like_saml_or_a_refresh_token_is_called_so(text: str, shape: Shape) -> None:
    assert read_token(Secret(text)).shape is shape


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=200), st.sampled_from(["utf-8", "latin-1", "utf-16-le"]))
def test_no_bytes_at_all_make_the_report_fail(raw: bytes, encoding: str) -> None:
    """Whatever a clipboard holds, by itself and in the place of a genuine token's payload."""
    for text in (
        raw.decode(encoding, "replace"),
        raw.decode("utf-8", "surrogateescape"),
        f"{HEADER}.{b64(raw)}.{SIGNATURE}",
    ):
        report = judged(read_token(Secret(text)))
        assert report.headline(NOW)[0] is not PASS
        assert report.findings[0].check == "readable"
