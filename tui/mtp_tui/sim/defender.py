"""The Microsoft Defender XDR incidents API as a client meets it: list, get, update.

Sources: Microsoft Learn, "List incidents", "Get incident", "Update incidents", "Error codes" (bodies); response headers
and the context of a PATCH as captured from live tenants in 2023 and 2024. The sentences of 401 and 403 follow those of
the sister APIs; for this endpoint they are *unconfirmed*.
"""

import json
import random
import zlib
from collections.abc import Callable
from uuid import UUID

import httpx

from mtp_tui.clock import Clock
from mtp_tui.sim.directory import Directory
from mtp_tui.sim.keys import from_b64url
from mtp_tui.sim.odata import ODataError, read_query
from mtp_tui.sim.payload import json_bytes
from mtp_tui.sim.quota import CallCounter, ThrottleStyle, throttled_response
from mtp_tui.sim.table import IncidentTable
from mtp_tui.sim.tokens import Bearer, TokenNotAccepted, bearer_of
from mtp_tui.sim.update import UpdateRefused, changes_of

_REGIONS = ("us", "eu", "uk", "au", "swa", "ina", "aea")
API_HOSTS = frozenset(
    {
        "api.security.microsoft.com",
        *(f"{region}.api.security.microsoft.com" for region in _REGIONS),
        *(f"api-{region}.security.microsoft.com" for region in ("us", "eu", "uk")),
        *(f"api-{cloud}.security.microsoft.us" for cloud in ("gcc", "gov")),
    }
)
"""The global host, its regional forms and those of US Government; all serve the same incidents and take the same token."""

_READ = ("Incident.Read.All", "Incident.ReadWrite.All")
_WRITE = ("Incident.ReadWrite.All",)
_DELEGATED = {"Incident.Read.All": "Incident.Read", "Incident.ReadWrite.All": "Incident.ReadWrite"}


