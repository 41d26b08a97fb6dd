"""What the person who starts the program may choose, and where its files live."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

REFRESH_EVERY_S = 30.0
"""Two calls a minute and 120 an hour of the 50 and 1,500 that the service allows."""

DEMO_REFRESH_EVERY_S = 6.0
"""Soon enough to see the demo tenant change, at a fifth of its quota."""

REFRESH_AT_LEAST_S = 5.0
"""Faster would spend a quarter of the minute's quota on looking."""


RETENTION_DAYS = 180
"""How long an incident is remembered after its last update, if nobody says otherwise."""


_OF_TERMINAL = (
    *("TERM", "TMUX", "STY", "SSH_CONNECTION", "SSH_TTY"),
    *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "WSL_DISTRO_NAME", "WSL_INTEROP"),
    *("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT"),
)


def frozen_environment(environ: Mapping[str, str] = MappingProxyType({})) -> Mapping[str, str]:
    """A copy of the environment that nobody can change; an empty one by itself."""
    return MappingProxyType(dict(environ))


@dataclass(frozen=True, slots=True)
class Settings:
    """All choices, made once in `cli.py`."""

    profile: str = ""
    """Name of the profile to start with; empty leaves it to the environment and the file."""
    environ: Mapping[str, str] = field(default_factory=frozen_environment, repr=False)
    """The environment as it was at the start, which may hold secrets; nothing in the demo."""
    profile_file: Path | None = None
    """Where profiles are kept; None in the demo, which has none."""
    has_store: bool = False
    """Whether incidents are remembered, at least until the end of the program."""
    data_folder: Path | None = None
    """Where they are remembered for the next start; None keeps them in memory."""
    retention_days: float = RETENTION_DAYS
    """How long an incident is remembered after its last update."""
    may_write: bool = False
    """Whether incidents may be changed; if not, whatever would change one is stopped before it leaves the program."""
    refresh_every_s: float | None = None
    """None leaves the choice to whoever joins the services."""
    bell: bool = False
    """Whether the terminal's bell rings for incidents that are new at High."""
    theme: str = "mtp-dark"
    log_file: Path | None = None
    """Where the log is written; None writes none."""
    terminal: Mapping[str, str] = field(default_factory=frozen_environment)
    """What of the environment tells of terminal and clipboard, also in the demo; no secret."""


def profile_file() -> Path:
    """Where profiles are kept on this system, such as `~/.config/mtp-tui/profiles.toml`; nothing is created."""
    import platformdirs

    return _folder(platformdirs.user_config_dir) / "profiles.toml"


def log_file() -> Path:
    """The log's place on this system, such as `~/.local/state/mtp-tui/log/mtp-tui.log`; nothing is created."""
    import platformdirs

    return _folder(platformdirs.user_log_dir) / "mtp-tui.log"


def data_folder() -> Path:
    """Where a tenant's incidents are remembered, such as `~/.local/share/mtp-tui/tenants`; nothing is created."""
    import platformdirs

    return _folder(platformdirs.user_data_dir) / "tenants"


def _folder(of_user: Callable[..., str]) -> Path:
    """Our folder of one kind; one that cannot be where the user has no home, as in a container without a user's name."""
    try:
        return Path(of_user("mtp-tui", appauthor=False))
    except RuntimeError:
        return Path(os.devnull) / "mtp-tui"


def terminal_environment(environ: Mapping[str, str]) -> Mapping[str, str]:
    """What of an environment tells of terminal and clipboard, and all that a clipboard's program needs to know."""
    return frozen_environment({name: environ[name] for name in _OF_TERMINAL if name in environ})


def is_remote(environ: Mapping[str, str]) -> bool:
    """Whether the person sits at another machine."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


def has_windows(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window could open on this machine: a browser, or one that asks for a keyring's password."""
    if is_remote(environ):
        return False
    if platform in ("win32", "darwin"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
