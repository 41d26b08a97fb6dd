"""MSAL → an access token, or a SignInError that says why not."""

import asyncio
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mtp_tui.clock import Clock, Sleep
from mtp_tui.identity.credentials import BrowserSignIn, Credentials, DeviceCode, PastedToken
from mtp_tui.identity.msal_answers import whole_seconds
from mtp_tui.identity.progress import OnProgress, SignInStep
from mtp_tui.identity.token import AccessToken
from mtp_tui.secret import Secret
from mtp_tui.wire import Wire

if TYPE_CHECKING:
    from mtp_tui.identity.msal_client import MsalClient

DEFAULT_LIFETIME_S = 3599
"""Assumed when Entra's answer has no readable `expires_in`: the shortest lifetime that Entra gives by default."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What Entra gave."""

    token: AccessToken
    clock_offset_s: float | None
    """Entra's clock minus ours, in seconds; None if it sent no Date header. A Date counts whole seconds."""
    refresh: Secret | None = None
    """For users only: with it the next token needs nobody at a browser."""


class EntraSignIn:
    """Asks Entra for tokens by MSAL, anew each time: nothing is remembered from one sign-in to the next."""

    def __init__(self, wire: Wire, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
        self._wire = wire
        self._clock = clock
        self._sleep = sleep

    async def acquire(self, credentials: Credentials, on_progress: OnProgress = lambda _: None) -> Grant:
        """Sign in as an application or as a user; cancelling it stops the request that is under way.

        For a user it takes as long as the user does. Raises SignInError when Entra refuses or nobody confirms, BadInput
        for a certificate of no use, Unreachable when Entra cannot be asked, UnexpectedAnswer when something else than
        Entra answers. Source: Microsoft Learn, "OAuth 2.0 client credentials flow", and those named in `user_flows`.
        """
        from mtp_tui.identity.msal_client import MsalClient
        from mtp_tui.identity.user_flows import by_browser, by_device_code

        if isinstance(credentials, PastedToken):
            raise TypeError("a pasted token is not to be asked for")
        with closing(MsalClient(self._wire, credentials)) as client:
            await client.open(on_progress)
            match credentials:
                case DeviceCode():
                    answer = await by_device_code(client, on_progress, self._clock, self._sleep)
                case BrowserSignIn():
                    answer = await by_browser(client, on_progress, self._clock, self._sleep)
                case _:
                    on_progress(SignInStep.TOKEN)
                    scopes = [credentials.scope]
                    answer = await client.ask(lambda application: application.acquire_token_for_client(scopes=scopes))
        return self._grant(answer, client)

    async def renew(self, credentials: Credentials, refresh: Secret) -> Grant:
        """The next token of a user who has signed in, and mostly the next refresh token too.

        Raises SignInError when the refresh token is revoked or expired: the user has to sign in again. Otherwise as
        `acquire`. Source: Microsoft Learn, "OAuth 2.0 authorization code flow", refresh the access token.
        """
        from mtp_tui.identity.msal_client import MsalClient

        if not credentials.is_for_user:
            raise TypeError(f"{credentials.kind} has no refresh token")
        with closing(MsalClient(self._wire, credentials)) as client:
            await client.open(lambda _: None)
            answer = await client.ask(
                lambda application: application.acquire_token_by_refresh_token(refresh.reveal(), [credentials.scope])
            )
        return self._grant(answer, client, refresh)

    def _grant(self, answer: Mapping[str, object], client: "MsalClient", refresh: Secret | None = None) -> Grant:
        """What Entra gave, with the earlier refresh token if it gave no other. Raises SignInError if it refused."""
        if "access_token" not in answer:
            raise client.refusal(answer)
        if client.credentials.is_for_user and answer.get("refresh_token"):
            refresh = Secret(str(answer["refresh_token"]))
        offset_s = client.last.clock_offset_s(self._clock()) if client.last else None
        return Grant(self._token_from(answer), offset_s, refresh)

    def _token_from(self, answer: Mapping[str, object]) -> AccessToken:
        now = self._clock()
        lifetime_s = whole_seconds(answer.get("expires_in")) or DEFAULT_LIFETIME_S
        return AccessToken(
            Secret(str(answer["access_token"])),
            obtained_at=now,
            expires_at=now + timedelta(seconds=lifetime_s),
            token_type=str(answer.get("token_type") or "Bearer"),
            expires_in_s=lifetime_s,
            ext_expires_in_s=whole_seconds(answer.get("ext_expires_in")),
        )
