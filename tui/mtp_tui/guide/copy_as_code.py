"""A request of this program as code in another language, to be run as it is once its variable is set.

The code holds no secret and no token: it reads them from the environment. Tenant, application, scope and addresses are
literals that cannot break out of their quotes, whatever they hold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlencode

from mtp_tui.defender.query import IncidentQuery
from mtp_tui.guide import csharp_code, curl_code, powershell_code, python_code
from mtp_tui.guide.code_request import CLIENT_ID_PLACEHOLDER, TENANT_PLACEHOLDER, TokenRequest
from mtp_tui.identity.clouds import Cloud


class Language(StrEnum):
    """A language that requests can be copied in, under the name that people know."""

    CURL = "cURL"
    POWERSHELL = "PowerShell"
    PYTHON = "Python"
    CSHARP = "C#"


@dataclass(frozen=True, slots=True)
class _Writer:
    token: Callable[[TokenRequest], str]
    incidents: Callable[[TokenRequest, str], str]


_WRITERS = {
    Language.CURL: _Writer(curl_code.token_code, curl_code.incidents_code),
    Language.POWERSHELL: _Writer(powershell_code.token_code, powershell_code.incidents_code),
    Language.PYTHON: _Writer(python_code.token_code, python_code.incidents_code),
    Language.CSHARP: _Writer(csharp_code.token_code, csharp_code.incidents_code),
}


def code_for_token(language: Language, kind: str, tenant: str, client_id: str, cloud: Cloud, *, scope: str = "") -> str:
    """A program that asks for an access token and prints it.

    `kind` is how it signs in: `secret`, `certificate`, `device-code`, `browser`, or `token` for one that is there already.
    cURL and PowerShell open no browser, and ask for a device code instead. `scope` is the cloud's own unless given.
    """
    return _WRITERS[language].token(_request(kind, tenant, client_id, cloud, scope))


def code_for_incidents(
    language: Language,
    kind: str,
    tenant: str,
    client_id: str,
    cloud: Cloud,
    *,
    scope: str = "",
    query: IncidentQuery | None = None,
    api_base: str = "",
) -> str:
    """A program that asks for a token, then for one page of incidents, and prints that.

    `api_base` is scheme and host of the API, such as a region's; the cloud's own unless given.
    """
    request = _request(kind, tenant, client_id, cloud, scope)
    return _WRITERS[language].incidents(request, _address(api_base or f"https://{cloud.api_host}", query))


def variable_for(kind: str) -> str:
    """The environment variable that has to be set before the code is run; empty if there is none."""
    return TokenRequest(kind, "", "", "", "").variable


def _request(kind: str, tenant: str, client_id: str, cloud: Cloud, scope: str) -> TokenRequest:
    return TokenRequest(
        kind,
        tenant or TENANT_PLACEHOLDER,
        client_id or CLIENT_ID_PLACEHOLDER,
        cloud.login_host,
        scope.strip() or cloud.scope,
    )


def _address(api_base: str, query: IncidentQuery | None) -> str:
    """The address as this program asks it; `$` and `:` may stand in a query as they are, and are easier to read."""
    base = quote(api_base.rstrip("/"), safe=":/")
    params = urlencode((query or IncidentQuery()).to_params(), quote_via=quote, safe="$:")
    return f"{base}/api/incidents?{params}"
