"""Words looked for in everything that an incident says: names, alerts, entities, tags, comments, IDs."""

import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from mtp_tui.defender.fields import Fields
from mtp_tui.defender.models import Alert, Incident

_TERMS_AT_ONCE = 20
"""More words in one question go beyond what FTS5 parses."""

Words = tuple[str, str, str, str, str, str]
"""ID, name, alerts, entities, tags, comments: the columns of the index."""


def words_of(incident: Incident, sent: Fields, alerts: Sequence[Alert]) -> Words:
    """What of an incident can be found."""
    authors = (comment.text("createdBy", "createdByDisplayName") for comment in sent.objects("comments"))
    return (
        _joined((incident.id, incident.redirect_id)),
        incident.name,
        _joined(text for alert in alerts for text in _words_of_alert(alert)),
        _joined(text for alert in alerts for text in _words_of_evidence(alert)),
        _joined((*incident.tags, incident.assigned_to)),
        _joined((*sent.texts("comments"), *authors)),
    )


def search(
    connection: sqlite3.Connection, words: Iterable[str], phrases: Iterable[str], *, full_text: bool
) -> frozenset[str]:
    """The IDs of the incidents in which a word begins with each of `words`, and which hold each of `phrases`.

    Case and accents do not count, and neither does what is no letter or digit: `a.b@c` finds `A-B c`. What holds none is
    not looked for; if nothing is left to look for, every incident fits.
    """
    terms = [
        *(_quoted(text) + " *" for text in words if _is_findable(text)),
        *map(_quoted, filter(_is_findable, phrases)),
    ]
    if not full_text:
        return _scanned(connection, [text for text in (*words, *phrases) if _is_findable(text)])
    if not terms:
        return frozenset(incident_id for (incident_id,) in connection.execute("SELECT id FROM incidents"))
    batches = (terms[start : start + _TERMS_AT_ONCE] for start in range(0, len(terms), _TERMS_AT_ONCE))
    found = [_matching(connection, " AND ".join(batch)) for batch in batches]
    return frozenset.intersection(*found)


def _matching(connection: sqlite3.Connection, query: str) -> frozenset[str]:
    rows = connection.execute(
        "SELECT incidents.id FROM word_index JOIN incidents ON number = word_index.rowid WHERE word_index MATCH ?",
        (query,),
    )
    return frozenset(incident_id for (incident_id,) in rows)


def _scanned(connection: sqlite3.Connection, texts: Sequence[str]) -> frozenset[str]:
    """Without an index: each text must stand somewhere."""
    wanted = [text.casefold() for text in texts]
    rows = connection.execute(
        "SELECT incidents.id, words.id, words.name, alerts, entities, words.tags, comments"
        " FROM words JOIN incidents USING (number)"
    )
    return frozenset(
        incident_id
        for incident_id, *columns in rows
        if all(text in haystack for haystack in ["\n".join(columns).casefold()] for text in wanted)
    )


def _quoted(text: str) -> str:
    """As an FTS5 string, in which nothing is syntax; NUL would end it. Source: https://www.sqlite.org/fts5.html, 3.1"""
    safe = text.encode("utf-8", errors="replace").decode().replace("\0", " ").replace('"', '""')
    return f'"{safe}"'


def _is_findable(text: str) -> bool:
    """Whether the tokenizer finds a token in it: letters, digits and private characters make one."""
    return any(unicodedata.category(char)[0] in "LN" or unicodedata.category(char) == "Co" for char in text)


def _words_of_alert(alert: Alert) -> Iterator[str]:
    yield from (alert.title, alert.id, alert.provider_id, alert.category, alert.actor_name, alert.threat_family)
    yield from alert.techniques


def _words_of_evidence(alert: Alert) -> Iterator[str]:
    for entity in alert.entities:
        yield entity.title
        yield from (value for _, value in entity.facts)
    for device in alert.devices:
        yield from (*device.names, device.id, device.entra_id, *device.tags, *device.logged_on_users)


def _joined(texts: Iterable[str]) -> str:
    """Each once; on lines of their own, which a phrase does not mind."""
    return "\n".join(dict.fromkeys(text for text in texts if text))
