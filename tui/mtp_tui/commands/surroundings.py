"""What a command finds around it; a test gives another wire and a stopped clock, and leaves the rest as it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mtp_tui.clock import Clock, Sleep

if TYPE_CHECKING:
    from mtp_tui.wire import Wire


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Network, time, environment and files. Standard input, output and error are those of the process."""

    wire: "Callable[[], Wire]"
    """Opens a way to the network; each is closed by whoever asked for it."""
    clock: Clock
    sleep: Sleep
    environ: Mapping[str, str]
    profile_file: Path
    open_browser: Callable[[str], None]
    """Opens an address in a browser with windows, and does nothing where there is none."""
    data_folder: Path | None = None
    """Where incidents are remembered."""
