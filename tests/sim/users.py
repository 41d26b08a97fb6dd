"""Somebody who signs in as a user, with plain requests; the proof of the code exchange is made here."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import jwt

from mtp_tui.sim.browser import Landing, browse

from .conftest import API, LOGIN, Caller

DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = f"{API}/.default offline_access openid profile"
VERIFIER = "made-up-verifier-of-more-than-forty-three-characters"
REDIRECT = "http://localhost:5123"


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def refusal_of(answer: httpx.Response) -> tuple[int, str, list[int] | None]:
    """Status, word and numbers of an error."""
    body = answer.json()
    return answer.status_code, body["error"], body.get("error_codes")


class User:
    """The client's half of the user flows. A field given as None is left out."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.tenant = caller.tenant
        self.login = LOGIN
        self.at = caller.tenant.tenant_id
        """What stands for the tenant in addresses."""

    async def post(self, path: str, **fields: str | None) -> httpx.Response:
        form = {"client_id": self.tenant.client_id, **fields}
        url = f"{self.login}/{self.at}/oauth2/v2.0/{path}"
        return await self.caller.ask("POST", url, data={name: text for name, text in form.items() if text is not None})

    async def begin(self, **fields: str | None) -> httpx.Response:
        """Ask for a device code."""
        return await self.post("devicecode", **{"scope": SCOPE, **fields})

    async def poll(self, device_code: str, **fields: str | None) -> httpx.Response:
        """Ask whether the user has decided."""
        return await self.post("token", **{"grant_type": DEVICE_CODE_GRANT, "device_code": device_code, **fields})

    async def sign_in(self, **fields: str | None) -> httpx.Response:
        """A whole device code sign-in that is approved at once."""
        device_code = (await self.begin(**fields)).json()["device_code"]
        self.tenant.entra.device_codes[-1].approve()
        return await self.poll(device_code)

    async def refresh(self, refresh_token: str, **fields: str | None) -> httpx.Response:
        return await self.post("token", **{"grant_type": "refresh_token", "refresh_token": refresh_token, **fields})

    def page(self, **params: str | None) -> str:
        """The address for the browser."""
        given = {
            "client_id": self.tenant.client_id,
            "response_type": "code",
            "redirect_uri": REDIRECT,
            "scope": SCOPE,
            "state": "made-up&state",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
            **params,
        }
        query = urlencode({name: text for name, text in given.items() if text is not None})
        return f"{self.login}/{self.at}/oauth2/v2.0/authorize?{query}"

    async def browse(self, **params: str | None) -> Landing:
        return await browse(self.tenant.handle, self.page(**params))

    async def redeem(self, code: str, **fields: str | None) -> httpx.Response:
        """Trade a code for tokens."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
            **fields,
        }
        return await self.post("token", **form)


def brought_back(landing: Landing) -> dict[str, str]:
    """What the browser brings to the loopback address, whichever way."""
    url = urlsplit(landing.url)
    return landing.form or dict(parse_qsl(url.query or url.fragment))
