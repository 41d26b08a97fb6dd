"""The words of fields whose words are known: how they are typed, and how the service has been seen to spell them.

A word that is not here may still come with an answer; in quotes it is looked for as it is.
Source: "List incidents", "incident" and "Update incidents" of Microsoft Learn, the Graph enumerations, and answers
published by others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mtp_tui.defender.narrowing.folding import squeeze
from mtp_tui.defender.sources import service_name

_NONE: Mapping[str, Iterable[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a field."""

    name: str
    """As it is typed and completed."""
    spellings: frozenset[str]
    """What the service may have sent for it, squeezed; "" if it may also have sent nothing."""
    typed: frozenset[str]
    """What may be typed for it, squeezed."""


def _choices(table: Mapping[str, Iterable[str]], short: Mapping[str, Iterable[str]] = _NONE) -> tuple[Choice, ...]:
    """Names with their other spellings, and names with what is typed for them."""
    return tuple(
        Choice(
            name,
            frozenset(map(squeeze, (name, *spellings))),
            frozenset(map(squeeze, (name, *spellings, *short.get(name, ())))),
        )
        for name, spellings in table.items()
    )


SEVERITIES = _choices(
    {"high": (), "medium": (), "low": (), "informational": (), "unspecified": ("unknown", "")},
    {"medium": ("med",), "informational": ("info",)},
)

STATUSES = _choices(
    dict.fromkeys(("active", "new", "inprogress", "awaitingaction", "resolved", "redirected"), ()),
    {"inprogress": ("progress",), "awaitingaction": ("awaiting",), "resolved": ("closed",), "redirected": ("merged",)},
)

OPEN = "open"
"""The word for every status that wants attention, which is none of the service's."""

SERVER_STATUSES = {"active": "Active", "inprogress": "InProgress", "resolved": "Resolved", "redirected": "Redirected"}
"""Those of the documentation, in the spelling for a `$filter`; it is not known what becomes of others there."""

CLASSIFICATIONS = _choices(
    {"truepositive": (), "falsepositive": (), "informationalexpectedactivity": (), "unknown": ("",)},
    {
        "truepositive": ("tp",), "falsepositive": ("fp",), "informationalexpectedactivity": ("informational", "expected"),
        "unknown": ("none", "unset"),
    },
)  # fmt: skip

DETERMINATIONS = _choices({
    "multistagedattack": (), "malicioususeractivity": (), "compromisedaccount": ("compromiseduser",),
    "malware": (), "phishing": (), "unwantedsoftware": (), "securitytesting": (), "lineofbusinessapplication": (),
    "confirmedactivity": ("confirmeduseractivity",),
    "clean": ("notmalicious",), "noenoughdatatovalidate": ("notenoughdatatovalidate", "insufficientdata"),
    "apt": (), "securitypersonnel": (), "other": (), "notavailable": ("unknown", ""),
}, {"lineofbusinessapplication": ("lob",), "notavailable": ("none", "unset")})  # fmt: skip

VERDICTS = _choices({
    "malicious": (), "suspicious": (), "clean": ("nothreatsfound",), "unknown": (),
})  # fmt: skip

SOURCES = _choices(
    {
        "endpoint": ("Defender for Endpoint",),
        "office": ("Defender for Office 365",),
        "cloudapps": ("Defender for Cloud Apps",),
        "identity": ("Defender for Identity",),
        "cloud": ("Defender for Cloud",),
        "xdr": ("Defender XDR",),
        "entra": ("Entra ID Protection",),
        "appgovernance": ("App Governance",),
        "dlp": ("Data Loss Prevention",),
        "insiderrisk": ("Insider Risk Management",),
        "sentinel": ("Microsoft Sentinel",),
        "threatintelligence": ("Threat Intelligence",),
        "ai": ("Security for AI",),
    },
    {
        "endpoint": ("mde", "atp"), "office": ("o365", "mdo"), "cloudapps": ("mda",), "identity": ("mdi", "aatp"),
        "cloud": ("mdc",), "xdr": ("m365d", "mtp"), "entra": ("aad", "identityprotection"), "appgovernance": ("appgov",),
        "insiderrisk": ("irm",), "threatintelligence": ("ti",),
    },
)  # fmt: skip
"""The services of `defender.sources`, by what tells them apart."""

STATES = _choices(
    dict.fromkeys((OPEN, "merged", "unread", "changed"), ()), {"merged": ("redirected",), "unread": ("new",)}
)

CATEGORIES = _choices(
    dict.fromkeys(
        (
            "InitialAccess", "Execution", "Persistence", "PrivilegeEscalation", "DefenseEvasion", "CredentialAccess",
            "Discovery", "LateralMovement", "Collection", "CommandAndControl", "Exfiltration", "Impact",
            "Malware", "Ransomware", "SuspiciousActivity", "UnwantedSoftware",
        ),
        (),
    )
)  # fmt: skip


def chosen(typed: str, choices: Iterable[Choice]) -> Choice | None:
    """The choice that was typed in any of its spellings; None if it is none of them."""
    word = squeeze(typed)
    if not word:
        return None
    return next((choice for choice in choices if word in choice.typed), None)


def chosen_source(typed: str, choices: Iterable[Choice]) -> Choice | None:
    """The service that was typed by a short form, a display name, or any name it has been sent under."""
    choices = tuple(choices)
    return chosen(typed, choices) or chosen(service_name(typed), choices)
