"""For each call: do the permissions open it, would it be refused all the same, and what is there to do and to copy?"""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.identity.clouds import GCC_HIGH
from mtp_tui.identity.permissions import CALLS
from mtp_tui.identity.token import TokenReading, read_token
from mtp_tui.identity.token_checks import TokenReport, Verdict
from mtp_tui.identity.token_doctor import CanDo, Diagnosis, diagnose, matrix
from mtp_tui.secret import Secret

from .minting import (
    CLIENT,
    EPOCH,
    NOW,
    OTHER_TENANT,
    TENANT,
    app_claims,
    json_values,
    judged,
    mint,
    part,
    user_claims,
)

CALL = {call.key: call for call in CALLS}
MDE_URI = "https://api.securitycenter.microsoft.com"
NOTHING = read_token(Secret(""))
OPAQUE = Secret("EwBgA8l6BAAU7p9QDpi7D3xJLwsTgCg3" * 4)
CONSENT_LINK = f"https://login.microsoftonline.com/{TENANT}/adminconsent?client_id={CLIENT}"
UNTIL = "this one keeps its permissions until 2026-11-22 12:55:00 UTC."


def rows(report: TokenReport) -> dict[str, CanDo]:
    return {row.call.key: row for row in matrix(report, NOW)}


def brief(report: TokenReport) -> dict[str, tuple[Verdict, str]]:
    """Per call the verdict, and the permission that allows it or would."""
    return {
        key: (row.verdict, named.value if (named := row.by or row.would_flip) else "")
        for key, row in rows(report).items()
    }


def diagnosed(call: str = "list", /, **claims: object) -> Diagnosis:
    """What becomes of a call with an application's token with these claims."""
    return diagnose(judged(mint(app_claims(**claims))), CALL[call], NOW)


def test_every_call_has_its_row_with_method_and_path() -> None:
    assert [row.call.request for row in matrix(judged(), NOW)] == [
        "GET /api/incidents",
        "GET /api/incidents/{id}",
        "PATCH /api/incidents/{id}",
        "POST /api/advancedhunting/run",
    ]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        (
            app_claims(roles=["Incident.ReadWrite.All", "Incident.Read.All"]),
            {
                "list": (Verdict.PASS, "Incident.Read.All"),
                "get": (Verdict.PASS, "Incident.Read.All"),
                "update": (Verdict.PASS, "Incident.ReadWrite.All"),
                "hunt": (Verdict.FAIL, "AdvancedHunting.Read.All"),
            },
        ),
        (
            user_claims(),
            {
                "list": (Verdict.PASS, "Incident.Read"),
                "get": (Verdict.PASS, "Incident.Read"),
                "update": (Verdict.FAIL, "Incident.ReadWrite"),
                "hunt": (Verdict.PASS, "AdvancedHunting.Read"),
            },
        ),
        (
            app_claims(aud=MDE_URI, roles=["AdvancedQuery.Read.All"]),
            {
                "list": (Verdict.FAIL, "Incident.Read.All"),
                "get": (Verdict.FAIL, "Incident.Read.All"),
                "update": (Verdict.FAIL, "Incident.ReadWrite.All"),
                "hunt": (Verdict.FAIL, "AdvancedHunting.Read.All"),
            },
        ),
        (
            app_claims(roles="Incident.Read.All"),
            {
                "list": (Verdict.WARN, "Incident.Read.All"),
                "get": (Verdict.WARN, "Incident.Read.All"),
                "update": (Verdict.FAIL, "Incident.ReadWrite.All"),
                "hunt": (Verdict.FAIL, "AdvancedHunting.Read.All"),
            },
        ),
    ],
)
def test_the_matrix_names_what_allows_a_call_or_would(
    claims: dict[str, object], expected: dict[str, tuple[Verdict, str]]
) -> None:
    assert brief(judged(mint(claims))) == expected


def test_an_unreadable_token_leaves_every_row_open() -> None:
    for text in (OPAQUE, NOTHING, Secret(mint().reveal()[:-600])):
        assert set(brief(judged(text)).values()) == {(Verdict.UNCHECKED, "")}


def test_a_row_says_what_is_missing_and_whose_permissions_are_held() -> None:
    assert rows(judged())["update"].sentence == "Incident.ReadWrite.All is missing from this token."
    assert rows(judged(mint(user_claims())))["list"].sentence == (
        "Allowed by Incident.Read, as far as the user's own Defender role allows."
    )
    elsewhere = rows(judged(mint(app_claims(aud=MDE_URI, roles=["Alert.Read.All"]))))["list"]
    assert elsewhere.sentence == (
        "Its permissions are those of WindowsDefenderATP; none of them is Microsoft Threat Protection's."
    )


