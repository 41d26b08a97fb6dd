"""Can the token be read, and did Entra sign it? One check per function.

A signature that was not checked is `UNCHECKED`, never `PASS`: whoever reads the report must be able to tell the two apart.
"""

from mtp_tui.identity.findings import Case, Check, Finding
from mtp_tui.identity.permissions import GRAPH, resource_of
from mtp_tui.identity.signing_keys import SigningKey
from mtp_tui.identity.token import Shape, decode_base64url

COPY_AGAIN = "Copy the whole token again, from eyJ to its end."
SIGN_IN = "Do not use this token; sign in for a fresh one."


def check_readable(case: Case) -> Finding:
    """Header and payload are JSON. Encrypted and opaque tokens are not, and may be good all the same."""
    check, reading = Check("readable", "Readable"), case.reading
    if reading.is_readable:
        if any("=" in part.reveal() for part in reading.parts):
            return check.warned(
                "It can be read, but is padded with “=”, which a JWT never is: it was changed on its way.",
                fix=COPY_AGAIN,
            )
        return check.passed("Header and payload can be read.")
    if reading.is_too_short:
        return check.failed(
            "This is no token: it is too short for one.",
            fix=COPY_AGAIN,
            in_short="This is no token: it is too short for one",
        )
    if reading.shape in (Shape.ENCRYPTED, Shape.OPAQUE):
        fix, short = (
            "Just use it: only the API can say whether it is good.",
            "Cannot be read here, and may still be good: only the API can tell",
        )
        return check.unchecked(reading.problem, fix=fix, in_short=short)
    if reading.shape is Shape.REFRESH:
        return check.unchecked(
            reading.problem,
            fix="Use access_token from the same answer, or sign in for a fresh token.",
            in_short="Cannot be read here: it looks like a refresh token, which no API accepts",
        )
    if reading.shape is Shape.SAML:
        return check.failed(
            reading.problem,
            fix="Sign in for an access token.",
            in_short="Will be refused: this is a SAML assertion, not an access token",
        )
    if reading.shape is Shape.EMPTY:
        return check.failed(reading.problem, fix="Sign in, or paste a token.", in_short="There is no token")
    clause = reading.problem[:1].lower() + reading.problem[1:].rstrip(".")
    return check.failed(reading.problem, fix=COPY_AGAIN, in_short=f"Cannot be read: {clause}")


def check_algorithm(case: Case) -> Finding:
    """RS256, and nothing else: `none` and shared secrets are how tokens are forged."""
    sent = case.header.get("alg")
    check = Check("algorithm", "Algorithm", "RS256", case.as_sent("alg", in_header=True))
    if sent == "RS256":
        return check.passed("RS256, as Entra signs.")
    word = sent.upper() if isinstance(sent, str) else ""
    if word == "NONE":
        sentence, short = (
            "The token is not signed at all (alg none): anybody could have written it.",
            "Will be refused: this token is not signed",
        )
    elif word.startswith("HS"):
        sentence = f"{check.actual} signs with a shared secret, which Entra never does: this is no token of Entra's."
        short = f"Will be refused: signed with a shared secret ({check.actual}), not by Entra"
    else:
        sentence, short = (
            "Entra signs with RS256 only: this is no token of Entra's.",
            "Will be refused: not signed the way Entra signs",
        )
    return check.failed(sentence, fix=SIGN_IN, in_short=short)


def check_key(case: Case) -> Finding:
    """The key that the token names is one of the tenant's; a key that it brings along counts for nothing."""
    kid, brought = case.header.get("kid"), _brought_along(case)
    check = Check("key", "Signing key", "a key of the tenant", case.as_sent("kid", in_header=True))
    if not isinstance(kid, str) or not kid:
        return check.failed(
            f"The header does not name the key that signed it (kid).{brought}",
            fix=SIGN_IN,
            in_short="Will be refused: it names no signing key",
        )
    if case.metadata is None:
        return check.unchecked(f"Not checked: {case.without_keys}.{brought}")
    if case.matching_keys():
        return check.passed(f"The key is one that Entra publishes for this tenant.{brought}")
    return check.failed(
        f"Entra publishes no such key for this tenant, so it did not sign this token for it.{brought}",
        fix="Check tenant and cloud; a key that only one application uses is not looked up here.",
        in_short="Not signed by Entra for this tenant: the signing key is unknown",
    )


