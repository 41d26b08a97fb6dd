"""What the person who starts the program may choose, and where its files live."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mtp_tui.secret import Secret

REFRESH_EVERY_S = 30.0
"""Two calls a minute and 120 an hour of the 50 and 1,500 that the service allows."""

DEMO_REFRESH_EVERY_S = 6.0
"""Soon enough to see the demo tenant change, at a fifth of its quota."""

REFRESH_AT_LEAST_S = 5.0
"""Faster would spend a quarter of the minute's quota on looking."""


@dataclass(frozen=True, slots=True)
class Prefill:
    """What the sign-in pane starts with."""

    tenant: str = ""
    client_id: str = ""
    secret: Secret = field(default_factory=lambda: Secret(""))
    secret_from: str = ""
    """Where the secret comes from, to be shown instead of it."""
    cloud: str = "global"
    """Key of the cloud, one of `identity.clouds.BY_KEY`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All choices, made once in `cli.py`."""

    prefill: Prefill = field(default_factory=Prefill)
    refresh_every_s: float | None = None
    """None leaves the choice to whoever joins the services."""
    theme: str = "mtp-dark"
    log_file: Path | None = None
    """Where the log is written; None writes none."""


def prefill_from(environ: Mapping[str, str]) -> Prefill:
    """The variables that Azure's own libraries read.

    Source: Azure Identity documentation, "Environment variables", service principal with a client secret.
    """
    secret = Secret(environ.get("AZURE_CLIENT_SECRET", "").strip())
    return Prefill(
        tenant=environ.get("AZURE_TENANT_ID", "").strip(),
        client_id=environ.get("AZURE_CLIENT_ID", "").strip(),
        secret=secret,
        secret_from="AZURE_CLIENT_SECRET" if secret else "",
    )


def profile_file() -> Path:
    """Where profiles are kept on this system, such as `~/.config/mtp-tui/profiles.toml`; nothing is created."""
    import platformdirs

    return Path(platformdirs.user_config_dir("mtp-tui", appauthor=False)) / "profiles.toml"


def log_file() -> Path:
    """The log's place on this system, such as `~/.local/state/mtp-tui/log/mtp-tui.log`; nothing is created."""
    import platformdirs

    return Path(platformdirs.user_log_dir("mtp-tui", appauthor=False)) / "mtp-tui.log"
