"""Keys and certificates out of the files in which they are handed around: PEM, PKCS#12 (.pfx, .p12) and their mix-ups.

What kind a file is, is told by its content; its extension says little. What belongs together is decided in `certificates`.
"""

import binascii
import contextlib
import re
import warnings
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mtp_tui.certificate_faults import certificate_faults
from mtp_tui.errors import BadInput
from mtp_tui.identity.credentials import Field
from mtp_tui.identity.key_derivation import LONGEST_NUMBER, is_bearable, longest_number
from mtp_tui.identity.typed_paths import text_of
from mtp_tui.secret import Secret

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as X509Certificate

MAKE_A_PFX = "Make one file of both: openssl pkcs12 -export -inkey key.pem -in certificate.pem -out both.pfx."
_MOST_KEYS = 8
_LONGEST_KEY = 8192
"""Characters or bytes of all keys together, enough for 8192 bits; the library proves the primes, for seconds with those."""
_LABEL = re.compile(r"([A-Z0-9 ]{1,40})-----")
_CERTIFICATE_LABELS = ("CERTIFICATE", "X509 CERTIFICATE")
_PFX = re.compile(rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...)\x02\x01\x03\x30", re.DOTALL)
"""The start of RFC 7292's PFX: a SEQUENCE with version 3 and then another SEQUENCE."""
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
"""PKCS#7 signed data (1.2.840.113549.1.7.2), in which whole chains are exported, without a key."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What was found in a file."""

    keys: tuple[object, ...]
    """Private keys of any kind, as the library `cryptography` holds them."""
    certificates: tuple["X509Certificate", ...]
    damaged: int = 0
    """Certificates that could not be read."""


def read_key_file(data: bytes, passphrase: Secret | None) -> KeyFile:
    """All keys and certificates of a file's content. Blocks on the processor while a key is opened.

    A passphrase that nothing in the file asks for is let be. Raises BadInput if the file is of no such kind, or cannot be
    opened with this passphrase.
    """
    # the library warns, on the screen, of BER and of odd serial numbers; for good, as filters know no threads
    warnings.filterwarnings("ignore", module=re.escape(__name__))
    password = _password(passphrase)
    text = text_of(data) or data.decode("latin-1")  # bytes around PEM blocks matter to nobody
    if "-----BEGIN " in text:
        return _from_pem(text, password)
    der = _without_base64(text) or data
    if _PFX.match(der):
        return _from_pfx(der, password)
    return _from_der(der)


def _password(passphrase: Secret | None) -> bytes:
    try:
        password = passphrase.reveal().encode() if passphrase else b""
    except UnicodeEncodeError:  # which carries the text, so it must not become the cause of another error
        password = b"\0"
    if b"\0" in password:  # the library answers such a one with a panic, not an exception
        raise BadInput(
            Field.PASSPHRASE, "There is a character in this passphrase that no passphrase can have.", "Type it anew."
        )
    return password


def _from_pem(text: str, password: bytes) -> KeyFile:
    from cryptography import x509

    keys: list[object] = []
    certificates: list[X509Certificate] = []
    damaged = length = 0
    for label, block in _pem_blocks(text):
        if label.endswith("PRIVATE KEY") and len(keys) < _MOST_KEYS:
            length += len(block)
            if length > _LONGEST_KEY:
                raise _too_long()
            keys.append(_key(label, block, password))
        elif label in _CERTIFICATE_LABELS:
            try:
                certificates.append(x509.load_pem_x509_certificate(block))
            except certificate_faults():
                damaged += 1
    return KeyFile(tuple(keys), tuple(certificates), damaged)


def _pem_blocks(text: str) -> Iterator[tuple[str, bytes]]:
    """Label and text of each whole block; indentation and Windows' line ends are forgiven. One pass, however it is made."""
    for piece in text.split("-----BEGIN ")[1:]:
        label = _LABEL.match(piece)
        if label is None:
            continue
        body, end, _ = piece[label.end() :].partition(f"-----END {label[1]}-----")
        if end:
            lines = "\n".join(line.strip() for line in body.splitlines())
            yield label[1], f"-----BEGIN {label[1]}-----{lines}{end}\n".encode()