class ApiRefused(Exception):
    """Raised while a request is answered; becomes the API's error body."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class DefenderApi:
    """The incidents API of one simulated tenant. Its attributes may be set while it runs."""

    def __init__(
        self, directory: Directory, table: Callable[[], IncidentTable], now: Clock, dice: random.Random
    ) -> None:
        self._directory = directory
        self._table = table
        self._now = now
        self._dice = dice
        self.calls = CallCounter()
        self.throttle_style = ThrottleStyle.BOTH
        self.next_links = False
        """Whether a page that is not the last has `@odata.nextLink`; in truth *unconfirmed*."""
        self.null_padded = False
        """Whether entities carry every documented key with null (2020, 2021) or only those that matter (2023 on)."""
        self.deflate = ""
        """`zlib` or `raw`: the form of `Content-Encoding: deflate` for clients that accept it; both are in the wild."""
        self.is_provisioned = True
        """Whether the tenant has an active Defender workload; without one every good token gets 401."""

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Whatever the API answers to this; errors are answers too."""
        try:
            return self._packed(request, self._route(request))
        except ApiRefused as refused:
            target = str(UUID(int=self._dice.getrandbits(128)))
            body = {"error": {"code": refused.code, "message": str(refused), "target": target}}
            return httpx.Response(
                refused.status,
                headers={"Content-Type": "application/json", **refused.headers},
                content=json_bytes(body),
            )

    def _route(self, request: httpx.Request) -> httpx.Response:
        caller = self._caller(request)
        match [part for part in request.url.path.split("/") if part], request.method:
            case ["api", "incidents"], "GET":
                return self._allowed(caller, _READ) or self._list(request)
            case ["api", "incidents", incident_id], "GET":
                return self._allowed(caller, _READ) or self._get(request, incident_id)
            case ["api", "incidents", incident_id], "PATCH":
                return self._allowed(caller, _WRITE) or self._update(caller, request, incident_id)
            case ["api", "incidents", *rest], method if len(rest) <= 1:
                raise ApiRefused(405, "MethodNotAllowed", f"The method {method} is not allowed here.")
        raise ApiRefused(404, "NotFound", "No resource was found that matches the request URI.")

    def _caller(self, request: httpx.Request) -> Bearer:
        try:
            caller = bearer_of(request.headers.get("authorization", ""), self._directory, self._now())
        except TokenNotAccepted as refused:
            challenge = 'Bearer error="invalid_token"'
            raise ApiRefused(
                401, "Unauthorized", f"Access token validation failure. {refused}", WWW_Authenticate=challenge
            ) from refused
        if not self.is_provisioned:
            raise ApiRefused(401, "Unauthorized", "Unauthorized. Reason of failure: Account is not provisioned.")
        return caller

    def _allowed(self, caller: Bearer, needed: tuple[str, ...]) -> httpx.Response | None:
        """None if the caller may go on; the answer 429 if it called too often. Raises ApiRefused (403)."""
        if not caller.roles & set(needed) and not caller.scopes & {_DELEGATED[role] for role in needed}:
            held = ",".join(sorted(caller.roles))
            raise ApiRefused(
                403,
                "Forbidden",
                f"Missing application roles. API required roles: {','.join(needed)}, application roles: {held}.",
            )
        wait_s, reason = self.calls.count(caller.client_id, self._now())
        return throttled_response(self.throttle_style, wait_s, reason, self._directory.tenant_id) if wait_s else None

    def _list(self, request: httpx.Request) -> httpx.Response:
        params = request.url.params
        try:
            query = read_query(params)
        except ODataError as error:
            raise ApiRefused(400, "ODataError", str(error)) from error
        items, more = self._table().page(query.wanted, query.skip, query.top, null_padded=self.null_padded)
        host = f"https://{request.url.host}"
        link = b""
        if more and self.next_links:
            follow = request.url.copy_set_param("$skip", query.skip + query.top).copy_set_param("$top", query.top)
            link = b',"@odata.nextLink":' + json_bytes(str(follow))
        return _odata(
            b'{"@odata.context":'
            + json_bytes(f"{host}/api/$metadata#Incidents")
            + b',"value":['
            + b",".join(items)
            + b"]"
            + link
            + b"}"
        )

    def _get(self, request: httpx.Request, incident_id: str) -> httpx.Response:
        table = self._known(incident_id)
        return _odata(_with_context(request.url.host, table.json(incident_id, null_padded=self.null_padded)))

    def _update(self, caller: Bearer, request: httpx.Request, incident_id: str) -> httpx.Response:
        table = self._known(incident_id)
        try:
            body = json.loads(request.content)
            author = self._author(caller, request.headers["authorization"])
            changes = changes_of(body, table.get(incident_id) or {}, author=author, now=self._now())
        except ValueError as error:
            raise ApiRefused(400, "InvalidRequestBody", "Request body is incorrect.") from error
        except UpdateRefused as refused:
            raise ApiRefused(400, refused.code, str(refused)) from refused
        if changes:
            table.change(incident_id, **changes)
        # the context of a PATCH names the older host: captured from a live tenant in 2024
        return _odata(
            _with_context("api.securitycenter.microsoft.com", table.json(incident_id, null_padded=self.null_padded))
        )

    def _author(self, caller: Bearer, authorization: str) -> str:
        """Who is told to have changed something: a user by name, an application by its own. A guess."""
        if caller.scopes:
            claims = json.loads(from_b64url(authorization.split(".")[1]))  # verified before
            return str(claims.get("upn") or claims.get("preferred_username") or claims.get("oid"))
        app = self._directory.apps.get(caller.client_id)
        return f"API-App:{app.name if app else caller.client_id}"

    def _known(self, incident_id: str) -> IncidentTable:
        if not incident_id.isascii() or not incident_id.isdigit():
            raise ApiRefused(400, "InvalidInput", f"'{incident_id}' is not an incident ID.")
        table = self._table()
        if table.get(incident_id) is None:
            raise ApiRefused(404, "ResourceNotFound", f"Incident {incident_id} was not found.")
        return table

    def _packed(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        """The answer as deflate, if that is wanted here and accepted there."""
        if not self.deflate or "deflate" not in request.headers.get("accept-encoding", ""):
            return response
        packer = zlib.compressobj(1, wbits=-zlib.MAX_WBITS if self.deflate == "raw" else zlib.MAX_WBITS)
        packed = packer.compress(response.content) + packer.flush()
        headers = response.headers.copy()  # which replaces a name however it is written
        headers.update({"Content-Encoding": "deflate", "Vary": "Accept-Encoding", "Content-Length": str(len(packed))})
        return httpx.Response(response.status_code, headers=headers, content=packed)


def _with_context(host: str, incident: bytes) -> bytes:
    """One incident is answered bare, with a context for its first key."""
    return b'{"@odata.context":' + json_bytes(f"https://{host}/api/$metadata#Incidents/$entity") + b"," + incident[1:]


def _odata(content: bytes) -> httpx.Response:
    headers = {
        "Content-Type": "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8",
        "OData-Version": "4.0",
        "Strict-Transport-Security": "max-age=15724800; includeSubDomains",
    }
    return httpx.Response(200, headers=headers, content=content)
