"""Somebody at the real program: what it is started with, its profiles, and picking one of them."""

import sys
from collections.abc import Mapping
from pathlib import Path

from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.terminal import Terminal

PROGRAM = (sys.executable, "-m", "mtp_tui", "--refresh", "3600")
"""It asks for incidents only when it is told to."""


def write_profiles(home: Path, tenant: SimulatedTenant, profiles: Mapping[str, str]) -> Path:
    """Write the profile file of a home: for each name the lines that are more than tenant and application."""
    path = home / "config" / "mtp-tui" / "profiles.toml"
    path.parent.mkdir(parents=True, mode=0o700)
    whose = f'tenant = "{tenant.tenant_id}"\nclient_id = "{tenant.client_id}"\n'
    path.write_text("\n".join(f'[[profile]]\nname = "{name}"\n{whose}{more}\n' for name, more in profiles.items()))
    path.chmod(0o600)
    return path


def open_profiles(terminal: Terminal, name: str) -> None:
    """List the profiles and put the cursor on one; the focus has to be where letters are keys."""
    terminal.press("p")
    terminal.read_until("Esc closes", name, "Fill in")
    terminal.press("/")
    terminal.read_until("words of name or tenant", also=lambda: "Fill in" not in terminal.screen.text)
    terminal.press(name)
    terminal.read_until(f" {name} ")
    terminal.press("\r")
    terminal.read_until("Fill in", f" {name} ")


def pick_profile(terminal: Terminal, name: str) -> None:
    """Sign in with a profile, as far as it can be done without being asked anything."""
    open_profiles(terminal, name)
    terminal.press("\r")


def asked_for_incidents(tenant: SimulatedTenant) -> int:
    """How often the API was asked."""
    return sum(1 for seen in tenant.requests if seen.path.startswith("/api/"))
