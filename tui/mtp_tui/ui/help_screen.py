"""Help for what is in front: its own words, and every key that works there now, taken from the bindings themselves."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical
from textual.dom import DOMNode
from textual.screen import ModalScreen

from mtp_tui.ui.lines import BLANK, Line, Role, Span, heading, text_line
from mtp_tui.ui.widgets.line_view import LineView

_KEY_WIDTH = 16
_OURS = "mtp_tui."


class HelpScreen(ModalScreen[None]):
    """Covers the screen until Escape, `?` or `q`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,f1,q", "dismiss", "Close", id="help.close")]

    def __init__(self, help_text: str, bindings: Iterable[ActiveBinding]) -> None:
        super().__init__()
        self._help_text = help_text
        self._active = tuple(bindings)

    def compose(self) -> ComposeResult:
        with Vertical(id="help-box"):
            yield LineView(id="help-text")

    def on_mount(self) -> None:
        self.query_one("#help-box").border_title = "Help"
        self.query_one("#help-box").border_subtitle = "Esc closes"
        view = self.query_one("#help-text", LineView)
        view.show([*_prose(self._help_text), *_keys(self._active, self.app.get_key_display)])
        view.focus()


def help_text_of(focused: DOMNode | None) -> str:
    """The `HELP` of the innermost node of ours around the focus that has one."""
    for node in focused.ancestors_with_self if focused is not None else ():
        if node.HELP and type(node).__module__.startswith(_OURS):
            return node.HELP
    return ""


def _prose(help_text: str) -> list[Line]:
    """Paragraphs, each of which wraps to the width it gets; a leading `#` makes a heading."""
    lines: list[Line] = []
    for paragraph in help_text.strip().split("\n\n"):
        words = " ".join(paragraph.split())
        if words:
            lines += [heading(words[2:]) if words.startswith("# ") else text_line(words), BLANK]
    return lines


def _keys(bindings: Iterable[ActiveBinding], shown_key: Callable[[Binding], str]) -> list[Line]:
    groups: dict[str, dict[str, tuple[list[str], ActiveBinding]]] = {}
    for active in bindings:
        binding = active.binding
        title = active.node.BINDING_GROUP_TITLE
        if not binding.id or not title:
            continue  # Textual's own, which repeat ours
        keys, _ = groups.setdefault(title, {}).setdefault(binding.id, ([], active))
        keys.append(shown_key(binding))
    lines: list[Line] = []
    for title, entries in groups.items():
        lines.append(heading(title))
        for keys, active in entries.values():
            words = active.binding.tooltip or active.binding.description
            body = Span(words if active.enabled else f"{words} (not now)", Role.TEXT if active.enabled else Role.DIM)
            lead = Span(" ".join(dict.fromkeys(keys)), Role.NAME)
            lines.append(Line((body,), lead=lead, lead_width=_KEY_WIDTH, indent=1))
        lines.append(BLANK)
    return lines
