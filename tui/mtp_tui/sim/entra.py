"""Microsoft Entra ID as a client meets it: metadata, keys, and tokens for applications. User flows are not served.

Sources: Microsoft Learn, "OpenID Connect on the Microsoft identity platform" (metadata and keys), "OAuth 2.0 client
credentials flow" (v2 token endpoint); the v1 token endpoint as in the 2020 guide "Create an app to access Microsoft
Threat Protection without a user". The order in which faults of one request are found is a guess.
"""

import base64
import binascii
import hmac
import random
import re
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx

from mtp_tui.clock import Clock
from mtp_tui.sim.directory import Directory, SimApp
from mtp_tui.sim.payload import JsonObject, json_bytes
from mtp_tui.sim.refusals import Refused, refusal_response
from mtp_tui.sim.resources import Resource, find_resource
from mtp_tui.sim.tokens import ISSUERS, app_token

LOGIN_HOSTS = ("login.microsoftonline.com", "login.windows.net")
_ALIASES = ("login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_SHARED = ("common", "organizations", "consumers")


class Entra:
    """The sign-in service of one simulated tenant."""

    def __init__(self, directory: Directory, now: Clock, dice: random.Random) -> None:
        self._directory = directory
        self._now = now
        self._dice = dice
        self.line_break = "\r\n"
        """Between the parts of `error_description`; newer answers have a blank instead, both are seen."""

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Whatever Entra answers to this; errors are answers too."""
        try:
            return self._route(request)
        except Refused as refused:
            client_request_id = request.headers.get("client-request-id", "")
            return refusal_response(
                refused, self._now(), self._dice, correlation_id=client_request_id, line_break=self.line_break
            )

    def _route(self, request: httpx.Request) -> httpx.Response:
        tenant, *rest = [part for part in request.url.path.split("/") if part] or [""]
        authority = f"https://{request.url.host}"
        match rest:
            case ["oauth2", "token"]:
                return self._token(request, tenant, version="1")
            case ["oauth2", "v2.0", "token"]:
                return self._token(request, tenant, version="2")
            case [".well-known", "openid-configuration"]:
                return _json(self._configuration(authority, tenant, version="1"))
            case ["v2.0", ".well-known", "openid-configuration"]:
                return _json(self._configuration(authority, tenant, version="2"))
            case ["discovery", "keys"]:
                self._tid(tenant, error="invalid_tenant")
                return _json(self._directory.keys.document())
            case ["discovery", "v2.0", "keys"]:
                self._tid(tenant, error="invalid_tenant")
                return _json(self._directory.keys.document(issuer=ISSUERS["2.0"].format(tid="{tenantid}")))
            case ["discovery", "instance"]:
                return _json(_instance(request.url.params.get("authorization_endpoint", "")))
        return httpx.Response(
            404,
            headers={"Content-Type": "text/html"},
            content=b"<html><body>404 - File or directory not found.</body></html>",
        )

    def _tid(self, tenant: str, *, error: str = "") -> str:
        """The tenant's GUID, or `{tenantid}` under a shared name. Raises Refused for a tenant that is not here."""
        if tenant in _SHARED:
            return "{tenantid}"
        if not _GUID.fullmatch(tenant.lower()) and not _DOMAIN.fullmatch(tenant.lower()):
            raise Refused(900023, error=error, tenant=tenant)
        if not self._directory.is_here(tenant):
            raise Refused(90002, error=error, tenant=tenant)
        return self._directory.tenant_id

    def _configuration(self, authority: str, tenant: str, *, version: str) -> JsonObject:
        tid = self._tid(tenant, error="invalid_tenant")
        is_v1 = version == "1"
        base = f"{authority}/{tenant if tid == '{tenantid}' else tid}"
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
            "issuer": ISSUERS["1.0" if is_v1 else "2.0"].format(tid=tid),
            "authorization_endpoint": f"{oauth}/authorize",
            "device_authorization_endpoint": f"{oauth}/devicecode",
            "http_logout_supported": True,
            "frontchannel_logout_supported": True,
            "end_session_endpoint": f"{oauth}/logout",
            "claims_supported": [
                "sub",
                "iss",
                "aud",
                "exp",
                "iat",
                "auth_time",
                "acr",
                "nonce",
                "name",
                "tid",
                "ver",
                "at_hash",
                "c_hash",
                "email",
            ],
            "userinfo_endpoint": f"{base}/openid/userinfo" if is_v1 else "https://graph.microsoft.com/oidc/userinfo",
            "kerberos_endpoint": f"{base}/kerberos",
            "tenant_region_scope": None if tid == "{tenantid}" else self._directory.region,
            "cloud_instance_name": "microsoftonline.com",
            "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com",
            "rbac_url": "https://pas.windows.net",
        }
        return (
            {**shared, "microsoft_multi_refresh_token": True, "check_session_iframe": f"{oauth}/checksession"}
            if is_v1
            else shared
        )

    def _token(self, request: httpx.Request, tenant: str, *, version: str) -> httpx.Response:
        if request.method != "POST":
            raise Refused(900561, value=request.method)
        form = dict(parse_qsl(request.content.decode("utf-8", "replace"), keep_blank_values=True))
        client_id, secret = _credentials(request, form)
        if tenant not in _SHARED:
            self._tid(tenant)
        for name, value in (("grant_type", form.get("grant_type")), ("client_id", client_id)):
            if not value:
                raise Refused(900144, value=name)
        if form["grant_type"] != "client_credentials":
            raise Refused(70003, value=form["grant_type"])
        app = self._application(client_id, tenant)
        asked_for = _asked_for(form, version)
        _check_credential(app, client_id, secret, form, version)
        resource = self._resource(asked_for, tenant)
        return _json(self._answer_with_token(client_id, resource, asked_for, version))

    def _application(self, client_id: str, tenant: str) -> SimApp:
        app = self._directory.apps.get(client_id.lower())
        if app is None:
            raise Refused(700016, client=client_id, tenant=tenant)
        names = {"client": client_id, "name": app.name, "tenant": tenant}
        if tenant in _SHARED:
            raise Refused(50194 if not app.multi_tenant else 50059 if tenant == "organizations" else 9001023, **names)
        if app.refuse_with is not None:
            raise Refused(app.refuse_with, **names)
        if app.disabled:
            raise Refused(7000112, **names)
        return app

    def _resource(self, asked_for: str, tenant: str) -> Resource:
        resource = find_resource(asked_for)
        if resource is None or resource.key not in self._directory.resources:
            raise Refused(500011, resource=asked_for, tenant=tenant)
        return resource

    def _answer_with_token(self, client_id: str, resource: Resource, asked_for: str, version: str) -> JsonObject:
        app = self._directory.apps[client_id.lower()]
        now = self._now()
        lifetime_s = app.token_lifetime_s
        token = app_token(self._directory, client_id.lower(), resource, asked_for, now=now, dice=self._dice)
        if version == "2":
            return {
                "token_type": "Bearer",
                "expires_in": lifetime_s,
                "ext_expires_in": lifetime_s,
                "access_token": token,
            }
        epoch = int(now.timestamp())
        return {
            "token_type": "Bearer",
            "expires_in": str(lifetime_s),
            "ext_expires_in": str(lifetime_s),
            "expires_on": str(epoch + lifetime_s),
            "not_before": str(epoch - app.backdated_s),
            "resource": asked_for,
            "access_token": token,
        }