def test_a_row_does_not_hide_what_else_is_wrong() -> None:
    row = rows(judged(mint(app_claims(exp=EPOCH - 7200))))["list"]
    assert (row.verdict, row.refusal) == (Verdict.PASS, "Will be refused: expired 2 h 00 min ago.")
    assert rows(judged())["list"].refusal == ""


@pytest.mark.parametrize(
    ("changes", "cause", "said", "to_copy"),
    [
        ({"aud": MDE_URI}, "audience", "this token is for WindowsDefenderATP (the Defender for Endpoint API), not for Microsoft Threat Protection", "https://api.security.microsoft.com/.default"),
        ({"aud": "https://graph.microsoft.com"}, "audience", "this token is for Microsoft Graph", "https://api.security.microsoft.com/.default"),
        ({"aud": CLIENT}, "audience", "this looks like an ID token", "https://api.security.microsoft.com/.default"),
        ({"aud": "https://unknown.example"}, "audience", "this token is for another API", "https://api.security.microsoft.com/.default"),
        ({"exp": EPOCH - 7200}, "expiry", "expired 2 h 00 min ago", ""),
        ({"nbf": EPOCH + 3600}, "not-before", "not valid for another 1 h 00 min", ""),
        ({"cnf": {"kid": "x"}}, "binding", "bound to a key", ""),
        ({"tid": OTHER_TENANT, "iss": f"https://sts.windows.net/{OTHER_TENANT}/"}, "tenant", f"belongs to tenant {OTHER_TENANT}", OTHER_TENANT),
        ({"tid": "$(reboot)"}, "tenant", "belongs to tenant $(reboot)", ""),
        ({"appid": OTHER_TENANT}, "client", f"issued to application {OTHER_TENANT}", OTHER_TENANT),
        ({"iss": "https://sts.windows.net/x/"}, "issuer", "Not issued by Entra for this tenant", ""),
    ],
)  # fmt: skip
def test_each_fault_is_the_cause_with_its_way_out(
    changes: dict[str, object], cause: str, said: str, to_copy: str
) -> None:
    """For every call alike: these faults do not depend on permissions."""
    report = judged(mint(app_claims(**changes)))
    for call in CALLS:
        found = diagnose(report, call, NOW)
        assert (found.call, found.verdict, found.cause, found.to_copy) == (call, Verdict.FAIL, cause, to_copy)
        assert said in found.sentence
        assert found.sentence.endswith(".")
        finding = report.finding(cause)
        assert finding is not None
        assert found.fix == finding.fix != ""


def test_the_scope_to_copy_is_that_of_the_chosen_cloud() -> None:
    found = diagnose(judged(mint(app_claims(aud=MDE_URI)), cloud=GCC_HIGH), CALL["list"], NOW)
    assert found.to_copy == "https://api-gov.security.microsoft.us/.default"


def test_the_gravest_cause_comes_first() -> None:
    """Mended one after the other, the causes come in this order."""
    faults: dict[str, dict[str, object]] = {
        "audience": {"aud": MDE_URI},
        "expiry": {"exp": EPOCH - 4000},
        "not-before": {"nbf": EPOCH + 4000},
        "binding": {"cnf": {}},
        "tenant": {"tid": OTHER_TENANT, "iss": "https://sts.windows.net/x/"},
        "client": {"appid": OTHER_TENANT},
        "permission": {"roles": None},
    }
    forged = judged(mint(app_claims(**{k: v for fault in faults.values() for k, v in fault.items()}), key="forger"))
    causes = [diagnose(forged, CALL["list"], NOW).cause]
    while faults:
        claims = {name: value for fault in faults.values() for name, value in fault.items()}
        causes.append(diagnosed(**claims).cause)
        del faults[next(iter(faults))]
    assert causes == ["signature", "audience", "expiry", "not-before", "binding", "tenant", "client", "permission"]
    assert diagnosed().cause == ""


