"""A value that must not be seen: client secrets and tokens, from the moment they are read."""

from typing import NoReturn, final


@final
class Secret:
    """Holds a text and shows it to nobody who does not ask with `reveal()`.

    It hides from `repr`, `str`, format strings, logs and tracebacks with local variables, and refuses to be pickled.
    Two secrets are equal only by identity, so that a comparison can neither leak one nor take longer for a near miss.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself; to be written inside the very call that needs it."""
        return self.__text

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not to be stored")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a Secret is not to be stored")
