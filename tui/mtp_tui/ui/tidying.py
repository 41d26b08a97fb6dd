"""When garbage is looked for: in a second in which nobody presses a key, and not in the middle of one."""

import gc

YOUNG, OLDER, OLD = 10_000, 10, 10_000
"""How many objects are made until the youngest are looked through, how often these until what outlived that, and how often
that until everything: in effect never, for it takes a tenth of a second with 100,000 rows."""

EVERY_S = 60
"""So long what has become garbage stays at least, even if nobody does anything."""


class Tidying:
    """Looks for garbage between keys; what stays is kept out of it."""

    def __init__(self) -> None:
        self._is_used = True
        self._has_grown = False
        self._waited_s = 0

    def begin(self) -> None:
        """After the first paint, for a start that did without: what was made until then is hardly ever looked at again."""
        gc.set_threshold(YOUNG, OLDER, OLD)
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def put_off(self) -> None:
        """Somebody pressed a key, or moved the mouse."""
        self._is_used = True

    def note_growth(self) -> None:
        """Much has come that stays, as rows do, or what a sign-in loads."""
        self._has_grown = True

    def tick(self) -> None:
        """Each second: look for garbage if it is time and nobody did anything since the last one."""
        self._waited_s += 1
        is_quiet, self._is_used = not self._is_used, False
        if not is_quiet or not (self._has_grown or self._waited_s >= EVERY_S):
            return
        if self._has_grown:
            gc.unfreeze()  # among what was kept out before there may be garbage by now
        gc.collect()
        if self._has_grown:
            gc.freeze()
        self._has_grown, self._waited_s = False, 0
