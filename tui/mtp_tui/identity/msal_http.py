"""MSAL's requests on our wire.

MSAL takes any object with `get` and `post` whose answers have `status_code`, `text`, `headers` and `raise_for_status`.
It calls them from a thread, because it blocks; here each call runs on the event loop as every other request does, so
that proxies, certificates, time-outs and the simulated tenant are the same for sign-in and API, and Escape reaches it.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from threading import Lock

from mtp_tui.errors import MtpError, SignInError, UnexpectedAnswer
from mtp_tui.identity.clouds import Cloud
from mtp_tui.wire import Answer, Wire

LONGEST_LIFETIME_S = 10**9
"""Seconds beyond this are no lifetime, and would lead out of the calendar."""


class MsalAnswer:
    """One answer in the shape MSAL reads.

    The body is written anew from what we have read of it: MSAL takes JSON by the letter, which Entra does not always
    send, and reckons with numbers that may come as text.
    """

    def __init__(self, answer: Answer, body: Mapping[str, object]) -> None:
        self.status_code = answer.status
        self.headers = answer.headers
        self.text = json.dumps(body)

    def raise_for_status(self) -> None:
        """Nothing to do: `MsalHttp` has raised already for whatever MSAL must not see."""


class MsalHttp:
    """The `http_client` of one sign-in; made on the event loop, called from MSAL's thread."""

    def __init__(self, wire: Wire, cloud: Cloud, refused: Callable[[Mapping[str, object], int], SignInError]) -> None:
        """`cloud` says where a secret may be sent to.

        `refused` explains body and status of a refusal that MSAL would reduce to a bare ValueError.
        """
        self._wire = wire
        self._cloud = cloud
        self._refused = refused
        self._loop = asyncio.get_running_loop()
        self._pending: Future[Answer] | None = None
        self._closed = False
        self._guard = Lock()
        self.last: Answer | None = None
        """The latest answer, whose Date header tells the server's clock."""

    def get(
        self,
        url: str,
        params: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> MsalAnswer:
        """GET for MSAL, which asks for the tenant's metadata only. What it must not see is raised."""
        answer, body = self._send("GET", url, params=_texts(params), headers=headers)
        if answer.status >= 400:
            raise self._refused(body, answer.status)
        for name in ("token_endpoint", "authorization_endpoint"):
            if not self._cloud.signs_in_at(body.get(name)):
                raise UnexpectedAnswer(
                    name,
                    f"{answer.host} names no {name} of its own in the tenant's metadata; nothing was sent there.",
                    "The tenant may belong to another cloud, or something between you and Entra changed the answer.",
                    detail=str(body.get(name, ""))[:200],
                )
        return MsalAnswer(answer, body)

    def post(
        self,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | str | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> MsalAnswer:
        """POST for MSAL: a refusal in JSON is MSAL's own to hand back, anything else is raised here."""
        if isinstance(data, str):
            form_header = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
            answer, body = self._send("POST", url, params=_texts(params), headers=form_header, content=data)
        else:
            answer, body = self._send("POST", url, params=_texts(params), headers=headers, form=_texts(data))
        return MsalAnswer(answer, _grant(body, answer.host) if "access_token" in body else _told(body))

    def stop(self) -> None:
        """Give up whatever is under way, and refuse what MSAL may still want."""
        with self._guard:
            self._closed = True
            if self._pending is not None:
                self._pending.cancel()

    def _send(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, str],
        headers: Mapping[str, str] | None,
        form: dict[str, str] | None = None,
        content: str | None = None,
    ) -> tuple[Answer, dict[str, object]]:
        with self._guard:
            if self._closed:
                raise MtpError("The sign-in was stopped.")
            sending = self._wire.send(method, url, params=params, headers=headers, form=form, content=content)
            self._pending = asyncio.run_coroutine_threadsafe(sending, self._loop)
        self.last = answer = self._pending.result()
        try:
            body = answer.json_object()  # MSAL logs a body that is not JSON as it is; ours becomes a sentence instead
        except UnexpectedAnswer as error:
            if answer.status < 500:
                raise
            failure = self._refused({}, answer.status)
            failure.detail = error.detail
            raise failure from error
        if answer.status >= 500:
            raise self._refused(body, answer.status)
        return answer, body


_TOLD = ("error", "error_description", "correlation_id", "trace_id", "timestamp")


def _told(body: Mapping[str, object]) -> dict[str, object]:
    """What a refusal says. MSAL looks into other members, and stumbles when they are not as documented."""
    told: dict[str, object] = {name: body[name] for name in _TOLD if isinstance(body.get(name), str)}
    codes = body.get("error_codes")
    return {"error": "", **told, **({"error_codes": codes} if isinstance(codes, list | str) else {})}


def whole_seconds(value: object) -> int | None:
    """Seconds that may come as a number or as text; None if they are neither, or no time that anything could last."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = int(float(value))
    except (ValueError, OverflowError):
        return None
    return seconds if 0 <= seconds <= LONGEST_LIFETIME_S else None


def _grant(body: Mapping[str, object], host: str) -> dict[str, object]:
    """What MSAL needs of an answer with a token. Raises UnexpectedAnswer for one that no header could carry."""
    token = body["access_token"]
    if not (isinstance(token, str) and token and token.isascii() and token.isprintable() and " " not in token):
        raise UnexpectedAnswer(
            "access_token", f"{host} sent something in the place of an access token that is none.", "Try again."
        )
    times = {name: whole_seconds(body.get(name)) for name in ("expires_in", "ext_expires_in")}
    known = {name: seconds for name, seconds in times.items() if seconds is not None}
    return {"token_type": str(body.get("token_type") or "Bearer"), "access_token": token, **known}


def _texts(values: Mapping[str, object] | None) -> dict[str, str]:
    """Form values as text: MSAL hands over numbers, bytes (assertions) and None, which httpx would send as written."""
    return {
        name: value.decode() if isinstance(value, bytes) else str(value)
        for name, value in (values or {}).items()
        if value is not None
    }
