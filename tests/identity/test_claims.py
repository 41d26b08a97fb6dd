"""Every claim is explained, offline, with its value on one line."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.identity.claim_catalogue import HEADER, PAYLOAD
from mtp_tui.identity.claims import ClaimRow, explain, one_line, request_id
from mtp_tui.identity.token import TokenReading, read_token

from .minting import KID, NOW, TENANT, app_claims, b64, json_values, mint, user_claims

DOCUMENTED = [
    "aud",
    "iss",
    "idp",
    "iat",
    "nbf",
    "exp",
    "aio",
    "rh",
    "acr",
    "amr",
    "appid",
    "azp",
    "appidacr",
    "azpacr",
    "app_displayname",
    "name",
    "preferred_username",
    "unique_name",
    "upn",
    "given_name",
    "family_name",
    "ipaddr",
    "onprem_sid",
    "pwd_exp",
    "pwd_url",
    "in_corp",
    "oid",
    "sub",
    "tid",
    "roles",
    "scp",
    "wids",
    "groups",
    "hasgroups",
    "_claim_names",
    "_claim_sources",
    "idtyp",
    "uti",
    "ver",
    "tenant_region_scope",
    "xms_tcdt",
    "xms_cc",
    "acrs",
    "xms_idrel",
    "xms_ftd",
    "xms_acd",
    "xms_act_fct",
    "xms_sub_fct",
    "xms_tnt_fct",
    "xms_rd",
    "xms_st",
    "xms_tdbr",
    "xms_pftexp",
    "xms_par_app_azp",
    "xms_tbflid",
    "sid",
    "puid",
    "signin_state",
    "deviceid",
    "platf",
    "cnf",
]


def row(name: str, value: object) -> ClaimRow:
    """How one claim of a payload is explained."""
    (found,) = explain(TokenReading({}, {name: value}, ""))
    return found


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_claim_that_entra_sends_is_explained(name: str) -> None:
    assert PAYLOAD[name].endswith(".")


@pytest.mark.parametrize("name", ["typ", "alg", "kid", "x5t", "nonce"])
def test_every_header_member_is_explained(name: str) -> None:
    assert HEADER[name].endswith(".")


def test_header_and_payload_come_in_the_order_of_the_token() -> None:
    rows = explain(read_token(mint()))
    assert [one.name for one in rows[:4]] == ["typ", "alg", "kid", "x5t"]
    assert [one.name for one in rows[4:]] == list(app_claims())
    assert rows[2].value == KID
    assert all(one.meaning for one in rows)


def test_a_claim_that_is_not_known_is_shown_without_a_meaning() -> None:
    assert row("xms_new", "x") == ClaimRow("payload", "xms_new", "x", "")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("text", "text"),
        ("two\r\nlines", "two lines"),
        (["a", "b"], "a, b"),
        (["a,b", "c"], '["a,b", "c"]'),
        ([], "[]"),
        ({"groups": {"endpoint": "https://x"}}, '{"groups": {"endpoint": "https://x"}}'),
        (True, "true"),
        (None, "null"),
        (3.5, "3.5"),
        (17, "17"),
        ("ünïcode", "ünïcode"),
    ],
)
def test_a_value_stands_on_one_line_as_sent(value: object, shown: str) -> None:
    assert one_line(value) == shown


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("appidacr", "0", "0 = nothing, a public client"),
        ("appidacr", "1", "1 = a client secret"),
        ("azpacr", "2", "2 = a certificate"),
        ("amr", ["pwd", "mfa"], "pwd = password; mfa = multi-factor authentication"),
        ("wids", ["62e90394-69f5-4237-9190-012177145e10"], "Global Administrator"),
        ("wids", ["0997a1d0-0d1d-4acb-b408-d5ca73121e90"], "no directory role"),
        ("idtyp", "app", "app = an application"),
        ("acr", "1", "1 = meets"),
        ("ver", "1.0", "appid"),
        ("aud", "https://api.security.microsoft.com/", "Microsoft Threat Protection"),
        ("aud", "fc780465-2017-40d4-a0c5-307022471b92", "WindowsDefenderATP"),
        ("iss", f"https://sts.windows.net/{TENANT}/", f"Tenant {TENANT} at sts.windows.net, version 1.0"),
        ("iss", f"https://login.microsoftonline.us/{TENANT}/v2.0", "login.microsoftonline.us, version 2.0"),
        ("idp", "live.com", "personal Microsoft account"),
        ("tid", "9188040d-6c67-4c5b-b112-36a304b66dad", "personal Microsoft accounts"),
        ("xms_idrel", "7 2", "7 = an application"),
        ("tenant_region_scope", "EU", "EU = Europe"),
    ],
)
def test_coded_values_are_explained(name: str, value: object, said: str) -> None:
    assert said in row(name, value).meaning


def test_the_token_id_is_shown_as_the_request_id_of_the_sign_in_logs() -> None:
    guid = UUID("6dfb6c5c-5f0a-4b0e-9a5d-0f3c6a9d1e00")
    uti = b64(guid.bytes_le)
    assert request_id(uti) == str(guid)
    assert f"Request ID {guid}" in row("uti", uti).meaning


@pytest.mark.parametrize("uti", ["", "short", "not base64!", None, 17, ["a"]])
def test_a_token_id_that_is_no_guid_is_left_alone(uti: object) -> None:
    assert request_id(uti) == ""


def test_times_are_moments() -> None:
    rows = {one.name: one for one in explain(read_token(mint(app_claims(iat=int(NOW.timestamp()), xms_tcdt=0))))}
    assert rows["iat"].moment == NOW
    assert rows["xms_tcdt"].moment is not None
    assert rows["aud"].moment is None


@pytest.mark.parametrize(
    ("value", "shown"), [("soon", "soon"), (True, "true"), ({}, "{}"), (1e300, "1e+300"), (None, "null")]
)
def test_a_time_that_is_none_is_shown_as_sent(value: object, shown: str) -> None:
    expiry = row("exp", value)
    assert (expiry.value, expiry.moment) == (shown, None)


def test_addresses_in_the_token_are_named_as_not_followed() -> None:
    rows = {
        one.name: one
        for one in explain(read_token(mint(user_claims(), jku="https://evil.example", x5u="https://evil.example")))
    }
    assert "not followed" in rows["jku"].meaning
    assert "not followed" in rows["x5u"].meaning


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(DOCUMENTED), json_values)
def test_no_value_makes_the_explanation_fail(name: str, value: object) -> None:
    assert "\n" not in row(name, value).value
