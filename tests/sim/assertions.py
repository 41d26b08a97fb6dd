"""Certificates and client assertions, made with cryptography alone."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

PADDINGS: dict[str, padding.AsymmetricPadding] = {
    "PS256": padding.PSS(padding.MGF1(hashes.SHA256()), 32),
    "RS256": padding.PKCS1v15(),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key."""

    key: rsa.RSAPrivateKey
    pem: str
    der: bytes

    @property
    def sha1(self) -> bytes:
        return hashlib.sha1(self.der).digest()  # noqa: S324 - a name, not a protection

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.der).digest()


@cache
def pair(number: int = 1, *, first_year: int = 2020, last_year: int = 2040) -> Pair:
    """Made once in a test run; the key goes by the number alone."""
    key = _key(number)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"made-up {number}")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(number)
        .not_valid_before(datetime(first_year, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(last_year, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding
    return Pair(key, certificate.public_bytes(encoding.PEM).decode(), certificate.public_bytes(encoding.DER))


@cache
def _key(number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def by_sha256(signer: Pair) -> dict[str, object]:
    return {"x5t#S256": b64url(signer.sha256)}


def by_sha1(signer: Pair) -> dict[str, object]:
    return {"x5t": b64url(signer.sha1)}


def by_chain(signer: Pair) -> dict[str, object]:
    return {"x5c": [base64.b64encode(signer.der).decode()]}


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def assertion(
    signer: Pair,
    payload: dict[str, Any],
    *,
    algorithm: str = "PS256",
    named: Callable[[Pair], dict[str, object]] = by_sha256,
    key: Pair | None = None,
) -> str:
    """Signed with the signer's key, or with another's `key`."""
    header = {"alg": algorithm, "typ": "JWT", **named(signer)}
    data = f"{b64url(json.dumps(header).encode())}.{b64url(json.dumps(payload).encode())}"
    scheme = PADDINGS.get(algorithm, PADDINGS["RS256"])
    return f"{data}.{b64url((key or signer).key.sign(data.encode(), scheme, hashes.SHA256()))}"
