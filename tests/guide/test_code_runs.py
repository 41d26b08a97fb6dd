"""The code is run: cURL in every shell of this machine and Python, against the simulated tenant over TLS."""

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import jwt
import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from mtp_tui.defender.query import IncidentQuery
from mtp_tui.guide.copy_as_code import Language, code_for_incidents, code_for_token
from mtp_tui.identity.clouds import GLOBAL
from mtp_tui.sim.faults import raw, wrong_json
from mtp_tui.sim.tenant import SimulatedTenant
from tests.guide.hostile import HOSTILE
from tests.guide.programs import SHELLS, Done, Workshop

WAYS = [*((Language.CURL, shell) for shell in SHELLS), (Language.PYTHON, "")]
LANGUAGES = [Language.CURL, Language.PYTHON] if SHELLS else [Language.PYTHON]
needs_openssl = pytest.mark.skipif(not SHELLS or not shutil.which("openssl"), reason="needs sh, curl and openssl")


async def run_token(
    workshop: Workshop, tenant: SimulatedTenant, language: Language, kind: str, **variables: str
) -> Done:
    code = code_for_token(language, kind, tenant.tenant_id, tenant.client_id, GLOBAL)
    return await workshop.run(language, code, **variables)


# with a secret


@pytest.mark.parametrize(("language", "shell"), WAYS)
async def test_the_token_code_prints_a_token_and_nothing_else(
    workshop: Workshop, tenant: SimulatedTenant, language: Language, shell: str
) -> None:
    code = code_for_token(language, "secret", tenant.domain, tenant.client_id, GLOBAL)
    done = await workshop.run(language, code, shell=shell, AZURE_CLIENT_SECRET=tenant.client_secret)
    assert (done.code, done.problem) == (0, "")
    claims = jwt.decode(done.output.strip(), options={"verify_signature": False})
    assert claims["aud"] == GLOBAL.resource
    assert done.output.count("\n") == 1


@pytest.mark.parametrize(("language", "shell"), WAYS)
async def test_the_incidents_code_prints_the_page_that_was_asked_for(
    workshop: Workshop, tenant: SimulatedTenant, language: Language, shell: str
) -> None:
    query = IncidentQuery(changed_since=datetime(2026, 11, 19, 8, 30, 0, 120000, tzinfo=UTC))
    code = code_for_incidents(language, "secret", tenant.tenant_id, tenant.client_id, GLOBAL, query=query)
    done = await workshop.run(language, code, shell=shell, AZURE_CLIENT_SECRET=tenant.client_secret)
    assert (done.code, done.problem) == (0, "")
    names = {incident["incidentName"] for incident in json.loads(done.output)["value"]}
    assert names == {"First", "Verdächtige Anmeldung – 東京"}
    assert tenant.requests[-1].params == query.to_params()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("secret", ["a~b.c_d-e", "with blanks + / = & % '\" \\ $HOME", "ünïcödé 東京"])
async def test_every_secret_arrives_as_it_is(
    workshop: Workshop, tenant: SimulatedTenant, language: Language, secret: str
) -> None:
    tenant.apps[tenant.client_id].secret = secret
    done = await run_token(workshop, tenant, language, "secret", AZURE_CLIENT_SECRET=secret)
    assert (done.code, done.problem) == (0, "")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_without_its_variable_the_code_asks_for_nothing(
    workshop: Workshop, tenant: SimulatedTenant, language: Language
) -> None:
    done = await run_token(workshop, tenant, language, "secret")
    assert done.code != 0
    assert "AZURE_CLIENT_SECRET" in done.problem
    assert tenant.requests == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_refusal_is_shown_in_entras_words(
    workshop: Workshop, tenant: SimulatedTenant, language: Language
) -> None:
    done = await run_token(workshop, tenant, language, "secret", AZURE_CLIENT_SECRET="wrong")
    assert done.code != 0
    assert done.output == ""
    assert "AADSTS7000215" in done.problem


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_refusal_of_the_api_ends_in_an_error(
    workshop: Workshop, tenant: SimulatedTenant, language: Language
) -> None:
    tenant.faults.add("/api/incidents", raw(401, b""))
    code = code_for_incidents(language, "secret", tenant.tenant_id, tenant.client_id, GLOBAL)
    done = await workshop.run(language, code, AZURE_CLIENT_SECRET=tenant.client_secret)
    assert done.code != 0
    assert "401" in done.problem


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", HOSTILE)
async def test_whatever_an_id_holds_arrives_as_that_and_does_nothing(
    workshop: Workshop, tenant: SimulatedTenant, language: Language, value: str
) -> None:
    before = {path.name for path in workshop.folder.iterdir()}
    code = code_for_token(language, "secret", value, value, GLOBAL, scope=value)
    done = await workshop.run(language, code, AZURE_CLIENT_SECRET=tenant.client_secret)
    assert done.output == ""
    (asked,) = tenant.requests
    assert asked.form == {
        "client_id": value,
        "client_secret": tenant.client_secret,
        "grant_type": "client_credentials",
        "scope": value.strip(),
    }
    assert (asked.host, httpx.URL(asked.url).query) == ("login.microsoftonline.com", b"")
    assert {path.name for path in workshop.folder.iterdir()} - before <= {"program.sh", "program.py"}


