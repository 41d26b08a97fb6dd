"""The token pane as it is painted, compared with pictures in plain text that were looked at: readable without colour.

`MTP_TUI_WRITE_SNAPSHOTS=1 .venv/bin/python -m pytest tests/ui/test_token_snapshots.py` writes them anew into `snapshots/`;
look at every one of them before it is committed.
"""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mtp_tui.identity.credentials import CredentialKind
from mtp_tui.sim.tenant import SimulatedTenant
from tests.support.analyst import Analyst, analyst_at
from tests.support.clocks import StoppedClock

SNAPSHOTS = Path(__file__).parent / "snapshots"
WRITES_ANEW = bool(os.environ.get("MTP_TUI_WRITE_SNAPSHOTS"))

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="the pictures are of a machine that lives by UTC")


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The screen shows local times."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def picture(analyst: Analyst) -> str:
    """Pane and footer without blanks at the ends of lines; the key's name, which is made anew for each run, as one word.

    Where that name has a hyphen it may take a line more below what is seen, and so the ends of the bars are left out.
    """
    current = analyst.services.session.current
    assert current is not None
    kid = str(current.reading.header["kid"])
    text = analyst.screen_text.replace(kid, "made-anew-for-each-test-run"[: len(kid)])
    return "\n".join(line.rstrip() for line in without_bars(text).splitlines()[1:]) + "\n"


def without_bars(text: str) -> str:
    """Without the ends of scroll bars."""
    return re.sub("[▁-▇]", " ", text)


def compare(name: str, drawn: str) -> None:
    """With the picture of that name; write it instead if that was asked for."""
    file = SNAPSHOTS / f"{name}.txt"
    if WRITES_ANEW:
        SNAPSHOTS.mkdir(exist_ok=True)
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8"), f"{file.name} differs; see the module's docstring"


async def let_it_end(analyst: Analyst, clock: StoppedClock) -> None:
    """As if the token had been pasted: the program's own second hand would get the next one for any other."""
    session = analyst.services.session
    assert session.current is not None
    session.current = replace(session.current, kind=CredentialKind.TOKEN, can_renew=False)
    clock.advance(7200)
    analyst.tick()
    await analyst.settle()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("story", ["good", "no-roles", "expired"])
async def test_report_and_can_do_look_as_they_were_accepted(
    tenant: SimulatedTenant, clock: StoppedClock, story: str, size: tuple[int, int]
) -> None:
    if story == "no-roles":
        tenant.apps[tenant.client_id].roles = ()
    async with analyst_at(tenant, clock, demo=True, size=size) as analyst:
        await analyst.press("2")
        if story == "expired":
            await let_it_end(analyst, clock)
        width, height = size
        compare(f"token-{story}-report-{width}x{height}", picture(analyst))
        await analyst.press("right")
        compare(f"token-{story}-can-do-{width}x{height}", picture(analyst))
