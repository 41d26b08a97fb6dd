"""A certificate is read from whatever file it is handed around in, and what is wrong with a file is said in a sentence."""

import hashlib
import json
import shutil
import subprocess
import time
import traceback
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7, pkcs12
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtp_tui.errors import BadInput
from mtp_tui.identity.certificate_opening import open_certificate
from mtp_tui.identity.certificates import LARGEST_FILE_BYTES, Certificate, load_certificate
from mtp_tui.identity.credentials import Field
from mtp_tui.identity.key_derivation import is_bearable
from mtp_tui.secret import Secret

from .minting import CLIENT, LOGIN, NOW, TENANT, b64, rsa_key

WORDS = "Käse und Brötchen"
LOCKED = serialization.BestAvailableEncryption(WORDS.encode())
NOT_BEFORE, EXPIRES_AT = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)


@cache
def key_of(kind: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    match kind:
        case "curve":
            return ec.generate_private_key(ec.SECP256R1())
        case "short":
            return rsa.generate_private_key(65537, 1024)  # noqa: S505 - to be refused
        case _:
            return rsa_key(kind)


@cache
def certificate_of(kind: str = "app") -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"{kind}.contoso.example")])
    build = x509.CertificateBuilder(name, name, key_of(kind).public_key(), 4711, NOT_BEFORE, EXPIRES_AT)
    return build.sign(key_of(kind), SHA256())


def cert_pem(kind: str = "app") -> bytes:
    return certificate_of(kind).public_bytes(Encoding.PEM)


def key_pem(
    kind: str = "app",
    form: PrivateFormat = PrivateFormat.PKCS8,
    lock: serialization.KeySerializationEncryption | None = None,
) -> bytes:
    return key_of(kind).private_bytes(Encoding.PEM, form, lock or NoEncryption())


def pfx(lock: serialization.KeySerializationEncryption | None = None, *, chain: tuple[str, ...] = ()) -> bytes:
    key = key_of("app")
    assert isinstance(key, rsa.RSAPrivateKey)
    return pkcs12.serialize_key_and_certificates(
        b"demo", key, certificate_of(), [certificate_of(one) for one in chain], lock or NoEncryption()
    )


def of_version_8(der: bytes) -> bytes:
    """The certificate in a file with a version that there is none of."""
    before, version, behind = der.partition(b"\xa0\x03\x02\x01\x02")
    assert version
    return before + b"\xa0\x03\x02\x01\x07" + behind


def as_pem(der: bytes) -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + b64encode(der) + b"\n-----END CERTIFICATE-----\n"


def saved(folder: Path, data: bytes, name: str = "app.bin") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def fault(folder: Path, data: bytes, passphrase: str | None = None) -> BadInput:
    """What is said about a file with this content."""
    with pytest.raises(BadInput) as caught:
        load_certificate(saved(folder, data), Secret(passphrase) if passphrase is not None else None)
    said = caught.value.summary + caught.value.hint
    assert "MII" not in said
    assert not passphrase or passphrase not in said
    assert caught.value.hint
    return caught.value


CHAINED = b"Bag Attributes: 1\n" + cert_pem("root") + b"\xff some notes\n" + cert_pem() + key_pem()
OPEN_FILES = {
    "certificate before key": cert_pem() + key_pem(),
    "key before certificate": key_pem() + cert_pem(),
    "traditional key": key_pem(form=PrivateFormat.TraditionalOpenSSL) + cert_pem(),
    "chain and text around": CHAINED,
    "a key too many": key_pem("other") + cert_pem() + key_pem(),
    "Windows line ends": (cert_pem() + key_pem()).replace(b"\n", b"\r\n"),
    "indented, as in YAML": (cert_pem() + key_pem()).replace(b"\n", b"\n    "),
    "UTF-16 of PowerShell": (cert_pem() + key_pem()).decode().encode("utf-16"),
    "PFX": pfx(),
    "PFX with chain": pfx(chain=("root", "other")),
    "PFX in BER, of old tools": b"\x30\x80" + pfx()[4:] + b"\0\0",
    "PFX in base64, of Azure Key Vault": b64encode(pfx()),
}
LOCKED_FILES = {
    "PKCS#8": key_pem(lock=LOCKED) + cert_pem(),
    "traditional key": cert_pem() + key_pem(form=PrivateFormat.TraditionalOpenSSL, lock=LOCKED),
    "PFX": pfx(LOCKED),
}
ALL_FILES = [(data, None) for data in OPEN_FILES.values()] + [(data, WORDS) for data in LOCKED_FILES.values()]


