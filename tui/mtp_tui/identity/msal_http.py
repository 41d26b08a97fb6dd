"""MSAL's requests on our wire.

MSAL takes any object with `get` and `post` whose answers have `status_code`, `text`, `headers` and `raise_for_status`.
It calls them from a thread, because it blocks; here each call runs on the event loop as every other request does, so
that proxies, certificates, time-outs and the simulated tenant are the same for sign-in and API, and Escape reaches it.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from threading import Lock

from mtp_tui.errors import MtpError, SignInError
from mtp_tui.wire import Answer, Wire


class MsalAnswer:
    """One answer in the shape MSAL reads."""

    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self.headers = answer.headers
        self.text = answer.text

    def raise_for_status(self) -> None:
        """Nothing to do: `MsalHttp` has raised already for whatever MSAL must not see."""


class MsalHttp:
    """The `http_client` of one sign-in; made on the event loop, called from MSAL's thread."""

    def __init__(self, wire: Wire, refused: Callable[[Answer], SignInError]) -> None:
        """`refused` explains a refusing answer to a metadata request, which MSAL would reduce to a bare ValueError."""
        self._wire = wire
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
        """GET for MSAL: a refusal is raised as what it means, since MSAL would hide it."""
        answer = self._send("GET", url, params=_texts(params), headers=headers)
        if answer.status >= 400:
            raise self._refused(answer)
        return MsalAnswer(answer)

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
            answer = self._send("POST", url, params=_texts(params), headers=form_header, content=data)
        else:
            answer = self._send("POST", url, params=_texts(params), headers=headers, form=_texts(data))
        return MsalAnswer(answer)

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
    ) -> Answer:
        with self._guard:
            if self._closed:
                raise MtpError("The sign-in was stopped.")
            sending = self._wire.send(method, url, params=params, headers=headers, form=form, content=content)
            self._pending = asyncio.run_coroutine_threadsafe(sending, self._loop)
        answer = self._pending.result()
        self.last = answer
        if answer.status >= 500:
            raise SignInError(
                f"The sign-in service failed ({answer.status}).",
                "It is on Microsoft's side: try again in a moment.",
                detail=answer.text[:200],
            )
        answer.json_object()  # MSAL logs a body that is not JSON as it is; ours becomes a sentence instead
        return answer


def _texts(values: Mapping[str, object] | None) -> dict[str, str]:
    """Form values as text: MSAL hands over numbers, bytes (assertions) and None, which httpx would send as written."""
    return {
        name: value.decode() if isinstance(value, bytes) else str(value)
        for name, value in (values or {}).items()
        if value is not None
    }
