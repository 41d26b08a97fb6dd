"""Every command of the program: what can be done in front of the user now, and why the others cannot."""

from collections.abc import Iterable, Iterator
from functools import cache

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from mtp_tui.ui.palette_screen import Command
from mtp_tui.ui.reasons import around, bindings_of, hidden, keys_of, why_not

NOT_IN_PALETTE = ("grid.", "text.", "app.palette", "palette.")
"""Movements, which are done by the time they are found by name, and for which the mouse has its wheel; and the palette
itself."""

_NOT_ELSEWHERE = (*NOT_IN_PALETTE, "record.", "page.")
_LIST, _INCIDENTS, _OPENED = "in the list of incidents (3)", "in the incidents pane (3)", "in an opened incident"
_IN_TABS = {
    "detail.open-alert": f"{_OPENED}, in its timeline",
    "detail.pivot": f"{_OPENED}, on evidence and devices",
}
"""Where keys of an opened incident work that are not for all of its tabs, by their IDs."""


@cache
def _places() -> tuple[tuple[type[DOMNode], str], ...]:
    """Where the keys of the panes work; the panes are read when somebody presses a key that is none where it is pressed."""
    from mtp_tui.ui.narrowed_area import NarrowedArea
    from mtp_tui.ui.panes.incidents import IncidentsPane
    from mtp_tui.ui.panes.sign_in import SignInPane
    from mtp_tui.ui.panes.token import TokenPane
    from mtp_tui.ui.queue_frame import QueueFrame
    from mtp_tui.ui.reading_area import ReadingArea
    from mtp_tui.ui.triage_area import TriageArea
    from mtp_tui.ui.widgets.incident_detail import IncidentDetailView
    from mtp_tui.ui.widgets.incident_grid import IncidentGrid
    from mtp_tui.ui.widgets.json_view import JsonView

    return (
        (IncidentGrid, _LIST),
        (QueueFrame, _LIST),
        (NarrowedArea, _INCIDENTS),
        (TriageArea, _INCIDENTS),
        (ReadingArea, _INCIDENTS),
        (IncidentsPane, _INCIDENTS),
        (IncidentDetailView, _OPENED),
        (JsonView, f"{_OPENED}, in its tab JSON"),
        (TokenPane, "in the token pane (2)"),
        (SignInPane, "in the sign-in pane (1)"),
    )


def commands_of(app: App[None], screen: Screen[object]) -> list[Command]:
    """What works in front of the user, and what does not, once each."""
    seen: set[str] = set()
    commands: list[Command] = []
    for binding, node, why in _every(app, screen):
        if binding.id and binding.id not in seen and not binding.id.startswith(NOT_IN_PALETTE):
            seen.add(binding.id)
            words, key = binding.tooltip or binding.description, _shown_key(app, binding)
            commands.append(Command(binding.id, key, binding.description, words, why, binding.action, node))
    return commands


def _shown_key(app: App[None], binding: Binding) -> str:
    return binding.key_display or app.get_key_display(Binding(keys_of(binding)[0], ""))


def _every(app: App[None], screen: Screen[object]) -> Iterator[tuple[Binding, DOMNode, str]]:
    """Each with whose it is, and why it cannot be done; empty if it can."""
    active = screen.active_bindings
    for each in active.values():
        if each.enabled:
            yield each.binding, each.node, ""
    for binding in app.BINDINGS:  # what works above every screen is missing from what is active in one above others
        if isinstance(binding, Binding) and binding.priority:
            yield binding, app, ""
    for each in active.values():
        if not each.enabled:
            yield each.binding, each.node, why_not(each.node, each.binding)
    for binding, why in hidden(screen, active):
        yield binding, screen, why
    for binding, where in _elsewhere(screen):
        yield binding, screen, f"It works {where}."


def _elsewhere(screen: Screen[object]) -> Iterator[tuple[Binding, str]]:
    """Keys of the panes that are none where the focus is, and where they are."""
    if screen.is_modal:
        return
    here = {type(node) for node in around(screen.focused or screen)}
    for kind, where in _places():
        if kind not in here:
            for binding in bindings_of(kind):
                if binding.id and not binding.id.startswith(_NOT_ELSEWHERE) and binding.key != "escape":
                    yield binding, _IN_TABS.get(binding.id, where)


def why_silent(screen: Screen[object], key: str, character: str | None) -> str:
    """Why a letter or a sign that is a key of the program did nothing; empty if it is none, or nobody knows."""
    if character is None or not character.isprintable() or character == " ":
        return ""  # arrows and the like, which are pressed by habit
    here = _reasons(key, hidden(screen, screen.active_bindings))
    if here:
        return " ".join(here)
    found = next(((binding, where) for binding, where in _elsewhere(screen) if key in keys_of(binding)), None)
    if found is None:
        return ""
    binding, where = found
    does = binding.tooltip or binding.description
    return f"{character} works {where}: {does[0].lower()}{does[1:]}."


def _reasons(key: str, bindings: Iterable[tuple[Binding, str]]) -> list[str]:
    return list(dict.fromkeys(why for binding, why in bindings if key in keys_of(binding)))