@pytest.mark.parametrize("data", OPEN_FILES.values(), ids=OPEN_FILES)
@pytest.mark.parametrize("passphrase", [None, "", "not needed"])
def test_open_files_are_read_with_or_without_a_passphrase(tmp_path: Path, data: bytes, passphrase: str | None) -> None:
    path = saved(tmp_path, data)
    found = load_certificate(f' "{path}" ', Secret(passphrase) if passphrase is not None else None)
    assert found.path == f' "{path}" '
    assert found.subject == "CN=app.contoso.example"
    assert found.thumbprint == certificate_of().fingerprint(SHA1()).hex().upper()  # noqa: S303 - what the portal lists
    assert found.thumbprint_sha256 == certificate_of().fingerprint(SHA256()).hex().upper()
    assert (found.not_before, found.expires_at) == (NOT_BEFORE, EXPIRES_AT)
    assert found.pem.encode() == cert_pem()
    assert found.private_key.reveal().encode() == key_pem()


@pytest.mark.parametrize("data", LOCKED_FILES.values(), ids=LOCKED_FILES)
def test_locked_files_are_opened_with_their_passphrase_only(tmp_path: Path, data: bytes) -> None:
    assert load_certificate(saved(tmp_path, data), Secret(WORDS)).private_key.reveal().encode() == key_pem()
    for passphrase, said in ((None, "is protected"), ("", "is protected"), ("wrong", "does not open")):
        problem = fault(tmp_path, data, passphrase)
        assert (problem.field, said in problem.summary) == (Field.PASSPHRASE, True)


@pytest.mark.parametrize("passphrase", ["with\0zero", "\udc80"])
def test_impossible_passphrases_are_refused(tmp_path: Path, passphrase: str) -> None:
    assert fault(tmp_path, pfx(LOCKED), passphrase).field == Field.PASSPHRASE


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a certificate file"),
        (b"hello there", "not a certificate file"),
        (bytes(range(256)), "not a certificate file"),
        (b"-----BEGIN CERTIFICATE-----\n", "neither a certificate nor"),
        (cert_pem(), "private key is missing"),
        (certificate_of().public_bytes(Encoding.DER), "private key is missing"),
        (b64encode(certificate_of().public_bytes(Encoding.DER)), "private key is missing"),
        (pkcs7.serialize_certificates([certificate_of()], Encoding.DER), "private key is missing"),
        (
            pkcs12.serialize_java_truststore([pkcs12.PKCS12Certificate(certificate_of(), None)], NoEncryption()),
            "missing",
        ),
        (key_pem(), "no certificate"),
        (key_of("app").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), "no certificate"),
        (key_of("app").private_bytes(Encoding.DER, PrivateFormat.PKCS8, LOCKED), "no certificate"),
        (key_pem("other") + cert_pem(), "do not belong together"),
        (key_pem("curve") + cert_pem("curve"), "not an RSA key"),
        (key_pem("short") + cert_pem("short"), "only 1024 bits"),
        (key_pem()[:200] + b"\n-----END PRIVATE KEY-----\n" + cert_pem(), "key in this file is damaged"),
        (
            key_pem() + as_pem(of_version_8(certificate_of().public_bytes(Encoding.DER))),
            "certificate in this file is damaged",
        ),
        (of_version_8(certificate_of().public_bytes(Encoding.DER)), "not a certificate file"),
        (key_pem() + cert_pem()[:200] + b"\n-----END CERTIFICATE-----\n", "certificate in this file is damaged"),
        (key_pem().replace(b"\n-----END", b"\nAAAA" * 2000 + b"\n-----END") + cert_pem(), "longer than any"),
        (key_pem(form=PrivateFormat.OpenSSH) + cert_pem(), "OpenSSH"),
    ],
)
def test_what_is_the_matter_with_a_file_is_said(tmp_path: Path, data: bytes, said: str) -> None:
    problem = fault(tmp_path, data)
    assert said in problem.summary
    assert problem.field == Field.CERTIFICATE


