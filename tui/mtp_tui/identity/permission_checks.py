"""May the token do what is needed, and no more? One check per function."""

from mtp_tui.identity.claims import one_line
from mtp_tui.identity.findings import Case, Check, Finding
from mtp_tui.identity.permissions import (
    CALLS,
    MTP,
    TokenKind,
    find_permission,
    granted_as,
    kind_of,
    permissions_in,
    resource_of,
)
from mtp_tui.moments import from_epoch, utc_text

_ROLES_AS_TEXT = "roles is a plain text where Entra sends a list, so the API may not see the permission."


def check_permission(case: Case) -> Finding:
    """At least one permission that opens the calls which this program needs."""
    api, kind, held = resource_of(case.payload.get("aud")), kind_of(case.payload), permissions_in(case.payload)
    wanted = next(call for call in CALLS if call.is_needed).permissions(kind)
    check = Check("permission", "Permission", " or ".join(wanted), one_line(list(held)) if held else "none")
    fix = how_to_grant(case, wanted[0], kind)
    if not held:
        where = "no roles" if kind is TokenKind.APPLICATION else "neither roles nor scp"
        return check.failed(
            f"There are no permissions in this token ({where}): admin consent is missing. The API will answer 403 Forbidden.",
            fix=fix,
            in_short="Will be refused: no permissions in this token — admin consent is missing",
        )
    if api is not MTP:
        return check.failed(
            f"Its permissions are those of {api.name if api else 'another API'}; none of them is {MTP.name}'s.", fix=fix
        )
    opening = next((value for value in wanted if value in held), "")
    if not opening:
        return check.failed(
            f"{wanted[0]} is missing: the API will answer 403 Forbidden to every request for incidents.",
            fix=fix,
            in_short=f"Will be refused: {wanted[0]} is missing from this token",
        )
    doubt = doubt_about_shape(case)
    if doubt:
        return check.warned(doubt, fix="Sign in for a fresh token.")
    limit = ", as far as the user's own Defender role allows" if kind is TokenKind.USER else ""
    return check.passed(f"May list and open incidents ({opening}){limit}.")


def check_least_privilege(case: Case) -> Finding:
    """Nothing in the token changes anything: this program only reads."""
    api = resource_of(case.payload.get("aud"))
    kind = granted_as(kind_of(case.payload))
    known = [
        permission
        for value in permissions_in(case.payload)
        if api and (permission := find_permission(api, kind, value))
    ]
    changing = [permission for permission in known if permission.access != "read"]
    names = ", ".join(permission.value for permission in changing)
    check = Check("least-privilege", "Least privilege", "read only", names)
    if not changing:
        return check.passed("No permission that is known here changes anything.")
    reach = "; ".join(permission.unlocks for permission in changing[:3]) + ("; …" if len(changing) > 3 else "")
    enough = next(
        (
            reader
            for permission in changing
            if (reader := permission.value.replace("ReadWrite", "Read", 1)).startswith("Incident.Read")
        ),
        "",
    )
    instead = f"; {enough} is enough to read incidents" if enough else ""
    return check.warned(
        f"Whoever holds this token can do more than read: {reach}.",
        fix=f"If nothing else needs it, take {names} away from the application{instead}.",
    )


def doubt_about_shape(case: Case) -> str:
    """What makes a held permission doubtful, as a sentence; empty for a token as Entra makes them."""
    is_text = kind_of(case.payload) is not TokenKind.USER and isinstance(case.payload.get("roles"), str)
    return _ROLES_AS_TEXT if is_text else ""


def how_to_grant(case: Case, permission: str, kind: TokenKind) -> str:
    """The way through the portal to a permission in the next token; this token does not change."""
    section = "Delegated permissions" if kind is TokenKind.USER else "Application permissions"
    expires_at = from_epoch(case.payload.get("exp"))
    until = utc_text(expires_at) if expires_at else "it expires"
    return (
        f"API permissions > Add a permission > APIs my organization uses > {MTP.name} > {section} > {permission}. "
        f"Then have an administrator consent at {case.consent_link} and get a new token: "
        f"this one keeps its permissions until {until}."
    )