@pytest.mark.parametrize(
    ("token", "verdict", "said"),
    [
        (OPAQUE, Verdict.UNCHECKED, "Cannot be read here, and may still be good: only the API can tell."),
        (NOTHING, Verdict.FAIL, "There is no token."),
        (Secret(mint().reveal()[:-600]), Verdict.FAIL, "Cannot be read: "),
        (Secret("<saml:Assertion/>"), Verdict.FAIL, "Will be refused: this is a SAML assertion"),
        (mint(alg="none"), Verdict.FAIL, "Will be refused: this token is not signed."),
        (mint(kid="somebody-elses"), Verdict.FAIL, "the signing key is unknown."),
    ],
)
def test_a_token_that_is_none_or_forged_is_told_before_anything_else(
    token: Secret | TokenReading, verdict: Verdict, said: str
) -> None:
    found = diagnose(judged(token), CALL["list"], NOW)
    assert found.verdict is verdict
    assert said in found.sentence
    assert found.fix


def test_a_good_call_is_accepted() -> None:
    assert diagnosed() == Diagnosis(
        CALL["list"], Verdict.PASS, "",
        "Will be accepted: signed by Entra for this tenant, right API, valid now, allowed by Incident.Read.All.", "",
    )  # fmt: skip
    user = diagnose(judged(mint(user_claims())), CALL["hunt"], NOW)
    assert user.sentence.endswith("allowed by AdvancedHunting.Read, as far as the user's own Defender role allows.")


def test_no_permissions_ask_for_consent() -> None:
    found = diagnosed(roles=None)
    assert found.sentence == "Will be refused: no permissions in this token — admin consent is missing."
    assert found.to_copy == CONSENT_LINK
    assert "Application permissions > Incident.Read.All" in found.fix
    assert UNTIL in found.fix
    assert "as a delegated permission, that one does not count for an application" in found.fix
    assert found.command.splitlines() == [
        f"az ad app permission add --id {CLIENT} --api 8ee8fdad-f234-4243-8f3b-15c294843740"
        " --api-permissions a9790345-4595-42e4-971a-ccdc79f19b7c=Role",
        f"az ad app permission admin-consent --id {CLIENT}",
    ]


def test_a_partly_granted_token_names_the_one_permission_to_add() -> None:
    found = diagnosed("update")
    assert found.sentence == "Will be refused: Incident.ReadWrite.All is missing from this token."
    assert found.to_copy == "Microsoft Threat Protection: Incident.ReadWrite.All (application permission)"
    assert "8d90f441-09cf-4fdc-ab45-e874fa3a28e8=Role" in found.command
    user = diagnose(judged(mint(user_claims(scp="Incident.Read"))), CALL["hunt"], NOW)
    assert user.to_copy == "Microsoft Threat Protection: AdvancedHunting.Read (delegated permission)"
    assert "Delegated permissions > AdvancedHunting.Read." in user.fix
    assert "=Scope" in user.command


@pytest.mark.parametrize(
    ("claims", "call", "said"),
    [
        (app_claims(roles=["Incident.Read"]), "list", "Incident.Read.All is missing from this token, and Incident.Read is a delegated permission, which does not count for an application."),
        (user_claims(scp="Incident.Read.All"), "list", "Incident.Read is missing from this token, and Incident.Read.All is an application permission, which does not count for a user."),
        (user_claims(scp="openid", roles=["AdvancedHunting.Read.All"]), "hunt", "AdvancedHunting.Read is missing from this token, and AdvancedHunting.Read.All is an application permission, which does not count for a user."),
        (app_claims(roles=["Incidents.Read.All"]), "list", "Incident.Read.All is missing from this token, and Incidents.Read.All is not it (The spelling of the 2020 guide; the permission is called Incident.Read.All)."),
        (app_claims(roles=["Incidents.Read.All"]), "hunt", "AdvancedHunting.Read.All is missing from this token."),
        (app_claims(roles=["AdvancedQuery.Read.All"]), "hunt", "AdvancedHunting.Read.All is missing from this token, and AdvancedQuery.Read.All is not it (WindowsDefenderATP's name for hunting; Microsoft Threat Protection calls it AdvancedHunting)."),
        (user_claims(scp="Incidents.Read.All"), "list", "Incident.Read is missing from this token."),
    ],
)  # fmt: skip
def test_a_permission_that_was_taken_for_another_is_explained(claims: dict[str, object], call: str, said: str) -> None:
    found = diagnose(judged(mint(claims)), CALL[call], NOW)
    assert found.sentence == f"Will be refused: {said}"


def test_a_token_older_than_the_consent_has_to_be_renewed() -> None:
    report = judged(mint(app_claims(roles=None)))
    found = diagnose(report, CALL["list"], NOW, consented_at=NOW)
    assert found.sentence == (
        "Will be refused: Incident.Read.All is missing from this token, which is older than the consent of 2026-11-22 12:00:00 UTC."
    )
    assert found.fix == f"Get a new token: {UNTIL}"
    assert (found.to_copy, found.command) == ("", "")


