"""What the store costs, with incidents of the simulated tenant: `python -m tests.bench.store [how many, 10000]`.

CPU time of all threads, of which only ratios within one run mean anything. “Parse” is the yardstick: making the rows of all incidents from their bytes once.
"""

import asyncio
import json
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from mtp_tui.defender.evidence import Pivot, pivot_of
from mtp_tui.defender.models import Incident, detail_from, incident_from
from mtp_tui.sim.stories import build_incidents
from mtp_tui.store.store import Store
from tests.store.shapes import opened

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAGE = 100


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def bodies(count: int) -> list[bytes]:
    """So many different incidents, as the service sends them."""
    return [
        json.dumps(body | {"incidentId": number}).encode()
        for number, body in zip(range(count), _stories(), strict=False)
    ]


def _stories() -> Iterator[dict[str, object]]:
    seed = 0
    while True:
        yield from build_incidents(seed, NOW)
        seed += 1


def seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def compare_compression(raws: list[bytes]) -> None:
    """Bytes that are left, and time to pack and unpack, by way of keeping a body."""
    total = sum(map(len, raws))
    parse_s = seconds(lambda: [incident_from(raw) for raw in raws])
    say(f"{len(raws)} incidents, {total / 1e6:.1f} MB of JSON; parse {parse_s * 1e3 / len(raws):.3f} ms each = 1.00\n")
    say(f"{'body kept as':<26}{'bytes':>8}{'pack':>8}{'unpack':>8}")
    dictionary = b"".join(raws[:: max(1, len(raws) // 20)])[-32_768:]

    def shared_pack(raw: bytes) -> bytes:
        packer = zlib.compressobj(3, zdict=dictionary)
        return packer.compress(raw) + packer.flush()

    ways: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
        "as it came": (bytes, bytes),
        "without blanks (msgspec)": (lambda raw: msgspec.json.encode(msgspec.json.decode(raw)), bytes),
        **{f"zlib {level}": (_packer(level), zlib.decompress) for level in (1, 3, 6, 9)},
        "zlib 3, dictionary": (shared_pack, lambda packed: zlib.decompressobj(zdict=dictionary).decompress(packed)),
    }
    for name, (pack, unpack) in ways.items():
        packed: list[bytes] = []
        pack_s = seconds(lambda pack=pack, packed=packed: packed.extend(map(pack, raws)))  # type: ignore[misc]
        unpack_s = seconds(lambda unpack=unpack, packed=packed: [unpack(each) for each in packed])  # type: ignore[misc]
        left = sum(map(len, packed)) / total
        say(f"{name:<26}{left:>8.0%}{pack_s / parse_s:>8.2f}{unpack_s / parse_s:>8.2f}")


def _packer(level: int) -> Callable[[bytes], bytes]:
    return lambda raw: zlib.compress(raw, level)


async def measure_store(raws: list[bytes]) -> None:
    """Each thing that the program asks of the store, a page at a time where it would."""
    incidents = [incident_from(raw) for raw in raws]
    parse_s = seconds(lambda: [incident_from(raw) for raw in raws])

    async def line(name: str, work: Callable[[], Awaitable[object]]) -> None:
        begun = time.process_time()
        await work()
        took_s = time.process_time() - begun
        say(f"{name:<42}{took_s * 1e3:>10.1f} ms{took_s / parse_s:>9.3f}")

    shared = most_shared(raws[:500])
    with tempfile.TemporaryDirectory() as folder:
        say(f"\n{'store':<42}{'time':>13}{'of parse':>9}")
        async with opened(Path(folder), lambda: NOW) as store:
            await line("put everything, 100 at a time", lambda: _put(store, incidents, NOW))
            await line("put the same again", lambda: _put(store, incidents, NOW + timedelta(minutes=1)))
        begun = time.process_time()
        async with opened(Path(folder), lambda: NOW) as store:
            say(f"{'open':<42}{(time.process_time() - begun) * 1e3:>10.1f} ms")
            await line("the newest 200, without bodies", lambda: store.all(200, bodies=False))
            await line("all, without bodies", lambda: store.all(bodies=False))
            await line("all, whole", store.all)
            await line("one, whole", lambda: store.incident("17"))
            await line("search, three letters", lambda: store.search(["pow"]))
            await line("search, a word that nearly all hold", lambda: store.search(["example"]))
            await line("search, a phrase", lambda: store.search([], ["multi stage incident"]))
            await line("pivot, what most incidents share", lambda: store.pivot(shared.kind, shared.value))
            await line("what is unseen", store.unseen)
            await line("mark everything as seen", lambda: store.mark_seen(None, NOW + timedelta(minutes=2)))
            await line("check the whole file", store.check)
            size = (await store.info()).size_bytes
            say(f"\nfile: {size / 1e6:.1f} MB, {size / sum(map(len, raws)):.0%} of the JSON")
            await line("clear", store.clear)


def most_shared(raws: list[bytes]) -> Pivot:
    """The evidence that most of these incidents name."""
    counts = Counter(found for raw in raws for entity in detail_from(raw).entities if (found := pivot_of(entity)))
    return counts.most_common(1)[0][0]


async def _put(store: Store, incidents: list[Incident], as_of: datetime) -> None:
    for start in range(0, len(incidents), PAGE):
        await store.put(incidents[start : start + PAGE], as_of)


def main() -> None:
    raws = bodies(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    compare_compression(raws)
    asyncio.run(measure_store(raws))


if __name__ == "__main__":
    main()
