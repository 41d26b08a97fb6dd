"""What is typed at sign-in: understood however it was copied, refused with a sentence, and never a bug."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.errors import BadInput
from mtp_tui.identity.credentials import Field, check, client_id_from, secret_from, tenant_from
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
        "https://login.microsoftonline.com/contoso.com", "contoso.com?x=1", "contoso.com#", "../common", "a b.com", "bücher.de",
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
    credentials, faults = check("", "x", Secret(""))
    assert credentials is None
    assert [fault.field for fault in faults] == [Field.TENANT, Field.CLIENT_ID, Field.SECRET]


def test_an_id_that_was_pasted_twice_is_noticed() -> None:
    credentials, faults = check(TENANT, TENANT.upper(), Secret(SECRET))
    assert credentials is None
    assert [fault.field for fault in faults] == [Field.CLIENT_ID]


def test_good_ones_become_credentials() -> None:
    credentials, faults = check(f" {TENANT.upper()} ", CLIENT, Secret(f"{SECRET} "))
    assert faults == ()
    assert credentials is not None
    assert (credentials.tenant, credentials.client_id, credentials.secret.reveal()) == (TENANT, CLIENT, SECRET)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_nothing_that_can_be_typed_is_a_bug(tenant: str, client_id: str, secret: str) -> None:
    credentials, faults = check(tenant, client_id, Secret(secret))
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