@pytest.mark.skipif(not SHELLS, reason="needs sh and curl")
async def test_neither_secret_nor_token_is_an_argument_of_curl(workshop: Workshop, tenant: SimulatedTenant) -> None:
    """Other people on a jump host can list every program with its arguments."""
    seen = workshop.folder / "arguments"
    spy = workshop.folder / "curl"
    spy.write_text(f"""#!/bin/sh\nprintf '%s\\n' "$@" >> '{seen}'\nexec '{shutil.which("curl")}' "$@"\n""")
    spy.chmod(0o755)
    spied = Workshop(
        workshop.folder, {**workshop.environment, "PATH": f"{workshop.folder}:{workshop.environment['PATH']}"}
    )
    code = code_for_incidents(Language.CURL, "secret", tenant.tenant_id, tenant.client_id, GLOBAL)
    done = await spied.run(Language.CURL, code, AZURE_CLIENT_SECRET=tenant.client_secret)
    assert done.code == 0
    arguments = seen.read_text()
    assert tenant.client_id in arguments
    assert tenant.client_secret not in arguments
    assert "eyJ" not in arguments


# with a certificate


PASSPHRASE = "open sesame"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one certificate: alone, with its key as PEM, with its key locked, and as a locked PFX."""
    folder = tmp_path_factory.mktemp("certificate")
    made = trustme.CA(key_type=trustme.KeyType.RSA).issue_cert("mtp-tui.test", key_type=trustme.KeyType.RSA)
    key = load_pem_private_key(made.private_key_pem.bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    public_pem = made.cert_chain_pems[0].bytes()
    lock = BestAvailableEncryption(PASSPHRASE.encode())
    locked_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
    public = x509.load_pem_x509_certificate(public_pem)
    files = {
        "public.pem": public_pem,
        "app.pem": made.private_key_pem.bytes() + public_pem,
        "locked.pem": locked_pem + public_pem,
        "app.pfx": pkcs12.serialize_key_and_certificates(b"app", key, public, None, lock),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


CERTIFICATES = [
    pytest.param(Language.CURL, "app.pem", marks=needs_openssl),
    pytest.param(Language.CURL, "locked.pem", marks=needs_openssl),
    (Language.PYTHON, "app.pem"),
    (Language.PYTHON, "locked.pem"),
    (Language.PYTHON, "app.pfx"),
]


@pytest.mark.parametrize(("language", "file"), CERTIFICATES)
async def test_the_certificate_proves_itself_with_a_signature_that_its_public_key_verifies(
    workshop: Workshop, tenant: SimulatedTenant, certificate: Path, language: Language, file: str
) -> None:
    tenant.faults.add("/token", wrong_json({"token_type": "Bearer", "expires_in": 3599, "access_token": "a.b.c"}))
    variables = {"AZURE_CLIENT_CERTIFICATE_PATH": str(certificate / file)}
    if file != "app.pem":
        variables["AZURE_CLIENT_CERTIFICATE_PASSWORD"] = PASSPHRASE
    done = await run_token(workshop, tenant, language, "certificate", **variables)
    assert (done.code, done.problem, done.output) == (0, "", "a.b.c\n")
    form = tenant.requests[-1].form
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    public = x509.load_pem_x509_certificate((certificate / "public.pem").read_bytes())
    public_key = public.public_key()
    assert isinstance(public_key, RSAPublicKey)
    header = jwt.get_unverified_header(form["client_assertion"])
    assert jwt.utils.base64url_decode(header["x5t#S256"]) == public.fingerprint(hashes.SHA256())
    claims = jwt.decode(
        form["client_assertion"],
        public_key,
        algorithms=["PS256"],
        audience=f"https://login.microsoftonline.com/{tenant.tenant_id}/oauth2/v2.0/token",
        options={"require": ["aud", "iss", "sub", "jti", "exp"]},
    )
    assert claims["iss"] == claims["sub"] == tenant.client_id


# as a user


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_device_code_is_shown_and_asked_after_until_the_user_has_signed_in(
    workshop: Workshop, tenant: SimulatedTenant, language: Language
) -> None:
    code = {
        "user_code": "ABCD1234E",
        "device_code": "device+code/of=this-sign-in",
        "verification_uri": "https://microsoft.com/devicelogin",
        "expires_in": 900,
        "interval": 0,
        "message": "To sign in, open https://microsoft.com/devicelogin and enter the code ABCD1234E.",
    }
    tenant.faults.add("/devicecode", wrong_json(code))
    pending = {"error": "authorization_pending", "error_description": "AADSTS70016: pending.", "error_codes": [70016]}
    tenant.faults.add("/token", wrong_json(pending, 400), times=2)
    tenant.faults.add("/token", wrong_json({"token_type": "Bearer", "expires_in": 3599, "access_token": "a.b.c"}))
    done = await run_token(workshop, tenant, language, "device-code")
    assert (done.code, done.output) == (0, "a.b.c\n")
    assert "https://microsoft.com/devicelogin" in done.problem
    assert "ABCD1234E" in done.problem
    assert [seen.form.get("device_code") for seen in tenant.requests[1:]] == [code["device_code"]] * 3


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_declined_device_code_ends_the_waiting(
    workshop: Workshop, tenant: SimulatedTenant, language: Language
) -> None:
    code = {
        "user_code": "A",
        "device_code": "B",
        "verification_uri": "https://x.example",
        "interval": 0,
        "message": "C",
    }
    tenant.faults.add("/devicecode", wrong_json(code))
    tenant.faults.add("/token", wrong_json({"error": "authorization_declined", "error_description": "no"}, 400))
    done = await run_token(workshop, tenant, language, "device-code")
    assert done.code != 0
    assert "authorization_declined" in done.problem


BROWSER = """
import sys, urllib.parse, urllib.request
asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(sys.argv[1]).query))
assert asked["response_mode"] == "form_post" and asked["code_challenge_method"] == "S256"
answer = urllib.parse.urlencode({"code": "of-the-user", "state": asked["state"]}).encode()
urllib.request.urlopen(asked["redirect_uri"], answer, timeout=20).read()
"""
"""Signs in at once, and posts the code back as Entra's page would make a browser do."""


async def test_python_opens_the_browser_and_takes_the_code_from_the_loopback_address(
    workshop: Workshop, tenant: SimulatedTenant
) -> None:
    (workshop.folder / "browser.py").write_text(BROWSER, encoding="utf-8")
    tenant.faults.add("/token", wrong_json({"token_type": "Bearer", "expires_in": 3599, "access_token": "a.b.c"}))
    done = await run_token(workshop, tenant, Language.PYTHON, "browser", BROWSER=f"'{sys.executable}' browser.py %s &")
    assert (done.code, done.output) == (0, "a.b.c\n")
    assert tenant.requests[-1].form["code"] == "of-the-user"
    assert tenant.requests[-1].form["code_verifier"]


# with a token that is there already


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_given_token_is_used_as_it_is(workshop: Workshop, tenant: SimulatedTenant, language: Language) -> None:
    token = (await run_token(workshop, tenant, language, "secret", AZURE_CLIENT_SECRET=tenant.client_secret)).output
    code = code_for_incidents(language, "token", tenant.tenant_id, tenant.client_id, GLOBAL)
    done = await workshop.run(language, code, MTP_TOKEN=token.strip())
    assert done.code == 0
    assert len(json.loads(done.output)["value"]) == 2