def _asked_for(form: dict[str, str], version: str) -> str:
    """The one resource that a request names. v2: what stands before `/.default`, so `//.default` leaves a slash."""
    if version == "1":
        if not form.get("resource"):
            raise Refused(900144, value="resource")
        return form["resource"]
    if form.get("resource"):
        raise Refused(901002)
    scopes = form.get("scope", "").split()
    if not scopes:
        raise Refused(900144, value="scope")
    if len(scopes) > 1:
        raise Refused(70011, value=form["scope"])
    resource, default, rest = scopes[0].rpartition("/.default")
    if not default or rest or not resource:
        raise Refused(1002012, value=scopes[0])
    return resource


def _credentials(request: httpx.Request, form: dict[str, str]) -> tuple[str, str]:
    """Client ID and secret, from the form or from a Basic header; both are allowed."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Refused(9002313) from error
    return unquote(name), unquote(secret)


def _check_credential(app: SimApp, client_id: str, secret: str, form: dict[str, str], version: str) -> None:
    if form.get("client_assertion"):
        raise Refused(700027)  # no certificate is registered on any application here
    if not secret:
        raise Refused(7000216 if version == "2" else 7000218)
    if not hmac.compare_digest(secret.encode(), app.secret.encode()):
        raise Refused(7000215, client=client_id)
    if app.secret_expired:
        raise Refused(7000222, client=client_id)


def _instance(endpoint: str) -> JsonObject:
    """Instance discovery, which MSAL asks to learn the aliases of a host."""
    url = urlsplit(endpoint)
    if url.hostname not in _ALIASES:
        raise Refused(50049)
    tenant = url.path.strip("/").split("/")[0]
    return {
        "tenant_discovery_endpoint": f"https://{url.hostname}/{tenant}/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [
            {"preferred_network": _ALIASES[0], "preferred_cache": "login.windows.net", "aliases": list(_ALIASES)}
        ],
    }


def _json(body: JsonObject) -> httpx.Response:
    return httpx.Response(
        200,
        headers={"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store, no-cache"},
        content=json_bytes(body),
    )
