"""Help for what is in front: its own words, and every key that works there now, taken from the bindings themselves."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical
from textual.dom import DOMNode

from mtp_tui.ui.dialog import Dialog
from mtp_tui.ui.lines import BLANK, Line, Role, Span, heading, text_line
from mtp_tui.ui.reasons import around, bindings_of, keys_of, reason, why_not
from mtp_tui.ui.widgets.key_line import KeyLine
from mtp_tui.ui.widgets.line_view import LineView

_KEY_WIDTH = 16
_FUNCTION_KEY = re.compile(r"f\d+")


class HelpScreen(Dialog[None]):
    """Covers the screen until Escape, `?` or `q`."""

    BINDING_GROUP_TITLE = "Help"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q", "dismiss", "Close", id="help.close", tooltip="Go back"),
    ]

    def __init__(self, focused: DOMNode, active: Mapping[str, ActiveBinding]) -> None:
        """`focused` has the keys now, and `active` are the bindings that reach it."""
        super().__init__()
        self._around = around(focused)
        self._active = active

    def compose(self) -> ComposeResult:
        with Vertical(id="help-box"):
            yield LineView(id="help-text")
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one("#help-box").border_title = "Help"
        self.query_one("#help-box").border_subtitle = "Esc closes"
        view = self.query_one("#help-text", LineView)
        help_text = next((node.HELP for node in self._around if node.HELP), "")
        view.show([*keys_around(self._around, self._active, self.app.get_key_display), *_prose(help_text)])
        view.focus()


def _prose(help_text: str) -> list[Line]:
    """Paragraphs, each of which wraps to the width it gets; a leading `#` makes a heading."""
    lines: list[Line] = []
    for paragraph in help_text.strip().split("\n\n"):
        words = " ".join(paragraph.split())
        if words:
            lines += [heading(words[2:]) if words.startswith("# ") else text_line(words), BLANK]
    return lines


def keys_around(
    nodes: Iterable[DOMNode], active: Mapping[str, ActiveBinding], shown: Callable[[Binding], str]
) -> list[Line]:
    """Every binding of ours around the focus; those that do nothing just now say so, and why if that is known."""
    by_id = {each.binding.id: each for each in active.values()}
    lines: list[Line] = []
    for node in nodes:
        bindings = bindings_of(type(node))
        if not bindings:
            continue
        lines.append(heading(node.BINDING_GROUP_TITLE or ""))
        for binding in bindings:
            keys = " ".join(_shown(key, shown) for key in _keys_of(binding, active))
            if not keys:
                continue
            lines.append(
                Line(
                    (_said(node, binding, by_id.get(binding.id)),),
                    lead=Span(keys, Role.NAME),
                    lead_width=_KEY_WIDTH,
                    indent=1,
                )
            )
        lines.append(BLANK)
    return lines


def _keys_of(binding: Binding, active: Mapping[str, ActiveBinding]) -> list[str]:
    """Those of its keys that nothing else has taken, be it a nearer node or another binding of the same one."""
    return [key for key in keys_of(binding) if key not in active or active[key].binding.id == binding.id]


def _said(node: DOMNode, binding: Binding, active: ActiveBinding | None) -> Span:
    words = binding.tooltip or binding.description
    # those with priority work above every screen, and are missing from what is active in one above others
    if binding.priority or (active is not None and active.enabled):
        return Span(words)
    why = why_not(active.node, binding) if active is not None else reason(node, binding)
    return Span(f"{words} (not now{': ' if why else ''}{why})", Role.DIM)


def _shown(key: str, shown: Callable[[Binding], str]) -> str:
    """A key as it is called; function keys in capitals, as on the keyboard."""
    return key.upper() if _FUNCTION_KEY.fullmatch(key) else shown(Binding(key, "", ""))
