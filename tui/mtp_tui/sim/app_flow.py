"""Tokens for applications as themselves: the client credentials grant of both endpoints.

Sources: Microsoft Learn, "OAuth 2.0 client credentials flow" (v2); the v1 endpoint as in the 2020 guide "Create an app
to access Microsoft Threat Protection without a user". The order in which faults of one request are found is a guess.
"""

import random

from mtp_tui.clock import Clock
from mtp_tui.sim.directory import Directory
from mtp_tui.sim.payload import JsonObject
from mtp_tui.sim.refusals import Refused
from mtp_tui.sim.token_requests import TokenRequest, own_application, proof_of, resource_named
from mtp_tui.sim.tokens import Granted, access_token


class AppFlow:
    """The client credentials grant of one tenant."""

    def __init__(self, directory: Directory, now: Clock, dice: random.Random) -> None:
        self._directory = directory
        self._now = now
        self._dice = dice

    def redeem(self, asked: TokenRequest) -> JsonObject:
        """A token without roles if nobody consented; consent is not looked at here. Raises Refused."""
        app = own_application(self._directory, asked)
        asked_for = _asked_for(asked)
        now = self._now()
        proof = proof_of(self._directory, app, asked, now)
        if proof == "0":
            raise Refused(7000216 if asked.version == "2" else 7000218)
        resource = resource_named(self._directory, asked_for, asked.tenant)
        granted = Granted(asked.app_key, resource, asked_for, proof)
        token = access_token(self._directory, granted, now=now, dice=self._dice)
        lifetime_s = app.token_lifetime_s
        if asked.version == "2":
            return {
                "token_type": "Bearer",
                "expires_in": lifetime_s,
                "ext_expires_in": lifetime_s,
                "access_token": token,
            }
        epoch = int(now.timestamp())
        return {
            "token_type": "Bearer",
            "expires_in": str(lifetime_s),
            "ext_expires_in": str(lifetime_s),
            "expires_on": str(epoch + lifetime_s),
            "not_before": str(epoch - app.backdated_s),
            "resource": asked_for,
            "access_token": token,
        }


def _asked_for(asked: TokenRequest) -> str:
    """The one resource that a request names. v2: what stands before `/.default`, so `//.default` leaves a slash."""
    form = asked.form
    if asked.version == "1":
        return asked.needs("resource")
    if form.get("resource"):
        raise Refused(901002)
    scopes = form.get("scope", "").split()
    if not scopes:
        raise Refused(900144, value="scope")
    if len(scopes) > 1:
        raise Refused(70011, value=form["scope"])
    resource, default, rest = scopes[0].rpartition("/.default")
    if not default or rest or not resource:
        raise Refused(1002012, value=scopes[0])
    return resource
