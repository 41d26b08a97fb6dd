"""Signing in with a browser: the page that sends it back with a code, and the tokens for that code.

Sources: Microsoft Learn, "OAuth 2.0 authorization code flow", "Redirect URI restrictions" (any port of localhost); RFC
7636 (PKCE). Stricter than Entra: a challenge by S256 is required. Nobody types anything in: whoever opens the page is
signed in at once. What is wrong before the address to return to is known good shows on a page, the rest goes there.
"""

import hashlib
import hmac
import html
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

import httpx

from mtp_tui.clock import Clock
from mtp_tui.sim.clouds import LoginCloud
from mtp_tui.sim.directory import DEFAULT_USER, Directory
from mtp_tui.sim.keys import b64url
from mtp_tui.sim.payload import JsonObject
from mtp_tui.sim.refusals import Refused
from mtp_tui.sim.token_requests import TokenRequest, check_user_application, proof_of, tid_of, user_application
from mtp_tui.sim.user_grants import UserGrants

Decision = Literal["approve", "access_denied"] | int
"""What the user does with the page; a number is that of the refusal that Entra sends back in place of a code."""
LIFETIME_S = 600
_LOOPBACK = re.compile(r"http://localhost(:\d{1,5})?/?")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_FORM_PAGE = (
    "<html><head><title>Working...</title></head><body>"
    '<form method="POST" name="hiddenform" action="{action}">{fields}<noscript><p>Script is disabled. Click Submit to continue.</p>'
    '<input type="submit" value="Submit" /></noscript></form><script language="javascript">document.forms[0].submit();</script></body></html>'
)
_ERROR_PAGE = (
    "<html><head><title>Sign in to your account</title></head><body><h1>Sign in</h1>"
    "<p>Sorry, but we’re having trouble signing you in.</p><p>{text}</p></body></html>"
)


@dataclass(slots=True)
class _Code:
    client_id: str
    redirect_uri: str
    challenge: str
    scope: str
    nonce: str
    user: str
    expires_at: datetime
    is_used: bool = False


class CodeFlow:
    """The authorization codes of one tenant. Its public attributes may be set while it runs."""

    def __init__(self, directory: Directory, grants: UserGrants, now: Clock, dice: random.Random) -> None:
        self._directory = directory
        self._grants = grants
        self._now = now
        self._dice = dice
        self._codes: dict[str, _Code] = {}
        self.next_authorization: Decision = "approve"
        self.user = DEFAULT_USER
        """Who is signed in to the browser."""

    def authorize(
        self, request: httpx.Request, cloud: LoginCloud, tenant: str, describe: Callable[[Refused], JsonObject]
    ) -> httpx.Response:
        """What the browser gets for the address; `describe` makes the error body of a refusal."""
        params = dict(request.url.params)
        client_id, redirect_uri = params.get("client_id", ""), params.get("redirect_uri", "")
        try:
            self._check_caller(cloud, tenant, client_id, redirect_uri)
        except Refused as refused:
            return _page(400, _ERROR_PAGE.format(text=html.escape(str(describe(refused)["error_description"]))))
        state = {"state": params["state"]} if "state" in params else {}
        try:
            answer = self._code_for(params, tenant)
        except Refused as refused:
            body = describe(refused)
            answer = {name: str(body[name]) for name in ("error", "error_description", "error_uri") if name in body}
        return _send_back(redirect_uri, params.get("response_mode", "query"), {**answer, **state})

    def redeem(self, asked: TokenRequest) -> JsonObject:
        """The tokens for a code. Raises Refused."""
        app = user_application(self._directory, asked)
        proof = proof_of(self._directory, app, asked, self._now())
        if proof != "0":
            raise Refused(700025)  # localhost is the address of a public client, whatever else the application is
        code = self._codes.get(asked.needs("code"))
        if code is None or self._now() >= code.expires_at:
            raise Refused(70008)
        if code.is_used:
            raise Refused(54005)
        if code.client_id != asked.app_key:
            raise Refused(70000)
        if asked.form.get("redirect_uri") != code.redirect_uri:
            raise Refused(500112, value=asked.form.get("redirect_uri", ""), expected=code.redirect_uri)
        if not hmac.compare_digest(_challenge_of(asked.form.get("code_verifier", "")), code.challenge):
            raise Refused(501481)
        body = self._grants.answer(asked, code.user, asked.form.get("scope") or code.scope, proof, nonce=code.nonce)
        code.is_used = True
        return body

    def _check_caller(self, cloud: LoginCloud, tenant: str, client_id: str, redirect_uri: str) -> None:
        tid_of(self._directory, cloud, tenant)
        if not client_id:
            raise Refused(900144, value="client_id")
        check_user_application(self._directory, cloud, tenant, client_id)
        if not _LOOPBACK.fullmatch(redirect_uri):
            raise Refused(50011, value=redirect_uri, client=client_id)

    def _code_for(self, params: dict[str, str], tenant: str) -> dict[str, str]:
        """What goes back with the browser. Raises Refused."""
        if params.get("response_type") != "code":
            raise Refused(700003, value=params.get("response_type", ""))
        challenge = params.get("code_challenge", "")
        if params.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
            raise Refused(501491)
        scope = params.get("scope", "")
        self._grants.check_scope(scope, tenant)
        if self.next_authorization != "approve":
            raise Refused(65004 if self.next_authorization == "access_denied" else self.next_authorization)
        text = f"1.AX{b64url(self._dice.randbytes(450))}"
        self._codes[text] = _Code(
            params["client_id"].lower(),
            params["redirect_uri"],
            challenge,
            scope,
            params.get("nonce", ""),
            self.user,
            self._now() + timedelta(seconds=LIFETIME_S),
        )
        about = {"client_info": self._grants.client_info(self.user)} if params.get("client_info") == "1" else {}
        return {"code": text, **about, "session_state": str(UUID(int=self._dice.getrandbits(128), version=4))}


def _challenge_of(verifier: str) -> str:
    return b64url(hashlib.sha256(verifier.encode("utf-8", "replace")).digest())


def _send_back(redirect_uri: str, response_mode: str, answer: dict[str, str]) -> httpx.Response:
    if response_mode == "form_post":
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(value)}" />' for name, value in answer.items()
        )
        return _page(200, _FORM_PAGE.format(action=html.escape(redirect_uri), fields=fields))
    mark = "#" if response_mode == "fragment" else "?"
    return httpx.Response(302, headers={"Location": f"{redirect_uri}{mark}{urlencode(answer)}"})


def _page(status: int, text: str) -> httpx.Response:
    headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store, no-cache"}
    return httpx.Response(status, headers=headers, content=text.encode())