@pytest.mark.skipif(shutil.which("openssl") is None, reason="cryptography writes no such file, openssl does")
@pytest.mark.parametrize("passphrase", ["", WORDS])
def test_an_odd_certificate_in_a_pfx_is_said(tmp_path: Path, passphrase: str) -> None:
    both = key_pem() + as_pem(of_version_8(certificate_of().public_bytes(Encoding.DER)))
    source, made = saved(tmp_path, both, "both.pem"), tmp_path / "odd.pfx"
    command = ["openssl", "pkcs12", "-export", "-in", source, "-out", str(made), "-passout", f"pass:{passphrase}"]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a command of the test's own
    assert "certificate in this file is damaged" in fault(tmp_path, made.read_bytes(), passphrase).summary


def test_a_file_that_asks_for_absurd_work_is_not_opened(tmp_path: Path) -> None:
    lock = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(70_000).build(b"slow")
    slow = pfx(lock)
    rounds = bytes((2, 3)) + (70_000).to_bytes(3)
    assert rounds in slow
    assert load_certificate(saved(tmp_path, slow), Secret("slow"))
    assert "far more work" in fault(tmp_path, slow.replace(rounds, b"\x02\x03\x7f\xff\xff"), "slow").summary


def absurd_key() -> rsa.RSAPrivateKey:
    """Of 12,000 bits that nobody has proved, out of two known primes of Mersenne's."""
    p, q, e = 2**4253 - 1, 2**9689 - 1, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q), rsa.RSAPublicNumbers(e, p * q)
    )
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def test_a_key_whose_proof_would_take_minutes_is_not_opened(tmp_path: Path) -> None:
    begun = time.process_time()
    absurd = pkcs12.serialize_key_and_certificates(b"x", absurd_key(), None, None, NoEncryption())
    assert "longer than any" in fault(tmp_path, absurd).summary
    many = key_pem("app") * 5 + cert_pem()  # each would be proved
    assert "longer than any" in fault(tmp_path, many).summary
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(("cost", "is_fine"), [(2**14, True), (2**18, True), (2**19, False), (2**63, False)])
def test_the_memory_that_scrypt_asks_for_has_a_limit(cost: int, is_fine: bool) -> None:
    number = cost.to_bytes(9)
    salt, block_size, lanes = b"\x04\x02ab", b"\x02\x01\x08", b"\x02\x01\x01"
    der = bytes.fromhex("06092b06010401da47040b") + salt + bytes((2, 9)) + number + block_size + lanes
    assert is_bearable(der) == is_fine


def test_absent_folder_and_oversized_files_are_refused(tmp_path: Path) -> None:
    large = saved(tmp_path, b"x" * (LARGEST_FILE_BYTES + 1))
    for path, said in ((str(tmp_path / "none.pfx"), "no file"), (str(tmp_path), "folder"), (large, "1,024 KB")):
        with pytest.raises(BadInput) as caught:
            load_certificate(path, None)
        assert said in caught.value.summary
        assert caught.value.field == Field.CERTIFICATE


@pytest.mark.parametrize(
    ("now", "said", "is_valid"),
    [
        (NOW, "Valid until 2027-03-01, 98 days left.", True),
        (EXPIRES_AT - timedelta(days=1), "Valid until 2027-03-01, 1 day left.", True),
        (EXPIRES_AT - timedelta(hours=2), "Valid until 2027-03-01, 2 h 00 min left.", True),
        (EXPIRES_AT, "Valid until 2027-03-01, 0 s left.", True),
        (EXPIRES_AT + timedelta(days=3), "Expired on 2027-03-01, 3 days ago; Entra refuses it.", False),
        (NOT_BEFORE - timedelta(days=2), "Not valid before 2026-11-01, in 2 days.", False),
        (NOT_BEFORE, "Valid until 2027-03-01, 120 days left.", True),
    ],
)
def test_its_standing_is_one_sentence(tmp_path: Path, now: datetime, said: str, is_valid: bool) -> None:
    found = load_certificate(saved(tmp_path, pfx()), None)
    assert (found.standing(now), found.is_valid(now)) == (said, is_valid)
    assert "PRIVATE" not in repr(found)


