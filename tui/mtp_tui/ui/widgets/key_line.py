"""The line at the bottom: the keys that work here now. One widget, since it is drawn anew with every change of focus."""

from collections.abc import Mapping
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from mtp_tui.ui.reasons import why_not
from mtp_tui.ui.widgets.seethrough import LaidOutOnce

_GAP = 2
_ALWAYS = ("app.palette", "app.help")
"""What stands at the end of every line, and leads to the rest of it."""

_WAYS_OUT = {"enter": 0, "escape": 1}


@dataclass(frozen=True, slots=True)
class _Key:
    key: str
    """As a press of it is named."""
    shown: str
    words: str
    tooltip: str
    is_enabled: bool

    @property
    def width(self) -> int:
        return len(self.shown) + 1 + len(self.words)


class KeyLine(LaidOutOnce, Widget, can_focus=False):
    """Keys and what they do; a click presses one. The last two, which always fit, lead to all the others."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[_Key, ...] = ()
        self._always = 0

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._take_bindings)
        self._take_bindings(self.screen)

    def _take_bindings(self, screen: Screen[object]) -> None:
        if not self.is_attached or screen is not self.screen:
            return
        # a screen in front of another leaves out what the app's own keys do even there
        everywhere = [each for each in self.app.BINDINGS if isinstance(each, Binding) and each.priority and each.show]
        by_action: dict[str, _Key] = {}
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.show and binding.action not in by_action:
                why = "" if active.enabled else why_not(active.node, binding)
                by_action[binding.action] = self._key(binding, why)
        by_action |= {each.action: self._key(each) for each in everywhere}
        last = [by_action.pop(each.action) for name in _ALWAYS for each in everywhere if each.id == name]
        keys = (*(_first_ways_out(by_action) if screen.is_modal else by_action.values()), *last)
        if keys != self._keys:
            self._keys, self._always = keys, len(last)
            self.refresh()

    def _key(self, binding: Binding, why_not: str = "") -> _Key:
        tooltip = why_not or binding.tooltip or binding.description
        return _Key(binding.key, self.app.get_key_display(binding), binding.description, tooltip, not why_not)

    @property
    def _fitting(self) -> list[_Key]:
        """As many as there is room for, always with the last ones."""
        first = len(self._keys) - self._always
        others, last = self._keys[:first], self._keys[first:]
        room = self.size.width - 2 + _GAP - sum(key.width + _GAP for key in last)
        fitting: list[_Key] = []
        for key in others:
            room -= key.width + _GAP
            if room < 0:
                break
            fitting.append(key)
        return [*fitting, *last]

    def render(self) -> Content:
        parts: list[tuple[str, str] | str] = [" "]
        for key in self._fitting:
            parts.append((key.shown, "$footer-key-foreground bold" if key.is_enabled else "$quiet"))
            parts.append((f" {key.words}", "$foreground" if key.is_enabled else "$quiet strike"))
            parts.append(" " * _GAP)
        return Content.assemble(*parts)

    def _key_at(self, x: int) -> _Key | None:
        left = 1
        for key in self._fitting:
            if left <= x < left + key.width:
                return key
            left += key.width + _GAP
        return None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        key = self._key_at(event.x)
        self.tooltip = key.tooltip if key else None

    def on_click(self, event: events.Click) -> None:
        key = self._key_at(event.x)
        if key is None:
            return
        if key.is_enabled:
            self.app.simulate_key(key.key)
        else:
            self.notify(key.tooltip, markup=False, timeout=4)


def _first_ways_out(by_action: Mapping[str, _Key]) -> list[_Key]:
    """In a screen in front of others nobody should miss how to say yes to it, and how to get out."""
    return sorted(by_action.values(), key=lambda each: _WAYS_OUT.get(each.key, len(_WAYS_OUT)))
