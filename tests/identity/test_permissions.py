"""What a token may do, which permission would be needed, and what each held one is worth here."""

import pytest

from mtp_tui.identity.permissions import (
    CALLS,
    GRAPH,
    MDE,
    MTP,
    PERMISSIONS,
    JudgedPermission,
    PermissionKind,
    Standing,
    TokenKind,
    allows,
    find_permission,
    judge,
    kind_of,
    permissions_in,
    resource_of,
)

from .minting import CLIENT, PRINCIPAL, app_claims, user_claims

MDE_URI = "https://api.securitycenter.microsoft.com"


def standings(**changes: object) -> dict[str, Standing]:
    return {one.value: one.standing for one in judge(app_claims(**changes))}


def judged(value: str, **changes: object) -> JudgedPermission:
    return next(one for one in judge(app_claims(roles=[value], **changes)) if one.value == value)


@pytest.mark.parametrize(
    ("audience", "api"),
    [
        ("https://api.security.microsoft.com", MTP),
        ("https://api.security.microsoft.com/", MTP),
        ("https://api.security.microsoft.com//", MTP),
        ("https://api-eu.security.microsoft.com", MTP),
        ("https://api-gov.security.microsoft.us", MTP),
        ("https://security.microsoft.com/mtp/", MTP),
        ("8ee8fdad-f234-4243-8f3b-15c294843740", MTP),
        ("8EE8FDAD-F234-4243-8F3B-15C294843740", MTP),
        ("https://securitycenter.microsoft.com/mtp", MDE),
        ("https://securitycenter.onmicrosoft.com/windowsatpservice", MDE),
        ("https://api.securitycenter.windows.com", MDE),
        ("fc780465-2017-40d4-a0c5-307022471b92", MDE),
        ("https://graph.microsoft.com", GRAPH),
        ("00000003-0000-0000-c000-000000000000", GRAPH),
    ],
)
def test_the_audience_tells_the_api(audience: str, api: object) -> None:
    assert resource_of(audience) is api


def test_other_apis_of_microsoft_are_recognised() -> None:
    names = {
        aud: api.name
        for aud in (
            "https://management.azure.com/",
            "https://graph.windows.net",
            "https://security.microsoft.com/mtp/rbac",
        )
        if (api := resource_of(aud))
    }
    assert len(set(names.values())) == 3


@pytest.mark.parametrize(
    "audience",
    [None, "", 17, ["https://api.security.microsoft.com"], CLIENT, "https://api.security.microsoft.com.evil.example"],
)
def test_an_unknown_audience_is_no_api(audience: object) -> None:
    assert resource_of(audience) is None


@pytest.mark.parametrize(
    ("claims", "kind"),
    [
        (app_claims(), TokenKind.APPLICATION),
        (app_claims(roles=None), TokenKind.APPLICATION),
        (app_claims(roles=None, idtyp="app", sub="x"), TokenKind.APPLICATION),
        (user_claims(), TokenKind.USER),
        (user_claims(roles=["Reader"]), TokenKind.USER),
        (user_claims(scp=None), TokenKind.UNKNOWN),
        ({}, TokenKind.UNKNOWN),
        ({"roles": "Incident.Read.All", "sub": PRINCIPAL}, TokenKind.APPLICATION),
    ],
)
def test_the_claims_tell_who_speaks(claims: dict[str, object], kind: TokenKind) -> None:
    assert kind_of(claims) is kind


@pytest.mark.parametrize(
    ("roles", "held"),
    [
        (["a", "b", "a"], ("a", "b")),
        ("Incident.Read.All", ("Incident.Read.All",)),
        (["a", 1, None], ("a",)),
        ({"a": 1}, ()),
        (None, ()),
        ([], ()),
    ],
)
def test_roles_are_read_in_any_shape(roles: object, held: tuple[str, ...]) -> None:
    assert permissions_in(app_claims(roles=roles)) == held


def test_scp_counts_for_a_user_and_roles_for_an_application() -> None:
    assert permissions_in(user_claims(roles=["Incident.ReadWrite.All"])) == ("Incident.Read", "AdvancedHunting.Read")


def test_the_catalogue_names_every_permission_once() -> None:
    keys = [(one.resource, one.kind, one.value) for one in PERMISSIONS]
    assert len(keys) == len(set(keys))
    ids = [(one.resource, one.id) for one in PERMISSIONS]
    assert len(ids) == len(set(ids))
    assert all(one.access in {"read", "write", "action"} and one.unlocks for one in PERMISSIONS)