class Login:
    """What MSAL asks over its `http_client`, answered as Entra does."""

    def __init__(self) -> None:
        self.posted: dict[str, object] = {}

    def get(self, *_: object, **__: object) -> SimpleNamespace:
        address = f"{LOGIN}/{TENANT}/oauth2/v2.0"
        names = {"token_endpoint": f"{address}/token", "authorization_endpoint": f"{address}/authorize"}
        return self._answer({"issuer": f"{LOGIN}/{TENANT}/v2.0"} | names)

    def post(self, *_: object, data: dict[str, object], **__: object) -> SimpleNamespace:
        self.posted = data
        return self._answer({"token_type": "Bearer", "access_token": "made-up", "expires_in": 3599})

    def _answer(self, body: object) -> SimpleNamespace:
        return SimpleNamespace(status_code=200, text=json.dumps(body), headers={}, raise_for_status=lambda: None)


@pytest.mark.parametrize(("data", "passphrase"), ALL_FILES)
def test_msal_signs_with_it(tmp_path: Path, data: bytes, passphrase: str | None) -> None:
    import msal

    found = load_certificate(saved(tmp_path, data), Secret(passphrase) if passphrase else None)
    login = Login()
    application = msal.ConfidentialClientApplication(
        CLIENT,
        authority=f"{LOGIN}/{TENANT}",
        client_credential={"private_key": found.private_key.reveal(), "public_certificate": found.pem},
        http_client=login,
        instance_discovery=False,
        azure_region=False,
    )
    assert "access_token" in application.acquire_token_for_client(
        scopes=["https://api.security.microsoft.com/.default"]
    )
    assertion = login.posted["client_assertion"]
    assert isinstance(assertion, bytes | str)
    public_key = certificate_of().public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)
    audience = f"{LOGIN}/{TENANT}/oauth2/v2.0/token"
    assert jwt.decode(assertion, public_key, algorithms=["PS256"], audience=audience)["iss"] == CLIENT
    header = jwt.get_unverified_header(assertion)
    assert header["alg"] == "PS256"
    assert header["x5t#S256"].rstrip("=") == b64(hashlib.sha256(certificate_of().public_bytes(Encoding.DER)).digest())


@st.composite
def changed_files(draw: st.DrawFn) -> bytes:
    """Real files, cut and overwritten somewhere; or any bytes."""
    data = draw(st.sampled_from([*OPEN_FILES.values(), LOCKED_FILES["PFX"], b"-----BEGIN PRIVATE KEY-----", b""]))
    at = draw(st.integers(0, len(data)))
    return data[:at] + draw(st.binary(max_size=20)) + data[at + draw(st.integers(0, 20)) :]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=changed_files() | st.binary(max_size=300), passphrase=st.none() | st.text(max_size=5))
def test_any_bytes_are_a_certificate_or_bad_input(tmp_path: Path, data: bytes, passphrase: str | None) -> None:
    answer: Certificate | BadInput
    try:
        answer = load_certificate(saved(tmp_path, data), Secret(passphrase) if passphrase is not None else None)
    except BadInput as problem:
        answer = problem
    assert isinstance(answer, Certificate) or answer.field in (Field.CERTIFICATE, Field.PASSPHRASE)


# opened aside


def test_a_process_of_its_own_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    saved(tmp_path, pfx(LOCKED))
    assert seen(open_certificate("app.bin", Secret(WORDS))) == seen(load_certificate("app.bin", Secret(WORDS)))
    with pytest.raises(BadInput) as caught:
        open_certificate("app.bin", None)
    assert (caught.value.field, caught.value.summary) == ("passphrase", fault(tmp_path, pfx(LOCKED)).summary)


def seen(certificate: Certificate) -> tuple[object, ...]:
    return tuple(
        value.reveal() if isinstance(value, Secret) else value
        for value in (getattr(certificate, name) for name in certificate.__dataclass_fields__)
    )


def test_a_file_that_takes_too_long_is_given_up_in_a_sentence_without_the_passphrase(tmp_path: Path) -> None:
    path = saved(tmp_path, pfx(LOCKED))
    with pytest.raises(BadInput, match="was not open after 0 s") as caught:
        open_certificate(path, Secret(WORDS), within_s=0.001)
    assert WORDS not in "".join(traceback.format_exception(caught.value))
