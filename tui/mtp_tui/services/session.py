"""Being signed in: one token, judged, renewed before it ends, and handed to whoever calls the API."""

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mtp_tui.clock import Clock
from mtp_tui.errors import MtpError
from mtp_tui.identity.clouds import Cloud
from mtp_tui.identity.credentials import GUID, CredentialKind, Credentials, PastedToken
from mtp_tui.identity.progress import OnProgress, SignInStep
from mtp_tui.secret import Secret

if TYPE_CHECKING:  # what judges tokens is loaded when there is one: the window is open by then
    from mtp_tui.identity.sign_in import EntraSignIn, Grant
    from mtp_tui.identity.signing_keys import SigningKeys, TenantMetadata
    from mtp_tui.identity.token import AccessToken, TokenReading
    from mtp_tui.identity.token_checks import TokenReport

log = logging.getLogger(__name__)

RENEW_BEFORE_END = timedelta(minutes=5)
"""A token with less than this left is renewed with the next call."""

RETRY_RENEWAL_AFTER = timedelta(seconds=30)
"""How long a failed renewal is left alone while the old token still works."""

_KEYS_COMING = "the tenant's signing keys are being fetched"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """As whom, with which token, and what is to be said about it."""

    token: "AccessToken"
    report: "TokenReport"
    kind: CredentialKind = CredentialKind.SECRET
    can_renew: bool = True
    """Whether the next token comes by itself when this one ends."""

    @property
    def tenant(self) -> str:
        """As it was typed, a GUID or a domain; where nothing was typed, the GUID that the token names."""
        return self.report.case.tenant or self._claimed_tenant

    @property
    def client_id(self) -> str:
        """The application's ID; where none was typed, what the token names."""
        payload = self.reading.payload
        claimed = next((value for name in ("appid", "azp") if isinstance(value := payload.get(name), str)), "")
        return self.report.case.client_id or claimed

    @property
    def cloud(self) -> Cloud:
        """Where both are at home."""
        return self.report.case.cloud

    @property
    def user(self) -> str:
        """Who signed in, as incidents name an owner; empty for an application."""
        from mtp_tui.identity.permissions import TokenKind

        if self.report.kind is not TokenKind.USER:
            return ""
        names = (self.reading.payload.get(name) for name in ("upn", "preferred_username", "unique_name"))
        return next((name for name in names if isinstance(name, str) and name), "")

    @property
    def reading(self) -> "TokenReading":
        """The token taken apart."""
        return self.report.reading

    @property
    def clock_offset_s(self) -> float | None:
        """Entra's clock minus ours; None if not measured."""
        return self.report.case.clock_offset_s

    def may_read_incidents(self, now: datetime) -> bool:
        """Whether the token is good for this API now, as far as is known, and belongs to a tenant with an ID."""
        from mtp_tui.identity.permissions import CALLS, allows
        from mtp_tui.identity.token_checks import Verdict

        verdict, _ = self.report.headline(now)
        call = next(call for call in CALLS if call.is_needed)
        may_list = self.reading.is_readable and allows(call, self.reading.payload)
        return may_list and verdict is not Verdict.FAIL and bool(self._claimed_tenant)

    def is_same_application(self, other: "SignedIn") -> bool:
        """Whether both are the same application in the same tenant and cloud."""
        return (self.tenant_id, self.client_id, self.cloud) == (other.tenant_id, other.client_id, other.cloud)

    def may_see_the_same(self, other: "SignedIn") -> bool:
        """Whether both are the same application, for itself or for the same user: what one was shown, the other may see."""
        return self.is_same_application(other) and self.reading.payload.get("oid") == other.reading.payload.get("oid")

    @property
    def tenant_id(self) -> str:
        """The tenant's GUID as the token has it; what was typed if the token cannot be read."""
        return self._claimed_tenant or self.tenant

    @property
    def _claimed_tenant(self) -> str:
        claimed = str(self.reading.payload.get("tid", "")).lower()
        return claimed if GUID.fullmatch(claimed) else ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sign-in that succeeded and is not used yet: whoever asked for it may have changed their mind."""

    credentials: Credentials
    signed_in: SignedIn
    refresh: Secret | None = None
    """Gets the next token for a user."""


class Session:
    """Holds the credentials and the token of one application, in memory only."""

    def __init__(self, sign_in: "EntraSignIn", keys: "SigningKeys", clock: Clock) -> None:
        self._entra = sign_in
        self._keys = keys
        self._clock = clock
        self._held: Candidate | None = None
        self._renewing = asyncio.Lock()
        self._no_renewal_before = clock()
        self.current: SignedIn | None = None
        """Who is signed in now; replaced whole by every sign-in, renewal and verification."""
        self.renewal_problem: MtpError | None = None
        """Why the latest renewal failed, while the old token still works."""

    async def obtain(self, credentials: Credentials, on_progress: OnProgress = lambda _: None) -> Candidate:
        """Get a token and judge what can be judged without the tenant's keys. Nothing changes until `adopt`."""
        return await self._judged(credentials, await self._grant(credentials, on_progress))

    def adopt(self, candidate: Candidate) -> SignedIn:
        """Be signed in as this from now on; `verify` has yet to fetch the tenant's keys."""
        self._held = candidate
        self.current = candidate.signed_in
        self.renewal_problem = None
        return candidate.signed_in

    async def sign_in(self, credentials: Credentials) -> SignedIn:
        """Both at once. Who was signed in before stays so if this fails."""
        return self.adopt(await self.obtain(credentials))

    async def _grant(self, credentials: Credentials, on_progress: OnProgress) -> "Grant":
        if not isinstance(credentials, PastedToken):
            return await self._entra.acquire(credentials, on_progress)
        from mtp_tui.identity.pasted_token import pasted_access_token
        from mtp_tui.identity.sign_in import Grant

        on_progress(SignInStep.FILE)
        return Grant(await asyncio.to_thread(pasted_access_token, credentials, self._clock()), None)

    async def _judged(self, credentials: Credentials, grant: "Grant") -> Candidate:
        """What can be said about a token before the tenant's keys are there."""
        from mtp_tui.identity.token import read_token

        report = await asyncio.to_thread(
            _report,
            read_token(grant.token.value),
            credentials,
            clock_offset_s=grant.clock_offset_s,
            clock=self._clock,
            problem=_KEYS_COMING,
        )
        can_renew = not isinstance(credentials, PastedToken) and (not credentials.is_for_user or bool(grant.refresh))
        return Candidate(credentials, SignedIn(grant.token, report, credentials.kind, can_renew), grant.refresh)

    async def verify(self) -> SignedIn | None:
        """Fetch the tenant's keys and judge the whole token; None when nobody is signed in any more.

        A network failure is not raised: it is why the report says "not checked".
        """
        judged, held = self.current, self._held
        if judged is None or held is None:
            return None
        metadata, problem = None, ""
        # a pasted token names its tenant itself, and gets no more than that into an address of the chosen cloud
        tenant = held.credentials.expected_tenant or judged.tenant_id
        if tenant:
            try:
                kid = str(judged.reading.header.get("kid", ""))
                metadata = await self._keys.of_tenant(tenant, held.credentials.cloud, kid=kid)
            except MtpError as error:
                problem = error.summary
        else:
            problem = "the token does not name its tenant"
        report = await asyncio.to_thread(
            _report,
            judged.reading,
            held.credentials,
            clock_offset_s=_first_known(judged.clock_offset_s, metadata),
            clock=self._clock,
            metadata=metadata,
            problem=problem,
        )
        if self.current is judged:
            self.current = replace(judged, report=report)
        return self.current

    async def bearer(self, *, renew: bool = False, of: SignedIn | None = None) -> Secret:
        """The token for one call; a fresh one when it is about to end, or when the API refused it (`renew`).

        Raises MtpError when nobody is signed in, or another than `of` by now; when the renewal fails and the old token is
        of no use; and for a pasted token that is not for this API.
        """
        held = self._signed_in(of)
        if held.kind is not CredentialKind.TOKEN and (renew or self.is_renewal_due or self._is_over(held)):
            await self._renew(held, forced=renew)
            held = self._signed_in(of)  # while this waited, anybody may have signed in or out
        if held.kind is CredentialKind.TOKEN:
            from mtp_tui.identity.pasted_token import refuse_unless_usable

            refuse_unless_usable(held.token, held.report, self._clock())
        return held.token.value

    def _signed_in(self, of: SignedIn | None) -> SignedIn:
        """Who is signed in. Raises MtpError for nobody, and for another user, application, tenant or cloud than that of `of`."""
        if self.current is None:
            raise MtpError("Nobody is signed in.", "Sign in first.")
        if of is not None and not self.current.may_see_the_same(of):
            raise MtpError("Somebody else is signed in by now, and the call was not made.", "Ask again.")
        return self.current

    def sign_out(self) -> None:
        """Forget token and credentials."""
        self.current = None
        self._held = None
        self.renewal_problem = None

    @property
    def is_renewal_due(self) -> bool:
        """Whether the token is about to end, can be renewed, and the last try is not too fresh."""
        held, now = self.current, self._clock()
        if held is None or not held.can_renew:
            return False
        # a token that lives for minutes only must not be renewed with every call
        margin = min(RENEW_BEFORE_END, (held.token.expires_at - held.token.obtained_at) / 10)
        return held.token.expires_at - now < margin and now >= self._no_renewal_before

    @property
    def is_renewing(self) -> bool:
        """Whether a renewal is under way."""
        return self._renewing.locked()

    def _is_over(self, held: SignedIn) -> bool:
        return not held.can_renew and held.token.expires_at <= self._clock()

    async def _renew(self, before: SignedIn, *, forced: bool) -> None:
        async with self._renewing:
            if self.current is not None and self.current.token is not before.token:
                return  # another caller has renewed it while this one waited
            held = self._held
            if held is None:
                return
            try:
                grant = await self._next_grant(held)
            except MtpError as error:
                if self.current is None or self.current.token is not before.token:
                    return  # nobody's problem any more
                self._no_renewal_before = self._clock() + RETRY_RENEWAL_AFTER
                if forced or before.token.expires_at <= self._clock():
                    raise
                log.warning("renewal failed, the old token still works: %s", type(error).__name__)
                self.renewal_problem = error
                return
            judged = await self._judged(held.credentials, grant)
            if self.current is None or self.current.token is not before.token:
                return  # signed out, or in as another, meanwhile
            self.adopt(judged)
            await self.verify()

    async def _next_grant(self, held: Candidate) -> "Grant":
        if not held.credentials.is_for_user:
            return await self._entra.acquire(held.credentials)
        if held.refresh is None:
            raise MtpError("The sign-in has ended, and Entra gave nothing to renew it with.", "Sign in again.")
        grant = await self._entra.renew(held.credentials, held.refresh)
        return replace(grant, refresh=grant.refresh or held.refresh)


class TokensOf:
    """The tokens of one application or user, for calls to the API of their cloud: never those of whoever signs in next."""

    def __init__(self, session: Session, signed_in: SignedIn) -> None:
        self._session = session
        self._signed_in = signed_in

    async def bearer(self, *, renew: bool = False) -> Secret:
        """As `Session.bearer`; raises MtpError too when another is signed in by now."""
        return await self._session.bearer(renew=renew, of=self._signed_in)


def _first_known(offset_s: float | None, metadata: "TenantMetadata | None") -> float | None:
    return offset_s if offset_s is not None or metadata is None else metadata.clock_offset_s


def _report(
    reading: "TokenReading",
    credentials: Credentials,
    *,
    clock_offset_s: float | None,
    clock: Clock,
    metadata: "TenantMetadata | None" = None,
    problem: str = "",
) -> "TokenReport":
    from mtp_tui.identity.token_checks import judge_token

    return judge_token(
        reading,
        tenant=credentials.expected_tenant,
        client_id=credentials.client_id,
        cloud=credentials.cloud,
        metadata=metadata,
        keys_problem=problem,
        now=clock(),
        clock_offset_s=clock_offset_s,
    )
