"""The links by which administrators consent to an application, in the own tenant and in those of customers."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from mtp_tui.identity.clouds import Cloud
from mtp_tui.identity.consent import consent_link


@dataclass(frozen=True, slots=True)
class ConsentLink:
    """One link to send to an administrator."""

    title: str
    address: str
    note: str
    """What has to be so for it to work, or what the last page may show; one or two sentences."""


def portal_redirect(cloud: Cloud) -> str:
    """Where a customer's administrator lands after consenting; the same address has to be registered on the application."""
    return "https://portal.azure.us" if cloud.login_host.endswith(".us") else "https://portal.azure.com"


def consent_links(cloud: Cloud, tenant: str, client_id: str) -> tuple[ConsentLink, ...]:
    """For the application's own tenant first, then for the tenants of customers."""
    return (
        ConsentLink(
            "Own tenant",
            consent_link(cloud, tenant, client_id),
            "The last page may show an error about a redirect address; the consent is stored all the same.",
        ),
        ConsentLink(
            "Customers' tenants",
            customer_consent_link(cloud, client_id),
            f"The application has to be open to any organizational directory, with {portal_redirect(cloud)} registered as a Web redirect address.",
        ),
    )


def customer_consent_link(cloud: Cloud, client_id: str, *, customer: str = "") -> str:
    """The link for a multi-tenant application; works in any tenant unless `customer` names one.

    Consent is to what is configured on the application: the scope only says for which API.
    Source: Microsoft Learn, "Admin consent on the Microsoft identity platform"; "Partner access through Microsoft
    Defender XDR APIs".
    """
    query = urlencode(
        {"client_id": client_id, "scope": cloud.scope, "redirect_uri": portal_redirect(cloud)}, quote_via=quote, safe=""
    )
    return f"https://{cloud.login_host}/{quote(customer or 'organizations', safe='')}/v2.0/adminconsent?{query}"
