"""Rows that a narrowing lets through: found in the store, in what is still to be written, and in the rows themselves."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from mtp_tui.defender.models import Incident
from mtp_tui.defender.narrowing.match import Marks, matcher
from mtp_tui.defender.narrowing.narrowing import Narrowing, Term, sought_in_text
from mtp_tui.services.listed import Listed
from mtp_tui.services.memory import Memory
from mtp_tui.store.store import Found

MANY = 5_000
"""From so many rows on, looking through all of their text may take long enough for a first answer to come before it."""

FEW_BEHIND = 20
"""Incidents that are still to be written and looked through here; to read more takes longer than to write them."""


@dataclass(frozen=True, slots=True)
class FoundRows:
    """An answer to what was looked for."""

    rows: tuple[Incident, ...]
    """In their order."""
    is_all: bool
    """Whether there are no others; else they are still being looked for."""


class RowFinder:
    """Finds rows, again and again, as somebody types; what it knows of the same rows it need not find out again."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._listed = Listed(())

    async def get_ready(self, rows: tuple[Incident, ...]) -> None:
        """Somebody is about to look for words in these."""
        await self._memory.get_ready(self._listed_as(rows).ids)

    async def find(
        self, rows: tuple[Incident, ...], narrowing: Narrowing, marks: Marks, many: int
    ) -> AsyncGenerator[FoundRows, None]:
        """Those of the rows that get through, in their order. Where it takes long to find all of them, first some: of
        `many` or more what is found soon, and of what is still being written what was known of it before."""
        listed = self._listed_as(rows)
        terms = sought_in_text(narrowing)
        others = tuple(term for term in narrowing.terms if term not in terms)
        passing = await asyncio.to_thread(listed.passing, others, marks) if others else listed.everything
        async with aclosing(self._sought(terms, listed, many)) as sought:
            async for found in sought:
                # nothing yet is worth to be said only if it is going to stay so for longer than a moment
                if found.is_whole or found.bits & passing or len(self._memory.behind) > FEW_BEHIND:
                    yield FoundRows(listed.those(found.bits & passing), found.is_whole)

    def _listed_as(self, rows: tuple[Incident, ...]) -> Listed:
        """What was found in other rows goes with them."""
        if self._listed.rows is not rows:
            self._listed = Listed(rows)
        return self._listed

    async def _sought(self, terms: Sequence[Term], listed: Listed, many: int) -> AsyncGenerator[Found, None]:
        """The rows with all of these in their text, at last; before that some of them."""
        if not terms:
            yield Found(listed.everything)
            return
        behind = dict(self._memory.behind)
        is_at_hand = len(behind) <= FEW_BEHIND
        unsure = sure = 0
        if behind and is_at_hand:
            unsure, sure = await asyncio.to_thread(_looked_through, terms, behind, listed)
        elif any(term.is_negated for term in terms):
            unsure = listed.with_ids(behind)  # the store does not know yet that they say it
        for in_a_hurry in (True, False) if len(listed.rows) >= many else (False,):
            found = await self._held(terms, listed, in_a_hurry=in_a_hurry)
            yield Found(found.bits & ~unsure | sure, is_whole=found.is_whole and is_at_hand)
            if found.is_whole:
                break
        if not is_at_hand:
            await self._memory.caught_up()
            yield await self._held(terms, listed)

    async def _held(self, terms: Sequence[Term], listed: Listed, *, in_a_hurry: bool = False) -> Found:
        found = await self._memory.holding(terms, listed.ids, in_a_hurry=in_a_hurry)
        if found is None:  # where no store can be used, the rows themselves have to do
            return Found(await asyncio.to_thread(listed.passing, terms, Marks()))
        return found


def _looked_through(terms: Sequence[Term], incidents: Mapping[str, Incident], listed: Listed) -> tuple[int, int]:
    """The rows of these incidents, and those of them for which all terms hold."""
    test = matcher(Narrowing(tuple(terms)))
    passing = {incident_id for incident_id, incident in incidents.items() if test(incident)}
    return listed.with_ids(incidents), listed.with_ids(passing)
