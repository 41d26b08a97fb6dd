"""How the time that something takes grows with what it is given."""

from collections.abc import Callable
from time import process_time
from timeit import repeat

SMALL, LARGE = 2_000, 32_000
"""Sixteen times as much: a square would take 256 times as long."""


def is_linear(work: Callable[[str], object], text: str) -> bool:
    """Whether work on a text made of many times this one takes time with its length, and not with its square."""
    small, large = (_least_cpu_s(work, text * count) for count in (SMALL, LARGE))
    return large < 16 * 5 * small + 0.005


def _least_cpu_s(work: Callable[[str], object], text: str) -> float:
    return min(repeat(lambda: work(text), number=1, repeat=3, timer=process_time))
