"""MSAL → an access token, or a SignInError that says why not."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from mtp_tui import __version__
from mtp_tui.clock import Clock
from mtp_tui.errors import SignInError
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.identity.entra_errors import explain_refusal
from mtp_tui.identity.msal_http import MsalHttp, whole_seconds
from mtp_tui.identity.token import AccessToken
from mtp_tui.secret import Secret
from mtp_tui.wire import Wire

DEFAULT_LIFETIME_S = 3599
"""Assumed when Entra's answer has no readable `expires_in`: the shortest lifetime that Entra gives by default."""


class SignInStep(StrEnum):
    """What a sign-in is at, for whoever waits for it."""

    LIBRARY = "Loading the sign-in library"
    TENANT = "Finding the tenant"
    TOKEN = "Asking for a token"  # noqa: S105 - a sentence, not a token


OnStep = Callable[[SignInStep], None]


@dataclass(frozen=True, slots=True)
class Grant:
    """What Entra gave."""

    token: AccessToken
    clock_offset_s: float | None
    """Entra's clock minus ours, in seconds; None if it sent no Date header. A Date counts whole seconds."""


class EntraSignIn:
    """Asks Entra for tokens by MSAL, one token request each time.

    MSAL's own caches are not used: the token is remembered by the session, and MSAL's memory of refusals would answer
    with the old error for a minute after the fault was mended in the portal.
    """

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._clock = clock

    async def acquire(self, credentials: ClientSecret, on_step: OnStep = lambda _: None) -> Grant:
        """Sign in as an application; cancelling it stops the request that is under way.

        Raises SignInError when Entra refuses, Unreachable when it cannot be asked, UnexpectedAnswer when something
        else than Entra answers. Source: Microsoft Learn, "OAuth 2.0 client credentials flow".
        """
        on_step(SignInStep.LIBRARY)
        await asyncio.to_thread(_load_msal)
        loop = asyncio.get_running_loop()
        cloud = credentials.cloud
        http = MsalHttp(
            self._wire,
            cloud,
            lambda body, status: _refusal(body, credentials, status),
        )

        def tell(step: SignInStep) -> None:
            loop.call_soon_threadsafe(on_step, step)

        try:
            result = await asyncio.to_thread(_ask, credentials, http, tell)
        except CancelledError as error:  # raised in MSAL's thread when the loop is being closed under it
            raise asyncio.CancelledError from error
        finally:
            http.stop()
        if "access_token" not in result:
            raise _refusal(result, credentials, http.last.status if http.last else 0)
        return Grant(self._token_from(result), http.last.clock_offset_s(self._clock()) if http.last else None)

    def _token_from(self, result: Mapping[str, object]) -> AccessToken:
        now = self._clock()
        lifetime_s = whole_seconds(result.get("expires_in")) or DEFAULT_LIFETIME_S
        return AccessToken(
            Secret(str(result["access_token"])),
            obtained_at=now,
            expires_at=now + timedelta(seconds=lifetime_s),
            token_type=str(result.get("token_type") or "Bearer"),
            expires_in_s=lifetime_s,
            ext_expires_in_s=whole_seconds(result.get("ext_expires_in")),
        )


def _load_msal() -> None:
    import msal  # noqa: F401 - a quarter of a second, off the event loop


def _ask(credentials: ClientSecret, http: MsalHttp, on_step: OnStep) -> dict[str, object]:
    """Blocks; runs in a thread."""
    import msal

    on_step(SignInStep.TENANT)
    application = msal.ConfidentialClientApplication(
        credentials.client_id,
        authority=f"https://{credentials.cloud.login_host}/{credentials.tenant}",
        client_credential=credentials.secret.reveal(),
        http_client=http,
        instance_discovery=False,  # the hosts are from our own table of clouds
        azure_region=False,  # else MSAL_FORCE_REGION in the environment silently moves the sign-in to another host
        app_name="mtp-tui",
        app_version=__version__,
    )
    on_step(SignInStep.TOKEN)
    result = application.acquire_token_for_client(scopes=[credentials.cloud.scope])
    return dict(result or {})


def _refusal(body: Mapping[str, object], credentials: ClientSecret, status: int) -> SignInError:
    return explain_refusal(
        body, tenant=credentials.tenant, client_id=credentials.client_id, scope=credentials.cloud.scope, status=status
    )
