"""Fixtures: a clock that stands at noon, and a tenant that lives by it."""

import signal
from collections.abc import Generator

import pytest
import textual._wait
from hypothesis import settings

from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.clocks import StoppedClock

settings.register_profile("ours", deadline=None, database=None)  # a busy machine is no failure, and no file is left
settings.load_profile("ours")

# How long Textual's pilot looks at the processor before it believes that nothing is going on, and how much may go on then
# (seconds): a quarter of its own. It looks twice for each key, and the suite presses thousands.
textual._wait.SLEEP_GRANULARITY = 1 / 200
textual._wait.SLEEP_IDLE = textual._wait.SLEEP_GRANULARITY / 10


@pytest.fixture
def clock() -> StoppedClock:
    """Stands at noon until a test moves it."""
    return StoppedClock()


@pytest.fixture
def tenant(clock: StoppedClock) -> SimulatedTenant:
    """The tenant of the demo, with its stories and without arrivals."""
    return SimulatedTenant(clock=clock)


def pytest_configure() -> None:
    """What a shell starts in the background ignores SIGINT, and so would every program that a test starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test has logged goes to another process as UTF-8, and some tests log what is none."""
    report = yield
    report.sections = [(title, text.encode("utf-8", "backslashreplace").decode()) for title, text in report.sections]
    return report