def check_signature(case: Case) -> Finding:
    """The signature was made over exactly this header and payload, with that key."""
    check, has_nonce = Check("signature", "Signature"), "nonce" in case.header
    if not case.reading.is_readable or len(case.reading.parts) != 3:
        return check.unchecked("Not checked: the token cannot be read.")
    if not case.reading.parts[2]:
        return check.failed(
            "There is no signature: the third part is empty.",
            fix=SIGN_IN,
            in_short="Will be refused: it has no signature",
        )
    if has_nonce and resource_of(case.payload.get("aud")) is GRAPH:
        return check.unchecked(
            "Not checked: the nonce in the header means that the signature is meant for Microsoft Graph only."
        )
    obstacle = _obstacle(case)
    if obstacle:
        return check.unchecked(f"Not checked: {obstacle}.")
    if any(_signed_with(key, case) for key in case.matching_keys()):
        return check.passed("Genuine: made with the tenant's key over exactly this header and payload.")
    if has_nonce:
        return check.unchecked("Not checked: with a nonce in the header, only the API itself can check the signature.")
    return check.failed(
        "The signature does not belong to this header and payload: the token was changed, or cut while copying.",
        fix="Copy the whole token again; if that does not help, sign in for a fresh one.",
        in_short="Will be refused: the signature does not match, so the token was changed",
    )


def check_key_issuer(case: Case) -> Finding:
    """A key that is published for one issuer only has signed for that issuer.

    Source: Microsoft's own validator, AadTokenValidationParametersExtension; version 1.0 key documents name no issuer,
    and a version 1.0 token may be checked with a version 2.0 key.
    """
    issuers = {key.issuer for key in case.matching_keys() if key.issuer}
    if case.metadata is None or not issuers:
        why = "the key's document names no issuer" if case.matching_keys() else case.without_keys
        return Check("key-issuer", "Key's issuer").unchecked(f"Not checked: {why}.")
    tenant_id, issuer = case.payload.get("tid"), case.payload.get("iss")
    expected = {
        template.replace("{tenantid}", tenant_id if isinstance(tenant_id, str) else case.tenant_id)
        for template in issuers
    }
    allowed = [issuer] if case.payload.get("ver") == "2.0" else [issuer, case.metadata.issuers.get("2.0")]
    check = Check("key-issuer", "Key's issuer", ", ".join(sorted(expected)), case.as_sent("iss"))
    if all(one in allowed for one in expected):
        return check.passed("The key may sign for this issuer.")
    return check.failed(
        "The key is Entra's, but is published for another issuer.",
        fix=SIGN_IN,
        in_short="Not signed by Entra for this tenant: the key belongs to another issuer",
    )


def _brought_along(case: Case) -> str:
    """A sentence on keys in the header, with a blank before it. Source: RFC 7515, section 4.1; Entra sends none of them."""
    names = [name for name in ("jwk", "jku", "x5c", "x5u") if name in case.header]
    if not names:
        return ""
    return f" The header brings a key of its own ({', '.join(names)}), which was ignored: anybody can put one there."


def _obstacle(case: Case) -> str:
    """What keeps the signature from being checked, as the end of a sentence; empty if nothing does."""
    if case.header.get("alg") != "RS256":
        return "only RS256 signatures are Entra's"
    if case.metadata is None:
        return case.without_keys
    return "" if case.matching_keys() else "the key that the token names is not known"


def _signed_with(key: SigningKey, case: Case) -> bool:
    """Whether the token's third part is this key's RS256 signature over the first two, as they came."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from jwt.algorithms import RSAAlgorithm

    header, payload, signature = (part.reveal() for part in case.reading.parts)
    try:
        public_key = RSAPublicNumbers(key.exponent, key.modulus).public_key()
        given = decode_base64url(signature)
    except ValueError:
        return False
    # PyJWT's whole decode() would stop at the first claim that it does not like; here each has a check of its own
    return RSAAlgorithm(RSAAlgorithm.SHA256).verify(f"{header}.{payload}".encode("ascii"), public_key, given)
