"""What Entra publishes about itself: the OpenID configuration of a tenant, and instance discovery.

Source: Microsoft Learn, "OpenID Connect on the Microsoft identity platform".
"""

from urllib.parse import urlsplit

from mtp_tui.sim.clouds import CLOUDS, LoginCloud, cloud_at
from mtp_tui.sim.payload import JsonObject
from mtp_tui.sim.refusals import Refused

ANY_TENANT = "{tenantid}"
"""Stands for the tenant's ID in what is published under a shared name such as `common`."""


def configuration(cloud: LoginCloud, host: str, tenant: str, tid: str, *, version: str, region: str) -> JsonObject:
    """The OpenID configuration, version `1` or `2`, as it is published on `host`; `tid` may be ANY_TENANT."""
    is_v1 = version == "1"
    authority = f"https://{host}"
    base = f"{authority}/{tenant if tid == ANY_TENANT else tid}"
    oauth = f"{base}/oauth2" if is_v1 else f"{base}/oauth2/v2.0"
    shared: JsonObject = {
        "token_endpoint": f"{oauth}/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{authority}/common/discovery/keys" if is_v1 else f"{base}/discovery/v2.0/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": cloud.issuer("1.0" if is_v1 else "2.0", tid),
        "authorization_endpoint": f"{oauth}/authorize",
        "device_authorization_endpoint": f"{oauth}/devicecode",
        "http_logout_supported": True,
        "frontchannel_logout_supported": True,
        "end_session_endpoint": f"{oauth}/logout",
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "nonce", "name", "tid", "ver", "at_hash", "c_hash", "email",
        ],
        "userinfo_endpoint": f"{base}/openid/userinfo" if is_v1 else f"https://{cloud.graph_host}/oidc/userinfo",
        "kerberos_endpoint": f"{base}/kerberos",
        "tenant_region_scope": None if tid == ANY_TENANT else region,
        "cloud_instance_name": cloud.instance_name,
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": cloud.graph_host,
        "rbac_url": f"https://{cloud.rbac_host}",
    }  # fmt: skip
    if not is_v1:
        return shared
    return {**shared, "microsoft_multi_refresh_token": True, "check_session_iframe": f"{oauth}/checksession"}


def instance(endpoint: str) -> JsonObject:
    """Instance discovery, which MSAL asks to learn the aliases of a host. Raises Refused for an unknown one."""
    try:
        url = urlsplit(endpoint)
    except ValueError as error:
        raise Refused(50049) from error
    if cloud_at(url.hostname) is None:
        raise Refused(50049)
    tenant = url.path.strip("/").split("/")[0]
    return {
        "tenant_discovery_endpoint": f"https://{url.hostname}/{tenant}/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [
            {"preferred_network": cloud.hosts[0], "preferred_cache": cloud.cache_host, "aliases": list(cloud.hosts)}
            for cloud in CLOUDS.values()
        ],
    }
