"""What readings of the queue brought, in a few words and in the order of their weight."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from mtp_tui.defender.models import severity_rank
from mtp_tui.services.incidents import PageLoaded

_URGENT = severity_rank("High")


@dataclass(frozen=True, slots=True)
class News:
    """Counted page by page; an incident that several pages bring counts once, as the last of them has it."""

    new: Mapping[str, str] = field(default_factory=dict)
    """Severities of the incidents that were not known before, by ID."""
    raised: Mapping[str, str] = field(default_factory=dict)
    """Severities of those that had a lower one."""
    changed: frozenset[str] = frozenset()
    """IDs of the others that are not what they were."""

    def with_page(self, page: PageLoaded) -> "News":
        """With what a page brought."""
        severities = {incident.id: incident.severity for incident in page.incidents}
        new = {key: text for key, text in severities.items() if key in page.new or key in self.new}
        raised = {
            key: text
            for key, text in severities.items()
            if key not in new and (key in page.raised or key in self.raised)
        }
        new, raised = {**self.new, **new}, {**self.raised, **raised}
        return News(new, raised, (self.changed | page.changed) - new.keys() - raised.keys())

    @property
    def is_urgent(self) -> bool:
        """Whether something is new at High, or was raised to it."""
        return any(severity_rank(text) >= _URGENT for text in (*self.new.values(), *self.raised.values()))

    def in_words(self) -> str:
        """`3 new (1 High), 1 raised to High, 2 changed`; empty if there is nothing to say."""
        parts = []
        if self.new:
            urgent = sum(1 for text in self.new.values() if severity_rank(text) >= _URGENT)
            parts.append(f"{len(self.new)} new{f' ({urgent} High)' if urgent else ''}")
        counts = Counter(self.raised.values())
        parts += [f"{counts[text]} raised to {text}" for text in sorted(counts, key=severity_rank, reverse=True)]
        if self.changed:
            parts.append(f"{len(self.changed)} changed")
        return ", ".join(parts)
