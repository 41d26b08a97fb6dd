"""Did Entra sign this token for this tenant? What was not checked never looks like a yes."""

import pytest

from mtp_tui.identity.token_checks import Verdict
from mtp_tui.secret import Secret

from .minting import (
    ISSUER_2,
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
    verdict,
)

MDE_URI = "https://api.securitycenter.microsoft.com"


@pytest.mark.parametrize(
    ("algorithm", "said"),
    [
        ("none", "not signed"),
        ("NONE", "not signed"),
        ("HS256", "shared secret (HS256)"),
        ("ES256", "not signed the way Entra signs"),
        (None, "not signed the way"),
        (7, "not signed the way"),
    ],
)
def test_every_algorithm_but_rs256_is_refused_by_name(algorithm: object, said: str) -> None:
    report = judged(mint(alg=algorithm))
    assert found(report, "algorithm").verdict is Verdict.FAIL
    assert found(report, "signature").verdict is Verdict.UNCHECKED
    assert said in headline(report)


def test_a_changed_payload_does_not_match_its_signature() -> None:
    header, _, signature = mint().reveal().split(".")
    report = judged(Secret(f"{header}.{part(app_claims(roles=['Incident.ReadWrite.All']))}.{signature}"))
    assert found(report, "signature").verdict is Verdict.FAIL
    assert "the signature does not match" in headline(report)


def test_a_signature_by_another_key_does_not_match() -> None:
    assert found(judged(mint(key="forger")), "signature").verdict is Verdict.FAIL


@pytest.mark.parametrize("signature", ["", "AAAA", "*", b64(bytes(256))])
def test_a_missing_or_broken_signature_fails(signature: str) -> None:
    header, payload, _ = mint().reveal().split(".")
    report = judged(Secret(f"{header}.{payload}.{signature}"))
    assert found(report, "signature").verdict is Verdict.FAIL
    assert report.conclusions(NOW)[1].verdict is Verdict.FAIL


@pytest.mark.parametrize("kid", [None, "", 7, "somebody-elses"])
def test_a_key_that_is_not_the_tenants_fails(kid: object) -> None:
    report = judged(mint(kid=kid))
    assert found(report, "key").verdict is Verdict.FAIL
    assert found(report, "signature").verdict is Verdict.UNCHECKED
    assert report.conclusions(NOW)[1].verdict is Verdict.FAIL


def test_without_keys_nothing_looks_valid() -> None:
    report = judged(keys_problem="No connection to login.microsoftonline.com.")
    for check in ("key", "signature", "key-issuer", "issuer"):
        assert found(report, check).verdict is Verdict.UNCHECKED
    assert report.headline(NOW) == (
        Verdict.UNCHECKED,
        "Right API, may read incidents; but the signature was not checked: No connection to login.microsoftonline.com",
    )
    assert [answer.verdict for answer in report.conclusions(NOW)] == [Verdict.PASS, Verdict.UNCHECKED, Verdict.PASS]


def test_a_graph_token_with_a_nonce_is_not_called_invalid() -> None:
    token = mint(
        app_claims(aud="https://graph.microsoft.com", roles=["SecurityIncident.Read.All"]), key="forger", nonce="abc"
    )
    report = judged(token)
    assert found(report, "signature").verdict is Verdict.UNCHECKED
    assert "Graph only" in found(report, "signature").sentence
    assert "Microsoft Graph" in headline(report)


def test_a_nonce_does_not_make_a_forged_token_look_valid() -> None:
    report = judged(mint(key="forger", nonce="abc"))
    assert found(report, "signature").verdict is Verdict.UNCHECKED
    assert report.headline(NOW)[0] is Verdict.UNCHECKED


@pytest.mark.parametrize("issuer", ["https://login.microsoftonline.com/{tenantid}/v2.0", ISSUER_2, ""])
def test_the_keys_issuer_may_be_a_template_or_fixed_or_absent(issuer: str) -> None:
    report = judged(known=metadata(issuer=issuer))
    assert found(report, "key-issuer").verdict is (Verdict.PASS if issuer else Verdict.UNCHECKED)
    assert report.headline(NOW)[0] is Verdict.PASS


def test_a_key_for_another_issuer_fails() -> None:
    """Entra's keys for personal accounts are real keys, and not this tenant's."""
    report = judged(
        known=metadata(issuer="https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0")
    )
    assert found(report, "signature").verdict is Verdict.PASS
    assert found(report, "key-issuer").verdict is Verdict.FAIL
    assert report.conclusions(NOW)[1].verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({}, Verdict.PASS),
        ({"ver": None}, Verdict.WARN),
        ({"ver": "2.0"}, Verdict.WARN),
        ({"iss": ISSUER_2}, Verdict.WARN),
        ({"iss": f"https://sts.windows.net/{TENANT}"}, Verdict.FAIL),
        ({"iss": f"https://sts.windows.net/{OTHER_TENANT}/"}, Verdict.FAIL),
        ({"iss": None}, Verdict.FAIL),
        ({"iss": ["a"], "ver": ["1.0"]}, Verdict.FAIL),
    ],
)
def test_the_issuer_is_that_of_the_tenants_metadata(claims: dict[str, object], expected: Verdict) -> None:
    assert verdict("issuer", claims) is expected


def test_another_tenants_token_is_not_what_was_asked_for() -> None:
    report = judged(mint(app_claims(tid=OTHER_TENANT, iss=f"https://sts.windows.net/{OTHER_TENANT}/")))
    assert headline(report) == f"Not the token that was asked for: it belongs to tenant {OTHER_TENANT}"


def test_a_domain_is_compared_by_its_tenant_id() -> None:
    assert found(judged(tenant="contoso.example"), "tenant").verdict is Verdict.PASS
    waiting = judged(tenant="contoso.example", keys_problem="being fetched")
    assert found(waiting, "tenant").verdict is Verdict.UNCHECKED
    assert "contoso.example" in found(waiting, "tenant").sentence
