"""Two themes of our own; each colour that stands for a meaning is a token, listed here and nowhere else."""

from textual.theme import Theme

DARK = Theme(
    name="mtp-dark",
    dark=True,
    primary="#7aa2f7",
    secondary="#73daca",
    accent="#bb9af7",
    foreground="#c8d0e8",
    background="#12141c",
    surface="#181b26",
    panel="#222636",
    success="#8ccf7e",
    warning="#e5b567",
    error="#f7768e",
    variables={
        "severity-high": "#ff7a90",
        "severity-medium": "#f0b45f",
        "severity-low": "#7fc8f8",
        "severity-informational": "#9aa5ce",
        "permission-granted": "#8ccf7e",
        "permission-missing": "#f7768e",
        "permission-unknown": "#d7a6ff",
        "token-part-1": "#ff8fa3",
        "token-part-2": "#c9a6ff",
        "token-part-3": "#79d3f2",
        "qr-dark": "#000000",
        "qr-light": "#ffffff",
        "cursor": "#33406b",
        "quiet": "#8089ab",
        "footer-key-foreground": "#7aa2f7",
    },
)

LIGHT = Theme(
    name="mtp-light",
    dark=False,
    primary="#2b57b8",
    secondary="#0b7566",
    accent="#7038b8",
    foreground="#1d2433",
    background="#f7f8fb",
    surface="#eef0f6",
    panel="#e0e4ee",
    success="#22692a",
    warning="#8a5300",
    error="#b3152f",
    variables={
        "severity-high": "#b3152f",
        "severity-medium": "#8a5300",
        "severity-low": "#0b5f96",
        "severity-informational": "#525b74",
        "permission-granted": "#22692a",
        "permission-missing": "#b3152f",
        "permission-unknown": "#7038b8",
        "token-part-1": "#b3152f",
        "token-part-2": "#7038b8",
        "token-part-3": "#0b5f96",
        "qr-dark": "#000000",
        "qr-light": "#ffffff",
        "cursor": "#c5d3f5",
        "quiet": "#5b647c",
        "footer-key-foreground": "#2b57b8",
    },
)

THEMES = (DARK, LIGHT)
