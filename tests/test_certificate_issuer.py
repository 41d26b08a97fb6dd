"""Whoever issued an untrusted certificate is named from what a stranger sent: that may be anything."""

import random
from datetime import UTC, datetime
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from mtp_tui.certificate_issuer import issuer_in
from tests.identity.minting import rsa_key

SOUND_VERSION, NO_VERSION = b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07"
UTF8_STRING, BIT_STRING = b"\x0c", b"\x03"
NAME = "Inspecting Box"


@cache
def certificate(kind: x509.ObjectIdentifier = x509.NameOID.COMMON_NAME) -> bytes:
    """A sound one, as DER."""
    name = x509.Name([x509.NameAttribute(kind, NAME)])
    times = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)
    build = x509.CertificateBuilder(name, name, rsa_key("app").public_key(), 5, *times)
    return build.sign(rsa_key("app"), SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize("kind", [x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME])
def test_the_issuer_is_named(kind: x509.ObjectIdentifier) -> None:
    assert issuer_in(certificate(kind)) == NAME


@pytest.mark.parametrize(
    "der",
    [
        b"",
        b"no certificate",
        certificate().replace(SOUND_VERSION, NO_VERSION),
        certificate().replace(UTF8_STRING + bytes([len(NAME)]), BIT_STRING + bytes([len(NAME)])),
    ],
    ids=["nothing", "a text", "a version that there is none of", "a name of bits"],
)
def test_an_odd_certificate_has_no_issuer_and_is_no_bug(der: bytes) -> None:
    assert issuer_in(der) == ""


def test_no_change_of_a_certificate_is_a_bug() -> None:
    dice = random.Random(2026)  # noqa: S311 - the same changes each time
    for _ in range(3000):
        der = bytearray(certificate())
        for _ in range(dice.choice((1, 1, 2, 3))):
            der[dice.randrange(160)] = dice.choice((dice.randrange(256), 1, 2, 3, 4, 12, 19, 23, 30, 48, 49))
        assert isinstance(issuer_in(bytes(der)), str)