def _key(label: str, block: bytes, password: bytes) -> object:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if label.startswith("OPENSSH"):
        raise BadInput(
            Field.CERTIFICATE,
            "The private key in this file is in OpenSSH's own form.",
            "Convert a copy of it: ssh-keygen -p -m PKCS8 -f copy-of-key.",
        )
    is_locked = label.startswith("ENCRYPTED") or b"Proc-Type: 4,ENCRYPTED" in block
    if is_locked and not password:
        raise _passphrase_missing()
    if is_locked:
        _check_work(_without_base64(block.decode("latin-1").split("-----")[2]) or b"")
    with _explained(is_locked=is_locked):
        return load_pem_private_key(block, password if is_locked else None)


def _from_pfx(der: bytes, password: bytes) -> KeyFile:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
    from cryptography.x509 import InvalidVersion

    _check_work(der)
    if longest_number(der) > LONGEST_NUMBER:
        raise _too_long()
    try:
        found = load_pkcs12(der, None)  # has no passphrase, or an empty one
    except InvalidVersion as error:
        raise damaged_certificate() from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if not password:
            raise _passphrase_missing() from error
        with _explained(is_locked=True):
            found = load_pkcs12(der, password)
    every = (found.cert, *found.additional_certs)
    return KeyFile((found.key,) if found.key else (), tuple(one.certificate for one in every if one))


def _from_der(der: bytes) -> KeyFile:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    with contextlib.suppress(*certificate_faults()):
        return KeyFile((), (x509.load_der_x509_certificate(der),))
    if _SIGNED_DATA in der[:40]:
        raise BadInput(
            Field.CERTIFICATE,
            "This file (PKCS#7) holds certificates only: the private key is missing.",
            "Use the file with the key here, such as a .pfx.",
        )
    try:
        load_der_private_key(der[: _LONGEST_KEY + 1], None)  # cut, a longer one is no key
    except TypeError:  # a key all right, under a passphrase
        pass
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadInput(
            Field.CERTIFICATE,
            "This is not a certificate file.",
            "It has to be PEM (text with “-----BEGIN”) or PKCS#12 (.pfx, .p12), with certificate and private key.",
        ) from error
    raise BadInput(
        Field.CERTIFICATE,
        "This file holds a private key (DER), but no certificate.",
        f"{MAKE_A_PFX} A DER key first becomes PEM: openssl pkey -inform DER.",
    )


@contextlib.contextmanager
def _explained(*, is_locked: bool) -> Iterator[None]:
    """What the library raises while a key is opened, as a sentence. It cannot tell a wrong passphrase from a damaged file."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import InvalidVersion

    try:
        yield
    except UnsupportedAlgorithm as error:
        raise BadInput(
            Field.CERTIFICATE,
            "The private key in this file is of a kind, or encrypted in a way, that cannot be read here.",
            "Export it again with AES-256: openssl pkcs12 -export does so by itself.",
        ) from error
    except InvalidVersion as error:
        raise damaged_certificate() from error
    except (ValueError, TypeError) as error:
        if is_locked:
            raise BadInput(
                Field.PASSPHRASE,
                "The passphrase does not open this file.",
                "Mind upper and lower case and the keyboard; if it is surely right, the file is damaged.",
            ) from error
        raise BadInput(
            Field.CERTIFICATE, "The private key in this file is damaged.", "Copy or export the file again."
        ) from error


def _passphrase_missing() -> BadInput:
    return BadInput(
        Field.PASSPHRASE, "This file is protected by a passphrase.", "Give the one that was set when the file was made."
    )


def damaged_certificate() -> BadInput:
    """What is said of a certificate that cannot be read."""
    return BadInput(Field.CERTIFICATE, "The certificate in this file is damaged.", "Copy or export the file again.")


def _too_long() -> BadInput:
    return BadInput(
        Field.CERTIFICATE,
        "The private key in this file is longer than any that is in use.",
        "Make a new certificate with an RSA key of 2048 to 4096 bits.",
    )


def _check_work(der: bytes) -> None:
    if not is_bearable(der):
        raise BadInput(
            Field.CERTIFICATE,
            "This file asks for far more work to open it than any real one, so it was not opened.",
            "Export certificate and key again, with the program's own settings.",
        )


def _without_base64(text: str) -> bytes | None:
    """The bytes of a text that is base64 and nothing else, as Azure Key Vault hands out its .pfx; else None."""
    try:
        return b64decode("".join(text.split()), validate=True) or None
    except (binascii.Error, ValueError):
        return None