def test_a_consent_that_brought_nothing_is_told() -> None:
    report = judged(mint(app_claims(roles=None)))
    found = diagnose(report, CALL["list"], NOW, consented_at=NOW - timedelta(hours=1))
    assert found.fix.startswith(
        "The consent of 2026-11-22 11:00:00 UTC did not bring it, though this token is newer. API"
    )
    undated = diagnose(judged(mint(app_claims(roles=None, iat=None))), CALL["list"], NOW, consented_at=NOW)
    assert undated.fix.startswith("API permissions")


def test_consent_is_no_matter_when_the_permission_is_there() -> None:
    assert diagnose(judged(), CALL["list"], NOW, consented_at=NOW).verdict is Verdict.PASS


@pytest.mark.parametrize("hostile", ["x; reboot", "$(reboot)", 7, f"{OTHER_TENANT}\n"])
def test_nothing_but_an_id_goes_into_a_command(hostile: object) -> None:
    found = diagnose(judged(mint(app_claims(roles=None, appid=hostile)), client_id=""), CALL["list"], NOW)
    assert found.command == ""
    assert found.to_copy == "Microsoft Threat Protection: Incident.Read.All (application permission)"


@pytest.mark.parametrize(
    ("claims", "cause", "said", "to_copy"),
    [
        ({"exp": EPOCH + 240}, "expiry", "expires in 4 min.", ""),
        ({"exp": EPOCH - 120}, "expiry", "expired 2 min ago; APIs forgive up to 5 min.", ""),
        ({"tid": None}, "tenant", "the token does not say which tenant it belongs to.", ""),
        ({"aud": "https://api-gov.security.microsoft.us"}, "audience", "under its name in the cloud GCC High.", "https://api.security.microsoft.com/.default"),
        ({"ver": None}, "issuer", "does not go with this issuer.", ""),
        ({"roles": "AdvancedHunting.Read.All"}, "permission", "roles is a plain text where Entra sends a list, so the API may not see the permission.", ""),
    ],
)  # fmt: skip
def test_a_doubt_is_told_with_the_acceptance(claims: dict[str, object], cause: str, said: str, to_copy: str) -> None:
    found = diagnosed("hunt", **claims)
    assert (found.verdict, found.cause, found.to_copy) == (Verdict.WARN, cause, to_copy)
    assert found.sentence.startswith("Probably accepted, with one doubt: ")
    assert found.sentence.endswith(said)


def test_without_keys_nobody_here_can_know() -> None:
    found = diagnose(judged(keys_problem="No network"), CALL["list"], NOW)
    assert (found.verdict, found.cause) == (Verdict.UNCHECKED, "signature")
    assert found.sentence == (
        "Probably accepted, as nothing here speaks against it; but the signature was not checked: No network."
    )
    near = diagnose(judged(mint(app_claims(exp=EPOCH + 240)), keys_problem="No network"), CALL["list"], NOW)
    assert "with one doubt: expires in 4 min; but the signature was not checked" in near.sentence
    missing = diagnose(judged(mint(app_claims(roles=None)), keys_problem="No network"), CALL["list"], NOW)
    assert (missing.verdict, missing.cause) == (Verdict.FAIL, "permission")


def test_the_diagnosis_follows_the_clock() -> None:
    report = judged()
    assert diagnose(report, CALL["list"], NOW + timedelta(minutes=54)).verdict is Verdict.WARN
    assert diagnose(report, CALL["list"], NOW + timedelta(hours=2)).cause == "expiry"


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.sampled_from([*app_claims(), *user_claims(), "cnf", "azp", "idtyp"]), json_values),
    st.sampled_from(["", "no network"]),
    st.none() | st.just(NOW),
)
def test_every_call_of_any_token_has_a_diagnosis(claims: dict[str, object], problem: str, consented_at: object) -> None:
    """The matrix and the diagnosis agree on what permissions allow."""
    signed = read_token(mint())
    reading = read_token(Secret(f"{part(signed.header)}.{part(signed.payload | claims)}.c2ln"))
    report = judged(reading, keys_problem=problem)
    for row in matrix(report, NOW):
        found = diagnose(report, row.call, NOW, consented_at=NOW if consented_at else None)
        assert found.sentence.endswith(".")
        assert found.verdict is not Verdict.PASS, "the signature is not Entra's"
        assert (found.cause != "permission") or row.verdict is not Verdict.PASS
        assert (row.by is None) != (row.would_flip is None) or not report.reading.is_readable
