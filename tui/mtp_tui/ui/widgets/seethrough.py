"""For what arranges widgets and has no look of its own."""

from textual.geometry import Region
from textual.strip import Strip


class Seethrough:
    """Mixed into a container without background, border or scroll bar: it is never drawn.

    Textual draws every container whole, and all of its lines, for each line that changes inside of it; of eight that
    stand in one another nothing is ever seen. What shows beside their children is the screen's own background.
    """

    def render_lines(self, crop: Region) -> list[Strip]:  # noqa: ARG002 - the form of the widget that this is mixed into
        """No lines: the compositor goes on with what is below."""
        return []
