"""The keys that sign tokens, and the documents that publish them. No key is made before it is needed."""

import base64
import hashlib
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from mtp_tui.sim.payload import JsonObject


def b64url(data: bytes) -> str:
    """Base64url without padding, as in every part of a JWT."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_b64url(text: str) -> bytes:
    """The reverse of `b64url`. Raises ValueError for what is not base64url."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An RSA key with its self-signed certificate."""

    private: rsa.RSAPrivateKey
    kid: str
    """base64url of the certificate's SHA-1, 27 characters; `x5t` is the same."""
    certificate: str
    """DER in base64, as `x5c` has it."""

    def sign(self, data: bytes) -> bytes:
        """RS256."""
        return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def has_signed(self, data: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's, RS256."""
        try:
            self.private.public_key().verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    def published(self) -> JsonObject:
        """The public half as a JWK."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "kid": self.kid,
            "x5t": self.kid,
            "n": b64url(numbers.n.to_bytes(256, "big")),
            "e": "AQAB",
            "x5c": [self.certificate],
        }


@cache
def signing_key(number: int) -> SigningKey:
    """The process's key of that number; made once (some 50 ms) and shared by every simulated tenant."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "accounts.accesscontrol.example")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(number + 1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2049, 12, 31, tzinfo=UTC))
        .sign(private, hashes.SHA256())
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    return SigningKey(
        private, b64url(hashlib.sha1(der, usedforsecurity=False).digest()), base64.b64encode(der).decode()
    )


class KeyRing:
    """Which keys a tenant signs with and publishes."""

    def __init__(self) -> None:
        self._current = 0
        self._oldest_published = 0

    @property
    def current(self) -> SigningKey:
        """The key that signs now."""
        return signing_key(self._current)

    def rotate(self, *, keep_old: bool = True) -> None:
        """Sign with a new key from now on; `keep_old=False` also stops publishing the ones before it."""
        self._current += 1
        if not keep_old:
            self._oldest_published = self._current

    def find(self, kid: object) -> SigningKey | None:
        """The published key of that id."""
        return next((key for key in self._published() if key.kid == kid), None)

    def document(self, *, issuer: str = "", is_at_home: bool = True) -> JsonObject:
        """The JWKS; with `issuer` in every key if one is given (the v2 document has it, the v1 document has not).

        There is always a key more than the ones in use, as Entra publishes the next one ahead. Clouds that are not
        the tenant's (`is_at_home` False) have none of its keys.
        """
        keys = [_key_to_come(), *(key.published() for key in self._published() if is_at_home)]
        return {"keys": [{**key, "issuer": issuer} if issuer else key for key in keys]}

    def _published(self) -> list[SigningKey]:
        return [signing_key(number) for number in range(self._oldest_published, self._current + 1)]


@cache
def _key_to_come() -> JsonObject:
    """A key that has not signed anything; nobody holds its private half."""
    dice = random.Random("the next key")
    modulus = dice.getrandbits(2048) | 1 | 1 << 2047
    kid = b64url(dice.randbytes(20))
    return {
        "kty": "RSA",
        "use": "sig",
        "kid": kid,
        "x5t": kid,
        "n": b64url(modulus.to_bytes(256, "big")),
        "e": "AQAB",
        "x5c": [],
    }
