"""Writes screenshots/ anew from the demo tenant: `.venv/bin/python tests/screenshots.py`, from the checkout."""

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from mtp_tui.sim.tenant import SimulatedTenant  # noqa: E402
from tests.support.analyst import Analyst, analyst_at  # noqa: E402
from tests.support.clocks import StoppedClock  # noqa: E402

SIZE = (132, 36)


async def take_all(folder: Path) -> None:
    """Sign-in, device code, token, what it can do, incidents and detail, each as SVG."""
    clock = StoppedClock()
    tenant = SimulatedTenant(clock=clock, live=True)
    async with analyst_at(tenant, clock, size=SIZE, tenant_name=tenant.domain) as analyst:
        save(analyst, folder / "sign-in.svg")
        await analyst.choose("kind", "device-code")
        async with tenant.holding_answers("/token"):
            await analyst.begin_sign_in()
            await analyst.until_waiting()
            await analyst.pilot.pause(0.2)
            save(analyst, folder / "device-code.svg")
            await analyst.press("escape")
        await analyst.choose("kind", "secret")
        await analyst.sign_in()
        clock.advance(31)
        analyst.tick()
        await analyst.settle()
        save(analyst, folder / "incidents.svg")
        busiest = max(analyst.grid.rows, key=lambda incident: incident.alert_count)
        analyst.grid.move_to(busiest.id)
        await analyst.press("enter", "right", "right")
        save(analyst, folder / "detail.svg")
        await analyst.press("escape", "2")
        save(analyst, folder / "token.svg")
        await analyst.press("right", "down", "down")
        save(analyst, folder / "can-do.svg")


def save(analyst: Analyst, path: Path) -> None:
    """One picture of what is on the screen now."""
    path.write_text(analyst.app.export_screenshot(title="mtp-tui"), encoding="utf-8")
    print(path.relative_to(ROOT))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(take_all(ROOT / "screenshots"))
