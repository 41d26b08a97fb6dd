"""The tactics of MITRE ATT&CK in the order of an attack, and the alerts of an incident along them."""

from collections.abc import Iterable

from mtp_tui.defender.alert import Alert

TACTICS = (
    "Reconnaissance",
    "Resource development",
    "Initial access",
    "Execution",
    "Persistence",
    "Privilege escalation",
    "Defense evasion",
    "Credential access",
    "Discovery",
    "Lateral movement",
    "Collection",
    "Command and control",
    "Exfiltration",
    "Impact",
)
"""Source: https://attack.mitre.org/tactics/enterprise/"""


def _fold(word: str) -> str:
    return "".join(filter(str.isalnum, word)).casefold()


_BY_FOLD = {_fold(name): name for name in TACTICS}


def tactic_name(category: str) -> str:
    """A category in our spelling if it is a tactic (`CommandAndControl`, `command-and-control`), else as it came."""
    return _BY_FOLD.get(_fold(category), category)


def is_tactic(category: str) -> bool:
    """Whether a category is a tactic; Defender also has words of its own, such as `Malware`."""
    return tactic_name(category) in TACTICS


def by_tactic(alerts: Iterable[Alert]) -> dict[str, tuple[Alert, ...]]:
    """Alerts by tactic: in the order of an attack, then other categories as they appear, "" for none last."""
    found: dict[str, list[Alert]] = {}
    for alert in alerts:
        found.setdefault(tactic_name(alert.category.strip()), []).append(alert)
    others = [name for name in found if name and name not in TACTICS]
    order = (*TACTICS, *others, "")
    return {name: tuple(found[name]) for name in order if name in found}
