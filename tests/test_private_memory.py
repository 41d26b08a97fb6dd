"""What is in memory does not end up in a file, and other programs of the same user cannot look at it."""

import ctypes
import signal
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("asks the kernel of Linux", allow_module_level=True)

_PR_GET_DUMPABLE = 3

ASKED = f"""
import ctypes, os, resource
from mtp_tui.private_memory import keep_memory_private

resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
keep_memory_private()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl({_PR_GET_DUMPABLE}, 0, 0, 0, 0), flush=True)
os.abort()
"""


def test_an_abort_leaves_no_core_and_the_process_is_closed_to_others(tmp_path: Path) -> None:
    assert ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) == 1, "or the next line would say nothing"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", ASKED], cwd=tmp_path, capture_output=True, check=False, text=True, timeout=20
    )
    assert done.stdout == "(0, 0) 0\n"
    assert done.returncode == -signal.SIGABRT
    assert list(tmp_path.iterdir()) == []
