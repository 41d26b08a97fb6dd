"""Why a key does nothing now: said where it is pressed, clicked, or listed in the help and the palette."""

from collections.abc import Iterator, Mapping
from typing import Protocol, runtime_checkable

from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode
from textual.screen import Screen

_OURS = "mtp_tui."


@runtime_checkable
class Explains(Protocol):
    """A node that knows why an action of its own cannot be done."""

    def why_not(self, action: str) -> str:
        """The reason as a sentence; empty if there is none. Asked only while `check_action` does not say True."""
        ...


def why_not(node: DOMNode, binding: Binding) -> str:
    """Why a key of this node that is greyed does nothing now, in one sentence."""
    return reason(node, binding) or f"{binding.description}: not possible now."


def reason(node: DOMNode, binding: Binding) -> str:
    """Why a key of this node does nothing now; empty where nobody knows more than that."""
    action = binding.action.partition("(")[0]
    if action.startswith("screen."):
        node, action = node.screen, action.removeprefix("screen.")
    return node.why_not(action) if isinstance(node, Explains) else ""


def around(node: DOMNode) -> list[DOMNode]:
    """What of ours has a say when a key is pressed there, the nearest first."""
    return [each for each in node.ancestors_with_self if type(each).__module__.startswith(_OURS)]


def bindings_of(kind: type) -> list[Binding]:
    """Those of a class and of its bases, but for keys that a class nearer to it has taken for something else."""
    taken: set[str] = set()
    bindings: list[Binding] = []
    for base in kind.__mro__:
        if base.__module__.startswith(_OURS):
            new = [each for each in _declared(base) if not taken.issuperset(keys_of(each))]
            bindings += new
            taken.update(key for each in new for key in keys_of(each))
    return bindings


def keys_of(binding: Binding) -> list[str]:
    """The names of its keys."""
    return [key.strip() for key in binding.key.split(",")]


def hidden(screen: Screen[object], active: Mapping[str, ActiveBinding]) -> Iterator[tuple[Binding, str]]:
    """Keys around the focus that are not even shown now, as far as it is known why, and nothing else has taken them."""
    shown = {each.binding.id for each in active.values()}
    for node in around(screen.focused or screen):
        for binding in bindings_of(type(node)):
            if binding.id not in shown and not any(key in active for key in keys_of(binding)):
                why = reason(node, binding)
                if why:
                    yield binding, why


def _declared(kind: type) -> list[Binding]:
    return [each for each in vars(kind).get("BINDINGS", ()) if isinstance(each, Binding) and each.id]
