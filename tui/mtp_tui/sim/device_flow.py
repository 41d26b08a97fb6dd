"""Signing in on another device: the code, the waiting, and what the user decided there.

Source: Microsoft Learn, "OAuth 2.0 device authorization grant flow"; RFC 8628, section 3.5 (`slow_down`, for Entra
*unconfirmed*).
"""

import random
import string
from dataclasses import dataclass
from datetime import datetime, timedelta

from mtp_tui.clock import Clock
from mtp_tui.sim.directory import DEFAULT_USER, Directory, SimApp
from mtp_tui.sim.keys import b64url
from mtp_tui.sim.payload import JsonObject
from mtp_tui.sim.refusals import Refused
from mtp_tui.sim.token_requests import TokenRequest, proof_of, user_application
from mtp_tui.sim.user_grants import UserGrants, check_public_client

LIFETIME_S = 900
INTERVAL_S = 5
_EARLY_S = 0.5
"""A poll may come that much before its time: clocks of client and server do not tick alike."""


@dataclass(slots=True)
class DeviceCode:
    """A code that was handed out."""

    user_code: str
    """What the user types in: nine letters and digits."""
    device_code: str
    """What the client asks with."""
    client_id: str
    scope: str
    expires_at: datetime
    user: str = ""
    """Who approved it."""
    is_declined: bool = False
    is_used: bool = False
    """Whether tokens were given for it."""
    polls: int = 0
    """How many were told to wait; those that came too early do not count."""
    last_poll_at: datetime | None = None

    @property
    def is_decided(self) -> bool:
        """Whether the user has approved or declined."""
        return bool(self.user) or self.is_declined

    def approve(self, user: str = DEFAULT_USER) -> None:
        """The user enters the code and signs in."""
        self.user = user

    def decline(self) -> None:
        """The user enters the code and cancels."""
        self.is_declined = True


class DeviceFlow:
    """The device codes of one tenant."""

    def __init__(self, directory: Directory, grants: UserGrants, now: Clock, dice: random.Random) -> None:
        self._directory = directory
        self._grants = grants
        self._now = now
        self._dice = dice
        self.codes: list[DeviceCode] = []
        """All that were handed out, the newest last."""

    def begin(self, asked: TokenRequest) -> JsonObject:
        """A new code; whether the application may use it is found out by asking with it. Raises Refused."""
        asked.needs("client_id")
        user_application(self._directory, asked)
        scope = asked.needs("scope")
        self._grants.check_scope(scope, asked.tenant)
        code = DeviceCode(
            "".join(self._dice.choices(string.ascii_uppercase + string.digits, k=9)),
            f"DAQABAAEAAAA{b64url(self._dice.randbytes(150))}",
            asked.app_key,
            scope,
            self._now() + timedelta(seconds=LIFETIME_S),
        )
        self.codes.append(code)
        page = asked.cloud.device_page
        return {
            "user_code": code.user_code,
            "device_code": code.device_code,
            "verification_uri": page,
            "expires_in": LIFETIME_S,
            "interval": INTERVAL_S,
            "message": f"To sign in, use a web browser to open the page {page} and enter the code {code.user_code} to authenticate.",
        }

    def redeem(self, asked: TokenRequest) -> JsonObject:
        """The tokens, once the user has approved. Raises Refused, also for every poll before that."""
        app = user_application(self._directory, asked)
        proof = proof_of(self._directory, app, asked, self._now())
        check_public_client(app, proof)
        code = self._handed_out(asked.needs("device_code"), asked.app_key)
        self._check_decision(code, app)
        body = self._grants.answer(asked, code.user, code.scope, proof)
        code.is_used = True
        return body

    def _handed_out(self, device_code: str, client_id: str) -> DeviceCode:
        code = next((each for each in self.codes if each.device_code == device_code), None)
        if code is None or code.is_used or code.client_id != client_id:
            raise Refused(70018)
        if self._now() >= code.expires_at:
            raise Refused(70020)
        return code

    def _check_decision(self, code: DeviceCode, app: SimApp) -> None:
        """Raises Refused unless the user has approved."""
        if (
            not code.is_decided
            and app.auto_approve_after_polls is not None
            and code.polls >= app.auto_approve_after_polls
        ):
            code.approve()
        if code.is_declined:
            raise Refused("authorization_declined")
        if code.is_decided:
            return
        now, last = self._now(), code.last_poll_at
        code.last_poll_at = now
        if last is not None and (now - last).total_seconds() < INTERVAL_S - _EARLY_S:
            raise Refused("slow_down")
        code.polls += 1
        raise Refused(70016)
