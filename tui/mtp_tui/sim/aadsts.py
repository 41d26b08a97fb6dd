"""The table of AADSTS numbers: HTTP status, OAuth error word, sentence.

Sources: Microsoft Learn, "Microsoft Entra authentication and authorization error codes"; sentences after those that
public troubleshooting guides and test data show, and modelled on them where none was seen. Where no source gives a
status or a word, they are guesses: credential faults 401 `invalid_client`, everything else 400. The sentences are not to
be relied upon; Microsoft says so too.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Aadsts:
    """One refusal."""

    status: int
    error: str
    text: str
    """Names in braces are filled in when they are known."""
    suberror: str = ""
    has_claims: bool = False
    """Whether `claims` asks for what a policy wants (Conditional Access)."""


_CREDENTIALS: dict[int, Aadsts] = {
    50012: Aadsts(401, "invalid_client", "Authentication failed. The client assertion could not be used."),
    50013: Aadsts(401, "invalid_client", "Assertion failed signature validation. [Reason - {reason}.]"),
    70021: Aadsts(401, "invalid_client", "No matching federated identity record found for presented assertion. Assertion Issuer: '{value}'."),
    700024: Aadsts(
        401, "invalid_client",
        "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {valid_from}, expiry time of assertion {expiry}.",
    ),
    700025: Aadsts(401, "invalid_client", "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."),
    700027: Aadsts(
        401, "invalid_client",
        "Client assertion failed signature validation. The certificate used to sign it is not registered on application. "
        "[Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}', Configured keys of app '{client}': {configured}.]",
    ),
    700030: Aadsts(401, "invalid_client", "Invalid certificate - subject name in certificate is not authorized. SubjectNames/SubjectAlternativeNames (up to 10) in token certificate are: {value}."),
    700211: Aadsts(401, "invalid_client", "No matching federated identity record found for presented assertion issuer '{value}'."),
    700212: Aadsts(401, "invalid_client", "No matching federated identity record found for presented assertion audience '{value}'."),
    700213: Aadsts(401, "invalid_client", "No matching federated identity record found for presented assertion subject '{value}'."),
    1000502: Aadsts(401, "invalid_client", "The provided certificate is not within its specified validity period."),
    7000214: Aadsts(401, "invalid_client", "Certificate has been revoked."),
    7000215: Aadsts(
        401, "invalid_client",
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, "
        "for a secret added to app '{client}'.",
    ),
    7000216: Aadsts(401, "invalid_client", "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."),
    7000218: Aadsts(401, "invalid_client", "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
    7000222: Aadsts(401, "invalid_client", "The provided client secret keys for app '{client}' are expired. Visit the portal to create new keys for your app."),
    7000274: Aadsts(401, "invalid_client", "The signature of the client assertion is not valid for the certificate with thumbprint '{thumbprint}'."),
    7000277: Aadsts(401, "invalid_client", "The certificate that signed the client assertion, or one of its issuers, has been revoked."),
}  # fmt: skip

_TENANT_AND_APPLICATION: dict[int, Aadsts] = {
    50011: Aadsts(400, "invalid_request", "The redirect URI '{value}' specified in the request does not match the redirect URIs configured for the application '{client}'."),
    50020: Aadsts(400, "invalid_grant", "User account '{user}' from identity provider 'live.com' does not exist in tenant '{tenant}' and cannot access the application '{client}'({name}) in that tenant."),
    50049: Aadsts(400, "invalid_instance", "Unknown or invalid instance."),
    50059: Aadsts(400, "invalid_request", "No tenant-identifying information found in either the request or implied by any provided credentials."),
    50134: Aadsts(400, "invalid_request", "The tenant '{tenant}' is served by another datacenter; the request was made to the wrong one."),
    50194: Aadsts(
        400, "invalid_request",
        "Application '{client}'({name}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported "
        "for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
    ),
    700016: Aadsts(
        400, "unauthorized_client",
        "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by "
        "the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
    ),
    7000112: Aadsts(400, "unauthorized_client", "Application '{client}'({name}) is disabled."),
    7000229: Aadsts(401, "invalid_client", "The client application {client} is missing service principal in the tenant {tenant}."),
    90002: Aadsts(400, "invalid_request", "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."),
    900023: Aadsts(400, "invalid_request", "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."),
    90038: Aadsts(400, "invalid_request", "Tenant '{tenant}' request is being redirected to the national cloud."),
    900382: Aadsts(400, "invalid_request", "Confidential client is not supported in a cross-cloud request."),
    900432: Aadsts(400, "invalid_request", "Confidential client is not supported in a cross-cloud request; tenant '{tenant}' belongs to another cloud."),
    90072: Aadsts(400, "invalid_grant", "User account '{user}' does not exist in tenant '{tenant}' and cannot access the application '{client}'({name}). The account needs to be added as an external user in the tenant first."),
    9001023: Aadsts(400, "invalid_request", "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint."),
}  # fmt: skip

_RESOURCE_AND_SCOPE: dict[int, Aadsts] = {
    28002: Aadsts(400, "invalid_scope", "Provided value for the input parameter scope '{value}' is not valid when requesting an access token."),
    28003: Aadsts(400, "invalid_scope", "Provided value for the input parameter scope can't be empty when requesting an access token using the provided authorization code."),
    50001: Aadsts(400, "invalid_resource", "The resource principal named {resource} was not found in the tenant named {tenant}."),
    500011: Aadsts(
        400, "invalid_resource",
        "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been "
        "installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.",
    ),
    500014: Aadsts(400, "invalid_resource", "The service principal for resource '{resource}' is disabled."),
    650052: Aadsts(400, "invalid_client", "The app is trying to access a service '{resource}' that your organization lacks a service principal for."),
    650057: Aadsts(
        400, "invalid_resource",
        "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's "
        "application registration. Client app ID: {client}({name}). Resource value from request: {resource}.",
    ),
    70003: Aadsts(400, "unsupported_grant_type", "The app requested an unsupported grant type '{value}'."),
    70011: Aadsts(400, "invalid_scope", "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {value} is not valid."),
    700022: Aadsts(400, "invalid_request", "The provided value for the input parameter 'scope' is not valid because it contains more than one resource."),
    90014: Aadsts(400, "invalid_request", "The required field '{value}' is missing from the credential."),
    900144: Aadsts(400, "invalid_request", "The request body must contain the following parameter: '{value}'."),
    900561: Aadsts(400, "invalid_request", "The endpoint only accepts POST requests. Received a {value} request."),
    9002313: Aadsts(400, "invalid_request", "Invalid request. Request is malformed or invalid."),
    901002: Aadsts(400, "invalid_request", "The 'resource' request parameter isn't supported."),
    1002012: Aadsts(
        400, "invalid_scope",
        "The provided value for scope {value} is not valid. Client credential flows must have a scope value with /.default suffixed to the "
        "resource identifier (application ID URI).",
    ),
}  # fmt: skip

_CONSENT_AND_POLICY: dict[int, Aadsts] = {
    50034: Aadsts(400, "invalid_grant", "The user account {user} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory."),
    50053: Aadsts(400, "invalid_grant", "The account is locked, you've tried to sign in too many times with an incorrect user ID or password."),
    50055: Aadsts(400, "invalid_grant", "The password is expired.", "user_password_expired"),
    50057: Aadsts(400, "invalid_grant", "The user account is disabled."),
    50074: Aadsts(400, "interaction_required", "Strong Authentication is required.", "basic_action"),
    50076: Aadsts(
        400, "interaction_required",
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{resource}'.",
        "basic_action", has_claims=True,
    ),
    50078: Aadsts(400, "interaction_required", "Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access '{resource}'.", "basic_action"),
    50079: Aadsts(
        400, "interaction_required",
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '{resource}'.",
        "basic_action", has_claims=True,
    ),
    50105: Aadsts(
        400, "invalid_grant",
        "Your administrator has configured the application {name} ('{client}') to block users unless they are specifically granted ('assigned') access to the application. "
        "The signed-in user is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator.",
    ),
    501051: Aadsts(400, "invalid_grant", "Application '{client}'({name}) is not assigned to a role for the application '{resource}'."),
    50126: Aadsts(400, "invalid_grant", "Error validating credentials due to invalid username or password."),
    53000: Aadsts(400, "interaction_required", "Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant.", "message_only", has_claims=True),
    53001: Aadsts(400, "interaction_required", "Device is not in required device state: domain_joined. Conditional Access policy requires a domain joined device, and the device is not domain joined.", "message_only", has_claims=True),
    53002: Aadsts(400, "interaction_required", "Application used is not an approved application for Conditional Access.", "message_only", has_claims=True),
    53003: Aadsts(400, "invalid_grant", "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.", "message_only", has_claims=True),
    530032: Aadsts(400, "interaction_required", "Access has been blocked by security policy.", "message_only"),
    530033: Aadsts(400, "interaction_required", "Access has been blocked: this device flow is not allowed by policy.", "message_only"),
    530034: Aadsts(400, "interaction_required", "A delegated administrator was blocked from accessing the tenant due to account risk in their home tenant.", "message_only"),
    530035: Aadsts(400, "interaction_required", "Access has been blocked by security defaults.", "message_only"),
    65001: Aadsts(
        400, "invalid_grant",
        "The user or administrator has not consented to use the application with ID '{client}' named '{name}'. Send an interactive authorization request for this user and resource.",
        "consent_required",
    ),
    65004: Aadsts(400, "access_denied", "User declined to consent to access the app."),
    90093: Aadsts(400, "invalid_grant", "Graph returned with forbidden error code for the request: an administrator must consent.", "consent_required"),
    90094: Aadsts(400, "invalid_grant", "An administrator of {tenant} has set a policy that prevents you from granting {name} the permissions it is requesting.", "consent_required"),
}  # fmt: skip

_CODES_AND_SESSIONS: dict[int, Aadsts] = {
    500112: Aadsts(400, "invalid_grant", "The reply address '{value}' does not match the reply address '{expected}' provided when requesting Authorization code."),
    501481: Aadsts(400, "invalid_grant", "The Code_Verifier does not match the code_challenge supplied in the authorization request."),
    501491: Aadsts(400, "invalid_request", "Invalid method or size of Code_Challenge parameter."),
    50173: Aadsts(
        400, "invalid_grant",
        "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{value}'.",
        "bad_token",
    ),
    50196: Aadsts(400, "invalid_grant", "The server terminated an operation because it encountered a client request loop. Please contact your app vendor."),
    50199: Aadsts(400, "interaction_required", "For security reasons, user confirmation is required for this request. Please repeat the request allowing user interaction."),
    54005: Aadsts(400, "invalid_grant", "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."),
    70000: Aadsts(400, "invalid_grant", "Provided grant is invalid or malformed."),
    70008: Aadsts(400, "invalid_grant", "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource."),
    70016: Aadsts(400, "authorization_pending", "OAuth 2.0 device flow error. Authorization is pending. Continue polling."),
    70018: Aadsts(400, "bad_verification_code", "Invalid verification code: the device code is not known, or it was already used."),
    70019: Aadsts(400, "bad_verification_code", "Verification code expired. Have the user retry the sign-in."),
    70020: Aadsts(400, "expired_token", "The provided value for the input parameter 'device_code' is not valid. This device code has expired."),
    70043: Aadsts(400, "invalid_grant", "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.", "bad_token"),
    700003: Aadsts(400, "unsupported_response_type", "The response type '{value}' is not supported."),
    700082: Aadsts(400, "invalid_grant", "The refresh token has expired due to inactivity. The token was issued on {value} and was inactive for 90.00:00:00.", "bad_token"),
    700084: Aadsts(400, "invalid_grant", "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime, which can't be extended.", "bad_token"),
    90120: Aadsts(400, "bad_verification_code", "The device code has already been authorized or declined."),
    90133: Aadsts(400, "invalid_request", "Device Code flow is not supported under the /consumers endpoint. Use /common or a tenant-specific endpoint."),
}  # fmt: skip

_SERVICE: dict[int, Aadsts] = {
    100007: Aadsts(400, "invalid_request", "Regional endpoints are only supported for managed identities and for Microsoft's own applications."),
    5000224: Aadsts(400, "invalid_request", "We are sorry, this resource is not available."),
    7000114: Aadsts(400, "unauthorized_client", "Application '{client}' is not allowed to make application on-behalf-of calls."),
    90006: Aadsts(503, "service_unavailable", "The service is temporarily unavailable. Retry the request."),
    90012: Aadsts(504, "service_unavailable", "The request has timed out."),
    90024: Aadsts(503, "temporarily_unavailable", "A transient error has occurred: the request budget was exceeded. Please try again."),
    90033: Aadsts(503, "temporarily_unavailable", "A transient error has occurred. Please try again."),
    90055: Aadsts(429, "temporarily_unavailable", "The tenant is throttled: too many requests were sent. Please try again later."),
}  # fmt: skip

AADSTS = {
    **_CREDENTIALS,
    **_TENANT_AND_APPLICATION,
    **_RESOURCE_AND_SCOPE,
    **_CONSENT_AND_POLICY,
    **_CODES_AND_SESSIONS,
    **_SERVICE,
}
"""Refusals by number."""

UNNUMBERED = {
    "slow_down": Aadsts(400, "slow_down", "The client polls too often. Wait longer between the requests."),
    "authorization_declined": Aadsts(400, "authorization_declined", "The end user denied the authorization request."),
}
"""Refusals that have a word only (RFC 8628, section 3.5; for Entra *unconfirmed*)."""

UNKNOWN = Aadsts(400, "invalid_request", "The request was refused.")
"""What stands behind a number that is not in the table."""
