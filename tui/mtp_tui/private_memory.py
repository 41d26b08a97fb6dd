"""Keeps what is in this process's memory out of files, and from other programs of the same user."""

import contextlib
import sys

_PR_SET_DUMPABLE = 4
"""Source: prctl(2), PR_SET_DUMPABLE."""


def keep_memory_private() -> None:
    """Switch core dumps off for this process, and what it starts: one would hold every token and secret.

    The limit of zero (RLIMIT_CORE) stops the kernel from writing a file; a program that is handed the dump instead
    (`|` in core_pattern) is stopped by PR_SET_DUMPABLE, which Linux has, and which also keeps debuggers of the same
    user and `/proc/PID/environ` closed. The latter does not outlast an exec, so a child has the limit only. Windows
    writes dumps only where its administrator asked for them; nothing is done there. Source: core(5), prctl(2).
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
