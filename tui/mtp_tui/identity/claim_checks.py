"""For whom, by whom and for which API is the token? One check per function."""

from mtp_tui.identity.clouds import CLOUDS, Cloud
from mtp_tui.identity.findings import Case, Check, Finding
from mtp_tui.identity.permissions import GRAPH, MDE, MTP, TokenKind, kind_of, resource_of

_SIGN_IN = "Sign in for a fresh token."


def check_issuer(case: Case) -> Finding:
    """`iss` is what Entra's metadata names for this tenant, in the version that the token says it has."""
    if case.metadata is None:
        return Check("issuer", "Issuer", actual=case.as_sent("iss")).unchecked(f"Not checked: {case.without_keys}.")
    version, sent, issuers = case.payload.get("ver"), case.payload.get("iss"), case.metadata.issuers
    named = issuers.get(version) if isinstance(version, str) else None
    check = Check("issuer", "Issuer", named or " or ".join(issuers.values()), case.as_sent("iss"))
    if named is not None and sent == named:
        return check.passed(f"Issued by Entra for this tenant, version {version}.")
    if isinstance(sent, str) and sent in issuers.values():
        return check.warned(
            f"Issued by Entra for this tenant, but the version in the token ({case.as_sent('ver')}) does not go with this issuer."
        )
    if named is None and version in ("1.0", "2.0"):
        return check.unchecked(f"Not checked: Entra's metadata for version {version} could not be had.")
    return check.failed(
        f"Not the name under which Entra issues tokens for this tenant in the cloud {case.cloud.name}.",
        fix="Check tenant and cloud, then sign in for a fresh token.",
        in_short="Not issued by Entra for this tenant",
    )


def check_tenant(case: Case) -> Finding:
    """`tid` is the tenant that was signed in to; a domain is resolved by the tenant's metadata."""
    sent = case.payload.get("tid")
    check = Check("tenant", "Tenant", case.tenant_id or case.tenant, case.as_sent("tid"))
    if not case.tenant_id:
        why = (
            f"the domain {case.tenant} is not resolved to a tenant ID yet"
            if case.tenant
            else "no tenant was given to compare with"
        )
        return check.unchecked(f"Not checked: {why}.")
    if isinstance(sent, str) and sent.lower() == case.tenant_id:
        if not case.tenant:
            return check.passed("Belongs to the tenant that it names; no other was asked for.")
        return check.passed("Belongs to the tenant that was asked for.")
    if sent is None:
        return check.warned("The token does not say which tenant it belongs to.", fix=_SIGN_IN)
    return check.failed(
        "Belongs to another tenant than the one asked for, and would show that tenant's incidents.",
        fix="Enter that tenant to use the token, or sign in to the one you want.",
        in_short=f"Not the token that was asked for: it belongs to tenant {_brief(check.actual)}",
    )


def check_client(case: Case) -> Finding:
    """`appid` (version 1.0) or `azp` (2.0) is the application that was asked for."""
    name = "appid" if "appid" in case.payload else "azp"
    sent = case.payload.get(name)
    check = Check("client", "Application", case.client_id, case.as_sent(name))
    if not case.client_id:
        return check.unchecked("Not checked: no application ID was given to compare with.")
    if isinstance(sent, str) and sent.lower() == case.client_id.lower():
        return check.passed("Issued to the application that was asked for.")
    if sent is None:
        return check.warned("The token does not say which application it was issued to.", fix=_SIGN_IN)
    return check.failed(
        "Issued to another application, so its permissions are not those of yours.",
        fix="Enter that application ID to use the token, or sign in with your own.",
        in_short=f"Not the token that was asked for: it was issued to application {_brief(check.actual)}",
    )


def check_audience(case: Case) -> Finding:
    """`aud` is Microsoft Threat Protection; the APIs that are easily taken for it are named."""
    sent = case.payload.get("aud")
    check, api = Check("audience", "API", case.cloud.resource, case.as_sent("aud")), resource_of(sent)
    fix = f"Ask for the scope {case.cloud.scope}"
    if api is MTP:
        elsewhere = _other_cloud_of(check.actual, case.cloud)
        if elsewhere:
            return check.warned(f"For {MTP.name}, but under its name in the cloud {elsewhere.name}.", fix=f"{fix}.")
        return check.passed(f"For {MTP.name}, the API with the incidents.")
    if api is not None:
        return check.failed(
            f"For {api.name} ({api.purpose}), not for {MTP.name}. {_WHY.get(api.name, '')}".rstrip(),
            fix=f"{fix}; a token serves one API only.",
            in_short=f"Will be refused: this token is for {api.name} ({api.purpose}), not for incidents",
        )
    own_ids = {case.client_id, case.as_sent("appid"), case.as_sent("azp")}
    if isinstance(sent, str) and sent and sent.removeprefix("api://") in own_ids:
        return check.failed(
            "For the application itself, as ID tokens are; no API of Microsoft's accepts it.",
            fix=f"{fix}, and use access_token, not id_token.",
            in_short="Will be refused: this looks like an ID token, not an access token",
        )
    known = isinstance(sent, str) and sent
    return check.failed(
        f"For an API that is not known here, not for {MTP.name}."
        if known
        else "The token does not say which API it is for.",
        fix=f"{fix}.",
        in_short="Will be refused: this token is for another API, not for incidents"
        if known
        else "Will be refused: this token does not say which API it is for",
    )


def check_kind(case: Case) -> Finding:
    """Whether an application or a user speaks decides where the permissions stand."""
    check = Check("kind", "Speaks for")
    match kind_of(case.payload):
        case TokenKind.APPLICATION:
            return check.passed("An application speaks for itself; its permissions stand in roles.")
        case TokenKind.USER:
            return check.passed(
                "A user speaks through the application; the permissions stand in scp, and the user's own Defender role limits them."
            )
        case TokenKind.UNKNOWN:
            return check.warned("Nothing in the token says whether an application or a user speaks.")


def check_binding(case: Case) -> Finding | None:
    """A token with `cnf` works only together with a key; there is nothing to say about any other."""
    if "cnf" not in case.payload:
        return None
    return Check("binding", "Key binding", "absent", case.as_sent("cnf")).failed(
        "The token is bound to a key (cnf), so an ordinary Bearer call with it fails.",
        fix="Sign in for an ordinary Bearer token.",
        in_short="Will be refused: bound to a key, so it does not work as a Bearer token",
    )


_WHY = {
    MDE.name: "Many scripts ask for it, the 2020 guide's cURL and Python samples among them: it works at sign-in and fails at /api/incidents.",
    GRAPH.name: "Graph has incidents too, but at an address of its own, which is not the one called here.",
    "Microsoft Defender XDR unified RBAC": "The two addresses differ only in their end.",
}


def _other_cloud_of(audience: str, cloud: Cloud) -> Cloud | None:
    """The cloud under whose API host the token names its API, if that cloud signs in elsewhere than the asked one."""
    host = audience.lower().removeprefix("https://").rstrip("/")
    return next((other for other in CLOUDS if other.api_host == host and other.login_host != cloud.login_host), None)


def _brief(text: str) -> str:
    """Whole if it has the length of an ID; a headline is one line, and a forged ID may be longer than a screen."""
    return text if len(text) <= 40 else f"{text[:39]}…"