def test_every_call_is_opened_by_permissions_of_the_catalogue() -> None:
    for call in CALLS:
        assert all(find_permission(MTP, PermissionKind.APPLICATION, value) for value in call.application)
        assert all(find_permission(MTP, PermissionKind.DELEGATED, value) for value in call.delegated)
    assert [call.key for call in CALLS] == ["list", "get", "update", "hunt"]


@pytest.mark.parametrize(
    ("claims", "open_calls"),
    [
        (app_claims(), "list get hunt"),
        (app_claims(roles=["Incident.ReadWrite.All"]), "list get update"),
        (app_claims(roles=None), ""),
        (app_claims(roles=["Incident.Read"]), ""),
        (user_claims(), "list get hunt"),
        (user_claims(scp="Incident.ReadWrite"), "list get update"),
        (app_claims(aud=MDE_URI), ""),
    ],
)
def test_calls_are_open_or_closed(claims: dict[str, object], open_calls: str) -> None:
    assert " ".join(call.key for call in CALLS if allows(call, claims)) == open_calls


def test_what_is_granted_and_what_could_be_is_told_apart() -> None:
    assert standings() == {
        "Incident.Read.All": Standing.GRANTED,
        "AdvancedHunting.Read.All": Standing.GRANTED,
        "Incident.ReadWrite.All": Standing.OPTIONAL,
    }


def test_without_roles_the_needed_permission_is_missing() -> None:
    assert standings(roles=None) == {
        "Incident.Read.All": Standing.MISSING,
        "Incident.ReadWrite.All": Standing.OPTIONAL,
        "AdvancedHunting.Read.All": Standing.OPTIONAL,
    }


def test_write_satisfies_read_and_is_more_than_reading_needs() -> None:
    both = judged("Incident.ReadWrite.All")
    assert both.standing is Standing.GRANTED
    assert "Incident.Read.All would be enough" in both.note
    assert "Incident.Read.All" not in standings(roles=["Incident.ReadWrite.All"])


def test_write_beside_read_is_more_than_used() -> None:
    assert standings(roles=["Incident.Read.All", "Incident.ReadWrite.All"])["Incident.ReadWrite.All"] is Standing.EXCESS


def test_a_permission_that_opens_no_call_is_more_than_used() -> None:
    assert judged("CustomDetections.ReadWrite.All").standing is Standing.EXCESS


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("Incidents.Read.All", "called Incident.Read.All"),
        ("Incidents.ReadWrite.All", "called Incident.ReadWrite.All"),
        ("incident.read.all", "called Incident.Read.All"),
        ("Incident.Read", "no application permission"),
        ("AdvancedQuery.Read.All", "calls it AdvancedHunting"),
        ("ThreatHunting.Read.All", "calls it AdvancedHunting"),
        ("SecurityIncident.Read.All", "calls it Incident"),
        ("Something.New", "Not a permission of Microsoft Threat Protection"),
    ],
)
def test_a_word_that_is_no_permission_is_explained(value: str, said: str) -> None:
    unknown = judged(value)
    assert unknown.standing is Standing.UNKNOWN
    assert said in unknown.note
    assert standings(roles=[value])["Incident.Read.All"] is Standing.MISSING or value == "Incident.Read.All"


def test_a_user_needs_the_delegated_permission() -> None:
    found = {one.value: one for one in judge(user_claims(scp="Incident.Read.All user_impersonation"))}
    assert found["Incident.Read"].standing is Standing.MISSING
    assert "no delegated permission" in found["Incident.Read.All"].note
    assert "Microsoft's own applications" in found["user_impersonation"].note


def test_a_permission_of_another_api_opens_nothing_here() -> None:
    """`User.Read.All` is two different permissions, so each is read with its audience."""
    endpoint, graph = judged("User.Read.All", aud=MDE_URI), judged("User.Read.All", aud="https://graph.microsoft.com")
    assert endpoint.standing is graph.standing is Standing.OTHER_API
    assert "WindowsDefenderATP" in endpoint.note
    assert "Defender for Endpoint" in endpoint.unlocks
    assert "Microsoft Graph" in graph.note
    assert standings(aud=MDE_URI)["Incident.Read.All"] is not Standing.GRANTED


def test_a_token_for_another_api_lacks_the_needed_permission() -> None:
    found = judge(app_claims(aud=MDE_URI, roles=["Alert.Read.All"]))
    assert [(one.value, one.standing) for one in found][:2] == [
        ("Alert.Read.All", Standing.OTHER_API),
        ("Incident.Read.All", Standing.MISSING),
    ]
