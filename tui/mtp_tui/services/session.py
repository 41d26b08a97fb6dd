"""Being signed in: one token, judged, renewed before it ends, and handed to whoever calls the API."""

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mtp_tui.clock import Clock
from mtp_tui.errors import MtpError
from mtp_tui.identity.clouds import Cloud
from mtp_tui.identity.credentials import GUID, ClientSecret
from mtp_tui.identity.sign_in import EntraSignIn, Grant, OnStep
from mtp_tui.identity.signing_keys import SigningKeys, TenantMetadata
from mtp_tui.identity.token import AccessToken, TokenReading, read_token
from mtp_tui.identity.token_checks import TokenReport, judge_token
from mtp_tui.secret import Secret

log = logging.getLogger(__name__)

RENEW_BEFORE_END = timedelta(minutes=5)
"""A token with less than this left is renewed with the next call."""

RETRY_RENEWAL_AFTER = timedelta(seconds=30)
"""How long a failed renewal is left alone while the old token still works."""

_KEYS_COMING = "the tenant's signing keys are being fetched"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """As whom, with which token, and what is to be said about it."""

    token: AccessToken
    report: TokenReport

    @property
    def tenant(self) -> str:
        """As it was typed: a GUID or a domain."""
        return self.report.case.tenant

    @property
    def client_id(self) -> str:
        """The application's ID."""
        return self.report.case.client_id

    @property
    def cloud(self) -> Cloud:
        """Where both are at home."""
        return self.report.case.cloud

    @property
    def reading(self) -> TokenReading:
        """The token taken apart."""
        return self.report.reading

    @property
    def clock_offset_s(self) -> float | None:
        """Entra's clock minus ours; None if not measured."""
        return self.report.case.clock_offset_s

    def is_same_application(self, other: "SignedIn") -> bool:
        """Whether both are the same application in the same tenant and cloud."""
        return (self.tenant_id, self.client_id, self.cloud) == (other.tenant_id, other.client_id, other.cloud)

    @property
    def tenant_id(self) -> str:
        """The tenant's GUID as the token has it; what was typed if the token cannot be read."""
        claimed = str(self.reading.payload.get("tid", "")).lower()
        return claimed if GUID.fullmatch(claimed) else self.tenant


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sign-in that succeeded and is not used yet: whoever asked for it may have changed their mind."""

    credentials: ClientSecret
    signed_in: SignedIn


class Session:
    """Holds the credentials and the token of one application, in memory only."""

    def __init__(self, sign_in: EntraSignIn, keys: SigningKeys, clock: Clock) -> None:
        self._entra = sign_in
        self._keys = keys
        self._clock = clock
        self._credentials: ClientSecret | None = None
        self._renewing = asyncio.Lock()
        self._no_renewal_before = clock()
        self.current: SignedIn | None = None
        """Who is signed in now; replaced whole by every sign-in, renewal and verification."""

    async def obtain(self, credentials: ClientSecret, on_step: OnStep = lambda _: None) -> Candidate:
        """Get a token and judge what can be judged without the tenant's keys. Nothing changes until `adopt`."""
        grant = await self._entra.acquire(credentials, on_step)
        return Candidate(credentials, await asyncio.to_thread(self._judged, grant, credentials))

    def adopt(self, candidate: Candidate) -> SignedIn:
        """Be signed in as this from now on; `verify` has yet to fetch the tenant's keys."""
        self._credentials = candidate.credentials
        self.current = candidate.signed_in
        return candidate.signed_in

    async def sign_in(self, credentials: ClientSecret) -> SignedIn:
        """Both at once. Who was signed in before stays so if this fails."""
        return self.adopt(await self.obtain(credentials))

    def _judged(self, grant: Grant, credentials: ClientSecret) -> SignedIn:
        """What can be said about a token before the tenant's keys are there."""
        reading = read_token(grant.token.value)
        report = _report(
            reading, credentials, clock_offset_s=grant.clock_offset_s, now=self._clock(), problem=_KEYS_COMING
        )
        return SignedIn(grant.token, report)

    async def verify(self) -> SignedIn | None:
        """Fetch the tenant's keys and judge the whole token; None when nobody is signed in any more.

        A network failure is not raised: it is why the report says "not checked".
        """
        judged, credentials = self.current, self._credentials
        if judged is None or credentials is None:
            return None
        metadata, problem = None, ""
        try:
            kid = str(judged.reading.header.get("kid", ""))
            metadata = await self._keys.of_tenant(credentials.tenant, credentials.cloud, kid=kid)
        except MtpError as error:
            problem = error.summary
        report = await asyncio.to_thread(
            _report,
            judged.reading,
            credentials,
            clock_offset_s=judged.clock_offset_s,
            now=self._clock(),
            metadata=metadata,
            problem=problem,
        )
        if self.current is judged:
            self.current = replace(judged, report=report)
        return self.current

    async def bearer(self, *, renew: bool = False) -> Secret:
        """The token for one call; a fresh one when it is about to end, or when the API refused it (`renew`).

        Raises MtpError when nobody is signed in or when the renewal fails and the old token is of no use.
        """
        held = self.current
        if held is None:
            raise MtpError("Nobody is signed in.", "Sign in first.")
        if renew or self._is_ending(held.token):
            await self._renew(held, forced=renew)
        if self.current is None:
            raise MtpError("Signed out meanwhile.", "Sign in again.")
        return self.current.token.value

    def sign_out(self) -> None:
        """Forget token and credentials."""
        self.current = None
        self._credentials = None

    def _is_ending(self, token: AccessToken) -> bool:
        now = self._clock()
        # a token that lives for minutes only must not be renewed with every call
        margin = min(RENEW_BEFORE_END, (token.expires_at - token.obtained_at) / 10)
        return token.expires_at - now < margin and now >= self._no_renewal_before

    async def _renew(self, held: SignedIn, *, forced: bool) -> None:
        async with self._renewing:
            if self.current is not None and self.current.token is not held.token:
                return  # another caller has renewed it while this one waited
            credentials = self._credentials
            if credentials is None:
                return
            try:
                grant = await self._entra.acquire(credentials)
            except MtpError as error:
                self._no_renewal_before = self._clock() + RETRY_RENEWAL_AFTER
                if forced or held.token.expires_at <= self._clock():
                    raise
                log.warning("renewal failed, the old token still works: %s", type(error).__name__)
                return
            judged = await asyncio.to_thread(self._judged, grant, credentials)
            if self.current is None or self.current.token is not held.token:
                return  # signed out, or in as another, meanwhile
            self.current = judged
            await self.verify()


def _report(
    reading: TokenReading,
    credentials: ClientSecret,
    *,
    clock_offset_s: float | None,
    now: datetime,
    metadata: TenantMetadata | None = None,
    problem: str = "",
) -> TokenReport:
    return judge_token(
        reading,
        tenant=credentials.tenant,
        client_id=credentials.client_id,
        cloud=credentials.cloud,
        metadata=metadata,
        keys_problem=problem,
        now=now,
        clock_offset_s=clock_offset_s,
    )
