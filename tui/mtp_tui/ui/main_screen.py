"""The one screen: arranges the panes and holds the session."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from mtp_tui.errors import MtpError
from mtp_tui.identity.clouds import BY_KEY
from mtp_tui.identity.credentials import CredentialKind
from mtp_tui.profiles.profile import Profile
from mtp_tui.services.session import SignedIn
from mtp_tui.services.wiring import Services
from mtp_tui.ui.lines import WIDE
from mtp_tui.ui.messages import CopyWanted, MuchCame, PaneWanted, SignedInTo, SignedOut, TokenDoubted
from mtp_tui.ui.pane_area import PaneArea
from mtp_tui.ui.tidying import Tidying
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.problem import Problem
from mtp_tui.ui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from mtp_tui.services.profiles import Profiles
    from mtp_tui.ui.offers_screen import Offer

CHECK_AGAIN_AFTER_S = 60
"""How long a token stays unchecked before the tenant's keys are asked for again."""


class MainScreen(Screen[None]):
    """Sign-in, token and incidents, one in front."""

    BINDING_GROUP_TITLE = "Panes"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - typed by the base class
        (0, "-narrow"),
        (WIDE, "-wide"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "go('sign-in')", "Sign in", show=False, id="pane.sign-in", tooltip="Go to the sign-in pane"),
        Binding("2", "go('token')", "Token", show=False, id="pane.token", tooltip="Go to the token pane"),
        Binding(
            "3", "go('incidents')", "Incidents", show=False, id="pane.incidents", tooltip="Go to the incidents pane"
        ),
        Binding(
            "s",
            "offer('guide')",
            "Set-up guide",
            show=False,
            id="offer.guide",
            tooltip="How to register the app: portal steps, az commands, consent links",
        ),
        Binding(
            "p", "profiles", "Profiles", show=False, id="profiles.pick", tooltip="Sign in with a profile, or save one"
        ),
        Binding(
            "e",
            "copy_evidence",
            "Copy evidence",
            show=False,
            id="evidence.copy",
            tooltip="Copy what support asks for about the problem shown, or about the token",
        ),
        Binding(
            "c",
            "offer('code')",
            "Copy as code",
            show=False,
            id="offer.code",
            tooltip="The requests as cURL, PowerShell, Python and C#",
        ),
    ]

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As Textual has it, which would paint the whole screen with every change of it; whoever has the keys looks so by itself."""

    class OffersMade(Message):
        """The texts that somebody asked for are there."""

        def __init__(self, title: str, offers: "list[Offer]") -> None:
            super().__init__()
            self.title = title
            self.offers = offers

    class ProfilePicked(Message):
        """Somebody wants to sign in with a profile, or to have the form filled in."""

        def __init__(self, profile: Profile, *, then_sign_in: bool) -> None:
            super().__init__()
            self.profile = profile
            self.then_sign_in = then_sign_in

    class Judged(Message):
        """The token was checked against the tenant's keys."""

        def __init__(self, signed_in: SignedIn) -> None:
            super().__init__()
            self.signed_in = signed_in

    panes = getters.query_one(PaneArea)
    bar = getters.query_one(TopBar)

    def __init__(self, services: Services, tidying: Tidying) -> None:
        super().__init__()
        self._services = services
        self._tidying = tidying
        self._shown: SignedIn | None = None
        """Whose token is shown; of a renewal, or a sign-in, `tick` may hear before anybody else."""
        self._reads_as: SignedIn | None = None
        """Whose queue is shown."""
        self._may_write = False
        """Whether the profile that is signed in with lets incidents be changed."""
        self._checked_at = services.clock()

    def compose(self) -> ComposeResult:
        # before anything is styled, which the first resize would do all over again
        self.add_class("-wide" if self.app.size.width >= WIDE else "-narrow", update=False)
        yield TopBar(demo=self._services.demo is not None)
        yield PaneArea(self._services)
        yield KeyLine()

    def on_mount(self) -> None:
        self.set_interval(1, self.tick)
        self.watch(self.panes.sign_in, "busy", self._note_busy)
        self.bar.show_pane("sign-in")
        self.panes.sign_in.take_focus()
        self.call_after_refresh(self._tidying.begin)
        if self._services.demo is not None:
            # after the first paint, which must not wait for what a sign-in loads
            self.call_after_refresh(self.panes.sign_in.sign_in, self._services.demo)

    def _note_busy(self, busy: bool) -> None:
        self._show_session()
        if busy:
            self.call_after_refresh(self.panes.make_incidents)  # while Entra takes its time

    async def action_go(self, pane: str) -> None:
        """Go to a pane; what had the keys there has them again."""
        if self.panes.front != pane:
            await self.panes.go(pane)
            self.bar.show_pane(pane)

    @on(PaneWanted)
    async def go_there(self, event: PaneWanted) -> None:
        await self.action_go(event.pane)

    @on(SignedInTo)
    async def take_session(self, event: SignedInTo) -> None:
        from mtp_tui.identity.token_checks import Verdict

        signed_in, before = event.signed_in, self._reads_as
        self._show_token(signed_in)
        self.bar.doubt_token(doubted=False)
        if not self.panes.is_attached:
            return  # the window is being closed
        pane = await self.panes.incidents()
        with self.app.batch_update():  # all that comes forward is laid out and painted once
            may_do_the_same = event.may_write == self._may_write
            self._reads_as, self._may_write = signed_in, event.may_write
            if before is not None and before.may_see_the_same(signed_in) and may_do_the_same:
                pane.action_refresh()  # the rows are still theirs, and so is the place among them
            else:
                self.panes.forget_place("incidents")
                feed = self._services.new_feed(signed_in, may_write=event.may_write)
                pane.follow(feed, signed_in.tenant_id, signed_in.cloud, signed_in.user)
            verdict, _ = signed_in.report.headline(self._services.clock())
            is_opaque = signed_in.kind is CredentialKind.TOKEN and not signed_in.reading.is_readable
            await self.action_go("token" if verdict is Verdict.FAIL or is_opaque else "incidents")
        self._verify()
        self._tidying.note_growth()

    def _is_worth_checking(self, signed_in: SignedIn, *, at_once: bool) -> bool:
        """Whether the token is not checked against the tenant's keys yet, and it is time to ask for them again."""
        waited_s = (self._services.clock() - self._checked_at).total_seconds()
        return signed_in.report.case.metadata is None and (at_once or not 0 <= waited_s < CHECK_AGAIN_AFTER_S)

    def _verify(self) -> None:
        self._checked_at = self._services.clock()
        self._check_token()

    @work(exclusive=True, group="token", description="check the token")
    async def _check_token(self) -> None:
        signed_in = await self._services.session.verify()
        if signed_in is not None:
            self.post_message(self.Judged(signed_in))

    @on(Judged)
    def show_judged(self, event: Judged) -> None:
        if self._services.session.current is event.signed_in:
            self._show_token(event.signed_in)

    @on(SignedOut)
    def forget_session(self) -> None:
        self.workers.cancel_group(self, "token")
        self._reads_as = None
        self._show_token(None)
        self.bar.doubt_token(doubted=False)
        self.panes.forget_incidents()
        self._services.leave()

    @on(TokenDoubted)
    def doubt_token(self, event: TokenDoubted) -> None:
        self.bar.doubt_token(doubted=event.doubted)

    def action_offer(self, what: str) -> None:
        """Show the set-up guide (`guide`) or the requests as code (`code`) for the application in question."""
        self._write_offers(what, self._shown)

    def action_copy_evidence(self) -> None:
        """Copy what support asks for about the problem that the pane in front shows."""
        from mtp_tui.ui import offers

        problem = next(iter(self.query(f"#{self.panes.front} Problem").results(Problem)), None)
        held, now = self._shown, self._services.clock()
        if problem is not None and problem.error is not None:
            bundle = offers.evidence(problem.error, self.panes.sign_in.asked, held, now)
        elif self.panes.front == "token" and held is not None:
            bundle = offers.token_evidence(held.report, now=now)
        else:
            self.notify("There is no problem on this pane to take evidence of.", markup=False, timeout=3)
            return
        self.post_message(CopyWanted("Evidence for support", bundle, "It holds no secret and no token."))

    @work(exclusive=True, group="offers", description="write guide or code")
    async def _write_offers(self, what: str, held: SignedIn | None) -> None:
        made, title = await asyncio.to_thread(_offers, what, held, self.panes.sign_in.form.as_profile)
        self.post_message(self.OffersMade(title, made))

    def action_profiles(self) -> None:
        """List the profiles, and use the one that is picked."""
        if self._services.profiles is None:
            self.notify("The demo keeps no profiles.", markup=False, timeout=3)
        else:
            self._pick_profile(self._services.profiles())

    @work(exclusive=True, group="profiles", description="pick a profile")
    async def _pick_profile(self, profiles: "Profiles") -> None:
        from mtp_tui.ui.profiles_screen import ProfilesScreen

        form = self.panes.sign_in.form
        screen = ProfilesScreen(profiles, form.as_profile, form.typed_secret, self._services.clock)
        picked = await self.app.push_screen_wait(screen)
        if picked is not None:
            self.post_message(self.ProfilePicked(picked.profile, then_sign_in=picked.sign_in))

    @on(ProfilePicked)
    async def use_profile(self, event: ProfilePicked) -> None:
        await self.action_go("sign-in")
        self.panes.sign_in.use(event.profile, then_sign_in=event.then_sign_in)

    @on(OffersMade)
    def show_offers(self, event: OffersMade) -> None:
        from mtp_tui.ui.offers_screen import OffersScreen

        if self.is_current:
            self.app.push_screen(OffersScreen(event.title, event.offers, can_open=self._services.can_open_browser))

    def tick(self) -> None:
        """Each second: the lifetime at the top runs; a token that was renewed meanwhile is taken over."""
        current, shown = self._services.session.current, self._shown
        if current is not None and current is not shown:
            self._show_token(current)
        is_renewed = current is not None and shown is not None and current.token is not shown.token
        if current is not None and self._is_worth_checking(current, at_once=is_renewed):
            self._verify()
        session = self._services.session
        if session.is_renewal_due and not session.is_renewing:
            self._renew()
        self.panes.tick()
        self._show_session()
        self._tidying.tick()

    @on(MuchCame)
    def note_growth(self) -> None:
        self._tidying.note_growth()

    @work(group="renewal", description="renew the token")
    async def _renew(self) -> None:
        with suppress(MtpError):  # the session keeps it, and whoever needs the token next is told
            await self._services.session.bearer()

    def _show_token(self, signed_in: SignedIn | None) -> None:
        self._shown = signed_in
        self.panes.show_token(signed_in)
        self._show_session()

    def _show_session(self) -> None:
        held, now = self._shown, self._services.clock()
        if held is not None:
            from mtp_tui.ui.widgets.token_head import ends_at  # the start does without what belongs to tokens

            self.bar.show_session(held.tenant or "pasted token", ends_at(held), now)
        else:
            self.bar.show_session("signing in …" if self.panes.sign_in.busy else "not signed in", None, now)


def _offers(what: str, held: SignedIn | None, form: Profile) -> "tuple[list[Offer], str]":
    from mtp_tui.ui import offers  # the guide is not needed before somebody asks for it

    if held is not None:
        wanted = offers.Wanted(held.kind, held.tenant, held.client_id, held.cloud)
    else:
        cloud = BY_KEY[form.cloud].in_region(form.region)
        scope = f"{form.audience}/.default" if form.audience else ""
        wanted = offers.Wanted(CredentialKind(form.kind), form.tenant, form.client_id, cloud, scope)
    if what == "guide":
        return offers.setup_offers(wanted), "Set-up guide"
    return offers.code_offers(wanted), "Copy as code"
