"""Incidents with something of everything in them, and lines read at noon."""

from mtp_tui.defender.incident import Incident
from mtp_tui.defender.models import incident_from
from mtp_tui.defender.narrowing.match import matches
from mtp_tui.defender.narrowing.narrowing import Narrowing, parse
from tests.defender.shapes import incident_json, raw
from tests.support.clocks import NOON

ME = "me@contoso.com"
SHA256 = "ab" * 32


def read(text: str, cursor: int | None = None) -> Narrowing:
    return parse(text, me=ME, now=NOON, cursor=cursor)


def lets_through(text: str, incident: Incident) -> bool:
    """Whether a line without faults lets an incident through."""
    narrowing = read(text)
    assert narrowing.faults == ()
    return matches(narrowing, incident)


def incident(**fields: object) -> Incident:
    return incident_from(raw(incident_json(**fields)))


def rich_incident(**fields: object) -> Incident:
    """Two alerts; a device, and an entity of most types."""
    entities = [
        {"entityType": "User", "accountName": "bob", "domainName": "CONTOSO", "userPrincipalName": "bob.smith@contoso.com"},
        {"entityType": "File", "fileName": "invoice.exe", "filePath": "C:\\Users\\bob", "sha256": SHA256, "verdict": "Suspicious"},
        {"entityType": "Process", "fileName": "powershell.exe", "processCommandLine": "powershell -enc AAAA"},
        {"entityType": "Ip", "ipAddress": "2001:db8::7"},
        {"entityType": "Url", "url": "https://phish.example/login"},
        {"entityType": "MailMessage", "subject": "Your invoice", "sender": "eve@evil.example", "recipient": "bob.smith@contoso.com"},
        {"entityType": "MaliciousUrl", "url": "http://other.example"},
    ]  # fmt: skip
    alerts = [
        {
            "alertId": "da1", "title": "Suspicious PowerShell", "description": "A decoded\ncommand line", "category": "InitialAccess",
            "serviceSource": "OfficeATP", "mitreTechniques": ["T1059.001"], "entities": entities,
            "devices": [{"mdatpDeviceId": "f" * 40, "deviceDnsName": "ws-01.contoso.com"}],
        },
        {"alertId": "da2", "title": "Second", "serviceSource": "MicrosoftDefenderATP"},
    ]  # fmt: skip
    return incident(alerts=alerts, tags=["VIP user"], assignedTo="Me@Contoso.com", **fields)
