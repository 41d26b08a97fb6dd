"""How many calls an application has made, and how the API says that they were too many."""

from collections import defaultdict, deque
from datetime import datetime
from enum import Enum
from math import ceil

import httpx

from mtp_tui.sim.payload import json_bytes


class ThrottleStyle(Enum):
    """The three forms of a 429 that clients must expect; which of them this endpoint sends is *unconfirmed*."""

    HEADER = "header"
    """`Retry-After` in seconds, code `TooManyRequests` (Microsoft Learn, "Common REST API error codes")."""
    BODY = "body"
    """Only the seconds in the sentence, code `"429"` (observed with the indicators endpoint, 2022)."""
    BOTH = "both"
    """`Retry-After` and seconds in the sentence, code `TooManyRequests`."""


class CallCounter:
    """Calls of the last minute and the last hour, per application.

    50 a minute and 1,500 an hour (Microsoft Learn, "List incidents", "Update incidents"). "Get incident" says 100 a
    minute, the overview 50 for all; the stricter is kept here, and counts every call. A sliding window is a guess.
    """

    def __init__(self, per_minute: int = 50, per_hour: int = 1500) -> None:
        self.per_minute = per_minute
        self.per_hour = per_hour
        self._calls: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def count(self, client_id: str, now: datetime) -> tuple[float, str]:
        """Count a call. Returns (0.0, "") if it may pass, else the seconds to wait and the quota's sentence."""
        calls = self._calls[client_id]
        while calls and (now - calls[0]).total_seconds() >= 3600:
            calls.popleft()
        for allowed, window_s, span in ((self.per_hour, 3600, "01:00:00"), (self.per_minute, 60, "00:01:00")):
            recent = [call for call in calls if (now - call).total_seconds() < window_s]
            if len(recent) >= allowed:
                wait_s = window_s - (now - recent[len(recent) - allowed]).total_seconds()
                return wait_s, f"Maximum allowed {allowed} calls per {span}."
        calls.append(now)
        return 0.0, ""


def throttled_response(style: ThrottleStyle, wait_s: float, reason: str, target: str) -> httpx.Response:
    """A 429 in one of its forms. `target` is the tracking ID or the tenant; both are seen."""
    seconds = max(1, ceil(wait_s))
    message = f"API calls quota exceeded! {reason}"
    if style is not ThrottleStyle.HEADER:
        message += f" You can send requests again in {seconds} seconds."
    code = "429" if style is ThrottleStyle.BODY else "TooManyRequests"
    headers = {"Content-Type": "application/json"}
    if style is not ThrottleStyle.BODY:
        headers["Retry-After"] = str(seconds)
    return httpx.Response(
        429, headers=headers, content=json_bytes({"error": {"code": code, "message": message, "target": target}})
    )
