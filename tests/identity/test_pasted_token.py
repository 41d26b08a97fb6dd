"""What is pasted in a token's place: only what may be a token for this API, in this cloud, is ever sent to it."""

import json
from base64 import b64encode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mtp_tui.errors import BadInput, MtpError
from mtp_tui.identity.clouds import DOD, GCC, GCC_HIGH, GLOBAL, MTP_APP_ID, Cloud
from mtp_tui.identity.credentials import PastedToken
from mtp_tui.identity.pasted_token import ASSUMED_LIFETIME, pasted_access_token, refuse_unless_usable
from mtp_tui.secret import Secret
from tests.identity.minting import EPOCH, NOW, app_claims, judged, mint, rsa_key

PEM = rsa_key("entra").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
DER = rsa_key("entra").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
LONG = "Zq7" * 60


def usable(text: str, cloud: Cloud = GLOBAL) -> str:
    """What would be sent to the API. Raises what the session raises."""
    token = pasted_access_token(PastedToken("", "", Secret(text), cloud=cloud), NOW)
    refuse_unless_usable(token, judged(token.value, tenant="", client_id="", cloud=cloud), NOW)
    return token.value.reveal()


@pytest.mark.parametrize(
    "text",
    [
        mint().reveal(),
        mint(app_claims(aud=MTP_APP_ID)).reveal(),
        LONG,
        f"{LONG}+/==",
        "eyJhbGciOiJkaXIifQ." + LONG + ".a.b.c",
    ],
)
def test_what_may_be_a_token_is_sent_as_it_is(text: str) -> None:
    assert usable(f'"Bearer {text}"\r\n') == text


@pytest.mark.parametrize(
    "text",
    [
        "made~up.client-secret_of+40/characters=00",
        PEM,
        PEM.replace("\n", ""),
        b64encode(PEM.encode()).decode(),
        b64encode(DER).decode(),
        json.dumps({"refresh_token": f"0.A{LONG}"}),
        json.dumps({"client_secret": LONG, "tenant": "contoso.com"}),
        f"AccountName=made-up;AccountKey={LONG}==;EndpointSuffix=core.windows.net",
        f"https://localhost/?code={LONG}&state=1",
        f"ESTSAUTH=0.A{LONG}",
        f"1.A{LONG}",
        "ключ" * 60,
    ],
)
def test_a_secret_that_was_pasted_by_mistake_is_not_sent(text: str) -> None:
    with pytest.raises(MtpError, match=r"was not sent|too short") as caught:
        usable(text)
    assert LONG not in f"{caught.value.summary}{caught.value.hint}{caught.value.detail}"


@pytest.mark.parametrize(
    ("audience", "cloud", "said"),
    [
        ("https://graph.microsoft.com", GLOBAL, "another API"),
        ("https://api.securitycenter.microsoft.com", GLOBAL, "another API"),
        (["https://api.security.microsoft.com"], GLOBAL, "another API"),
        (None, GLOBAL, "another API"),
        ("https://api-gov.security.microsoft.us", GLOBAL, "another cloud"),
        ("https://api-gov.security.microsoft.us/", GCC, "another cloud"),
        ("https://api.security.microsoft.com", GCC_HIGH, "another cloud"),
    ],
)
def test_a_token_for_elsewhere_is_not_sent_here(audience: object, cloud: Cloud, said: str) -> None:
    """A host that a token is not for could use it there."""
    with pytest.raises(MtpError, match=said):
        usable(mint(app_claims(aud=audience)).reveal(), cloud)


@pytest.mark.parametrize(
    ("audience", "cloud"),
    [
        ("https://api-gov.security.microsoft.us", DOD),
        ("https://api-gcc.security.microsoft.us", GCC),
        ("https://api.security.microsoft.com/", GCC),
        ("https://api-us.security.microsoft.com", GLOBAL.in_region("eu")),
    ],
)
def test_every_name_of_this_api_in_its_cloud_will_do(audience: str, cloud: Cloud) -> None:
    assert usable(mint(app_claims(aud=audience)).reveal(), cloud)


def test_a_token_that_has_ended_is_not_sent() -> None:
    with pytest.raises(MtpError, match="has ended"):
        usable(mint(app_claims(exp=EPOCH)).reveal())


@pytest.mark.parametrize("exp", [None, "soon", 1e300, [EPOCH], True])
def test_a_token_that_does_not_say_when_it_ends_gets_an_hour(exp: object) -> None:
    token = pasted_access_token(PastedToken("", "", mint(app_claims(exp=exp))), NOW)
    assert token.expires_at == NOW + ASSUMED_LIFETIME == NOW + timedelta(hours=1)


@pytest.mark.parametrize("text", [" ", " \n", '""', "'`;"])
def test_nothing_is_no_token(text: str) -> None:
    with pytest.raises(BadInput, match="no token"):
        pasted_access_token(PastedToken("", "", Secret(text)), NOW)
