"""A body comes out of the store as it was put in, or is known to be damaged; and it takes no more room than a body may."""

import random
import tracemalloc

import pytest

from mtp_tui.store.bodies import pack, unpack
from mtp_tui.store.failures import Damaged
from mtp_tui.store.zstandard import zstd

BODY = b'{"incidentId":924565,"incidentName":"Multi-stage incident","severity":"High","status":"Active","tags":["vip"]}'

KEPT = bytes.fromhex(
    "28b52ffd246ea50100803932343536352d732022766970225d7d0a009e74324c80ba8102540223a06670884782cfbf277f169afc1142349eb904"
    "533e402afa51fa"
)
"""BODY as it stands in files that are about."""


@pytest.mark.parametrize("length", [0, 1, 100, 1_000_000, 3_000_000, 20_000_000])
def test_every_length_comes_back(length: int) -> None:
    raw = random.Random(length).randbytes(length // 2)  # noqa: S311 - what cannot be packed
    raw += b"a" * (length - length // 2)
    assert unpack(pack(raw)) == raw


def test_what_the_service_writes_around_the_values_takes_little_room() -> None:
    assert len(pack(BODY)) < 0.7 * len(BODY)


def test_what_was_packed_once_is_read_for_ever() -> None:
    assert unpack(KEPT) == BODY


def test_no_bit_changes_unseen() -> None:
    packed = pack(BODY)
    for place in range(len(packed)):
        for bit in range(8):
            broken = bytearray(packed)
            broken[place] ^= 1 << bit
            try:
                assert unpack(bytes(broken)) == BODY  # a bit of the header means nothing
            except Damaged:
                continue


@pytest.mark.parametrize("length", range(len(pack(BODY))))
def test_what_is_broken_off_is_damaged(length: int) -> None:
    with pytest.raises(Damaged):
        unpack(pack(BODY)[:length])


def test_what_goes_on_behind_its_end_is_damaged() -> None:
    for more in (b"x", pack(BODY)):
        with pytest.raises(Damaged):
            unpack(pack(BODY) + more)


@pytest.mark.parametrize("kept", ["text", None, 7, b"", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_what_is_no_frame_is_damaged(kept: object) -> None:
    with pytest.raises(Damaged):
        unpack(kept)  # type: ignore[arg-type]  # a damaged column may hold anything


def bomb(announced: int | None, window_log: int) -> bytes:
    """A gigabyte of blanks in some kilobytes, which says that it is so long, or nothing about it."""
    length, piece = 2**30, b" " * 2**20
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: window_log})
    if announced is not None:
        packer.set_pledged_input_size(length)
    packed = b"".join([*(packer.compress(piece) for _ in range(length // len(piece))), packer.flush()])
    return (
        packed
        if announced is None
        else packed.replace(length.to_bytes(4, "little"), announced.to_bytes(4, "little"), 1)
    )


@pytest.mark.parametrize(
    ("announced", "window_log"),
    [(None, 21), (2**30, 21), (1_000, 21), (1_000, 27)],
    ids=["says nothing", "says it", "lies", "wants a large window"],
)
def test_a_frame_that_would_fill_the_memory_is_refused_before_it_does(announced: int | None, window_log: int) -> None:
    packed = bomb(announced, window_log)
    assert len(packed) < 200_000
    tracemalloc.start()
    try:
        with pytest.raises(Damaged):
            unpack(packed)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 1_000_000
