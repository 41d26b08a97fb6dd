"""Words that are likely to be in many incidents, guessed from a few of them: where it is worth while to look first."""

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence

from mtp_tui.defender.narrowing.folding import fold
from mtp_tui.defender.narrowing.spoken import spoken
from mtp_tui.store.rows import by_ids

_SAMPLE = 24
"""Incidents that are looked at; a tenth of a second for all of them would be too long."""

_MOST_BYTES = 20_000
"""Of each of them; one may be a thousand times as large as another."""

_LEAST = 3
"""Of them have to say a word."""

_KEY = re.compile(r'"[^"\\]*" *:')


class LikelyWords:
    """What the first incidents of a list say, as far as several of them say it."""

    def __init__(self, connection: sqlite3.Connection, ids: Sequence[str]) -> None:
        counts: Counter[str] = Counter()
        looked_at = 0
        for incident_id in ids[:_SAMPLE]:
            for incident in by_ids(connection, [incident_id]):  # one at a time: large ones need not be here together
                sent = incident.raw[:_MOST_BYTES].decode(errors="replace")
                # all that stands in it, whether or not the index has it: a wrong guess costs no more than a question
                counts.update(set(spoken(f"\n{fold(_KEY.sub(' ', sent))}\n").split()))
                looked_at += 1
        self.is_full = looked_at == _SAMPLE
        """Whether there were as many as it takes; else it is worth while to look again later."""
        self._words = [word for word, count in counts.most_common() if count >= _LEAST]

    def beginning(self, start: str) -> list[str]:
        """Those that begin so, the likeliest first."""
        return [word for word in self._words if word.startswith(start)]
