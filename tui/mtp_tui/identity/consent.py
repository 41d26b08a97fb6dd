"""The link by which an administrator grants what an application asks for."""

from urllib.parse import quote

from mtp_tui.identity.clouds import Cloud


def consent_link(cloud: Cloud, tenant: str, client_id: str) -> str:
    """Where an administrator of `tenant` consents to everything that is configured on the application.

    `organizations` stands in for an unknown tenant. The page may end in an error about a redirect address; the consent
    is stored all the same. Source: Microsoft Learn, "Admin consent on the Microsoft identity platform".
    """
    return f"https://{cloud.login_host}/{quote(tenant or 'organizations', safe='')}/adminconsent?client_id={quote(client_id, safe='')}"
