"""What Entra's AADSTS numbers mean for someone who signs in to the Defender API: what happened, and what to do now.

Both sentences may name `{tenant}`, `{client_id}`, `{resource}`, `{login_host}` and `{consent_link}`. Sources: Microsoft
Learn, "Microsoft Entra authentication and authorization error codes", and the texts that Microsoft's own sign-in
libraries react to.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """One row of the table."""

    happened: str
    to_do: str


def _rows(*rows: tuple[tuple[int, ...], str, str]) -> dict[int, Explanation]:
    return {number: Explanation(happened, to_do) for numbers, happened, to_do in rows for number in numbers}


_CREDENTIALS = _rows(
    (
        (7000215,),
        "The client secret is wrong.",
        "Copy the column Value under Certificates & secrets, not the GUID in the column Secret ID. A secret made moments ago may take some minutes to work.",
    ),
    (
        (7000222,),
        "The client secret has expired.",
        "Make a new secret for application {client_id} under Certificates & secrets, and copy its Value.",
    ),
    (
        (7000218,),
        "Entra got no client secret and no certificate.",
        "Fill in the client secret; for a device code sign-in, set Authentication > Allow public client flows to Yes.",
    ),
    ((7000216,), "Entra got no client secret and no certificate.", "Fill in the client secret."),
    (
        (700025,),
        "Application {client_id} is a public client, which must not send a secret.",
        "Set Authentication > Allow public client flows to No, or sign in as a user instead.",
    ),
    (
        (700027,),
        "The certificate is not registered on application {client_id}.",
        "Upload its public part under Certificates & secrets > Certificates. Right after an upload, wait ten seconds and try again.",
    ),
    (
        (700024,),
        "The signed proof of the application lies outside its time window.",
        "Set this machine's clock right, then try again.",
    ),
    ((7000214, 7000277), "The certificate has been revoked.", "Register a new certificate on application {client_id}."),
    (
        (1000502,),
        "The certificate has expired or is not valid yet.",
        "Register a renewed certificate on application {client_id}.",
    ),
    (
        (7000274,),
        "The application's proof is signed with another key than the certificate's.",
        "Use the private key that belongs to the registered certificate.",
    ),
    (
        (50012, 50013, 700030),
        "The application's signed proof was not accepted.",
        "Check that certificate and private key belong together and are registered on application {client_id}.",
    ),
    (
        (70021, 700211, 700212, 700213),
        "No federated credential of application {client_id} matches.",
        "Compare issuer, subject and audience under Certificates & secrets > Federated credentials with the token that was sent.",
    ),
)

_TENANT_AND_APPLICATION = _rows(
    (
        (90002,),
        "There is no tenant “{tenant}” at {login_host}.",
        "Check the Directory (tenant) ID for typos and the cloud; application ID and tenant ID are easily swapped.",
    ),
    (
        (900023,),
        "“{tenant}” is neither a tenant ID nor a domain.",
        "Use the Directory (tenant) ID from the app's Overview page, or a domain such as contoso.com.",
    ),
    (
        (700016,),
        "Application {client_id} is not known in tenant {tenant}.",
        "Compare both IDs with the app's Overview page: they are easily swapped, and Object ID is not it. In a customer's tenant, an administrator must consent first: {consent_link}",
    ),
    (
        (7000229,),
        "Application {client_id} has no entry under Enterprise applications in tenant {tenant}.",
        "Have an administrator consent: {consent_link}, or run: az ad sp create --id {client_id}",
    ),
    (
        (7000112,),
        "Application {client_id} is disabled in tenant {tenant}.",
        "Under Enterprise applications > the app > Properties, set “Enabled for users to sign-in?” to Yes.",
    ),
    (
        (50194, 9001023, 50059),
        "An application cannot sign in without naming its tenant.",
        "Give the Directory (tenant) ID or a domain of the tenant, not “common” or “organizations”.",
    ),
    (
        (50020, 90072),
        "This account belongs to another tenant than {tenant}.",
        "Sign in with an account of tenant {tenant}, or have it invited as a guest.",
    ),
    (
        (50049,),
        "{login_host} does not know the sign-in host that was asked for.",
        "Choose the cloud that the tenant belongs to.",
    ),
    (
        (90038, 900382, 900432, 50134),
        "Tenant {tenant} belongs to another cloud than {login_host}.",
        "Choose the tenant's own cloud; the application must be registered there too.",
    ),
)

_RESOURCE_AND_SCOPE = _rows(
    (
        (500011,),
        "Tenant {tenant} does not know the API {resource}.",
        "Check the cloud. If Defender was never used here, open its portal once with a licensed account; that registers “Microsoft Threat Protection”.",
    ),
    (
        (50001,),
        "Tenant {tenant} does not know the API {resource}.",
        "Check the cloud and the scope; if Defender was never used here, open its portal once with a licensed account.",
    ),
    (
        (500014,),
        "The API {resource} is disabled in tenant {tenant}.",
        "An administrator must enable “Microsoft Threat Protection” under Enterprise applications.",
    ),
    (
        (650052,),
        "Tenant {tenant} has no subscription for the API {resource}.",
        "It needs a licence with Defender XDR; then open the Defender portal once, so that “Microsoft Threat Protection” gets registered.",
    ),
    (
        (650057,),
        "Application {client_id} does not list the API {resource}.",
        "Add “Microsoft Threat Protection” > Incident.Read.All under API permissions, then grant admin consent.",
    ),
    (
        (70011, 1002012),
        "The scope is not one that Entra accepts here.",
        "Ask for {resource}/.default, and for nothing else.",
    ),
    ((700022, 28002, 28003), "One request asked for several APIs.", "Ask for one API at a time: {resource}/.default"),
    (
        (901002,),
        "The request named its API in the old way.",
        "Use scope={resource}/.default in place of resource=… at the v2.0 address.",
    ),
    (
        (900144, 9002313, 90014),
        "Entra found the request incomplete or malformed.",
        "Check the fields for stray characters and try again; if it repeats, this is a fault of this program.",
    ),
)

_CONSENT_AND_POLICY = _rows(
    (
        (65001,),
        "Nobody has consented to what application {client_id} asks for.",
        "Have an administrator of {tenant} consent: {consent_link}",
    ),
    ((65004,), "Consent was declined.", "Try again and accept, or have an administrator consent: {consent_link}"),
    (
        (90094, 90093),
        "Only an administrator may consent to this.",
        "Send this link to an administrator of {tenant}: {consent_link}",
    ),
    (
        (501051,),
        "Application {client_id} is not assigned to the API, and the API requires it.",
        "An administrator must assign it under Enterprise applications > Microsoft Threat Protection > Users and groups.",
    ),
    (
        (50105,),
        "The user is not assigned to application {client_id}, and the application requires it.",
        "An administrator must assign the user under Enterprise applications > the app > Users and groups.",
    ),
    (
        (53003,),
        "A Conditional Access policy blocked this sign-in.",
        "Give trace ID and time to the identity team of {tenant}; for applications such policies go by network address and risk.",
    ),
    (
        (53000, 53001, 53002, 530032, 530033, 530034, 530035),
        "A policy of tenant {tenant} does not accept this device or application.",
        "Sign in from a device that meets the policy, or give trace ID and time to the identity team.",
    ),
    (
        (50076, 50079, 50074, 50078),
        "This sign-in needs multi-factor authentication.",
        "Sign in again, and confirm in the browser.",
    ),
    ((50126,), "User name or password is wrong.", "Sign in again with the right password."),
    (
        (50053,),
        "The account is locked after too many attempts, or the address is blocked.",
        "Wait some minutes, or ask an administrator of {tenant}.",
    ),
    (
        (50055,),
        "The user's password has expired.",
        "Change the password at the account page of the company, then sign in again.",
    ),
    ((50057,), "The user's account is disabled.", "Ask an administrator of {tenant}, or use another account."),
    ((50034,), "There is no such user in tenant {tenant}.", "Check the user name and the tenant."),
)

_DEVICE_CODE = _rows(
    (
        (70016,),
        "The sign-in in the browser is not finished yet.",
        "Open the address that was shown, enter the code and confirm.",
    ),
    ((70018,), "The code is not valid.", "Start again and enter the new code."),
    ((70019, 70020), "The code has run out.", "Start again and enter the new code within 15 minutes."),
    ((90120,), "The code has already been used.", "Start again and enter the new code."),
    (
        (90133,),
        "A device code cannot be used with this tenant's address.",
        "Give the Directory (tenant) ID in place of “common” or “consumers”.",
    ),
    (
        (50199,),
        "Entra wants a confirmation in the browser.",
        "Go on in the browser, and confirm that you meant to sign in.",
    ),
)

_SESSION_AND_SERVICE = _rows(
    ((700082, 700084, 70008, 70043, 50173), "The earlier sign-in has expired or was revoked.", "Sign in again."),
    ((50196,), "Entra saw the same request too often and stopped it.", "Wait some minutes before the next sign-in."),
    ((90055,), "Entra is limiting sign-ins to tenant {tenant}.", "Wait a minute, then try again."),
    ((90033, 90024, 90012, 90006), "Entra has a passing fault of its own.", "Try again in a minute."),
    (
        (5000224,),
        "Tenant {tenant} has been deleted or blocked.",
        "Check the tenant; its administrators have to clear this with Microsoft.",
    ),
    (
        (100007,),
        "A regional sign-in address was used, which is for Microsoft's own applications only.",
        "Unset the variable MSAL_FORCE_REGION and sign in again.",
    ),
    (
        (7000114,),
        "Application {client_id} may not call on behalf of others.",
        "Sign in as the application itself, or as the user directly.",
    ),
)

BY_NUMBER = {
    **_CREDENTIALS,
    **_TENANT_AND_APPLICATION,
    **_RESOURCE_AND_SCOPE,
    **_CONSENT_AND_POLICY,
    **_DEVICE_CODE,
    **_SESSION_AND_SERVICE,
}
"""Explanations by AADSTS number."""

BY_WORD = {
    "authorization_pending": BY_NUMBER[70016],
    "slow_down": Explanation(
        "Entra was asked too often whether the sign-in is finished.", "Wait ten seconds, then go on."
    ),
    "authorization_declined": Explanation(
        "The sign-in was declined in the browser.", "Start again, and confirm in the browser."
    ),
    "expired_token": BY_NUMBER[70020],
    "bad_verification_code": BY_NUMBER[70018],
    "invalid_tenant": BY_NUMBER[90002],
    "invalid_resource": BY_NUMBER[50001],
    "invalid_scope": BY_NUMBER[70011],
    "consent_required": BY_NUMBER[65001],
    "temporarily_unavailable": BY_NUMBER[90033],
    "service_unavailable": BY_NUMBER[90033],
}
"""Explanations by OAuth error word, for answers without a number."""
