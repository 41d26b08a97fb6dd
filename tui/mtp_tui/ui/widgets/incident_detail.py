"""One incident, opened: its tabs, and what of it is under the cursor."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher, Tab, Tabs

from mtp_tui.clock import Clock
from mtp_tui.defender.evidence import Pivot, pivot_of, pivot_of_device
from mtp_tui.defender.models import Incident, IncidentDetail, detail_from
from mtp_tui.ui.lines import Line
from mtp_tui.ui.text import plain
from mtp_tui.ui.widgets.copyable import (
    Copyable,
    alert_copies,
    device_copies,
    evidence_copies,
    incident_copies,
    json_copies,
    plain_copies,
)
from mtp_tui.ui.widgets.incident_lines import comment_lines
from mtp_tui.ui.widgets.incident_overview import overview_lines
from mtp_tui.ui.widgets.incident_records import AlertsView, DevicesView, EvidenceView
from mtp_tui.ui.widgets.incident_timeline import timeline_lines
from mtp_tui.ui.widgets.json_view import JsonView
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.said import Said

_TABS: dict[str, tuple[str, Callable[[IncidentDetail], int] | None]] = {
    "overview": ("Overview", None),
    "alerts": ("Alerts", lambda detail: len(detail.alerts)),
    "evidence": ("Evidence", lambda detail: len(detail.entities)),
    "devices": ("Devices", lambda detail: len(detail.devices)),
    "timeline": ("Timeline", None),
    "comments": ("Comments", lambda detail: len(detail.comments)),
    "json": ("JSON", None),
}
"""Title of each tab, and how many records it holds."""

_DOCUMENTS: dict[str, Callable[[IncidentDetail, datetime, int], list[Line]]] = {
    "overview": lambda detail, now, _: overview_lines(detail, now),
    "timeline": timeline_lines,
    "comments": lambda detail, now, _: comment_lines(detail, now),
}
"""Tabs that are documents, by incident, time and width; the others are widgets of their own."""

_MARGIN = 3
"""Cells beside a document: its padding and the scroll bar."""


class IncidentDetailView(Vertical):
    """Shows one incident; which tab is open stays when another incident is shown."""

    BINDING_GROUP_TITLE = "Incident"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h,left_square_bracket", "turn(-1)", "Tab before", show=False, id="detail.tab-before"),
        Binding(
            "right,l,right_square_bracket",
            "turn(1)",
            "Tabs",
            key_display="← →",
            id="detail.tab-next",
            tooltip="Go through the tabs",
        ),
        Binding(
            "i", "pivot", "Others with this", id="detail.pivot", tooltip="Other incidents with what is under the cursor"
        ),
    ]

    text = getters.query_one("#detail-text", LineView)
    alerts = getters.query_one("#detail-alerts", AlertsView)
    evidence = getters.query_one("#detail-evidence", EvidenceView)
    devices = getters.query_one("#detail-devices", DevicesView)
    json = getters.query_one("#detail-json", JsonView)

    class Read(Message):
        """An incident was taken apart."""

        def __init__(self, detail: IncidentDetail) -> None:
            super().__init__()
            self.detail = detail

    class PivotWanted(Message):
        """Somebody wants to see the other incidents that have this in them."""

        def __init__(self, pivot: Pivot) -> None:
            super().__init__()
            self.pivot = pivot

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock
        self.detail: IncidentDetail | None = None
        """The incident that is shown."""
        self.opened = ""
        """ID of the incident that was asked for last; empty when none is open."""

    def compose(self) -> ComposeResult:
        yield Said(id="detail-title")
        tabs = Tabs(*(Tab(title, id=name) for name, (title, _) in _TABS.items()), id="detail-tabs")
        tabs.can_focus = False  # what they show has the keys; the tabs follow ← and →
        yield tabs
        with ContentSwitcher(initial="detail-text"):
            yield LineView(id="detail-text")  # the other views are made when their tab is first wanted

    def expect(self, incident_id: str) -> None:
        """Make room for an incident that is about to come; of another one nothing can be copied any more."""
        if self.detail is not None and self.detail.incident.id != incident_id:
            self.workers.cancel_group(self, "detail")
            self.detail = None
        self.opened = incident_id
        self.display = True

    def open(self, incident: Incident) -> None:
        """Read an incident and show it; the same one again keeps its place."""
        self.expect(incident.id)
        self._read(incident.raw)

    def close(self) -> None:
        """Show nothing."""
        self.workers.cancel_group(self, "detail")
        self.opened, self.detail = "", None
        self.display = False

    @work(exclusive=True, group="detail", description="read one incident")
    async def _read(self, raw: bytes) -> None:
        self.post_message(self.Read(await asyncio.to_thread(detail_from, raw)))

    @on(Read)
    def show(self, message: Read) -> None:
        detail = message.detail
        if detail.incident.id != self.opened:
            return
        is_same = self.detail is not None and self.detail.incident.id == detail.incident.id
        self.detail = detail
        self.query_one("#detail-title", Said).say(f"{detail.incident.id}  {detail.incident.name}")
        for name, (title, count) in _TABS.items():
            self.query_one(f"#{name}", Tab).label = plain(f"{title} {count(detail)}" if count else title)
        self._draw(keep_place=is_same)

    def focus_text(self) -> None:
        """Give the keys to what the tab in front shows."""
        view = self._front
        if isinstance(view, LineView):
            view.focus()
        else:
            view.focus_view()

    # tabs

    @property
    def open_tab(self) -> str:
        """Which tab is in front: `overview`, `alerts`, `evidence`, `devices`, `timeline`, `comments` or `json`."""
        return self.query_one("#detail-tabs", Tabs).active or "overview"

    def _is_made(self, tab: str) -> bool:
        # mounted, and so with all that is in it: keys and the line of keys ask while it is still on its way
        return tab in _DOCUMENTS or any(view.is_mounted for view in self.query(f"#detail-{tab}"))

    def _made(self, tab: str) -> AlertsView | EvidenceView | DevicesView | JsonView:
        match tab:
            case "alerts":
                return AlertsView(self._clock, id="detail-alerts")
            case "evidence":
                return EvidenceView(id="detail-evidence")
            case "devices":
                return DevicesView(self._clock, id="detail-devices")
            case _:
                return JsonView(id="detail-json")

    @property
    def _front(self) -> LineView | AlertsView | EvidenceView | DevicesView | JsonView:
        if not self._is_made(self.open_tab):
            return self.text
        match self.open_tab:
            case "alerts":
                return self.alerts
            case "evidence":
                return self.evidence
            case "devices":
                return self.devices
            case "json":
                return self.json
            case _:
                return self.text

    def action_turn(self, step: int) -> None:
        names = list(_TABS)
        self.query_one("#detail-tabs", Tabs).active = names[(names.index(self.open_tab) + step) % len(names)]

    @on(Tabs.TabActivated)
    async def show_tab(self, event: Tabs.TabActivated) -> None:
        event.stop()
        had_keys = self.has_focus_within
        if not self._is_made(self.open_tab) and not self.query(f"#detail-{self.open_tab}"):
            view = self._made(self.open_tab)
            view.display = False  # until the switcher shows it
            await self.query_one(ContentSwitcher).mount(view)
        self.query_one(ContentSwitcher).current = self._front.id
        self._draw(keep_place=False)
        if had_keys:
            self.focus_text()
        self.refresh_bindings()

    def on_resize(self) -> None:
        if self.open_tab == "timeline":
            self._draw(keep_place=True)

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

    def action_pivot(self) -> None:
        if self.pivot is not None:
            self.post_message(self.PivotWanted(self.pivot))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        if action == "pivot" and self.is_mounted:
            return self.pivot is not None
        return True

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
        elif self.open_tab == "json":
            here = json_copies(*self.json.value, incident)
        return (*here, *incident_copies(incident, portal_link))

    @on(RecordGrid.Highlighted)
    @on(RecordGrid.Chosen)
    @on(RecordGrid.Covered)
    def keep_to_itself(self, event: Message) -> None:
        """The lists in here are nobody else's."""
        event.stop()
        self.refresh_bindings()

    # drawing

    def _draw(self, *, keep_place: bool) -> None:
        """The tab in front; the others are drawn when they come to the front."""
        detail, tab = self.detail, self.open_tab
        if detail is None or not self._is_made(tab):
            return
        if tab in _DOCUMENTS:
            width = self.content_size.width - _MARGIN
            self.text.show(_DOCUMENTS[tab](detail, self._clock(), width), keep_place=keep_place)
        elif tab == "alerts":
            self.alerts.show_detail(detail)
        elif tab == "evidence":
            self.evidence.show_detail(detail)
        elif tab == "devices":
            self.devices.show_detail(detail)
        else:
            self.json.show(detail.json_text, owner=detail.incident.id)
        self.refresh_bindings()
