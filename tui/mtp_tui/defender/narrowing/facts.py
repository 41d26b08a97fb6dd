"""What the fields of the line find in one incident: texts, each under its field, and made comparable when asked for.

The row answers for itself; the body is read only for fields that need it, once, and only if there is one.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from mtp_tui.defender.incident import Incident, incident_fields
from mtp_tui.defender.narrowing.folding import fold_each, squeeze
from mtp_tui.defender.narrowing.quick_texts import BodyTexts, texts_of_body
from mtp_tui.defender.narrowing.spoken import spoken
from mtp_tui.errors import UnexpectedAnswer

Texts = tuple[str, ...]

ENTITY_PARTS = ("user", "device", "file", "process", "hash", "ip", "url", "mail", "rest")
"""Where the evidence of alerts is kept, each text in one of them."""

WORD_PARTS = ("row", "story", *ENTITY_PARTS)
"""Where a word without a field is looked for, cheapest first: the row, what alerts say, and what they name."""

SPOKEN_PARTS = (*WORD_PARTS, "name", "mitre", "category", "verdict")
"""Of which it counts what they say (mtp_tui.defender.narrowing.spoken); of other fields, how it is written."""

_SQUEEZED = ("category", "verdict")

PARTS = {"entity": ENTITY_PARTS, "": WORD_PARTS}
"""Fields, by name, that look into several parts; every other one looks into the part of its own name."""

_ROW: Mapping[str, Callable[[Incident], Texts]] = {
    "severity": lambda incident: (incident.severity,),
    "status": lambda incident: (incident.status,),
    "owner": lambda incident: (incident.assigned_to,),
    "tag": lambda incident: incident.tags,
    "source": lambda incident: incident.sources,
    "name": lambda incident: (incident.name,),
    "id": lambda incident: (incident.id,),
    "classification": lambda incident: (incident.classification,),
    "determination": lambda incident: (incident.determination,),
    "row": lambda incident: (
        incident.id,
        incident.name,
        incident.severity,
        incident.status,
        incident.classification,
        incident.determination,
        incident.assigned_to,
        incident.redirect_id,
        *incident.sources,
        *incident.tags,
    ),
}

_SHARED = frozenset(_ROW) - {"name", "id", "row"}
"""Fields of the row whose few words many incidents share."""


class IncidentFacts:
    """The texts of one incident, read and folded as far as they have been asked for. Any thread may ask."""

    __slots__ = ("_folded", "_spoken", "_texts", "incident")

    def __init__(self, incident: Incident) -> None:
        self.incident = incident
        self._texts: Mapping[str, Texts] | None = None
        self._folded: dict[str, str] = {}
        self._spoken: dict[str, str] = {}

    def learn(self, body: BodyTexts) -> None:
        """Take the texts of the body from somebody who has read it."""
        self._texts = body.texts

    def texts(self, field: str) -> Texts:
        """The texts of a field as they were sent; of the row's fields also empty ones."""
        row = _ROW.get(field)
        if row is not None:
            return row(self.incident)
        if self._texts is None:
            self._texts = _texts_of(self.incident)
        found = self._texts
        if field not in PARTS:
            return found.get(field, ())
        return tuple(text for part in PARTS[field] for text in found.get(part, ()))

    def folded(self, field: str) -> str:
        """The texts of a field folded, with a line feed before, between and behind them; none of them holds one."""
        if field in _SHARED:
            return _folded(self.texts(field))
        found = self._folded.get(field)
        if found is None:
            found = self._folded[field] = fold_each(self.texts(field))
        return found

    def spoken(self, part: str) -> str:
        """What the texts of a part say (mtp_tui.defender.narrowing.spoken)."""
        found = self._spoken.get(part)
        if found is None:
            lines = between_lines(sorted(self.squeezed(part))) if part in _SQUEEZED else self.folded(part)
            found = self._spoken[part] = spoken(lines)
        return found

    def squeezed(self, field: str) -> frozenset[str]:
        """The texts of a field squeezed."""
        return _squeezed(self.texts(field))


def between_lines(texts: Iterable[str]) -> str:
    """The texts with a line feed before, between and behind them, to be looked through in one go."""
    return "\n".join(("", *texts, ""))


@lru_cache(maxsize=4096)
def _folded(texts: Texts) -> str:
    return fold_each(texts)


@lru_cache(maxsize=4096)
def _squeezed(texts: Texts) -> frozenset[str]:
    return frozenset(squeeze(text) for text in texts)


def _texts_of(incident: Incident) -> Mapping[str, Texts]:
    try:
        return texts_of_body(incident_fields(incident.raw)).texts
    except UnexpectedAnswer:
        return {}
