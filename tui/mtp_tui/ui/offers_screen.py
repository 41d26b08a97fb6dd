"""A list of texts to take along: each shown whole, copied with a key, and links as a QR code for a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from mtp_tui.ui.dialog import Dialog
from mtp_tui.ui.lines import Line, Role, Span, paragraphs, text_line
from mtp_tui.ui.messages import CopyWanted
from mtp_tui.ui.text import visible
from mtp_tui.ui.widgets.frame import Frame
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.line_view import LineView
from mtp_tui.ui.widgets.record_columns import Column
from mtp_tui.ui.widgets.record_grid import RecordGrid


@dataclass(frozen=True, slots=True)
class Offer:
    """One text that can be taken along."""

    group: str
    """What it belongs to, such as a step of the set-up guide."""
    label: str
    text: str
    gap: str = ""
    """What is missing in it, and why it cannot be used as it is; empty if it can."""
    is_link: bool = False


class OffersScreen(Dialog[None]):
    """Shows offers until Escape; the list above, the text of the one under the cursor below."""

    BINDING_GROUP_TITLE = "Take along"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", id="offers.copy", tooltip="Copy the text under the cursor"),
        Binding("x", "show_qr", "QR code", id="offers.qr", tooltip="Show a link as a QR code, or as text again"),
        Binding(
            "b",
            "open_link",
            "Open",
            id="offers.open",
            tooltip="Open a link in a browser on this machine, if it has one",
        ),
        Binding("tab", "app.focus_next", "Text", id="offers.text", tooltip="Go to the text, to scroll through it"),
        Binding("escape,q", "dismiss", "Close", id="offers.close", tooltip="Go back"),
    ]

    as_qr: reactive[bool] = reactive(False, toggle_class="-qr")

    grid = getters.query_one("#offers", RecordGrid)
    view = getters.query_one("#offer-text", LineView)

    def __init__(self, title: str, offers: Sequence[Offer], *, can_open: bool = False) -> None:
        """`can_open` says whether a browser could show up on this machine."""
        super().__init__()
        self._can_open = can_open
        self._title = title
        self._offers = tuple(offers)
        self._drawn: Offer | None = None

    def compose(self) -> ComposeResult:
        columns: tuple[Column[Offer], ...] = (
            Column("What", 58, lambda offer: Span(offer.label, Role.DIM if offer.gap else Role.TEXT), grows=True),
            Column("For", 30, lambda offer: Span(offer.group, Role.DIM), drop=1),
        )
        with Frame(id="offers-box"):
            yield RecordGrid(columns, lambda offer: f"{offer.group}\0{offer.label}", id="offers")
            yield LineView(id="offer-text")
        yield KeyLine()

    def on_mount(self) -> None:
        box = self.query_one("#offers-box", Frame)
        box.border_title = self._title
        box.hint("Esc closes", "y copies", "x QR code of a link", "Tab to the text")
        self.grid.show(self._offers)
        self.grid.focus()
        self._draw()

    @property
    def offer(self) -> Offer:
        """The one under the cursor."""
        return self._offers[self.grid.cursor]

    def action_copy(self) -> None:
        offer = self.offer
        if offer.gap:
            self.notify(visible(offer.gap), severity="warning", markup=False, timeout=3)
            return
        self.post_message(CopyWanted(offer.label, offer.text))

    @on(RecordGrid.Chosen)
    def copy_chosen(self) -> None:
        self.action_copy()

    def action_show_qr(self) -> None:
        if not self.offer.is_link:
            self.notify("Only a link has a QR code.", markup=False, timeout=3)
        else:
            self.as_qr = not self.as_qr

    def action_open_link(self) -> None:
        if not self.offer.gap:
            self.app.open_url(self.offer.text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - the base class's form
        if action == "open_link":
            return True if self._can_open and self._offers and self.offer.is_link else None
        return True

    def why_not(self, action: str) -> str:  # noqa: ARG002 - as whoever explains is asked
        """Why a link cannot be opened."""
        return "No browser can show up here; y copies the link." if not self._can_open else "Only a link can be opened."

    def watch_as_qr(self) -> None:
        if self.is_mounted:
            self._draw()

    @on(RecordGrid.Highlighted)
    def show_text(self) -> None:
        """The text of another one; a key that was quicker may have drawn it already, as a code."""
        self.as_qr = self.as_qr and self.offer is self._drawn
        self.refresh_bindings()
        self._draw()

    def _draw(self) -> None:
        self._drawn = offer = self.offer
        lines: list[Line] = []
        if offer.gap:
            lines.append(text_line(f"! {offer.gap}", Role.WARN))
        code = self._code(offer.text) if self.as_qr else []
        self.view.show(code or [*lines, *paragraphs(offer.text)])

    def _code(self, link: str) -> list[Line]:
        """The link as a QR code; where it would be cut, and so could not be read, what it needs instead."""
        code = _qr(link)
        if not code:
            return [text_line("This link is too long for a QR code. y copies it, x shows it.", Role.WARN)]
        width, height = len(code[0]), len(code)
        if width > self.size.width or height > self.size.height:
            need = f"The QR code needs {width}×{height} cells. Enlarge the terminal; y copies the link, x shows it."
            return [text_line(need, Role.WARN)]
        return [text_line(line, Role.QR) for line in code]

    def on_resize(self) -> None:
        if self.is_mounted:
            self._draw()


def _qr(text: str) -> tuple[str, ...]:
    from mtp_tui.guide.qr import qr_lines  # loads its library when a code is wanted

    return qr_lines(text)
