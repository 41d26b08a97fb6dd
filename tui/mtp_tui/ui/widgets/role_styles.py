"""How a role looks: one table for every widget, since a component class of each would be styled anew in each of them."""

from rich.style import Style
from textual.app import App

from mtp_tui.ui.lines import Role

_LOOKS = {
    Role.HEADING: "bold $primary",
    Role.LABEL: "$quiet",
    Role.DIM: "$quiet",
    Role.STRONG: "bold",
    Role.GOOD: "bold $permission-granted",
    Role.WARN: "bold $text-warning",
    Role.BAD: "bold $permission-missing",
    Role.UNKNOWN: "$permission-unknown",
    Role.HIGH: "bold $severity-high",
    Role.MEDIUM: "$severity-medium",
    Role.LOW: "$severity-low",
    Role.INFORMATIONAL: "$severity-informational",
    Role.NAME: "$primary",
    Role.STRING: "$secondary",
    Role.NUMBER: "$accent",
    Role.QR: "$qr-dark on $qr-light",
    Role.PART_1: "$token-part-1",
    Role.PART_2: "$token-part-2",
    Role.PART_3: "$token-part-3",
}
"""Tokens of the theme; `TEXT` looks as what is around it."""


def role_style(app: App[object], role: Role) -> Style:
    """What a role adds to the style around it, in the theme of now."""
    look = _LOOKS.get(role)
    # the stylesheet keeps what it has read until the theme changes
    return app.stylesheet.parse_style(look).rich_style if look else Style.null()
