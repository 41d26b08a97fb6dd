"""Users who sign in to the simulated tenant, with a code or with a browser."""

import asyncio
import base64
import html
import json
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import httpx
import pytest

from mtp_tui.errors import MtpError, SignInError
from mtp_tui.identity.clouds import GLOBAL, Cloud
from mtp_tui.identity.credentials import BrowserSignIn, Credentials, DeviceCode
from mtp_tui.identity.progress import EnterCode, OpenBrowser, Progress, SignInStep
from mtp_tui.identity.sign_in import EntraSignIn, Grant
from mtp_tui.sim.tenant import SimApp, SimulatedTenant
from mtp_tui.wire import Wire
from tests.support.clocks import StoppedClock

TOKEN = "/oauth2/v2.0/token"
DEVICE_CODE = "/oauth2/v2.0/devicecode"
CONFIGURATION = "openid-configuration"
GOOD_TOKEN = {"token_type": "Bearer", "expires_in": 3599, "access_token": "made.up.token"}


class User:
    """Somebody who signs in, and what the program has told them so far."""

    def __init__(self, tenant: SimulatedTenant, clock: StoppedClock) -> None:
        self.tenant = tenant
        self.clock = clock
        self.entra = EntraSignIn(Wire(tenant.transport), clock, clock.sleep)
        self.told: list[Progress] = []
        self.on_code: Callable[[User], object] = lambda _: None
        """Done as soon as a code is shown."""
        self._shown = asyncio.Event()

    @property
    def app(self) -> SimApp:
        """The application's registration."""
        return self.tenant.apps[self.tenant.client_id]

    def credentials(self, kind: type[Credentials], tenant: str = "", cloud: Cloud = GLOBAL) -> Credentials:
        """Of the demo's application."""
        return kind(tenant or self.tenant.tenant_id, self.tenant.client_id, cloud=cloud)

    async def enters_the_code(self, tenant: str = "", cloud: Cloud = GLOBAL) -> Grant:
        """A whole sign-in by device code."""
        return await self.entra.acquire(self.credentials(DeviceCode, tenant, cloud), self._hear)

    async def uses_the_browser(
        self, come_back: "Callable[[User], Awaitable[object]] | None" = None, tenant: str = "", cloud: Cloud = GLOBAL
    ) -> Grant:
        """A whole sign-in by browser, in which nobody comes back too late unless the clock is woken."""
        self.clock.holds = True
        signing_in = asyncio.create_task(self.entra.acquire(self.credentials(BrowserSignIn, tenant, cloud), self._hear))
        try:
            async with asyncio.timeout(10):
                showing = asyncio.create_task(self._shown.wait())
                await asyncio.wait((signing_in, showing), return_when=asyncio.FIRST_COMPLETED)
                showing.cancel()
                if self._shown.is_set():
                    await (come_back or User.comes_back)(self)
                return await signing_in
        finally:
            signing_in.cancel()

    async def comes_back(self, **changed: str) -> str:
        """The browser opens the address and posts what Entra gives it, with fields `changed`. The page that is shown then."""
        opened = await self.tenant.handle(httpx.Request("GET", self.browser.address))
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', opened.text))
        form = {**{name: html.unescape(value) for name, value in fields.items()}, **changed}
        action = re.findall(r'action="([^"]*)"', opened.text)
        assert action == [self.browser.comes_back_to]
        async with httpx.AsyncClient(trust_env=False) as browser:
            return (await browser.post(action[0], data=form)).text

    @property
    def code(self) -> EnterCode:
        """The code that was shown; exactly one."""
        (code,) = [told for told in self.told if isinstance(told, EnterCode)]
        return code

    @property
    def browser(self) -> OpenBrowser:
        """The address that was to be opened; exactly one."""
        (browser,) = [told for told in self.told if isinstance(told, OpenBrowser)]
        return browser

    @property
    def steps(self) -> list[object]:
        """What was told, by kind."""
        return [told if isinstance(told, SignInStep) else type(told) for told in self.told]

    async def is_awaited(self) -> bool:
        """Whether anything listens where the browser is to come back to."""
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(self.browser.comes_back_to).port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    def posted(self, where: str) -> list[dict[str, str]]:
        """The forms that were sent to an endpoint."""
        return [seen.form for seen in self.tenant.requests if seen.path.endswith(where)]

    def _hear(self, progress: Progress) -> None:
        self.told.append(progress)
        if isinstance(progress, EnterCode):
            self.on_code(self)
        if isinstance(progress, OpenBrowser):
            self._shown.set()


def claims_of(grant: Grant) -> dict[str, object]:
    payload = grant.token.value.reveal().split(".")[1]
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(payload + "==="))
    return claims


async def failure_of(signing_in: Awaitable[Grant]) -> MtpError:
    with pytest.raises(MtpError) as caught:
        await signing_in
    assert caught.value.summary
    return caught.value


async def refusal_of(signing_in: Awaitable[Grant]) -> SignInError:
    failure = await failure_of(signing_in)
    assert isinstance(failure, SignInError)
    return failure
