"""Microsoft Entra ID as a client meets it: which address leads where, and how its answers look.

What is published lives in metadata.py; tokens for applications in app_flow.py; sign-in of users, at the v2 addresses
only, in device_flow.py, code_flow.py and user_grants.py.
"""

import random

import httpx

from mtp_tui.clock import Clock
from mtp_tui.sim.app_flow import AppFlow
from mtp_tui.sim.clouds import LOGIN_HOSTS, LoginCloud, cloud_at
from mtp_tui.sim.code_flow import CodeFlow, Decision
from mtp_tui.sim.device_flow import DeviceCode, DeviceFlow
from mtp_tui.sim.directory import Directory
from mtp_tui.sim.metadata import ANY_TENANT, configuration, instance
from mtp_tui.sim.payload import JsonObject, json_bytes
from mtp_tui.sim.refusals import Refused, refusal_body, refusal_response
from mtp_tui.sim.token_requests import TokenRequest, read_token_request, tid_of
from mtp_tui.sim.user_grants import UserGrants

__all__ = ["LOGIN_HOSTS", "Entra"]

DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Entra:
    """The sign-in service of one simulated tenant."""

    def __init__(self, directory: Directory, now: Clock, dice: random.Random) -> None:
        self._directory = directory
        self._now = now
        self._dice = dice
        self._app_flow = AppFlow(directory, now, dice)
        self._grants = UserGrants(directory, now, dice)
        self._device_flow = DeviceFlow(directory, self._grants, now, dice)
        self._code_flow = CodeFlow(directory, self._grants, now, dice)
        self.line_break = "\r\n"
        """Between the parts of `error_description`; newer answers have a blank instead, both are seen."""

    @property
    def device_codes(self) -> list[DeviceCode]:
        """Every device code that was handed out, the newest last; a test approves or declines them."""
        return self._device_flow.codes

    @property
    def next_authorization(self) -> Decision:
        """What the user does with the sign-in page of the browser, from now on."""
        return self._code_flow.next_authorization

    @next_authorization.setter
    def next_authorization(self, decision: Decision) -> None:
        self._code_flow.next_authorization = decision

    @property
    def browser_user(self) -> str:
        """The user principal name of whoever is signed in to the browser."""
        return self._code_flow.user

    @browser_user.setter
    def browser_user(self, upn: str) -> None:
        self._code_flow.user = upn

    def revoke_refresh_tokens(self) -> None:
        """As after a change of the password: what was issued so far is worth nothing."""
        self._grants.revoke_refresh_tokens()

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Whatever Entra answers to this; errors are answers too."""
        try:
            return self._route(request)
        except Refused as refused:
            return refusal_response(refused, self._refusal(refused, request))

    def _refusal(self, refused: Refused, request: httpx.Request) -> JsonObject:
        cloud = cloud_at(request.url.host) or self._directory.login_cloud
        return refusal_body(
            refused,
            self._now(),
            self._dice,
            correlation_id=request.headers.get("client-request-id", ""),
            line_break=self.line_break,
            login_host=cloud.hosts[0],
        )

    def _route(self, request: httpx.Request) -> httpx.Response:
        tenant, *rest = [part for part in request.url.path.split("/") if part] or [""]
        cloud = cloud_at(request.url.host) or self._directory.login_cloud
        match rest:
            case ["oauth2", "token"]:
                return _json(self._token(read_token_request(request, cloud, tenant, "1")))
            case ["oauth2", "v2.0", "token"]:
                return _json(self._token(read_token_request(request, cloud, tenant, "2")))
            case ["oauth2", "v2.0", "devicecode"]:
                return _json(self._device_code(read_token_request(request, cloud, tenant, "2")))
            case ["oauth2", "v2.0", "authorize"]:
                return self._code_flow.authorize(
                    request, cloud, tenant, lambda refused: self._refusal(refused, request)
                )
            case [".well-known", "openid-configuration"]:
                return _json(self._configuration(cloud, request.url.host, tenant, "1"))
            case ["v2.0", ".well-known", "openid-configuration"]:
                return _json(self._configuration(cloud, request.url.host, tenant, "2"))
            case ["discovery", "keys"]:
                return _json(self._keys(cloud, tenant))
            case ["discovery", "v2.0", "keys"]:
                return _json(self._keys(cloud, tenant, issuer=cloud.issuer("2.0", ANY_TENANT)))
            case ["discovery", "instance"]:
                return _json(instance(request.url.params.get("authorization_endpoint", "")))
        return httpx.Response(
            404,
            headers={"Content-Type": "text/html"},
            content=b"<html><body>404 - File or directory not found.</body></html>",
        )

    def _configuration(self, cloud: LoginCloud, host: str, tenant: str, version: str) -> JsonObject:
        tid = tid_of(self._directory, cloud, tenant, error="invalid_tenant")
        return configuration(cloud, host, tenant, tid, version=version, region=self._directory.region)

    def _keys(self, cloud: LoginCloud, tenant: str, *, issuer: str = "") -> JsonObject:
        tid_of(self._directory, cloud, tenant, error="invalid_tenant")
        return self._directory.keys.document(issuer=issuer, is_at_home=cloud is self._directory.login_cloud)

    def _device_code(self, asked: TokenRequest) -> JsonObject:
        tid_of(self._directory, asked.cloud, asked.tenant)
        return self._device_flow.begin(asked)

    def _token(self, asked: TokenRequest) -> JsonObject:
        tid_of(self._directory, asked.cloud, asked.tenant)
        grant = asked.needs("grant_type")
        if not asked.client_id:
            raise Refused(900144, value="client_id")
        match grant, asked.version:
            case "client_credentials", _:
                return self._app_flow.redeem(asked)
            case "authorization_code", "2":
                return self._code_flow.redeem(asked)
            case "refresh_token", "2":
                return self._grants.redeem(asked)
            case _ if grant == DEVICE_CODE_GRANT and asked.version == "2":
                return self._device_flow.redeem(asked)
        raise Refused(70003, value=grant)


def _json(body: JsonObject) -> httpx.Response:
    return httpx.Response(
        200,
        headers={"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store, no-cache"},
        content=json_bytes(body),
    )
