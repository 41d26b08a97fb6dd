"""A scene is one incident in the making: a plot adds alerts to it, then it is written down as the API would.

Sources: Microsoft Learn, "List incidents" and "Incident resource" (keys), live captures of 2023 and 2024 (alert ID
prefixes, `providerAlertId`, `detectorId`, `incidentUri`), names of incidents as the portal composes them.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mtp_tui.sim.cast import Cast, Device, Person
from mtp_tui.sim.demo_app import TENANT_ID
from mtp_tui.sim.payload import JsonObject, stamp

SEVERITIES = ("Informational", "Low", "Medium", "High")
OLD_WORDS_AFTER = timedelta(days=60)
"""Alerts older than this have the service names of 2020, so that both sets occur in one tenant."""


@dataclass(frozen=True, slots=True)
class Source:
    """A product that raises alerts, in the words of now and of 2020."""

    service: str
    older: str
    detection: str
    prefix: str
    states: tuple[str, ...] = ("UnsupportedAlertType",)


_ENDPOINT_STATES = (
    "SuccessfullyRemediated",
    "PartiallyRemediated",
    "PartiallyInvestigated",
    "PendingApproval",
    "Running",
    "Queued",
    "TerminatedBySystem",
)
ENDPOINT = Source("MicrosoftDefenderForEndpoint", "MicrosoftDefenderATP", "WindowsDefenderAtp", "da", _ENDPOINT_STATES)
ANTIVIRUS = Source(
    "MicrosoftDefenderForEndpoint",
    "MicrosoftDefenderATP",
    "WindowsDefenderAv",
    "da",
    ("SuccessfullyRemediated", "Benign", "UnsupportedOs", "PreexistingAlert"),
)
SMARTSCREEN = Source(
    "MicrosoftDefenderForEndpoint",
    "MicrosoftDefenderATP",
    "WindowsDefenderSmartScreen",
    "da",
    ("UnsupportedAlertType", "Benign"),
)
OFFICE = Source(
    "MicrosoftDefenderForOffice365",
    "OfficeATP",
    "OfficeATP",
    "fa",
    ("SuccessfullyRemediated", "PendingApproval", "Benign", "Failed"),
)
CLOUD_APPS = Source("MicrosoftDefenderForCloudApps", "MicrosoftCloudAppSecurity", "MCAS", "ca")
ENTRA = Source("AADIdentityProtection", "AADIdentityProtection", "AAD", "ad")
IDENTITY = Source("MicrosoftDefenderForIdentity", "AzureATP", "AzureATP", "aa")
CLOUD = Source("MicrosoftDefenderForCloud", "MicrosoftDefenderForCloud", "DefenderForDatabases", "dc")
XDR = Source("Microsoft365Defender", "MicrosoftThreatProtection", "Microsoft365Defender", "ra")
CUSTOM = Source("Microsoft365Defender", "MicrosoftThreatProtection", "CustomDetection", "ra")
APP_GOVERNANCE = Source("AppGovernance", "AppGovernance", "AppGovernance", "ma")
DLP = Source("DataLossPrevention", "DataLossPrevention", "DataLossPrevention", "dl")
SENTINEL = Source("MicrosoftSentinel", "MicrosoftSentinel", "MicrosoftSentinel", "sn")

_CATEGORY_WORDS = {
    "InitialAccess": "Initial access",
    "Execution": "Execution",
    "Persistence": "Persistence",
    "PrivilegeEscalation": "Privilege escalation",
    "DefenseEvasion": "Defense evasion",
    "CredentialAccess": "Credential access",
    "Discovery": "Discovery",
    "LateralMovement": "Lateral movement",
    "Collection": "Collection",
    "CommandAndControl": "Command and control",
    "Exfiltration": "Exfiltration",
    "Impact": "Impact",
}


@dataclass(slots=True)
class Alert:
    """One alert as the plot has it."""

    at: datetime
    title: str
    source: Source
    severity: str
    category: str
    techniques: tuple[str, ...]
    entities: tuple[JsonObject, ...]
    devices: tuple[Device, ...]
    text: str
    detector: str
    family: str | None


class Scene:
    """What a plot works with: dice, a cast, a beginning, and a now beyond which nothing has happened yet."""

    def __init__(self, dice: random.Random, cast: Cast, start: datetime, now: datetime) -> None:
        self.dice = dice
        self.cast = cast
        self.start = start
        self.now = now
        self.alerts: list[Alert] = []
        self.name = ""
        """Given by the plot, or composed from the alerts."""
        self.tags: tuple[str, ...] = ()
        self.outcome: tuple[str, str] = ("TruePositive", "Other")
        """Classification and determination once somebody has looked."""
        self.remarks: tuple[str, ...] = ("Confirmed with the user, no further action.",)
        """What analysts write about it."""

    def alert(
        self,
        title: str,
        source: Source,
        kind: str,
        *entities: JsonObject,
        after_min: float = 0.0,
        on: Sequence[Device] = (),
        text: str = "",
        detector: str = "",
        family: str | None = None,
    ) -> None:
        """Add an alert `after_min` minutes into the story; what would lie in the future is left out.

        `kind` is severity, category and ATT&CK techniques: `High CredentialAccess T1003.001 T1558`.
        """
        at = self.moment(after_min)
        if self.alerts and at > self.now:
            return
        severity, category, *techniques = kind.split()
        self.alerts.append(
            Alert(
                min(at, self.now),
                title,
                source,
                severity,
                category,
                tuple(techniques),
                entities,
                tuple(on),
                text or title,
                detector,
                family,
            )
        )

    def moment(self, after_min: float = 0.0) -> datetime:
        """A moment of the story, with an odd fraction of a second."""
        return self.start + timedelta(minutes=after_min, microseconds=self.dice.randrange(10 ** self.dice.randrange(7)))

    def person(self) -> Person:
        """Anybody."""
        return self.dice.choice(self.cast.people)

    def people(self, count: int) -> list[Person]:
        """So many different ones."""
        return self.dice.sample(self.cast.people, count)

    def address(self) -> str:
        """An address on the internet, now and then IPv6."""
        dice = self.dice
        if dice.random() < 0.12:
            return f"2001:db8:{dice.randrange(1, 65535):x}:{dice.randrange(65535):x}::{dice.randrange(1, 65535):x}"
        return f"{dice.choice(('198.51.100', '203.0.113'))}.{dice.randrange(1, 255)}"

    def guid(self) -> str:
        """A random GUID."""
        return str(UUID(int=self.dice.getrandbits(128), version=4))

    def written(self, incident_id: int) -> JsonObject:
        """The incident as it arises: active, nobody's, not classified."""
        first, last = min(alert.at for alert in self.alerts), max(alert.at for alert in self.alerts)
        created = min(first + timedelta(seconds=1.2), max(self.now, first))
        return {
            "incidentId": incident_id,
            "incidentUri": f"https://security.microsoft.com/incidents/{incident_id}?tid={TENANT_ID}",
            "redirectIncidentId": None,
            "incidentName": self.name or composed_name(self.alerts),
            "createdTime": stamp(created),
            "lastUpdateTime": stamp(max(last, created)),
            "assignedTo": None,
            "classification": "Unknown",
            "determination": "NotAvailable",
            "status": "Active",
            "severity": max((alert.severity for alert in self.alerts), key=SEVERITIES.index),
            "tags": list(self.tags),
            "comments": [],
            "alerts": [self.written_alert(alert, incident_id) for alert in self.alerts],
        }

    def written_alert(self, alert: Alert, incident_id: int) -> JsonObject:
        """One alert with all its keys, new and unclassified."""
        dice, source, at = self.dice, alert.source, alert.at
        provider_id = _provider_id(source, dice)
        created = stamp(at)
        state = dice.choice(source.states)
        return {
            "alertId": source.prefix + provider_id,
            "providerAlertId": provider_id,
            "incidentId": incident_id,
            "serviceSource": source.older if self.now - at > OLD_WORDS_AFTER else source.service,
            "creationTime": created,
            "lastUpdatedTime": created,
            "resolvedTime": None,
            "firstActivity": stamp(at - timedelta(seconds=dice.randrange(20, 900), microseconds=dice.randrange(10**6))),
            "lastActivity": stamp(
                at - timedelta(seconds=dice.randrange(1, 20), microseconds=dice.randrange(1000) * 1000)
            ),
            "title": alert.title,
            "description": alert.text,
            "category": alert.category,
            "status": "New",
            "severity": alert.severity,
            "investigationId": dice.randrange(1000, 9000)
            if source in (ENDPOINT, ANTIVIRUS, OFFICE) and state != "UnsupportedAlertType"
            else None,
            "investigationState": state,
            "classification": None,
            "determination": None,
            "detectionSource": source.detection,
            "detectorId": alert.detector or self.guid(),
            "assignedTo": None,
            "actorName": None,
            "threatFamilyName": alert.family,
            "mitreTechniques": list(alert.techniques),
            "devices": [device.record for device in alert.devices],
            "entities": [
                {"entityType": entity["entityType"], "evidenceCreationTime": created, **entity}
                for entity in alert.entities
            ],
        }


