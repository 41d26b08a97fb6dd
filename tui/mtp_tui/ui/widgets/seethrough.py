"""For what Textual would draw or lay out more often than anybody sees."""

from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.strip import Strip


class LaidOutOnce:
    """Mixed into a widget that shows no scroll bars of Textual's own making: another size of it is no reason for another layout.

    A layout tells each widget how large it is by setting `virtual_size`, and Textual lays everything out again for that,
    with the same outcome: 10 to 20 ms in the middle of what somebody waits for.
    """

    virtual_size = Reactive(Size(0, 0), layout=False)


class Seethrough(LaidOutOnce):
    """Mixed into a container without background, border or scroll bar: it is never drawn.

    Textual draws every container whole, and all of its lines, for each line that changes inside of it; of eight that
    stand in one another nothing is ever seen. What shows beside their children is the screen's own background.
    """

    def render_lines(self, crop: Region) -> list[Strip]:  # noqa: ARG002 - the form of the widget that this is mixed into
        """No lines: the compositor goes on with what is below."""
        return []
