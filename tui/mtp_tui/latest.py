"""What is remembered for as long as there is room: the latest ones."""

from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


def keep_latest(kept: dict[Key, Value], key: Key, value: Value, most: int) -> None:
    """Put a value behind all others, and forget those that nobody has put there in a long time. Any thread may do it."""
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > most:
        for oldest in list(kept)[:-most]:
            kept.pop(oldest, None)  # another thread may do the same at this moment
