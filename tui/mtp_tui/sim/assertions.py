"""Whether a client assertion proves what it claims: a JWT signed with the key of a registered certificate.

Source: Microsoft Learn, "Microsoft identity platform application authentication certificate credentials". The order in
which faults are found is a guess, and so are the five minutes by which a clock may be wrong.
"""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from mtp_tui.sim.directory import Directory, SimApp
from mtp_tui.sim.keys import from_b64url
from mtp_tui.sim.payload import JsonObject
from mtp_tui.sim.refusals import Refused

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LEEWAY_S = 300
_SHA1 = hashes.SHA1()  # noqa: S303 - a name, not a protection
_PADDINGS: dict[str, padding.AsymmetricPadding] = {
    "PS256": padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH),
    "RS256": padding.PKCS1v15(),
}


def check_assertion(app: SimApp, directory: Directory, client_id: str, form: dict[str, str], now: datetime) -> None:
    """Raises Refused unless the form's `client_assertion` is good at this moment, for this application and tenant."""
    if not app.certificates:
        raise Refused(700027, client=client_id, configured="none")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise Refused(900144, value="client_assertion_type")
    signing_input, _, signature_text = form["client_assertion"].rpartition(".")
    try:
        header, payload = (_object(part) for part in signing_input.split("."))
        signature = from_b64url(signature_text)
    except (ValueError, RecursionError) as error:
        raise _not_accepted("The assertion is malformed") from error
    certificate = _registered(app, client_id, header)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise Refused(1000502)
    _check_signature(certificate, header, signing_input.encode(), signature)
    _check_parties(payload, directory, client_id)
    _check_times(payload, now)


def _object(part: str) -> JsonObject:
    """Raises ValueError."""
    value = json.loads(from_b64url(part))
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _registered(app: SimApp, client_id: str, header: JsonObject) -> x509.Certificate:
    """The certificate that the header names: by SHA-256, by SHA-1, or by itself as the first of `x5c`."""
    certificates = [x509.load_pem_x509_certificate(pem.encode()) for pem in app.certificates]
    digest, named = _named(header)
    for certificate in certificates:
        if certificate.fingerprint(digest) == named:
            return certificate
    configured = ", ".join(map(_thumbprint, certificates))
    raise Refused(700027, client=client_id, thumbprint=named.hex().upper(), configured=configured)


def _named(header: JsonObject) -> tuple[hashes.HashAlgorithm, bytes]:
    try:
        if "x5t#S256" in header:
            return hashes.SHA256(), from_b64url(str(header["x5t#S256"]))
        if "x5t" in header:
            return _SHA1, from_b64url(str(header["x5t"]))
        chain = header.get("x5c")
        leaf = chain[0] if isinstance(chain, list) and chain else ""
        return hashes.SHA256(), hashlib.sha256(base64.b64decode(str(leaf), validate=True)).digest()
    except ValueError as error:
        raise _not_accepted("The header of the assertion names no certificate") from error


def _thumbprint(certificate: x509.Certificate) -> str:
    """As the portal lists it."""
    return certificate.fingerprint(_SHA1).hex().upper()


def _check_signature(certificate: x509.Certificate, header: JsonObject, data: bytes, signature: bytes) -> None:
    key, scheme = certificate.public_key(), _PADDINGS.get(str(header.get("alg")))
    if scheme is None or not isinstance(key, rsa.RSAPublicKey):
        raise _not_accepted("The algorithm of the assertion is not supported")
    try:
        key.verify(signature, data, scheme, hashes.SHA256())
    except InvalidSignature as error:
        raise Refused(7000274, thumbprint=_thumbprint(certificate)) from error


def _check_parties(payload: JsonObject, directory: Directory, client_id: str) -> None:
    """Issuer and subject are the application, the audience is a token endpoint of this tenant."""
    if payload.get("iss") != client_id or payload.get("sub") != client_id:
        raise _not_accepted("The issuer and the subject of the assertion must be the application")
    audiences = [
        f"https://{host}/{tenant}/oauth2/{version}token"
        for host in directory.login_cloud.hosts
        for tenant in (directory.tenant_id, *directory.domains)
        for version in ("", "v2.0/")
    ]
    if payload.get("aud") not in audiences:
        raise _not_accepted("The audience of the assertion is not this token endpoint")


def _check_times(payload: JsonObject, now: datetime) -> None:
    """`nbf` may be missing; MSAL sends none, and fractions of seconds."""
    not_before, expires = _seconds(payload.get("nbf", 0)), _seconds(payload.get("exp"))
    epoch = now.timestamp()
    if not not_before - LEEWAY_S <= epoch < expires + LEEWAY_S:
        raise Refused(
            700024, now=_moment(epoch), valid_from=_moment(not_before) if not_before else "?", expiry=_moment(expires)
        )


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _not_accepted("The assertion has no readable times")
    return value


def _moment(epoch: float) -> str:
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=epoch)
    except (OverflowError, ValueError):
        return "?"
    return f"{moment:%Y-%m-%dT%H:%M:%S}.0000000Z"


def _not_accepted(reason: str) -> Refused:
    return Refused(50013, reason=reason)
