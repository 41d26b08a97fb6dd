"""A browser opened by a command whose standard output belongs to somebody else."""

import subprocess
import sys


def open_in_window(address: str) -> None:
    """Open an https address in the person's browser, by a process of its own: browsers write to standard output."""
    subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "webbrowser", address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
