"""The incidents endpoint of the Defender XDR API: what is asked, and what its answers mean.

Permission: `Incident.Read.All` or `Incident.ReadWrite.All` (application), `Incident.Read` or `Incident.ReadWrite`
(delegated); of each the latter for an update. Limits: 100 incidents a page, 50 calls a minute, 1,500 an hour.
Source: https://learn.microsoft.com/defender-xdr/api-list-incidents, api-get-incident and api-update-incidents
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit

from mtp_tui.clock import Clock
from mtp_tui.defender.incident import Incident, incident_from
from mtp_tui.defender.page import IncidentPage, page_from
from mtp_tui.defender.query import PAGE_SIZE, IncidentQuery
from mtp_tui.defender.quota import Priority, Quota
from mtp_tui.defender.refusals import error_of
from mtp_tui.errors import RequestRefused, Throttled
from mtp_tui.gate import read_only
from mtp_tui.secret import Secret
from mtp_tui.short_work import size_of_json, worked_out
from mtp_tui.wire import Answer, Wire


class TokenSource(Protocol):
    """Whoever keeps the session."""

    async def bearer(self, *, renew: bool = False) -> Secret:
        """An access token that is valid now; `renew` asks for another than the one that was just refused."""
        ...


def _agree() -> None:
    """The last look of a write that nobody looks at."""


class DefenderClient:
    """Asks for incidents with a bearer token, within the quota; reading pages stands back behind everything else as a rule.

    Every call raises Unreachable, a kind of ApiError or UnexpectedAnswer, and whatever the token source raises.
    """

    def __init__(self, wire: Wire, api_base: str, tokens: TokenSource, quota: Quota, clock: Clock) -> None:
        """`api_base` is scheme and host, such as `https://api.security.microsoft.com`."""
        self.quota = quota
        self._wire = wire
        self._base = api_base.rstrip("/")
        self._tokens = tokens
        self._clock = clock
        self._page_size = PAGE_SIZE
        self._may_ask_for_less = True

    async def page(
        self,
        query: IncidentQuery,
        *,
        skip: int = 0,
        next_link: str = "",
        priority: Priority = Priority.BACKGROUND,
    ) -> IncidentPage:
        """One page of incidents: where `next_link` leads if it leads to this API, else after `skip` incidents.

        The link in the answer is empty unless it may be followed: a token is for one host only. If the first question
        of all is refused, half as many incidents are asked for, once: other endpoints take no more than 50 a page, and
        do not say so.
        """
        if self._is_ours(next_link):
            answer = await self._ask("GET", next_link, priority=priority)
        else:
            answer = await self._ask_for_list(query, skip, priority)
        now = self._clock()
        page = await worked_out(size_of_json(answer.body), page_from, answer.body, query, now)
        link = page.next_link if self._is_ours(page.next_link) else ""
        return replace(page, next_link=link, size=self._page_size, served_at=answer.server_now(now))

    async def _ask_for_list(self, query: IncidentQuery, skip: int, priority: Priority) -> Answer:
        try:
            answer = await self._ask("GET", self._list_url(query, skip), priority=priority)
        except RequestRefused as refused:
            if not self._may_ask_for_less or refused.refusal.status != 400:
                raise
            self._may_ask_for_less = False
            url = self._list_url(query, skip, PAGE_SIZE // 2)
            answer = await self._ask("GET", url, priority=priority)
            self._page_size = PAGE_SIZE // 2
        self._may_ask_for_less = False
        return answer

    async def incident(self, incident_id: str) -> Incident:
        """One incident as it is now; raises NotFound if there is none."""
        answer = await self._ask("GET", self._incident_url(incident_id))
        return await asyncio.to_thread(incident_from, answer.body)

    @property
    def may_write(self) -> bool:
        """Whether `update` can do anything but raise ReadOnly."""
        return self._wire.may_write

    async def update(self, incident_id: str, content: str, *, last_look: Callable[[], None] = _agree) -> Incident:
        """Change one incident, and answer with it as it is then. `content` is the JSON of `update.patch_body`.

        `last_look` is called when all waiting is over, just before the request leaves; what it raises stops it.
        The request is never repeated, except after a 401, which did nothing. Unreachable at Step.ANSWER, ServiceFault
        and UnexpectedAnswer leave open whether it was done. Raises ReadOnly if the wire was not made for writing.
        Source: https://learn.microsoft.com/defender-xdr/api-update-incidents
        """
        if not self.may_write:
            raise read_only()  # before a call is counted; the wire itself would refuse all the same
        answer = await self._ask("PATCH", self._incident_url(incident_id), content=content, last_look=last_look)
        return await asyncio.to_thread(incident_from, answer.body)

    def _incident_url(self, incident_id: str) -> str:
        return f"{self._base}/api/incidents/{quote(incident_id, safe='')}"

    def _list_url(self, query: IncidentQuery, skip: int, top: int | None = None) -> str:
        # %20 and not +: the documented form, and the only one that every OData server reads as a blank
        params = query.to_params(skip, top or self._page_size)
        return f"{self._base}/api/incidents?{urlencode(params, quote_via=quote)}"

    def _is_ours(self, link: str) -> bool:
        """Whether a link of the service is https and on the very host that we call."""
        if not link.isprintable() or not link.isascii() or "\\" in link or " " in link:
            return False
        try:
            return (
                link.startswith("https://")
                and urlsplit(link).netloc.casefold() == urlsplit(self._base).netloc.casefold()
            )
        except ValueError:
            return False

    async def _ask(
        self,
        method: str,
        url: str,
        *,
        content: str | None = None,
        priority: Priority = Priority.INTERACTIVE,
        last_look: Callable[[], None] = _agree,
    ) -> Answer:
        async def send(*, renew: bool) -> Answer:
            call = await self.quota.slot(priority)  # first, so that the token is still fresh after a long wait
            try:
                token = await self._tokens.bearer(renew=renew)
                headers = {"Authorization": f"Bearer {token.reveal()}"}
                if content is not None:
                    headers["Content-Type"] = "application/json"
                last_look()
                answer = await self._wire.send(method, url, headers=headers, content=content)
                self.quota.count_again(answer.sends)
                return answer
            finally:
                self.quota.answered(call)

        answer = await send(renew=False)
        if answer.status == 401:
            answer = await send(renew=True)
        if 200 <= answer.status < 300:
            return answer
        error = error_of(
            answer.status, answer.headers, answer.body, host=answer.host, now=answer.server_now(self._clock())
        )
        if isinstance(error, Throttled):
            self.quota.penalise(error.retry_after_s)
        raise error
