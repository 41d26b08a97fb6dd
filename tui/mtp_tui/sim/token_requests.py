"""A request for a token, taken apart: who asks, with what proof, at which tenant, for which API."""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, unquote

import httpx

from mtp_tui.sim.assertions import check_assertion
from mtp_tui.sim.clouds import LoginCloud
from mtp_tui.sim.directory import Directory, SimApp
from mtp_tui.sim.metadata import ANY_TENANT
from mtp_tui.sim.refusals import Refused
from mtp_tui.sim.resources import Resource, find_resource

SHARED_NAMES = ("common", "organizations", "consumers")
"""What may stand in place of a tenant."""
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What was posted to the token endpoint or to the device code endpoint."""

    cloud: LoginCloud
    """Whose host was asked."""
    tenant: str
    """As it stands in the address: GUID, domain or shared name."""
    version: str
    """Of the endpoint: `1` or `2`."""
    form: dict[str, str]
    client_id: str
    secret: str
    """Empty if there is none."""

    @property
    def app_key(self) -> str:
        """The client ID as the directory has it."""
        return self.client_id.lower()

    def needs(self, name: str) -> str:
        """A field of the form. Raises Refused if it is missing or empty."""
        if not self.form.get(name):
            raise Refused(900144, value=name)
        return self.form[name]


def read_token_request(request: httpx.Request, cloud: LoginCloud, tenant: str, version: str) -> TokenRequest:
    """Raises Refused for what is no form post."""
    if request.method != "POST":
        raise Refused(900561, value=request.method)
    form = dict(parse_qsl(request.content.decode("utf-8", "replace"), keep_blank_values=True))
    return TokenRequest(cloud, tenant, version, form, *_client(request, form))


def tid_of(directory: Directory, cloud: LoginCloud, tenant: str, *, error: str = "") -> str:
    """The tenant's GUID, or ANY_TENANT under a shared name. Raises Refused for a tenant that is not here."""
    if tenant in SHARED_NAMES:
        return ANY_TENANT
    if not _GUID.fullmatch(tenant.lower()) and not _DOMAIN.fullmatch(tenant.lower()):
        raise Refused(900023, error=error, tenant=tenant)
    if not directory.is_here(tenant) or cloud is not directory.login_cloud:
        raise Refused(90002, error=error, tenant=tenant)
    return directory.tenant_id


def check_user_application(directory: Directory, cloud: LoginCloud, tenant: str, client_id: str) -> None:
    """Raises Refused for an application that no user of this tenant can sign in to.

    `common` and `organizations` mean this tenant.
    """
    if tenant == "consumers":
        raise Refused(90133)
    if cloud is not directory.login_cloud:
        raise Refused(90002, tenant=tenant)
    _known(directory, tenant, client_id)


def user_application(directory: Directory, asked: TokenRequest) -> SimApp:
    """The application that asks for a user's tokens. Raises Refused."""
    check_user_application(directory, asked.cloud, asked.tenant, asked.client_id)
    return _ready(_known(directory, asked.tenant, asked.client_id), asked.tenant, asked.client_id)


def own_application(directory: Directory, asked: TokenRequest) -> SimApp:
    """The application that asks for itself, which needs a tenant by name. Raises Refused."""
    tenant, client_id = asked.tenant, asked.client_id
    app = _known(directory, tenant, client_id)
    if tenant in SHARED_NAMES:
        number = 50194 if not app.multi_tenant else 50059 if tenant == "organizations" else 9001023
        raise Refused(number, client=client_id, name=app.name, tenant=tenant)
    return _ready(app, tenant, client_id)


def proof_of(directory: Directory, app: SimApp, asked: TokenRequest, now: datetime) -> str:
    """How the application proved who it is, as `appidacr` has it; `0` if it did not try. Raises Refused for a bad proof."""
    if asked.form.get("client_assertion"):
        check_assertion(app, directory, asked.client_id, asked.form, now)
        return "2"
    if not asked.secret:
        return "0"
    if not hmac.compare_digest(asked.secret.encode(), app.secret.encode()):
        raise Refused(7000215, client=asked.client_id)
    if app.secret_expired:
        raise Refused(7000222, client=asked.client_id)
    return "1"


def resource_named(directory: Directory, name: str, tenant: str) -> Resource:
    """The API of that identifier URI or application ID. Raises Refused if the tenant has no such."""
    resource = find_resource(name)
    if resource is None or resource.key not in directory.resources:
        raise Refused(500011, resource=name, tenant=tenant)
    return resource


def _known(directory: Directory, tenant: str, client_id: str) -> SimApp:
    app = directory.apps.get(client_id.lower())
    if app is None:
        raise Refused(700016, client=client_id, tenant=tenant)
    return app


def _ready(app: SimApp, tenant: str, client_id: str) -> SimApp:
    names = {"client": client_id, "name": app.name, "tenant": tenant}
    if app.refuse_with is not None:
        raise Refused(app.refuse_with, **names)
    if app.disabled:
        raise Refused(7000112, **names)
    return app


def _client(request: httpx.Request, form: dict[str, str]) -> tuple[str, str]:
    """Client ID and secret, from the form or from a Basic header; both are allowed."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Refused(9002313) from error
    return unquote(name), unquote(secret)
