"""One incident, opened: its tabs, and what of it is under the cursor."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message

from mtp_tui.clock import Clock
from mtp_tui.defender.detail import Comment
from mtp_tui.defender.evidence import Pivot, pivot_of, pivot_of_device
from mtp_tui.defender.models import Alert, Incident, IncidentDetail, detail_from
from mtp_tui.services.incidents import IncidentFeed
from mtp_tui.services.last_looks import LastLook, LastLooks
from mtp_tui.ui.widgets.copyable import (
    Copyable,
    alert_copies,
    comment_copies,
    device_copies,
    evidence_copies,
    incident_copies,
    json_copies,
    plain_copies,
)
from mtp_tui.ui.widgets.incident_detail_tabs import DetailTabs
from mtp_tui.ui.widgets.incident_overview import Around

MANY_ALERTS = 50
"""So many take longer to read than a blink: the row is shown first."""

_PATIENCE_S = 0.1
"""How long the incident before may stand there while another is being read; most are read sooner, and none flickers."""


class IncidentDetailView(DetailTabs):
    """Shows one incident; which tab is open stays when another incident is shown."""

    BINDING_GROUP_TITLE = "Incident"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "open_alert",
            "Open",
            id="detail.open-alert",
            tooltip="Open the alert under the cursor of the timeline",
        ),
        Binding(
            "m",
            "merged",
            "Merged",
            id="detail.merged",
            tooltip="Show the incidents that became part of this one",
        ),
        Binding(
            "i",
            "pivot",
            "Others with this",
            id="detail.pivot",
            tooltip="Other incidents with the evidence or device under the cursor",
        ),
    ]

    class Read(Message):
        """An incident was taken apart."""

        def __init__(self, detail: IncidentDetail, merged: tuple[Incident, ...]) -> None:
            super().__init__()
            self.detail = detail
            self.merged = merged
            """The incidents that became part of it."""

    class LookedAt(Message):
        """What has changed in an incident is known."""

        def __init__(self, key: str, look: LastLook) -> None:
            super().__init__()
            self.key = key
            self.look = look

    class PivotWanted(Message):
        """Somebody wants to see the other incidents that have this in them."""

        def __init__(self, pivot: Pivot) -> None:
            super().__init__()
            self.pivot = pivot

    class MergedWanted(Message):
        """Somebody wants to see the incidents that became part of this one."""

        def __init__(self, ids: frozenset[str]) -> None:
            super().__init__()
            self.ids = ids

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(clock, id=id)
        self._feed: IncidentFeed | None = None
        self._looks = LastLooks(None)
        self.opened = ""
        """ID of the incident that was asked for last; empty when none is open."""

    def follow(self, feed: IncidentFeed | None) -> None:
        """The incidents are those of this feed from now on."""
        self._feed = feed
        self._looks = LastLooks(feed.memory if feed else None)

    def look_at(self, key: str) -> None:
        """Somebody has the cursor on this incident: what has changed in it is kept until it was open, or long ago."""
        self._look(self._looks, key)

    def expect(self, row: Incident) -> None:
        """Make room for an incident that is about to come with its bytes; unless that is soon, its row is shown."""
        if row.id != self.opened:
            self.workers.cancel_group(self, "detail")
            self._looks.leave(self.opened)
            had_another, self.detail = self.detail is not None, None
            self.opened, self.around = row.id, Around()
            if had_another and row.alert_count < MANY_ALERTS:
                self.set_timer(_PATIENCE_S, partial(self._say_reading, row))
            else:
                self._say_reading(row)
        self.display = True

    def open(self, incident: Incident) -> None:
        """Read an incident and show it; the same one again keeps its place."""
        self.expect(incident)
        self.around = replace(self.around, look=self._looks.of(incident.id), survivor=self._survivor_of(incident))
        self._read(incident.raw, self._feed.rows() if self._feed else ())
        self.look_at(incident.id)

    def close(self) -> None:
        """Show nothing."""
        self.workers.cancel_group(self, "detail")
        self._looks.leave(self.opened)
        self.opened, self.detail = "", None
        self.display = False

    @work(exclusive=True, group="detail", description="read one incident")
    async def _read(self, raw: bytes, others: Sequence[Incident]) -> None:
        detail = await asyncio.to_thread(detail_from, raw)
        merged = await asyncio.to_thread(_merged_into, detail.incident.id, others)
        self.post_message(self.Read(detail, merged))

    @work(group="look", description="ask what has changed")
    async def _look(self, looks: LastLooks, key: str) -> None:
        self.post_message(self.LookedAt(key, await looks.look_at(key)))

    @on(Read)
    def show(self, message: Read) -> None:
        detail = message.detail
        if detail.incident.id != self.opened:
            return
        is_same = self.detail is not None and self.detail.incident.id == detail.incident.id
        self.detail = detail
        self.around = replace(self.around, merged=message.merged)
        self.say_head(detail.incident)
        self.draw(keep_place=is_same)

    @on(LookedAt)
    def show_changes(self, message: LookedAt) -> None:
        message.stop()
        if message.key != self.opened or message.look == self.around.look:
            return
        self.around = replace(self.around, look=message.look)
        if self.open_tab == "overview":
            self.draw(keep_place=True)

    def _say_reading(self, incident: Incident) -> None:
        if incident.id == self.opened and self.detail is None:
            self.show_reading(incident)

    def _survivor_of(self, incident: Incident) -> Incident | None:
        return self._feed.incidents.get(incident.redirect_id) if self._feed else None

    # what is under the cursor

    @property
    def pivot(self) -> Pivot | None:
        """What of the entity or device under the cursor can be looked for in other incidents."""
        if self.detail is None or not self._is_made(self.open_tab):
            return None
        if self.open_tab == "evidence" and self.evidence.item is not None:
            return pivot_of(self.evidence.item.entity)
        if self.open_tab == "devices" and self.devices.record is not None:
            return pivot_of_device(self.devices.record)
        return None

    @property
    def _alert_in_time(self) -> Alert | None:
        """The alert under the cursor of the timeline."""
        if self.detail is None or self.open_tab != "timeline":
            return None
        return next((alert for alert in self.detail.alerts if alert.key == self.text.record), None)

    def action_open_alert(self) -> None:
        """From the timeline to the page of the alert, among the others."""
        alert = self._alert_in_time
        if alert is not None:
            self.tabs.active = "alerts"
            self.call_after_refresh(self._open_page_of, alert.key)

    def _open_page_of(self, key: str) -> None:
        if self.open_tab == "alerts" and self._is_made("alerts") and self.alerts.grid.move_to(key):
            self.alerts.open_chosen()

    def action_pivot(self) -> None:
        if self.pivot is not None:
            self.post_message(self.PivotWanted(self.pivot))

    def action_merged(self) -> None:
        self.post_message(self.MergedWanted(frozenset(incident.id for incident in self.around.merged)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        if action == "merged":
            return bool(self.detail is not None and self.around.merged)
        if action == "open_alert":
            return self.is_mounted and self._alert_in_time is not None
        if action == "pivot" and self.is_mounted:
            return self.pivot is not None
        return True

    def why_not(self, action: str) -> str:
        """Why this incident leads to no others."""
        if action == "merged":
            return "No incident became part of this one."
        if action == "open_alert":
            return ""
        if self.open_tab in ("evidence", "devices"):
            return "There is nothing here that other incidents could have too."
        return "Evidence and devices lead to other incidents: go to their tabs first."

    @property
    def _comment_in_view(self) -> Comment | None:
        """The comment under the cursor; none while the text is still that of the tab before."""
        number = self.text.record_in_view if self.open_tab == "comments" else ""
        comments = self.detail.comments if self.detail is not None else ()
        return comments[int(number)] if number.isdecimal() and int(number) < len(comments) else None

    def copies(self, portal_link: str) -> tuple[Copyable, ...]:
        """What can be copied: first of what is under the cursor, then of the incident; none when none is open."""
        if self.detail is None or not self._is_made(self.open_tab):
            return ()
        incident = self.detail.incident
        here = plain_copies(incident)
        if self.open_tab == "alerts" and self.alerts.record is not None:
            here = alert_copies(self.alerts.record)
        elif self.open_tab == "evidence" and self.evidence.item is not None:
            here = evidence_copies(self.evidence.item)
        elif self.open_tab == "devices" and self.devices.record is not None:
            here = device_copies(self.devices.record)
        elif self._alert_in_time is not None and self.text.record_in_view:
            here = alert_copies(self._alert_in_time)
        elif self._comment_in_view is not None:
            here = (*comment_copies(self._comment_in_view), *here)
        elif self.open_tab == "json":
            here = json_copies(*self.json.value, incident)
        return (*here, *incident_copies(incident, portal_link))


def _merged_into(incident_id: str, others: Sequence[Incident]) -> tuple[Incident, ...]:
    return tuple(incident for incident in others if incident.redirect_id == incident_id)
