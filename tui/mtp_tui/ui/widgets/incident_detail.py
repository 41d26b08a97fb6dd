"""One incident, opened: tabs over documents."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Tab, Tabs

from mtp_tui.clock import Clock
from mtp_tui.defender.models import Incident, IncidentDetail, detail_from
from mtp_tui.ui.lines import Line
from mtp_tui.ui.text import plain
from mtp_tui.ui.widgets.incident_lines import (
    alert_lines,
    comment_lines,
    device_lines,
    evidence_lines,
    json_lines,
    overview_lines,
)
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.said import Said

_TABS: dict[
    str, tuple[str, Callable[[IncidentDetail, datetime], list[Line]], Callable[[IncidentDetail], int] | None]
] = {
    "overview": ("Overview", overview_lines, None),
    "alerts": ("Alerts", alert_lines, lambda detail: len(detail.alerts)),
    "evidence": ("Evidence", lambda detail, _: evidence_lines(detail), lambda detail: len(detail.entities)),
    "devices": ("Devices", device_lines, lambda detail: len(detail.devices)),
    "comments": ("Comments", comment_lines, lambda detail: len(detail.comments)),
    "json": ("JSON", lambda detail, _: json_lines(detail), None),
}


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
    ]

    class Read(Message):
        """An incident was taken apart."""

        def __init__(self, detail: IncidentDetail) -> None:
            super().__init__()
            self.detail = detail

    def __init__(self, clock: Clock, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock
        self.detail: IncidentDetail | None = None
        """The incident that is shown."""
        self.opened = ""
        """ID of the incident that was asked for last; empty when none is open."""

    def compose(self) -> ComposeResult:
        yield Said(id="detail-title")
        tabs = Tabs(*(Tab(title, id=name) for name, (title, _, _) in _TABS.items()), id="detail-tabs")
        tabs.can_focus = False  # the document has the keys; the tabs follow ← and →
        yield tabs
        yield LineView(id="detail-text")

    def open(self, incident: Incident) -> None:
        """Read an incident and show it; the same one again keeps its place."""
        self.opened = incident.id
        self.display = True
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
        for name, (title, _, count) in _TABS.items():
            self.query_one(f"#{name}", Tab).label = plain(f"{title} {count(detail)}" if count else title)
        self._draw(keep_place=is_same)

    def focus_text(self) -> None:
        """Give the document the keys."""
        self.query_one("#detail-text", LineView).focus()

    @property
    def open_tab(self) -> str:
        """Which tab is in front: `overview`, `alerts`, `evidence`, `devices`, `comments` or `json`."""
        return self.query_one("#detail-tabs", Tabs).active or "overview"

    def action_turn(self, step: int) -> None:
        names = list(_TABS)
        self.query_one("#detail-tabs", Tabs).active = names[(names.index(self.open_tab) + step) % len(names)]

    @on(Tabs.TabActivated)
    def show_tab(self, event: Tabs.TabActivated) -> None:
        event.stop()
        self._draw(keep_place=False)

    def _draw(self, *, keep_place: bool) -> None:
        if self.detail is None:
            return
        _, lines_of, _ = _TABS[self.open_tab]
        self.query_one("#detail-text", LineView).show(lines_of(self.detail, self._clock()), keep_place=keep_place)
