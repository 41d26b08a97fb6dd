"""Why a key that is shown does nothing now: said where it is pressed, clicked, or listed in the help."""

from typing import Protocol, runtime_checkable

from textual.binding import Binding
from textual.dom import DOMNode


@runtime_checkable
class Explains(Protocol):
    """A node that knows why an action of its own is greyed."""

    def why_not(self, action: str) -> str:
        """The reason as a sentence; empty if there is none. Asked only while `check_action` says None."""
        ...


def why_not(node: DOMNode, binding: Binding) -> str:
    """Why a key of this node does nothing now, in one sentence."""
    action = binding.action.partition("(")[0]
    if action.startswith("screen."):
        node, action = node.screen, action.removeprefix("screen.")
    reason = node.why_not(action) if isinstance(node, Explains) else ""
    return reason or f"{binding.description}: not possible now."