def composed_name(alerts: list[Alert]) -> str:
    """The incident's name as the portal composes it from what is in it."""
    hosts = {device.id for alert in alerts for device in alert.devices}
    users = {
        entity["userPrincipalName"]
        for alert in alerts
        for entity in alert.entities
        if entity["entityType"] in ("User", "MailBox")
    }
    reach = [_counted("on", len(hosts), "endpoint"), "" if hosts else _counted("involving", len(users), "user")]
    by_many = "reported by multiple sources" if len({alert.source.service for alert in alerts}) > 1 else ""
    categories = list(dict.fromkeys(_CATEGORY_WORDS.get(alert.category, "") for alert in alerts))
    stages = [category for category in categories if category]
    if len(alerts) > 2 and len(stages) > 1:
        start = f"Multi-stage incident involving {stages[0]} & {stages[-1]}"
    else:
        start = max(alerts, key=lambda alert: SEVERITIES.index(alert.severity)).title
    return " ".join(part for part in (start, *reach, by_many) if part)


def _counted(preposition: str, count: int, noun: str) -> str:
    return "" if not count else f"{preposition} one {noun}" if count == 1 else f"{preposition} multiple {noun}s"


def _provider_id(source: Source, dice: random.Random) -> str:
    """The shape differs by product: ticks and a signed number, a hash, a GUID, 24 hex digits."""
    match source.prefix:
        case "da":
            return f"63{dice.randrange(10**15, 10**16)}_{dice.randrange(-(2**31), 2**31)}"
        case "ad":
            return dice.randbytes(32).hex()
        case "ca":
            return dice.randbytes(12).hex()
    return str(UUID(int=dice.getrandbits(128), version=4))
