"""A shell in which `mtp-tui` runs: the whole program with the tenant's wire, its standard streams, and an exit code."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mtp_tui.cli import main
from mtp_tui.commands.surroundings import Surroundings
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import Wire
from tests.support.analyst import NO_PROFILES
from tests.support.clocks import StoppedClock


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one command."""

    code: int
    out: str
    err: str


@dataclass(slots=True)
class Shell:
    """Runs commands one after the other."""

    tenant: SimulatedTenant
    clock: StoppedClock
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    environ: dict[str, str] = field(default_factory=dict)
    profile_file: Path = NO_PROFILES
    open_browser: Callable[[str], None] = lambda _: None
    data_folder: Path | None = None

    def run(self, *arguments: str, given: str | bytes = b"") -> Ran:
        """`mtp-tui` with these arguments and this on standard input."""
        data = given.encode() if isinstance(given, str) else given
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        try:
            code = main(arguments, self.around)
        except SystemExit as left:  # argparse
            code = left.code if isinstance(left.code, int) else 1
        said = self.capsys.readouterr()
        return Ran(code, said.out, said.err)

    @property
    def around(self) -> Surroundings:
        """The tenant in the network's place, and nothing of this machine."""
        return Surroundings(
            lambda: Wire(self.tenant.transport),
            self.clock,
            self.clock.sleep,
            self.environ,
            self.profile_file,
            self.open_browser,
            self.data_folder,
        )


@pytest.fixture
def shell(
    tenant: SimulatedTenant,
    clock: StoppedClock,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Shell:
    return Shell(tenant, clock, capsys, monkeypatch)
