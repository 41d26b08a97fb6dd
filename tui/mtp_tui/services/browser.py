"""A browser opened beside whatever has the terminal, a screen or a command: nothing it writes lands there."""

import subprocess
import sys


def open_in_window(address: str) -> "subprocess.Popen[bytes]":
    """Open an https address in the person's browser, by a process of its own: browsers write to standard output.

    Nobody has to wait for the process that is returned.
    """
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        # without the working directory on sys.path, where anybody's webbrowser.py may lie
        [sys.executable, "-P", "-m", "webbrowser", address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
