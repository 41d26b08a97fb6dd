"""One incident, one token, one refresh: what is done with the queue once it is there."""

import asyncio
import sqlite3
import tempfile
import time
from pathlib import Path

from tests.bench import baselines
from tests.bench.corpus import NEWEST, PAGE, big_incident, corpus, page_of
from tests.bench.measure import Bench, Line, Reach, alternate, clocked, cpu_s


async def detail(bench: Bench) -> list[Line]:
    """Enter on an incident of 200 alerts and 4,000 entities, until its overview is painted."""
    from tests.bench import program, screen

    alerts, entities = (5, 4) if bench.is_quick else (200, 20)
    body = big_incident(alerts, entities)
    async with screen.at_queue(0) as at, program.feed_of(page_of(iter([body]))) as feed:
        at.follow(feed)
        await at.settle(lambda: len(at.grid.rows) == 1 and at.is_quiet)

        async def ours() -> float:
            at.grid.focus()
            await at.settle()
            painted = await at.first_paint(
                lambda: at.begin("enter"), lambda: "Classification" in at.driver.text, within_s=30
            )
            await at.press("escape")
            return painted.wall_ms

        pair = await alternate(clocked(lambda: baselines.decode(body)), ours, bench.rounds, warm_up=2)
    title = f"open an incident of {alerts} alerts, {alerts * entities:,} entities"
    return [
        Line(
            title,
            pair.program,
            "msgspec decode of its JSON",
            pair.baseline,
            Reach(ratio=3),
            note=f"{len(body) / 1e6:.1f} MB of JSON",
        )
    ]


async def pivot(bench: Bench) -> list[Line]:
    """Other incidents with a piece of evidence: one that a few name, one that some do, and one that very many do."""
    from tests.bench import program

    queue = corpus(bench.folder, bench.many)
    stored = await program.filled_store(bench.folder, queue)
    connection = sqlite3.connect(program.store_file(stored))
    lines = []
    async with program.store_in(stored) as store:
        for kind, value in (("file", "invoice-17.exe"), ("device", "ws-017.contoso.example"), ("user", "bo.berg")):
            found, query = 0, program.pivot_query(connection, kind, value)

            async def bare(query: str = query) -> float:
                return await clocked(lambda: baselines.sql(connection, query))()

            async def ours(kind: str = kind, value: str = value) -> float:
                nonlocal found
                begun = time.perf_counter()
                found = len((await store.pivot(kind, value)).ids)
                return (time.perf_counter() - begun) * 1e3

            pair = await alternate(bare, ours, 2 * bench.rounds, warm_up=2)
            title = f"pivot over {queue.count:,} incidents: {found:,} found"
            lines.append(Line(title, pair.program, "the SQL query alone", pair.baseline, Reach(ratio=1.5)))
    connection.close()
    return lines


async def refresh(bench: Bench) -> list[Line]:
    """A refresh in which nothing has changed: the feed's own time, and what the screen makes of it."""
    import httpx

    from tests.bench import program, screen
    from tests.bench.server import LIST, serving

    with tempfile.TemporaryDirectory() as folder, serving("plain", Path(folder), 150) as server:
        since = (NEWEST.replace(minute=50, hour=10)).strftime("%Y-%m-%dT%H:%M:%S.856666Z")
        url = f"http://127.0.0.1:{server.port}{LIST}?$top={PAGE}&$filter=lastUpdateTime ge {since}"
        async with program.feed_from(server.port, Path(folder) / "store") as feed, screen.at_queue(0) as at:
            at.follow(feed)
            await at.settle(lambda: len(at.grid.rows) == 150 and at.is_quiet)
            with httpx.Client() as client:

                async def bare() -> float:
                    begun = time.perf_counter()
                    await asyncio.to_thread(baselines.get, client, url)
                    return (time.perf_counter() - begun) * 1e3

                async def ours() -> float:
                    begun = time.perf_counter()
                    assert await program.refresh(feed) == 0
                    return (time.perf_counter() - begun) * 1e3

                pair = await alternate(bare, ours, 2 * bench.rounds, warm_up=3)
            drawn = [(await at.press("r", lambda: at.is_quiet)).written for _ in range(bench.rounds)]
            at.follow(None)
    return [
        Line("refresh in which nothing changed", pair.program, "the HTTP call alone", pair.baseline, Reach(ratio=1.2)),
        Line("  characters drawn by it", tuple(map(float, drawn)), reach=Reach(median=0), unit=""),
    ]


