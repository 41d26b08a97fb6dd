"""Is the token for this API, from this application, and may it read incidents? Each no comes with its next step."""

import pytest

from mtp_tui.identity.clouds import GCC, GCC_HIGH, GLOBAL
from mtp_tui.identity.token_checks import Verdict

from .minting import (
    CLIENT,
    NOW,
    OTHER_TENANT,
    TENANT,
    app_claims,
    found,
    headline,
    judged,
    mint,
    user_claims,
    verdict,
)

MDE_URI = "https://api.securitycenter.microsoft.com"


@pytest.mark.parametrize(
    "audience",
    [
        "https://api.security.microsoft.com/",
        "8ee8fdad-f234-4243-8f3b-15c294843740",
        "https://api-eu.security.microsoft.com",
        "https://api-gcc.security.microsoft.us",
    ],
)
def test_every_name_of_the_api_is_accepted(audience: str) -> None:
    assert verdict("audience", {"aud": audience}) is Verdict.PASS


def test_the_name_of_another_clouds_api_is_doubtful() -> None:
    token = mint(app_claims(aud="https://api-gov.security.microsoft.us"))
    assert found(judged(token), "audience").verdict is Verdict.WARN
    assert found(judged(token, cloud=GCC), "audience").verdict is Verdict.WARN
    assert found(judged(token, cloud=GCC_HIGH), "audience").verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("audience", "named"),
    [
        (MDE_URI, "WindowsDefenderATP"),
        ("https://api.securitycenter.windows.com", "WindowsDefenderATP"),
        ("https://securitycenter.microsoft.com/mtp", "WindowsDefenderATP"),
        ("https://graph.microsoft.com", "Microsoft Graph"),
        ("https://management.azure.com/", "Windows Azure Service Management API"),
        (CLIENT, "ID token"),
        (f"api://{CLIENT}", "ID token"),
        ("https://unknown.example", "another API"),
        (None, "does not say which API"),
        (["https://api.security.microsoft.com"], "does not say which API"),
    ],
)
def test_a_token_for_another_api_is_named_and_mended(audience: object, named: str) -> None:
    report = judged(mint(app_claims(aud=audience)))
    assert headline(report).startswith("Will be refused: ")
    assert named in headline(report)
    assert "https://api.security.microsoft.com/.default" in found(report, "audience").fix


@pytest.mark.parametrize("roles", [None, [], {}])
def test_no_permissions_mean_that_consent_is_missing(roles: object) -> None:
    report = judged(mint(app_claims(roles=roles)))
    assert report.headline(NOW) == (
        Verdict.FAIL,
        "Will be refused: no permissions in this token — admin consent is missing",
    )
    fix = found(report, "permission").fix
    assert "Microsoft Threat Protection > Application permissions > Incident.Read.All" in fix
    assert f"https://login.microsoftonline.com/{TENANT}/adminconsent?client_id={CLIENT}" in fix


def test_a_pasted_tokens_consent_link_names_its_own_application() -> None:
    fix = found(judged(mint(app_claims(roles=None)), tenant="", client_id=""), "permission").fix
    assert f"/{TENANT}/adminconsent?client_id={CLIENT}" in fix


def test_a_missing_permission_is_named() -> None:
    report = judged(mint(app_claims(roles=["AdvancedHunting.Read.All"])))
    assert headline(report) == "Will be refused: Incident.Read.All is missing from this token"
    assert found(report, "permission").actual == "AdvancedHunting.Read.All"


def test_the_guides_spelling_opens_nothing() -> None:
    report = judged(mint(app_claims(roles=["Incidents.Read.All"])))
    assert found(report, "permission").verdict is Verdict.FAIL
    assert "called Incident.Read.All" in report.permissions[0].note


def test_a_user_without_the_delegated_permission_is_told_which() -> None:
    report = judged(mint(user_claims(scp="AdvancedHunting.Read")))
    assert headline(report) == "Will be refused: Incident.Read is missing from this token"
    assert "Delegated permissions > Incident.Read." in found(report, "permission").fix


def test_roles_as_plain_text_are_doubtful() -> None:
    assert verdict("permission", {"roles": "Incident.Read.All"}) is Verdict.WARN


def test_write_permissions_are_pointed_out_and_do_not_spoil_the_verdict() -> None:
    report = judged(mint(app_claims(roles=["Incident.ReadWrite.All"])))
    advice = found(report, "least-privilege")
    assert advice.verdict is Verdict.WARN
    assert "Incident.Read.All is enough" in advice.fix
    assert report.headline(NOW)[0] is Verdict.PASS


def test_dangerous_permissions_of_another_api_are_pointed_out() -> None:
    report = judged(mint(app_claims(aud=MDE_URI, roles=["Machine.Isolate", "Alert.Read.All"])))
    assert "cut devices off the network" in found(report, "least-privilege").sentence


def test_a_bound_token_does_not_work_as_bearer() -> None:
    assert "does not work as a Bearer token" in headline(judged(mint(app_claims(cnf={"kid": "x"}))))


def test_another_applications_token_is_not_what_was_asked_for() -> None:
    assert (
        headline(judged(mint(app_claims(appid=OTHER_TENANT))))
        == f"Not the token that was asked for: it was issued to application {OTHER_TENANT}"
    )


def test_a_pasted_token_with_nothing_to_compare_is_judged_all_the_same() -> None:
    report = judged(tenant="", client_id="")
    assert found(report, "client").verdict is Verdict.UNCHECKED
    assert report.headline(NOW)[0] is Verdict.PASS


def test_clouds_name_their_own_scope_in_the_fix() -> None:
    token = mint(app_claims(aud=MDE_URI))
    assert GLOBAL.scope in found(judged(token), "audience").fix
    assert GCC_HIGH.scope in found(judged(token, cloud=GCC_HIGH), "audience").fix
