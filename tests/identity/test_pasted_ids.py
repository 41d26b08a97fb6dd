"""IDs are taken out of what was pasted with them, if the text says which is which; otherwise it is said that it does not."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.identity.pasted_ids import LONGEST_TEXT_CHARS, PastedIds, ids_in

from .minting import CLIENT, ISSUER_1, ISSUER_2, LOGIN, TENANT
from .minting import OTHER_TENANT as OTHER
from .minting import PRINCIPAL as OBJECT

OVERVIEW = {
    "Display name": "incident reader",
    "Application (client) ID": CLIENT,
    "Object ID": OBJECT,
    "Directory (tenant) ID": TENANT,
    "Supported account types": "My organization only",
    "Application ID URI": f"api://{CLIENT}",
}
ORDERS = (list(OVERVIEW), list(reversed(OVERVIEW)), sorted(OVERVIEW, key=len))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    "line", ["{} : {}", "{}\t{}", "{}\n:\n{}", "{}\r\n{}", "{}: {}\nCopy to clipboard", "{} is {}"]
)
def test_a_whole_overview_page_gives_both(order: list[str], line: str) -> None:
    text = "\n".join(line.format(name, OVERVIEW[name]) for name in order)
    assert ids_in(text) == PastedIds(TENANT, CLIENT)


@pytest.mark.parametrize(
    "text",
    [
        f"Directory (tenant) ID : {TENANT}",
        f"Directory (tenant) ID\n{TENANT.upper()}",
        f"Tenant ID: {TENANT}",
        f"tenantId = '{TENANT}'",
        f'[string]$tenantId = "{TENANT}" # Paste your own tenant ID here',
        f"AZURE_TENANT_ID={TENANT}",
        f'$env:AZURE_TENANT_ID = "{TENANT}"',
        f'os.environ["AZURE_TENANT_ID"] = "{TENANT}"',
        f"--tenant {TENANT}",
        f'"tid": "{TENANT}",',
        f"{LOGIN}/{TENANT}/oauth2/v2.0/token",
        f"https://login.microsoftonline.us/{TENANT}",
        f"login.windows.net/{TENANT}/",
        ISSUER_1,
        ISSUER_2,
    ],
)
def test_a_labelled_tenant_is_taken(text: str) -> None:
    assert ids_in(text) == PastedIds(tenant=TENANT)


@pytest.mark.parametrize(
    "text",
    [
        f"Application (client) ID\t{CLIENT}",
        f"Application ID: {CLIENT}",
        f'$appId = "{CLIENT}"',
        f"export AZURE_CLIENT_ID={CLIENT}",
        f"client_id: {CLIENT}",
        f"CLIENT-ID={CLIENT}",
        f"https://portal.azure.com/#view/Microsoft_AAD_RegisteredApps/~/Overview/appId/{CLIENT}/isMSAApp~/false",
        f'{{"resourceAppId": "{OTHER}", "appId": "{CLIENT}"}}',
    ],
)
def test_a_labelled_application_is_taken(text: str) -> None:
    assert ids_in(text) == PastedIds(client_id=CLIENT)


@pytest.mark.parametrize(
    "text",
    [
        f'{{"appId": "{CLIENT}", "displayName": "x", "password": "made~up", "tenant": "{TENANT}"}}',
        f'{{"appId": "{CLIENT}", "password": "{OBJECT}", "tenant": "{TENANT}"}}',
        f"$tenantId = '{TENANT}'\n$appId = '{CLIENT}'\n$appSecret = '{OBJECT}'",
        f"{LOGIN}/{TENANT}/adminconsent?client_id={CLIENT}",
    ],
)
def test_both_are_taken_and_never_a_secret(text: str) -> None:
    assert ids_in(text) == PastedIds(TENANT, CLIENT)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        (f"{LOGIN}/Contoso.onmicrosoft.com/oauth2/token", "contoso.onmicrosoft.com"),
        ("https://sts.windows.net/contoso.com/", "contoso.com"),
        ("tenantId = 'contoso.com'", "contoso.com"),
        ("tenant: contoso.com", "contoso.com"),
        ("AZURE_TENANT_ID=contoso.com", "contoso.com"),
        ('{"tenant":"contoso.com"}', "contoso.com"),
        ("tenant = contoso.onmicrosoft.com", "contoso.onmicrosoft.com"),
        ("tenant_id = config.tenant", ""),
        ("TENANT = config.tenant", ""),
        ("tenant_id = os.environ['TENANT']", ""),
        (f"{LOGIN}/common/oauth2/v2.0/token", ""),
        (f"{LOGIN}/organizations", ""),
        ("https://contoso.com/security", ""),
        ("Publisher domain: contoso.com", ""),
        ("https://notlogin.microsoftonline.com/contoso.com/", ""),
    ],
)
def test_a_domain_is_taken_only_where_it_must_be_a_tenant(text: str, domain: str) -> None:
    assert ids_in(text) == PastedIds(tenant=domain)


def test_the_tenants_own_id_goes_before_its_domain() -> None:
    text = f"{LOGIN}/contoso.com/oauth2/token\ntenantId = {TENANT}"
    assert ids_in(text) == PastedIds(tenant=TENANT)


@pytest.mark.parametrize(
    "text",
    ["", "  ", TENANT, f'"{TENANT}"', f"'{TENANT}',", f"{{{TENANT}}}", f" <{TENANT}>;\n", f"\ufeff{TENANT}\u200b",
     "contoso.com", "'contoso.com'", "contoso", "not an ID at all", TENANT[:-1], f"{TENANT}0"],
)  # fmt: skip
def test_a_value_on_its_own_is_left_to_its_field(text: str) -> None:
    assert ids_in(text) == PastedIds()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{TENANT} {CLIENT}", "not clear which"),
        (f"{TENANT}\n{CLIENT}\n{OBJECT}", "not clear which"),
        (f"Application (client) ID\nObject ID\nDirectory (tenant) ID\n{CLIENT}\n{OBJECT}\n{TENANT}", "not clear which"),
        (f"tenant_id,client_id\n{TENANT},{CLIENT}", "not clear which"),
        (f"{TENANT} tenant\n{CLIENT} client id", "not clear whose"),
        (f"Application (client) ID\nDirectory (tenant) ID\n{TENANT}", "not clear whose"),
        (f"tenantId = {TENANT}; tenantId = {OTHER}", "more than one tenant"),
        (f"{LOGIN}/contoso.com/ {LOGIN}/fabrikam.com/", "more than one tenant"),
        (f"appId: {CLIENT}, appId: {OTHER}", "more than one application"),
        (f"Object ID: {OBJECT}", "This is the Object ID"),
        (f'"objectId": "{OBJECT}"', "This is the Object ID"),
        (f"Secret ID\n{OBJECT}", "This is the Secret ID"),
        (f"subscriptionId={OTHER}", "does not say whose"),
        (f'"appOwnerTenantId": "{OTHER}"', "does not say whose"),
        (f"client_secret={OTHER}", "does not say whose"),
    ],
)
def test_what_is_not_clear_is_not_taken_but_said(text: str, said: str) -> None:
    found = ids_in(text)
    assert (found.tenant, found.client_id) == ("", "")
    assert said in found.problem


PIECES = st.sampled_from(
    [TENANT, CLIENT, "tenant", "client_id", "Object ID", " : ", "\n", "=", '"', f"{LOGIN}/", "a.b"]
)


@given(
    st.lists(PIECES | st.text(st.characters(codec=None, exclude_categories=()), max_size=9), max_size=14).map("".join)
)
def test_no_text_makes_it_fail_and_only_ids_of_the_text_are_taken(text: str) -> None:
    found = ids_in(text)
    assert found.tenant in text.lower()
    assert found.client_id in text.lower()
    assert not found.problem or not (found.tenant or found.client_id)


@pytest.mark.parametrize(
    "piece", ["tenant", "tenant ", "a.", "-", f"{LOGIN}/", TENANT, "0", "tenant:", "tenant: a.", "Aa"]
)
def test_long_texts_take_no_time(piece: str) -> None:
    text = (piece * LONGEST_TEXT_CHARS)[:LONGEST_TEXT_CHARS]
    began = process_time()
    ids_in(text)
    assert process_time() - began < 5  # some hundredths, unless something grows with the square


def test_a_text_that_is_too_long_is_not_looked_at() -> None:
    assert ids_in(f"tenantId = {TENANT}" + " " * LONGEST_TEXT_CHARS) == PastedIds()
