"""MSAL's requests on our wire.

MSAL takes any object with `get` and `post` whose answers have `status_code`, `text`, `headers` and `raise_for_status`.
It calls them from a thread, because it blocks; here each call runs on the event loop as every other request does, so
that proxies, certificates, time-outs and the simulated tenant are the same for sign-in and API, and Escape reaches it.
What the answers hold is sifted in `msal_answers`.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from threading import Lock

from mtp_tui.errors import MtpError, SignInError, UnexpectedAnswer
from mtp_tui.identity.clouds import Cloud
from mtp_tui.identity.msal_answers import sifted
from mtp_tui.wire import Answer, Wire

_ENDPOINTS = ("token_endpoint", "authorization_endpoint", "device_authorization_endpoint")
"""Where MSAL sends what it is given. The last one may be missing: only a device code needs it."""


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

    def __init__(self, wire: Wire, cloud: Cloud, refused: Callable[[Mapping[str, object]], SignInError]) -> None:
        """`cloud` says where a secret may be sent to.

        `refused` explains the body of a refusal that MSAL would reduce to a bare ValueError; the answer is `last` then.
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
        if answer.status != 200:
            raise self._refused(body)
        for name in _ENDPOINTS:
            is_needless = name == "device_authorization_endpoint" and body.get(name) is None
            if not is_needless and not self._cloud.signs_in_at(body.get(name)):
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
        return MsalAnswer(answer, sifted(body, answer.host))

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
            failure = self._refused({})
            failure.detail = error.detail
            raise failure from error
        if answer.status >= 500:
            raise self._refused(body)
        return answer, body


def _texts(values: Mapping[str, object] | None) -> dict[str, str]:
    """Form values as text: MSAL hands over numbers, bytes (assertions) and None, which httpx would send as written."""
    return {
        name: value.decode() if isinstance(value, bytes) else str(value)
        for name, value in (values or {}).items()
        if value is not None
    }
