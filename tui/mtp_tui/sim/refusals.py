"""How Entra says no: AADSTS numbers with their HTTP status, OAuth error word and sentence.

Sources: Microsoft Learn, "Microsoft Entra authentication and authorization error codes"; sentences after those that
public troubleshooting guides and test data show. A status marked "?" there is a guess here: credential faults 401,
everything else 400. The sentences are not to be relied upon; Microsoft says so too.
"""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import httpx

from mtp_tui.sim.payload import json_bytes


@dataclass(frozen=True, slots=True)
class Aadsts:
    """One numbered refusal."""

    status: int
    error: str
    text: str
    """Names in braces are filled in when they are known."""


AADSTS: dict[int, Aadsts] = {
    50001: Aadsts(400, "invalid_resource", "The resource principal named {resource} was not found in the tenant named {tenant}."),
    50049: Aadsts(400, "invalid_instance", "Unknown or invalid instance."),
    50059: Aadsts(400, "invalid_request", "No tenant-identifying information found in either the request or implied by any provided credentials."),
    50194: Aadsts(
        400, "invalid_request",
        "Application '{client}'({name}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported "
        "for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
    ),
    50196: Aadsts(400, "invalid_grant", "The server terminated an operation because it encountered a client request loop. Please contact your app vendor."),
    501051: Aadsts(400, "invalid_grant", "Application '{client}'({name}) is not assigned to a role for the application '{resource}'."),
    500011: Aadsts(
        400, "invalid_resource",
        "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been "
        "installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.",
    ),
    500014: Aadsts(400, "invalid_resource", "The service principal for resource '{resource}' is disabled."),
    53003: Aadsts(400, "invalid_grant", "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."),
    5000224: Aadsts(400, "invalid_request", "We are sorry, this resource is not available."),
    650052: Aadsts(400, "invalid_client", "The app is trying to access a service '{resource}' that your organization lacks a service principal for."),
    70003: Aadsts(400, "unsupported_grant_type", "The app requested an unsupported grant type '{value}'."),
    70011: Aadsts(400, "invalid_scope", "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {value} is not valid."),
    700016: Aadsts(
        400, "unauthorized_client",
        "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by "
        "the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
    ),
    700022: Aadsts(400, "invalid_request", "The provided value for the input parameter 'scope' is not valid because it contains more than one resource."),
    700024: Aadsts(401, "invalid_client", "Client assertion is not within its valid time range."),
    700027: Aadsts(401, "invalid_client", "Client assertion failed signature validation. The certificate used to sign it is not registered on application."),
    7000112: Aadsts(400, "unauthorized_client", "Application '{client}'({name}) is disabled."),
    7000215: Aadsts(
        401, "invalid_client",
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, "
        "for a secret added to app '{client}'.",
    ),
    7000216: Aadsts(401, "invalid_client", "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."),
    7000218: Aadsts(401, "invalid_client", "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
    7000222: Aadsts(401, "invalid_client", "The provided client secret keys for app '{client}' are expired. Visit the portal to create new keys for your app."),
    7000229: Aadsts(401, "invalid_client", "The client application {client} is missing service principal in the tenant {tenant}."),
    90002: Aadsts(400, "invalid_request", "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."),
    900023: Aadsts(400, "invalid_request", "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."),
    900144: Aadsts(400, "invalid_request", "The request body must contain the following parameter: '{value}'."),
    900561: Aadsts(400, "invalid_request", "The endpoint only accepts POST requests. Received a {value} request."),
    9001023: Aadsts(400, "invalid_request", "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint."),
    9002313: Aadsts(400, "invalid_request", "Invalid request. Request is malformed or invalid."),
    901002: Aadsts(400, "invalid_request", "The 'resource' request parameter isn't supported."),
    90033: Aadsts(503, "temporarily_unavailable", "A transient error has occurred. Please try again."),
    90055: Aadsts(429, "temporarily_unavailable", "The tenant is throttled: too many requests were sent. Please try again later."),
    1002012: Aadsts(
        400, "invalid_scope",
        "The provided value for scope {value} is not valid. Client credential flows must have a scope value with /.default suffixed to the "
        "resource identifier (application ID URI).",
    ),
}  # fmt: skip

_UNKNOWN = Aadsts(400, "invalid_request", "The request was refused.")
RETRY_AFTER_S = 17
"""What a throttled token request is told to wait."""


class Refused(Exception):
    """Raised while a request is answered; becomes Entra's error body."""

    def __init__(self, number: int, *, error: str = "", **names: str) -> None:
        super().__init__(number)
        self.number = number
        self.error = error
        self.names = names


def refusal_response(
    refused: Refused, now: datetime, dice: random.Random, *, correlation_id: str = "", line_break: str = "\r\n"
) -> httpx.Response:
    """Entra's error body, as in Microsoft Learn, "Handling error codes in your application"."""
    entry = AADSTS.get(refused.number, _UNKNOWN)
    trace_id = str(UUID(int=dice.getrandbits(128)))
    correlation_id = correlation_id or str(UUID(int=dice.getrandbits(128)))
    timestamp = f"{now:%Y-%m-%d %H:%M:%S}Z"
    sentence = f"AADSTS{refused.number}: {entry.text.format_map(defaultdict(lambda: '?', refused.names))}"
    body: dict[str, object] = {
        "error": refused.error or entry.error,
        "error_description": line_break.join(
            [sentence, f"Trace ID: {trace_id}", f"Correlation ID: {correlation_id}", f"Timestamp: {timestamp}"]
        ),
        "error_codes": [refused.number],
        "timestamp": timestamp,
        "trace_id": trace_id,
        "correlation_id": correlation_id,
        "error_uri": f"https://login.microsoftonline.com/error?code={refused.number}",
    }
    if refused.number == 53003:
        body["suberror"] = "message_only"
        body["claims"] = (
            '{"access_token":{"capolids":{"essential":true,"values":["00000000-0000-4000-8000-0000000ca001"]}}}'
        )
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "x-ms-request-id": trace_id,
        "Cache-Control": "no-store, no-cache",
    }
    if entry.status in (429, 503):
        headers["Retry-After"] = str(RETRY_AFTER_S)
    return httpx.Response(entry.status, headers=headers, content=json_bytes(body))
