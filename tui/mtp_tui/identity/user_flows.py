"""The two ways in which a person signs in: with a code in a browser anywhere, and with a browser on this machine.

Sources: Microsoft Learn, "OAuth 2.0 device authorization grant flow" and "OAuth 2.0 authorization code flow"; RFC 8628,
RFC 8252. Nothing is opened or shown here: whoever listens to the progress does that.
"""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, TypeVar

from mtp_tui.clock import Clock, Sleep
from mtp_tui.errors import MtpError, SignInError, UnexpectedAnswer, Unreachable
from mtp_tui.identity.credentials import Credentials
from mtp_tui.identity.loopback import listening
from mtp_tui.identity.msal_client import MsalClient
from mtp_tui.identity.progress import EnterCode, OnProgress, OpenBrowser, SignInStep

T = TypeVar("T")

SLOW_DOWN_BY_S = 5
"""Longer between two questions, each time Entra says `slow_down`. Source: RFC 8628, section 3.5."""
MOST_FAILURES_IN_A_ROW = 5
"""Questions in a row that may get no answer, before waiting for a code is given up."""
BROWSER_WAIT = timedelta(minutes=10)


async def by_device_code(client: MsalClient, on_progress: OnProgress, clock: Clock, sleep: Sleep) -> dict[str, Any]:
    """Ask for a code, tell it, and ask again and again until somebody has confirmed it. Returns the last answer of Entra.

    Raises SignInError when the code runs out, by our clock if Entra does not say so earlier.
    """
    flow = await client.ask(lambda application: _begin(application, client.credentials))
    if "user_code" not in flow:
        raise client.refusal(flow)
    expires_at = clock() + timedelta(seconds=flow["expires_in"])
    on_progress(EnterCode(flow["user_code"], flow["verification_uri"], expires_at))
    interval_s, failures = flow["interval"], 0
    while True:
        await sleep(interval_s)
        if clock() >= expires_at:
            raise client.refusal({"error": "expired_token"}, is_answer=False)
        try:
            answer = await client.ask(lambda application: _poll(application, flow))
        except MtpError as error:
            failures += 1
            if failures >= MOST_FAILURES_IN_A_ROW or not _is_passing(error, client):
                raise
            continue
        failures = 0
        match answer.get("error"):
            case "authorization_pending":
                continue
            case "slow_down":
                interval_s += SLOW_DOWN_BY_S
            case _ if (
                client.last is not None and client.last.status == 429
            ):  # the tenant is throttled, not the code lost
                interval_s += SLOW_DOWN_BY_S
            case _:
                return answer


def _begin(application: Any, credentials: Credentials) -> object:
    """Ask for a code. Blocks."""
    if not application.authority.device_authorization_endpoint:
        raise UnexpectedAnswer(
            "device_authorization_endpoint",
            f"{credentials.cloud.login_host} names no address at which a device code could be had.",
            "Sign in with the browser of this machine instead.",
        )
    return application.initiate_device_flow(scopes=[credentials.scope])


def _poll(application: Any, flow: dict[str, Any]) -> object:
    """One question; the waiting is ours. Blocks."""
    flow["latest_attempt_at"] = 0  # MSAL would warn of haste, by the machine's clock
    return application.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)


def _is_passing(error: MtpError, client: MsalClient) -> bool:
    """Whether the next question may be answered: the network failed, or Entra on its own side."""
    is_fault_of_entra = isinstance(error, SignInError) and client.last is not None and client.last.status >= 500
    return isinstance(error, Unreachable) or is_fault_of_entra


async def by_browser(client: MsalClient, on_progress: OnProgress, clock: Clock, sleep: Sleep) -> dict[str, Any]:
    """Tell an address to be opened, wait for the browser to come back, and ask for the token. Returns Entra's answer.

    Raises SignInError when nobody comes back within `BROWSER_WAIT`, or when Entra sends the browser back with a refusal.
    """
    async with listening() as loopback:
        flow = await client.ask(
            lambda application: application.initiate_auth_code_flow(
                [client.credentials.scope],
                redirect_uri=loopback.address,
                response_mode="form_post",  # keeps the code out of the browser's history
                prompt="select_account",
            )
        )
        on_progress(OpenBrowser(flow["auth_uri"], loopback.address, clock() + BROWSER_WAIT))
        answer = await _within(BROWSER_WAIT, loopback.answer(flow["state"]), sleep)
    if answer is None:
        raise SignInError(
            "Nobody came back from the browser within 10 minutes.",
            "Start again; if the browser runs on another machine, sign in with a device code instead.",
        )
    if "error" in answer:
        raise client.refusal(answer, is_answer=False)
    on_progress(SignInStep.TOKEN)
    return await client.ask(lambda application: application.acquire_token_by_auth_code_flow(flow, answer))


async def _within(span: timedelta, awaited: Awaitable[T], sleep: Sleep) -> T | None:
    """What comes of `awaited`, or None if the span is over first."""
    answering, waiting = asyncio.ensure_future(awaited), asyncio.ensure_future(sleep(span.total_seconds()))
    try:
        await asyncio.wait((answering, waiting), return_when=asyncio.FIRST_COMPLETED)
        return answering.result() if answering.done() else None
    finally:
        answering.cancel()
        waiting.cancel()
