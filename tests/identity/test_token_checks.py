"""Every fault of a token is found, each on its own; what was not checked never looks like what was."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.identity.token import TokenReading, read_token
from mtp_tui.identity.token_checks import Verdict
from mtp_tui.secret import Secret

from .minting import (
    CLIENT,
    EPOCH,
    ISSUER_2,
    KID,
    NOW,
    OTHER_TENANT,
    app_claims,
    found,
    headline,
    json_values,
    judged,
    mint,
    part,
    user_claims,
    verdict,
)

MDE_URI = "https://api.securitycenter.microsoft.com"


def test_a_good_token_passes_every_check() -> None:
    report = judged()
    assert {finding.check: finding.verdict for finding in report.findings if finding.verdict is not Verdict.PASS} == {}
    assert report.headline(NOW) == (
        Verdict.PASS,
        "Accepted for incidents: signed by Entra, right API, may read incidents",
    )
    assert [answer.verdict for answer in report.conclusions(NOW)] == [Verdict.PASS] * 3
    assert (report.kind, report.api and report.api.name) == ("application", "Microsoft Threat Protection")
    assert report.issued_at == report.not_before == NOW - timedelta(minutes=5)
    assert report.expires_at == NOW + timedelta(minutes=55)


def test_a_version_2_token_passes_too() -> None:
    claims = app_claims(
        ver="2.0",
        iss=ISSUER_2,
        aud="8ee8fdad-f234-4243-8f3b-15c294843740",
        appid=None,
        appidacr=None,
        azp=CLIENT,
        azpacr="1",
    )
    assert headline(judged(mint(claims))).startswith("Accepted for incidents")


def test_a_users_token_is_limited_by_the_users_role() -> None:
    report = judged(mint(user_claims()))
    assert report.kind == "user"
    assert (
        headline(report)
        == "Accepted for incidents: signed by Entra, right API, may read incidents as far as the user's own Defender role allows"
    )


def test_all_faults_are_found_not_only_the_first() -> None:
    claims = app_claims(
        aud=MDE_URI, tid=OTHER_TENANT, appid="x", roles=None, exp=EPOCH - 4000, iss="https://evil.example/"
    )
    failed = {
        finding.check for finding in judged(mint(claims, key="forger")).findings if finding.verdict is Verdict.FAIL
    }
    assert failed >= {"signature", "issuer", "tenant", "client", "audience", "permission", "expiry"}


def test_every_fault_has_a_next_step() -> None:
    claims = app_claims(
        aud=MDE_URI,
        tid=OTHER_TENANT,
        appid="x",
        roles=None,
        exp=EPOCH - 4000,
        nbf=EPOCH + 4000,
        iss="https://evil.example/",
        cnf={},
    )
    for finding in judged(mint(claims, key="forger", kid=None, alg="none")).findings:
        assert finding.fix or finding.verdict is not Verdict.FAIL, finding.check
        assert finding.sentence.endswith(".")


@pytest.mark.parametrize("text", ["EwBgA8l6BAAU7p9QDpi7D3xJLwsTgCg3" * 4, f"{part({'alg': 'RSA-OAEP'})}.a.b.c.d"])
def test_a_token_that_is_no_jwt_may_still_be_good(text: str) -> None:
    report = judged(Secret(text))
    assert report.headline(NOW)[0] is Verdict.UNCHECKED
    assert "may still be good" in headline(report)
    assert [answer.verdict for answer in report.conclusions(NOW)] == [Verdict.UNCHECKED] * 3


def test_a_token_that_was_cut_cannot_be_read() -> None:
    report = judged(Secret(mint().reveal()[:-600]))
    assert report.headline(NOW)[0] is Verdict.FAIL
    assert headline(report).startswith("Cannot be read: ")
    assert found(report, "signature").verdict is Verdict.UNCHECKED


def test_padding_is_told() -> None:
    report = judged(Secret(mint().reveal() + "=="))
    assert found(report, "signature").verdict is Verdict.PASS
    assert found(report, "readable").verdict is Verdict.WARN
    assert report.headline(NOW)[0] is Verdict.WARN


@pytest.mark.parametrize(
    ("seconds_left", "expected", "said"),
    [
        (3300, Verdict.PASS, "Accepted for incidents: signed"),
        (299, Verdict.WARN, "only for another 4 min"),
        (0, Verdict.WARN, "expired 0 s ago"),
        (-120, Verdict.WARN, "May be refused at any moment: expired 2 min ago"),
        (-300, Verdict.FAIL, "Will be refused: expired 5 min ago"),
        (-7200, Verdict.FAIL, "Will be refused: expired 2 h 00 min ago"),
    ],
)
def test_the_verdict_follows_the_clock(seconds_left: int, expected: Verdict, said: str) -> None:
    """One report, looked at again as time goes by."""
    report = judged()
    now = NOW + timedelta(seconds=3300 - seconds_left)
    answer = report.headline(now)
    assert answer[0] is expected
    assert said in answer[1]
    assert found(report.at(now), "expiry").verdict is expected
    assert found(report, "expiry").verdict is Verdict.PASS, "the report itself does not change"


@pytest.mark.parametrize("exp", ["soon", True, {}, None, [], 1e300])
def test_an_unreadable_expiry_is_unknown(exp: object) -> None:
    report = judged(mint(app_claims(exp=exp)))
    assert report.expires_at is None
    assert "Expires: unknown" in found(report, "expiry").sentence
    assert report.headline(NOW)[0] is Verdict.WARN


@pytest.mark.parametrize("exp", [str(EPOCH + 600), EPOCH + 600.0])
def test_an_expiry_as_text_or_fraction_is_read(exp: object) -> None:
    assert judged(mint(app_claims(exp=exp))).expires_at == NOW + timedelta(minutes=10)


def test_times_are_judged_by_entras_clock() -> None:
    """A machine that is an hour behind sees tokens from the future; they are valid all the same."""
    behind = NOW - timedelta(hours=1)
    report = judged(now=behind, clock_offset_s=3600.0)
    assert report.headline(behind)[0] is Verdict.PASS
    assert "1 h 00 min behind Entra's" in found(report, "clock").sentence
    assert "1 h 00 min ahead of Entra's" in found(judged(clock_offset_s=-3600.0), "clock").sentence


def test_without_a_measured_clock_a_token_from_the_future_points_at_ours() -> None:
    report = judged(now=NOW - timedelta(hours=1), clock_offset_s=None)
    assert found(report, "not-before").verdict is Verdict.FAIL
    assert "clock" in found(report, "not-before").fix
    assert "clock is probably behind" in found(report, "issued-at").sentence


def test_a_little_skew_is_forgiven() -> None:
    assert verdict("not-before", {"nbf": EPOCH + 299}) is Verdict.PASS
    assert verdict("not-before", {"nbf": EPOCH + 301}) is Verdict.FAIL


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.sampled_from(["alg", "kid", "nonce", "typ"]), json_values),
    st.dictionaries(st.sampled_from([*app_claims(), *user_claims(), "cnf", "azp", "idtyp"]), json_values),
    st.booleans(),
)
def test_no_claims_make_the_checks_fail(header: dict[str, object], claims: dict[str, object], with_keys: bool) -> None:
    """Whatever is changed, the token was not signed like that: it never passes as genuine."""
    signed = read_token(mint())
    reading = read_token(Secret(f"{part(signed.header | header)}.{part(signed.payload | claims)}.c2ln"))
    report = judged(reading, keys_problem="" if with_keys else "no network")
    assert report.headline(NOW)[0] is not Verdict.PASS
    assert report.conclusions(NOW)[1].verdict in {Verdict.FAIL, Verdict.UNCHECKED}


def test_a_hand_made_reading_without_parts_is_not_genuine() -> None:
    reading = replace(read_token(mint()), parts=())
    assert found(judged(reading), "signature").verdict is Verdict.UNCHECKED
    assert judged(TokenReading({"kid": KID}, {}, "")).headline(NOW)[0] is Verdict.FAIL
