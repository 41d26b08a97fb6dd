"""The tabs of an opened incident: which one is in front, and what it shows."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher

from mtp_tui.clock import Clock
from mtp_tui.defender.models import Incident, IncidentDetail
from mtp_tui.ui.lines import Line, Role, text_line
from mtp_tui.ui.widgets.incident_lines import comment_lines
from mtp_tui.ui.widgets.incident_overview import Around, overview_lines, row_lines
from mtp_tui.ui.widgets.incident_records import AlertsView, DevicesView, EvidenceView
from mtp_tui.ui.widgets.incident_timeline import timeline_lines
from mtp_tui.ui.widgets.json_view import JsonView
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.record_grid import RecordGrid
from mtp_tui.ui.widgets.record_lines import RecordLines
from mtp_tui.ui.widgets.said import Said
from mtp_tui.ui.widgets.seethrough import LaidOutOnce
from mtp_tui.ui.widgets.tab_line import TabLine

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

_DOCUMENTS: dict[str, Callable[[IncidentDetail, Around, datetime, int], list[Line]]] = {
    "overview": lambda detail, around, now, _: overview_lines(detail, now, around),
    "timeline": lambda detail, _, now, width: timeline_lines(detail, now, width),
    "comments": lambda detail, _, now, __: comment_lines(detail, now),
}
"""Tabs that are documents, by incident, what is known besides, time and width; the others are widgets of their own."""

_READING = "Reading …"

_MARGIN = 3
"""Cells beside a document: its padding and the scroll bar."""


class DetailTabs(LaidOutOnce, Vertical):
    """Draws the tab in front, and each other one when it comes to the front."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left,h,left_square_bracket",
            "turn(-1)",
            "Tab before",
            show=False,
            id="detail.tab-before",
            tooltip="Go to the tab before",
        ),
        Binding(
            "right,l,right_square_bracket",
            "turn(1)",
            "Tabs",
            key_display="← →",
            id="detail.tab-next",
            tooltip="Go through the tabs: overview, alerts, evidence, devices, timeline, comments, JSON",
        ),
    ]

    tabs = getters.query_one(TabLine)
    text = getters.query_one("#detail-text", RecordLines)
    alerts = getters.query_one("#detail-alerts", AlertsView)
    evidence = getters.query_one("#detail-evidence", EvidenceView)
    devices = getters.query_one("#detail-devices", DevicesView)
    json = getters.query_one("#detail-json", JsonView)

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock
        self.detail: IncidentDetail | None = None
        """The incident that is shown; None while it is being read."""
        self.around = Around()
        """What is known of it besides."""
        self._row: Incident | None = None
        """The incident that is being read, as far as it is known."""

    def compose(self) -> ComposeResult:
        yield Said(id="detail-title")
        yield TabLine({name: title for name, (title, _) in _TABS.items()}, id="detail-tabs")
        with ContentSwitcher(initial="detail-text"):
            yield RecordLines(id="detail-text")  # the other views are made when their tab is first wanted

    def say_head(self, incident: Incident) -> None:
        """The title, and the tabs with how many records each of them has."""
        self.query_one("#detail-title", Said).say(f"{incident.id}  {incident.name}")
        detail = self.detail
        self.tabs.rename(
            {name: f"{title} {count(detail)}" if count and detail else title for name, (title, count) in _TABS.items()}
        )

    def show_reading(self, incident: Incident) -> None:
        """Until this incident is read, show what its row knows in the place of whatever stood there."""
        self.detail, self._row, tab = None, incident, self.open_tab
        self.say_head(incident)
        if tab == "overview":
            self.text.show(row_lines(incident, self._clock(), self.around))
        elif tab in _DOCUMENTS or not self._is_made(tab):
            self.text.show([text_line(_READING, Role.DIM)])
        elif isinstance(view := self._front, JsonView):
            view.show(incident.raw, owner=incident.id)
        elif not isinstance(view, LineView):
            view.show((), owner="", why_empty=_READING)

    def draw(self, *, keep_place: bool) -> None:
        """The tab in front; the others are drawn when they come to the front."""
        detail, tab = self.detail, self.open_tab
        if detail is None and self._row is not None:
            self.show_reading(self._row)
        if detail is None or not self._is_made(tab):
            return
        if tab in _DOCUMENTS:
            width = self.content_size.width - _MARGIN
            self.text.show(_DOCUMENTS[tab](detail, self.around, self._clock(), width), keep_place=keep_place)
        elif tab == "alerts":
            self.alerts.show_detail(detail)
        elif tab == "evidence":
            self.evidence.show_detail(detail)
        elif tab == "devices":
            self.devices.show_detail(detail)
        else:
            self.json.show(detail.incident.raw, owner=detail.incident.id)
        self.refresh_bindings()

    @property
    def open_tab(self) -> str:
        """Which tab is in front: `overview`, `alerts`, `evidence`, `devices`, `timeline`, `comments` or `json`."""
        return self.tabs.active

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
        self.tabs.turn(step)

    @on(TabLine.Turned)
    async def show_tab(self, event: TabLine.Turned) -> None:
        event.stop()
        had_keys = self.has_focus_within
        if not self._is_made(self.open_tab) and not self.query(f"#detail-{self.open_tab}"):
            view = self._made(self.open_tab)
            view.display = False  # until the switcher shows it
            await self.query_one(ContentSwitcher).mount(view)
        self.query_one(ContentSwitcher).current = self._front.id
        self.draw(keep_place=False)
        if had_keys:
            self.focus_text()
        self.refresh_bindings()

    def on_resize(self) -> None:
        if self.open_tab == "timeline":
            self.draw(keep_place=True)

    def focus_text(self) -> None:
        """Give the keys to what the tab in front shows."""
        view = self._front
        if isinstance(view, LineView):
            view.focus()
        else:
            view.focus_view()

    @on(RecordGrid.Highlighted)
    @on(RecordGrid.Chosen)
    @on(RecordGrid.Covered)
    def keep_to_itself(self, event: Message) -> None:
        """The lists in here are nobody else's."""
        event.stop()
        self.refresh_bindings()
