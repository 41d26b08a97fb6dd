"""What is typed at sign-in: understood however it was copied, refused with a sentence, and never a bug."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.errors import BadInput
from mtp_tui.identity.credential_form import (
    FIELDS,
    SignInForm,
    audience_from,
    check,
    client_id_from,
    secret_from,
    tenant_from,
)
from mtp_tui.identity.credentials import ClientSecret, CredentialKind, Field
from mtp_tui.secret import Secret

TENANT = "00000000-de00-4000-8000-00000000c0de"
CLIENT = "00000000-de00-4a99-8000-00000000c11e"
SECRET = "Xy8Q~made.up_secret-value~of~forty~chars"

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=300)


@pytest.mark.parametrize(
    "typed",
    [
        TENANT, TENANT.upper(), f"  {TENANT}\n", f'"{TENANT}"', f"'{TENANT}',", f"{{{TENANT}}}", f"<{TENANT}>;",
        f"\ufeff{TENANT}", f"{TENANT}\u200b", f"\u00a0{TENANT}\u00a0", f"\u202a{TENANT}\u202c",
    ],
)  # fmt: skip
def test_ids_are_understood_however_they_were_copied(typed: str) -> None:
    assert tenant_from(typed) == TENANT
    assert client_id_from(typed) == TENANT


@pytest.mark.parametrize("typed", ["contoso.com", "Contoso.COM", "contoso.onmicrosoft.com", "xn--bcher-kva.example"])
def test_domains_are_tenants(typed: str) -> None:
    assert tenant_from(typed) == typed.lower()


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "common", "Organizations", "consumers", "contoso", "contoso.", ".com", "a..b", "-a.com", "contoso.com/x",
        "contoso.com?x=1", "contoso.com#", "../common", "a b.com", "bücher.de",
        "contoso.com\n.evil", "a" * 64 + ".com", "a." * 130 + "com", f"{TENANT}0", "２０２６.com", "\ud800.com",
    ],
)  # fmt: skip
def test_what_is_no_tenant_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(BadInput) as caught:
        tenant_from(typed)
    assert caught.value.field == Field.TENANT
    assert caught.value.hint


@pytest.mark.parametrize("typed", ["", "contoso.com", TENANT[:-1], f"{TENANT}/", "g" * 36])
def test_what_is_no_guid_is_no_application(typed: str) -> None:
    with pytest.raises(BadInput) as caught:
        client_id_from(typed)
    assert caught.value.field == Field.CLIENT_ID


@pytest.mark.parametrize(
    "typed", [SECRET, f" {SECRET}\r\n", f"\t{SECRET}", f"\ufeff{SECRET}", f"{SECRET}\u200b", f"{SECRET}\u00a0"]
)
def test_blanks_around_a_secret_are_dropped(typed: str) -> None:
    assert secret_from(Secret(typed)).reveal() == SECRET


@pytest.mark.parametrize("inner", ["+/=~&;%'\"{}<>,", "with blank", "Ünïcödé~✓"])
def test_what_is_in_a_secret_stays(inner: str) -> None:
    assert secret_from(Secret(inner)).reveal() == inner


@pytest.mark.parametrize(
    "typed",
    ["", " \n", CLIENT, CLIENT.upper(), "two\nlines", "nul\x00", "esc\x1b[0m", "\ud800", "caf\udce9", "a\u200bb"],
)
def test_what_cannot_be_a_secret_is_refused_without_repeating_it(typed: str) -> None:
    """Bytes of the environment that are not UTF-8 arrive as halves of surrogate pairs, which no request can carry."""
    with pytest.raises(BadInput) as caught:
        secret_from(Secret(typed))
    assert caught.value.field == Field.SECRET
    assert not typed.strip() or typed not in f"{caught.value.summary} {caught.value.hint}"


def test_all_faults_are_said_at_once() -> None:
    credentials, faults = check(SignInForm(tenant="", client_id="x"))
    assert credentials is None
    assert [fault.field for fault in faults] == [Field.TENANT, Field.CLIENT_ID, Field.SECRET]


def test_an_id_that_was_pasted_twice_is_noticed() -> None:
    credentials, faults = check(SignInForm(tenant=TENANT, client_id=TENANT.upper(), secret=Secret(SECRET)))
    assert credentials is None
    assert [fault.field for fault in faults] == [Field.CLIENT_ID]


def test_good_ones_become_credentials() -> None:
    credentials, faults = check(SignInForm(tenant=f" {TENANT.upper()} ", client_id=CLIENT, secret=Secret(f"{SECRET} ")))
    assert faults == ()
    assert isinstance(credentials, ClientSecret)
    assert (credentials.tenant, credentials.client_id, credentials.secret.reveal()) == (TENANT, CLIENT, SECRET)


@given(st.sampled_from(CredentialKind), ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_nothing_that_can_be_typed_is_a_bug(kind: CredentialKind, tenant: str, client_id: str, other: str) -> None:
    typed = Secret(other)
    credentials, faults = check(SignInForm(kind, tenant, client_id, typed, other, typed, typed, other))
    assert (credentials is None) == bool(faults)
    assert all(fault.field in set(Field) and fault.summary and fault.hint for fault in faults)


@given(ANY_TEXT)
def test_a_secret_that_is_taken_can_be_sent(typed: str) -> None:
    try:
        secret = secret_from(Secret(typed))
    except BadInput:
        return
    assert secret.reveal().encode()
    assert secret.reveal().strip() == secret.reveal()


@given(st.one_of(ANY_TEXT, st.text("ab.-", max_size=300)))
def test_a_tenant_that_is_taken_stays_one_segment_of_an_address(typed: str) -> None:
    try:
        tenant = tenant_from(typed)
    except BadInput:
        return
    assert tenant.isascii()
    assert not set(tenant) - set("abcdefghijklmnopqrstuvwxyz0123456789.-")


# kinds and places


@pytest.mark.parametrize("kind", CredentialKind)
def test_an_empty_form_is_told_what_its_kind_needs(kind: CredentialKind) -> None:
    credentials, faults = check(SignInForm(kind))
    assert credentials is None
    assert {fault.field for fault in faults} <= set(FIELDS[kind])


@pytest.mark.parametrize("kind", [CredentialKind.DEVICE_CODE, CredentialKind.BROWSER])
@pytest.mark.parametrize("tenant", ["", "organizations", "common", TENANT])
def test_a_user_may_leave_the_tenant_open(kind: CredentialKind, tenant: str) -> None:
    credentials, faults = check(SignInForm(kind, tenant, CLIENT))
    assert faults == ()
    assert credentials is not None
    assert credentials.kind is kind
    assert credentials.tenant == (tenant or "organizations")
    assert credentials.expected_tenant == (TENANT if tenant == TENANT else "")


@pytest.mark.parametrize(
    "typed",
    [
        f"Directory (tenant) ID : {TENANT}", f"Directory (tenant) ID\t{TENANT}", f"AZURE_TENANT_ID={TENANT}",
        f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token",
    ],
)  # fmt: skip
def test_a_line_of_the_portal_is_understood(typed: str) -> None:
    assert tenant_from(typed) == TENANT


def test_the_other_ids_line_is_refused_by_name() -> None:
    with pytest.raises(BadInput) as caught:
        client_id_from(f"Object ID : {CLIENT}")
    assert "Object ID" in caught.value.summary


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ""), ("https://api.securitycenter.microsoft.com/.default", "https://api.securitycenter.microsoft.com"),
        (" https://securitycenter.onmicrosoft.com/windowsatpservice ", "https://securitycenter.onmicrosoft.com/windowsatpservice"),
    ],
)  # fmt: skip
def test_another_api_may_be_named(typed: str, meant: str) -> None:
    assert audience_from(typed) == meant


@pytest.mark.parametrize("typed", ["security", "http://api.example", "https://a b", "https://a\x1b[0m"])
def test_what_is_no_name_of_an_api_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        audience_from(typed)
