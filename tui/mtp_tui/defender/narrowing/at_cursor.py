"""What Tab does to the line: it completes the term at the cursor, and from a whole value it goes on to the next one."""

from dataclasses import dataclass

from mtp_tui.defender.narrowing.completion import Known, Offer, complete
from mtp_tui.defender.narrowing.values import ME


@dataclass(frozen=True, slots=True)
class AtCursor:
    """What may stand in the line from `start` on and before `end`, likeliest first."""

    start: int
    end: int
    offers: tuple[Offer, ...] = ()
    is_whole: bool = False
    """Whether the first offer stands there already; the next ones are what the field may be of instead."""

    @property
    def next(self) -> Offer | None:
        """What Tab puts there; None if there is nothing to put."""
        return next(iter(self.offers[self.is_whole :]), None)


def at_cursor(text: str, cursor: int, known: Known, *, me: str) -> AtCursor:
    """What may stand at the cursor; without `me`, the address of whoever is signed in, nobody is offered as that."""
    found = complete(text, cursor, known)
    offers = _meaning_something(found.offers, me)
    there = text[found.start : found.end]
    is_whole = offers[0].text == there if offers else there.endswith('"')
    if cursor != found.end or not is_whole:
        return AtCursor(found.start, found.end, offers)
    without = f"{text[: found.start]}{'=' if there[0] == '=' else ''}{text[found.end :]}"
    every = _meaning_something(complete(without, found.start, known).offers, me)
    at = next((at for at, offer in enumerate(every) if offer.text == there), None)
    if at is not None:
        return AtCursor(found.start, found.end, (*every[at:], *every[:at]), is_whole=True)
    # the field may be of more than is ever offered
    return AtCursor(found.start, found.end, (*offers[:1], *every) if offers else (), is_whole=bool(offers))


def _meaning_something(offers: tuple[Offer, ...], me: str) -> tuple[Offer, ...]:
    # an owner who is called so stands in quotes, and a tag comes without a word about it
    return offers if me else tuple(offer for offer in offers if not (offer.text == ME and offer.about))
