"""The exit codes that scripts may rely on, besides 130 for Ctrl+C."""

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    OK = 0
    NO = 1
    """A condition does not hold, or there was no token to be had."""
    USAGE = 2
    """Wrong arguments or settings, or a text that is no readable token."""