async def idle(bench: Bench) -> list[Line]:
    """A minute signed in with nothing going on but the program's own refreshes, in a pseudo-terminal."""
    from tests.bench.rows_start import environment_of, installed_program
    from tests.bench.server import serving
    from tests.support.terminal import Terminal

    count = 150
    with tempfile.TemporaryDirectory() as folder, serving("tls", Path(folder), count) as server:
        environment = environment_of(Path(folder)) | server.environment
        environment |= {
            "AZURE_TENANT_ID": server.tenant["tenant"],
            "AZURE_CLIENT_ID": server.tenant["client"],
            "AZURE_CLIENT_SECRET": server.tenant["secret"],
        }
        with Terminal(installed_program(), environment, width=120, height=40) as terminal:
            terminal.read_until("taken from the environment variable AZURE_CLIENT_SECRET")
            terminal.press("\r")
            terminal.read_until(f"{count} incidents", rows=38)
            terminal.settle(2)
            painted, cpu, begun = len(terminal.painted), cpu_s(terminal.process.pid), time.monotonic()
            while time.monotonic() - begun < bench.idle_s:
                terminal._read(begun + bench.idle_s)
            share = (cpu_s(terminal.process.pid) - cpu) / (time.monotonic() - begun) * 100
            bytes_a_minute = (len(terminal.painted) - painted) * 60 / bench.idle_s
    return [
        Line(
            "idle, signed in: share of a core",
            (share,),
            reach=Reach(median=1),
            unit="%",
            note=f"in {bench.idle_s:.0f} s",
        ),
        Line("  bytes to the terminal in a minute", (bytes_a_minute,), reach=Reach(median=2048), unit=""),
    ]


async def token(bench: Bench) -> list[Line]:
    """The full report on a token, with the tenant's keys known."""
    from tests.bench import program
    from tests.identity.minting import EPOCH, app_claims, mint, rsa_key

    minted = mint()
    lasting = mint(app_claims(exp=EPOCH + 10**9)).reveal()
    key = rsa_key("entra").public_key()
    pair = await alternate(
        clocked(lambda: baselines.verify(lasting, key, "https://api.security.microsoft.com")),
        clocked(lambda: program.token_report(minted)),
        4 * bench.rounds,
        warm_up=5,
    )
    reach = Reach(ratio=10, median=50)
    return [Line("full token report, keys known", pair.program, "PyJWT's verify alone", pair.baseline, reach)]


async def export(bench: Bench) -> list[Line]:
    """All of 10,000 remembered incidents into a file of NDJSON."""
    from tests.bench import program

    queue = corpus(bench.folder, bench.some)
    stored = await program.filled_store(bench.folder, queue)
    with tempfile.TemporaryDirectory() as made:
        source, target, path = Path(made) / "source", Path(made) / "copy", Path(made) / "export.ndjson"
        source.write_bytes(b"\n".join(queue.bodies()))
        async with program.fresh_feed(stored) as feed:
            async for _ in feed.load_all():
                pass
            ids = list(feed.incidents)

            async def ours() -> float:
                begun = time.perf_counter()
                await program.export(feed, ids, path)
                return (time.perf_counter() - begun) * 1e3

            pair = await alternate(clocked(lambda: baselines.copy(source, target)), ours, bench.long_rounds)
        assert path.stat().st_size >= source.stat().st_size
    return [
        Line(
            f"export {queue.count:,} incidents to NDJSON",
            pair.program,
            "copying the same bytes",
            pair.baseline,
            Reach(ratio=3),
        )
    ]
