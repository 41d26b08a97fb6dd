"""The certificate with which an application proves itself to Entra, and what is the matter with a file that should hold one.

How keys and certificates are got out of a file is told in `certificate_files`; whether Entra knows the certificate, only
Entra can tell.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mtp_tui.certificate_faults import certificate_faults
from mtp_tui.errors import BadInput
from mtp_tui.identity.certificate_files import MAKE_A_PFX, KeyFile, damaged_certificate, read_key_file
from mtp_tui.identity.credentials import Field
from mtp_tui.identity.typed_paths import read_file
from mtp_tui.moments import span
from mtp_tui.secret import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate as X509Certificate

LARGEST_FILE_BYTES = 1024 * 1024
"""A key with its chain has some ten thousand."""
SMALLEST_KEY_BITS = 2048


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its private key, read and found to belong together."""

    path: str
    """As it was written."""
    subject: str
    """Distinguished name (RFC 4514); text from outside."""
    thumbprint: str
    """SHA-1 of the DER form, 40 upper-case hex digits: what the portal lists."""
    thumbprint_sha256: str
    """SHA-256 of the DER form, 64 upper-case hex digits: what the assertion names, as `x5t#S256`."""
    not_before: datetime
    """Aware UTC."""
    expires_at: datetime
    """Aware UTC; the last second at which it is valid."""
    pem: str
    """The certificate in PEM, without its chain."""
    private_key: Secret
    """PKCS#8 in PEM, without a passphrase; in memory only."""

    def is_valid(self, now: datetime) -> bool:
        """Whether its time has begun and is not over."""
        return self.not_before <= now <= self.expires_at

    def standing(self, now: datetime) -> str:
        """Its validity as one sentence, in whole days (UTC)."""
        if now < self.not_before:
            return f"Not valid before {self.not_before:%Y-%m-%d}, in {_days(self.not_before - now)}."
        if now > self.expires_at:
            return f"Expired on {self.expires_at:%Y-%m-%d}, {_days(now - self.expires_at)} ago; Entra refuses it."
        return f"Valid until {self.expires_at:%Y-%m-%d}, {_days(self.expires_at - now)} left."


def load_certificate(path: str, passphrase: Secret | None) -> Certificate:
    """The certificate and its private key in a PEM or PKCS#12 file. Blocks on disk and processor: call it in a thread.

    The certificate is the one whose public key belongs to the private key; a chain around it is let be. An expired one is
    read like any other. Raises BadInput for `certificate_path` or `passphrase`, whatever the file holds.
    Entra takes RSA signatures only (PS256, or RS256 of old). Source: Microsoft Learn, "Microsoft identity platform
    application authentication certificate credentials"; that it refuses keys below 2048 bits is a guess.
    """
    found = read_key_file(read_file(path, Field.CERTIFICATE, "a certificate file", LARGEST_FILE_BYTES), passphrase)
    _check_complete(found)
    key, certificate = _pair(found)
    if key.key_size < SMALLEST_KEY_BITS:
        raise BadInput(
            Field.CERTIFICATE,
            f"The key of this certificate has only {key.key_size} bits.",
            f"Make a new certificate with an RSA key of {SMALLEST_KEY_BITS} bits or more.",
        )
    try:
        return _certificate(path, key, certificate)
    except certificate_faults() as error:  # the library reads names and times only when they are asked for
        raise damaged_certificate() from error


def _check_complete(found: KeyFile) -> None:
    if found.keys and found.certificates:
        return
    if found.certificates:
        raise BadInput(
            Field.CERTIFICATE,
            "The private key is missing: this file holds only the public part.",
            "That is the one to upload to the portal; use the file with the key here (.pfx, or PEM with both).",
        )
    if found.damaged:
        raise damaged_certificate()
    if found.keys:
        raise BadInput(Field.CERTIFICATE, "This file holds a private key, but no certificate.", MAKE_A_PFX)
    raise BadInput(
        Field.CERTIFICATE,
        "There is neither a certificate nor a private key in this file.",
        "Use a file that holds both: a .pfx, or PEM.",
    )


def _pair(found: KeyFile) -> tuple["RSAPrivateKey", "X509Certificate"]:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    keys = [key for key in found.keys if isinstance(key, RSAPrivateKey)]
    if not keys:
        raise BadInput(
            Field.CERTIFICATE,
            "The private key in this file is not an RSA key.",
            "Entra takes RSA only: make a new certificate with an RSA key.",
        )
    for certificate in found.certificates:
        try:
            public_key = certificate.public_key()
        except certificate_faults():
            continue
        for key in keys:
            if key.public_key() == public_key:
                return key, certificate
    raise BadInput(
        Field.CERTIFICATE,
        "The certificate and the private key in this file do not belong together.",
        f"Find the key that the certificate was made with. {MAKE_A_PFX}",
    )


def _certificate(path: str, key: "RSAPrivateKey", certificate: "X509Certificate") -> Certificate:
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return Certificate(
        path=path,
        subject=certificate.subject.rfc4514_string(),
        thumbprint=certificate.fingerprint(SHA1()).hex().upper(),  # noqa: S303 - a name for it, not a proof
        thumbprint_sha256=certificate.fingerprint(SHA256()).hex().upper(),
        not_before=certificate.not_valid_before_utc,
        expires_at=certificate.not_valid_after_utc,
        pem=certificate.public_bytes(Encoding.PEM).decode(),
        private_key=Secret(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()),
    )


def _days(length: timedelta) -> str:
    if length.days < 1:
        return span(length)
    return "1 day" if length.days == 1 else f"{length.days:,} days"
