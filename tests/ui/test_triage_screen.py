"""Incidents are changed from the list: chosen, shown, sent, told, and taken back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mtp_tui.identity.credentials import DeviceCode
from mtp_tui.profiles.profile import Profile, SecretFrom
from mtp_tui.services.profiles import open_profiles
from mtp_tui.services.triage import Outcome
from mtp_tui.services.wiring import on_wire
from mtp_tui.settings import Settings
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.ask_screen import ConfirmScreen
from mtp_tui.ui.journal_screen import JournalScreen
from mtp_tui.ui.panes.sign_in import SignInPane
from mtp_tui.ui.triage_screen import Page, TriageScreen
from mtp_tui.wire import Wire
from tests.support.clocks import StoppedClock
from tests.support.modals import in_front_of
from tests.support.triager import Triager, sent, triager_at, triager_in_front, writable_tenant


@pytest.fixture
def tenant(clock: StoppedClock) -> SimulatedTenant:
    """Five plain incidents, and an application that may change them."""
    return writable_tenant(clock)


@asynccontextmanager
async def signed_in_by(
    profile: Profile, tenant: SimulatedTenant, clock: StoppedClock, home: Path
) -> AsyncIterator[Triager]:
    """Somebody who started the program without --write, and with a profile."""
    await open_profiles(home / "profiles.toml", clock, {}).save(profile)
    environ = {"NORTH": tenant.client_secret}
    settings = Settings(profile.name, environ, home / "profiles.toml", has_store=True, data_folder=home / "tenants")
    writing = Wire(tenant.transport, may_write=True)
    services = on_wire(settings, Wire(tenant.transport), clock, sleep=clock.sleep, writing=writing)
    async with triager_in_front(services, (80, 24)) as triager:
        await triager.sign_in()
        yield triager
    await services.close()


def incident(tenant: SimulatedTenant, incident_id: int) -> dict[str, object]:
    found: dict[str, object] | None = tenant.incidents.get(incident_id)
    assert found is not None
    return found


async def test_status_and_owner_of_the_incident_under_the_cursor_are_changed(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("j", "t", "right", "right", "down", "right", "right")
        assert "1001" in analyst.screen_text
        await analyst.press("enter")
        assert "application is signed in" in analyst.screen_text
        assert "No owner is typed" in analyst.fault
        await analyst.fill("triage-owner", "kim@contoso.example")
        assert analyst.fault == ""
        await analyst.press("enter")
        assert analyst.triage.page is Page.PREVIEW
        for words in ("Active → InProgress", "– → kim@contoso.example", "PATCH /api/incidents/1001"):
            assert words in analyst.shown
        assert '{"status": "InProgress", "assignedTo": "kim@contoso.example"}' in analyst.shown
        await analyst.press("enter", "n", "space")
        assert sent(tenant) == []
        await analyst.press("y")
        assert sent(tenant) == [("/api/incidents/1001", {"status": "InProgress", "assignedTo": "kim@contoso.example"})]
        assert "✓ done" in analyst.shown
        before = len(tenant.requests)
        await analyst.press("enter")
        row = next(row for row in analyst.grid.rows if row.id == "1001")
        assert (row.status, row.assigned_to) == ("InProgress", "kim@contoso.example")
        assert analyst.grid.cursor_key == "1001"
        assert "InProgress Incident number 1 0 kim" in " ".join(analyst.screen_text.split())
        assert len(tenant.requests) == before


async def test_of_three_marked_incidents_one_that_changed_meanwhile_is_left_alone(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock, size=(120, 40)) as analyst:
        await analyst.press("space", "space", "space", "space", "k", "space")
        assert "3 marked" in analyst.status
        assert [line.split()[0] for line in analyst.screen_text.splitlines() if "✓" in line] == ["✓"] * 3
        await analyst.press("t")
        await analyst.choose("triage-classification", "FalsePositive")
        await analyst.press("enter")
        assert "needs a determination" in analyst.fault
        await analyst.choose("triage-determination", "Clean")
        await analyst.fill("triage-add", "noise, seen,")
        await analyst.press("enter")
        assert "3 of 3 would be changed" in analyst.shown
        tenant.incidents.change(1001, status="InProgress")
        await analyst.press("y")
        body = {"classification": "FalsePositive", "determination": "Clean", "tags": ["noise", "seen"]}
        assert sent(tenant) == [(f"/api/incidents/{key}", body) for key in (1000, 1002)]
        for words in (
            "✓ done 1000",
            "– skipped 1001",
            "status was “Active” and is “InProgress”",
            "✓ done 1002",
        ):
            assert words in analyst.shown
        await analyst.press("escape")
        assert analyst.grid.selected == {"1001"}
        assert "1 marked" in analyst.status
        await analyst.press("escape")
        assert "marked" not in analyst.status


async def test_a_refresh_behind_the_results_does_not_tell_what_was_changed_from_here_as_news(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        queue = analyst.incidents_pane.queue
        await analyst.press("space", "space", "t", "right", "right", "enter", "y")
        assert len(sent(tenant)) == 2
        queue.ask()
        await analyst.settle()
        await analyst.press("enter")
        assert analyst.grid.marks == {}
        assert "changed" not in analyst.status


async def test_the_journal_shows_what_was_changed_and_leads_to_the_incident(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("J")
        assert "Nothing was changed from here yet." in analyst.screen_text
        await analyst.press("enter", "escape")
        await analyst.press("j", "t", "right", "right", "enter", "y", "enter")
        await analyst.press("t")
        await analyst.fill("triage-comment", "[b]mine[/x]")
        await analyst.press("enter", "y", "enter", "home", "J")
        assert analyst.screen_text.index("comment →") < analyst.screen_text.index("status → In")
        assert "+ [b]mine[/x]" in analyst.document("journal-page")
        assert "the application" in analyst.document("journal-page")
        await analyst.press("j")
        assert "Active → InProgress" in analyst.document("journal-page")
        await analyst.press("enter")
        assert analyst.grid.cursor_key == "1001"


async def test_the_journal_is_there_for_who_only_reads_and_for_what_is_no_longer_listed(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock, may_write=False) as analyst:
        feed = analyst.incidents_pane.reading.feed
        assert feed is not None
        entry = {"write": "w", "event": "sending", "incident_id": "7", "body": {"status": "Resolved"}, "before": {}}
        await feed.memory.journal(entry)
        await analyst.press("J")
        assert "? unknown" in analyst.screen_text
        assert "The program ended before an answer came." in analyst.document("journal-page")
        await analyst.press("enter")
        assert "Incident 7 could not be fetched" in analyst.notices


async def test_any_change_of_the_journal_can_be_taken_back_not_only_the_last(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        first = analyst.grid.cursor_key or ""
        await analyst.press("t", "right", "right", "enter", "y", "enter")
        await analyst.press("home", "j", "t", "right", "right", "enter", "y", "enter")
        second = analyst.grid.cursor_key or ""
        await analyst.press("J", "j", "u")
        assert f"Incident {first}" in analyst.document("triage-text")
        assert "It was made by the application." in analyst.document("triage-text")
        assert "InProgress → Active" in analyst.document("triage-text")
        await analyst.press("y", "enter")
        kept = {key: incident(tenant, int(key))["status"] for key in (first, second)}
        assert kept == {first: "Active", second: "InProgress"}


async def test_u_goes_on_to_what_was_changed_before_and_says_where_it_cannot(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        for _ in range(2):
            await analyst.press("t", "right", "right", "enter", "y", "enter", "end")
        first, last = (path.rpartition("/")[2] for path, _ in sent(tenant))
        assert first != last
        for key in (last, first):
            await analyst.press("u")
            assert f"Incident {key}" in analyst.shown
            await analyst.press("y", "enter")
        assert [body for _, body in sent(tenant)[2:]] == [{"status": "Active"}] * 2
        await analyst.press("u")
        assert "Nothing was changed from here that could be undone." in analyst.notices
        await analyst.press("t")
        await analyst.fill("triage-comment", "looked at")
        await analyst.press("enter", "y", "enter", "u")
        assert "A comment cannot be taken back" in analyst.shown
        assert analyst.shown.endswith("J in the list shows what was changed before; u there takes any of it back.")


async def test_u_passes_over_a_comment_and_says_so(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("t", "right", "right", "enter", "y", "enter", "end", "t")
        await analyst.fill("triage-comment", "looked at")
        await analyst.press("enter", "y", "enter", "u")
        assert analyst.shown.startswith(
            "What was changed last cannot be taken back. This is what was changed before it. "
            "1 of 2 would be changed. Nothing has been sent yet."
        )
        assert "InProgress → Active" in analyst.shown
        assert "– A comment cannot be taken back" in analyst.shown
        await analyst.press("y", "enter")
        assert sent(tenant)[-1][1] == {"status": "Active"}


async def test_what_changed_nothing_cannot_be_taken_back_and_says_why(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        feed = analyst.incidents_pane.reading.feed
        assert feed is not None
        await analyst.press("J", "u")
        assert "Nothing was changed from here yet." in analyst.notices
        await analyst.press("escape")
        await feed.memory.journal({"write": "w", "event": "not done", "incident_id": "7", "body": {}, "before": {}})
        await analyst.press("J", "u")
        assert "Nothing was changed by this, so there is nothing to undo." in analyst.notices
        assert isinstance(analyst.app.screen, JournalScreen)


async def test_escape_asks_before_it_forgets_what_was_typed(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("t")
        await analyst.fill("triage-comment", "a long one")
        await analyst.press("escape")
        assert isinstance(analyst.app.screen, ConfirmScreen)
        await analyst.press("n")
        assert analyst.triage.form.read().comment == "a long one"
        await analyst.press("escape", "y")
        assert analyst.pane == "incidents"
        await analyst.press("t", "escape")
        assert analyst.pane == "incidents", "nothing was chosen, so nothing is asked"
        assert sent(tenant) == []


async def test_an_owner_who_is_no_principal_is_doubted_and_can_be_sent(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("t")
        await analyst.choose("triage-owner", "typed")
        await analyst.fill("triage-owner", "Tier 2")
        await analyst.press("enter")
        assert "“Tier 2” is no user principal name" in analyst.shown
        await analyst.press("y")
        assert sent(tenant) == [("/api/incidents/1000", {"assignedTo": "Tier 2"})]


async def test_undo_says_why_it_cannot_be(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("u")
        assert "Nothing was changed from here" in analyst.notices


async def test_escape_stops_before_the_next_incident_and_what_was_done_stays_said(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("space", "space", "space", "t", "right", "enter")
        await analyst.press("escape", "right", "enter")
        assert "Active → InProgress" in analyst.shown
        async with tenant.holding_answers("/api/incidents/1001") as gate:
            await analyst.pilot.press("y")
            await gate.waiting()
            await analyst.pilot.press("escape", "enter")
            await analyst.pilot.pause()
            assert "stopping after 2 of 3" in analyst.screen_text
            assert "· to come 1001" in analyst.shown
            gate.open()
            await analyst.settle()
        assert [path for path, _ in sent(tenant)] == ["/api/incidents/1000", "/api/incidents/1001"]
        for words in ("✓ done 1000", "✓ done 1001", "· not tried 1002"):
            assert words in analyst.shown
        await analyst.press("enter")
        assert analyst.grid.selected == {"1002"}


@pytest.mark.parametrize(
    ("may_write", "roles", "why"),
    [
        (False, ("Incident.ReadWrite.All",), "read-only: start with --write"),
        (True, ("Incident.Read.All",), "Incident.ReadWrite.All is missing"),
    ],
)
async def test_who_may_not_change_anything_sees_why_and_only_reads(
    tenant: SimulatedTenant, clock: StoppedClock, may_write: bool, roles: tuple[str, ...], why: str
) -> None:
    tenant.apps[tenant.client_id].roles = roles
    async with triager_at(tenant, clock, may_write=may_write) as analyst:
        assert not analyst.can_triage
        assert why in analyst.why_not
        await analyst.press("space", "t", "u", "enter", "t", "u")
        assert len(analyst.app.screen_stack) == 1
        assert {seen.method for seen in tenant.requests if seen.path.startswith("/api")} == {"GET"}


async def test_a_permission_that_is_granted_meanwhile_makes_the_key_work(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    app = tenant.apps[tenant.client_id]
    app.roles = ("Incident.Read.All",)
    async with triager_at(tenant, clock) as analyst:
        assert not analyst.can_triage
        app.roles = ("Incident.ReadWrite.All",)
        clock.advance(3600)
        await analyst.press("r")  # a new token comes with it
        assert analyst.can_triage


async def test_the_last_changes_are_taken_back_and_what_stays_is_said(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("u")
        assert len(analyst.app.screen_stack) == 1
        await analyst.press("space", "space", "t", "right", "right")
        await analyst.fill("triage-comment", "looked at")
        await analyst.press("enter", "y", "enter")
        tenant.incidents.change(1001, status="Resolved")
        await analyst.press("u")
        assert "InProgress → Active" in analyst.shown
        for words in (
            "1 of 2 would be changed",
            "– A comment cannot be taken back",
            "– The status has been changed since, to “Resolved”.",
        ):
            assert words in analyst.shown
        await analyst.press("y", "enter")
        assert sent(tenant)[-1] == ("/api/incidents/1000", {"status": "Active"})
        assert len(sent(tenant)) == 3
        assert incident(tenant, 1000)["status"] == "Active"
        assert analyst.grid.rows[0].status == "Active"


async def test_a_profile_that_may_write_changes_incidents_and_the_next_start_takes_it_back(
    tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    north = Profile(
        "North", tenant.tenant_id, tenant.client_id, secret_from=SecretFrom(variable="NORTH"), may_write=True
    )
    async with signed_in_by(north, tenant, clock, tmp_path) as analyst:
        await analyst.press("u")
        assert len(analyst.app.screen_stack) == 1
        await analyst.press("t", "right", "right")
        await analyst.fill("triage-add", 'vip, "Hague, The"')
        await analyst.press("enter")
        assert 'vip, "Hague, The"' in analyst.shown
        await analyst.press("y", "enter")
        assert incident(tenant, 1000)["tags"] == ["vip", "Hague, The"]
    async with signed_in_by(north, tenant, clock, tmp_path) as analyst:
        await analyst.press("u")
        for words in ("InProgress → Active", 'vip, "Hague, The" → –'):
            assert words in analyst.shown
        await analyst.press("y", "enter")
        assert (incident(tenant, 1000)["status"], incident(tenant, 1000)["tags"]) == ("Active", [])
        reader = replace(north, name="Reader", may_write=False)
        analyst.app.screen.query_one(SignInPane).use(reader, then_sign_in=True)
        await analyst.settle()
        assert analyst.pane == "incidents"
        assert not analyst.can_triage, "what one profile may do, another may not"


HOSTILE = 'look \x1b]52;c;eA==\x07 [red]here[/red] \u202egpj.exe\u2069 “quoted"'


async def test_a_hostile_comment_is_shown_harmless_and_sent_as_it_is(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("t")
        await analyst.fill("triage-comment", HOSTILE)
        await analyst.press("enter")
        for words in ("[red]here[/red]", "␛]52;c;eA==␇", "‹RLO›gpj.exe‹PDI›"):
            assert words in " ".join(analyst.screen_text.split())
        assert not set("\x1b\x07\u202e\u2069") & set(analyst.screen_text)
        await analyst.press("y")
        assert sent(tenant) == [("/api/incidents/1000", {"comment": HOSTILE})]


async def test_a_user_can_take_an_incident_and_classify_it_further(
    tenant: SimulatedTenant, clock: StoppedClock
) -> None:
    tenant.incidents.change(1000, classification="FalsePositive", determination="Clean", tags=["a", "b"])
    app = tenant.apps[tenant.client_id]
    app.scopes, app.auto_approve_after_polls = ("Incident.ReadWrite",), 0
    services = on_wire(Settings(), Wire(tenant.transport, may_write=True), clock, sleep=clock.sleep)
    feed = services.new_feed(await services.session.sign_in(DeviceCode(tenant.tenant_id, tenant.client_id)))
    await feed.detail("1000")
    assert feed.triage is not None
    async with in_front_of(TriageScreen(feed.triage, feed.take, [feed.incidents["1000"]])) as front:
        assert "Now: Active · nobody · FalsePositive, Clean" in front.words
        assert "there are: a, b" in front.words
        await front.press("down", "right", "down", "down", "right", "right", "down", "down")
        await front.type("A")
        assert "‹NoEnoughDataToValidate›" in front.words
        await front.press("enter")
        for words in ("– → avery@contoso-demo.example", "Clean → NoEnoughDataToValidate", "a, b → b"):
            assert words in front.words
        await front.press("y", "enter")
        assert [result.outcome for result in front.answers[0] or ()] == [Outcome.DONE]
    assert incident(tenant, 1000)["assignedTo"] == "avery@contoso-demo.example"
    await services.close()


async def test_a_preview_that_comes_too_late_is_dropped(tenant: SimulatedTenant, clock: StoppedClock) -> None:
    async with triager_at(tenant, clock) as analyst:
        await analyst.press("t", "right")
        async with tenant.holding_answers("/api/incidents/1000") as gate:
            await analyst.pilot.press("enter")
            await gate.waiting()
            assert analyst.triage.busy
            await analyst.pilot.press("y", "escape")
        await analyst.settle()
        assert (analyst.triage.page, analyst.triage.busy) == (Page.WISH, False)
        await analyst.press("escape", "y")
        assert len(analyst.app.screen_stack) == 1
        assert sent(tenant) == []
