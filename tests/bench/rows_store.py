"""What the store costs, part by part: ways of keeping a body, and each thing that the program asks of the store.

The yardstick is to make the rows of all incidents from their bodies once. All is CPU time of all threads.
"""

import tempfile
import time
import zlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import msgspec

from mtp_tui.store.zstandard import zstd
from tests.bench.corpus import NEWEST, PAGE, corpus
from tests.bench.measure import Bench, Line

YARDSTICK = "all rows from their bodies"


async def bodies(bench: Bench) -> list[Line]:
    """Time to pack and to unpack every body, and the bytes that are left, by way of keeping it."""
    from tests.bench import program

    raws = list(corpus(bench.folder, bench.some).bodies())
    total = sum(map(len, raws))
    parse_ms = _cpu_ms(lambda: program.rows_from(raws))
    trained = zstd.train_dict(raws[::4], 16_384)

    ways: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
        "without blanks (msgspec)": (lambda raw: msgspec.json.encode(msgspec.json.decode(raw)), bytes),
        **{f"zlib {level}": (_packer(level), zlib.decompress) for level in (1, 3, 6)},
        **{f"zstd {level}": (_zstd_packer(level), zstd.decompress) for level in (1, 3, 6)},
        "zstd 3, a dictionary trained with these": (
            _zstd_packer(3, trained),
            lambda packed: zstd.decompress(packed, trained.as_digested_dict),
        ),
        "the program": (program.pack, program.unpack),
    }
    lines = []
    for name, (pack, unpack) in ways.items():
        packed: list[bytes] = []
        pack_ms = _cpu_ms(lambda pack=pack, packed=packed: packed.extend(map(pack, raws)))  # type: ignore[misc]
        unpack_ms = _cpu_ms(lambda unpack=unpack, packed=packed: [unpack(each) for each in packed])  # type: ignore[misc]
        left = f"{sum(map(len, packed)) / total:.0%} of the bytes are left"
        lines.append(Line(f"body kept by {name}: pack", (pack_ms,), YARDSTICK, (parse_ms,), note=left))
        lines.append(Line("  unpack", (unpack_ms,), YARDSTICK, (parse_ms,)))
    return lines


async def store_calls(bench: Bench) -> list[Line]:
    """Each thing that the program asks of the store, a page at a time where it would."""
    from tests.bench import program

    raws = list(corpus(bench.folder, bench.some).bodies())
    incidents = program.rows_from(raws)
    parse_ms = _cpu_ms(lambda: program.rows_from(raws))
    lines: list[Line] = []

    async def line(action: str, work: Callable[[], Awaitable[object]]) -> None:
        begun = time.process_time()
        await work()
        lines.append(Line(action, ((time.process_time() - begun) * 1e3,), YARDSTICK, (parse_ms,)))

    async def put(minutes: int) -> None:
        for start in range(0, len(incidents), PAGE):
            await store.put(incidents[start : start + PAGE], NEWEST + timedelta(minutes=minutes))

    with tempfile.TemporaryDirectory() as made:
        async with program.store_in(Path(made)) as store:
            await line(f"put {len(incidents):,} incidents, a page at a time", lambda: put(1))
            await line("put the same again", lambda: put(2))
        async with program.store_in(Path(made)) as store:
            await line("all, without bodies", lambda: store.listed(len(incidents)))
            await line("one, whole", lambda: store.wholes([incidents[17 % len(incidents)].id]))
            ids = [incident.id for incident in incidents]
            await line("three letters, anywhere", lambda: store.holding(program.terms("pow"), ids))
            await line("a word that nearly all hold", lambda: store.holding(program.terms("example"), ids))
            await line("a phrase", lambda: store.holding(program.terms('"command and control"'), ids))
            await line("one letter", lambda: store.holding(program.terms("e"), ids))
            await line("a letter more of a known word", lambda: store.holding(program.terms("exampl"), ids))
            await line("pivot, what most incidents share", lambda: store.pivot("user", "bo.berg"))
            await line("what is unseen", store.unseen)
            await line("mark everything as seen", lambda: store.mark_seen(None, NEWEST + timedelta(minutes=3)))
            await line("check the whole file", store.check)
            await line("clear", store.clear)
    return lines


def _cpu_ms(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1e3


def _packer(level: int) -> Callable[[bytes], bytes]:
    return lambda raw: zlib.compress(raw, level)


def _zstd_packer(level: int, dictionary: zstd.ZstdDict | None = None) -> Callable[[bytes], bytes]:
    packer = zstd.ZstdCompressor(level, zstd_dict=dictionary)
    return lambda raw: packer.compress(raw, packer.FLUSH_FRAME)
