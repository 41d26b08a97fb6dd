"""The links that administrators get."""

from urllib.parse import parse_qs, urlsplit

from mtp_tui.guide.consent_links import consent_links, customer_consent_link
from mtp_tui.identity.clouds import GCC_HIGH, GLOBAL

CLIENT_ID = "00000000-de00-4a99-8000-00000000c11e"


def test_customers_get_a_link_that_works_in_any_tenant() -> None:
    url = urlsplit(customer_consent_link(GLOBAL, CLIENT_ID))
    assert (url.hostname, url.path) == ("login.microsoftonline.com", "/organizations/v2.0/adminconsent")
    assert parse_qs(url.query, strict_parsing=True) == {
        "client_id": [CLIENT_ID],
        "scope": ["https://api.security.microsoft.com/.default"],
        "redirect_uri": ["https://portal.azure.com"],
    }


def test_one_customer_can_be_named() -> None:
    link = customer_consent_link(GCC_HIGH, CLIENT_ID, customer="fabrikam.com")
    assert link.startswith("https://login.microsoftonline.us/fabrikam.com/v2.0/adminconsent?")


def test_a_hostile_name_stays_one_part_of_the_address() -> None:
    url = urlsplit(customer_consent_link(GLOBAL, "x&redirect_uri=https://evil.example", customer="../a?b#c"))
    assert url.path == "/..%2Fa%3Fb%23c/v2.0/adminconsent"
    assert parse_qs(url.query)["redirect_uri"] == ["https://portal.azure.com"]


def test_the_own_tenant_comes_first() -> None:
    own, customers = consent_links(GLOBAL, "contoso.com", CLIENT_ID)
    assert own.address == f"https://login.microsoftonline.com/contoso.com/adminconsent?client_id={CLIENT_ID}"
    assert customers.address == customer_consent_link(GLOBAL, CLIENT_ID)
    assert "https://portal.azure.com" in customers.note
