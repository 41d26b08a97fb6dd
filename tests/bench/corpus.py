"""A queue of made-up incidents with the documented fields, 5 to 60 KB each and 18 KB in the mean, the same for a seed.

Each body is a head with ID and times, and a rest. So many rests as are asked for are kept in a file; a longer queue
repeats them under other IDs and times. The newest update is first, as the service lists them.
"""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

SEED = 2020
NEWEST = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
"""Update of the first incident."""
BETWEEN_UPDATES = timedelta(seconds=97)
"""100,000 of them are 112 days, within what is remembered."""
_FRACTION = timedelta(microseconds=856_667)
FIRST_ID = 900_000
TENANT = "00000000-0000-0000-0000-0000000000aa"
PAGE = 100
VERSION = 1
"""Of what is generated; another one makes kept files useless."""

Json = dict[str, object]

_PEOPLE = [f"{first}.{last}" for first in ("ana", "bo", "cleo", "dan", "eve", "finn", "gia", "hal") for last in (
    "abel", "berg", "cruz", "diaz", "east", "falk", "gray", "holm", "ivey", "jung", "kerr", "lund", "moss", "nash",
)]  # fmt: skip
_PLACES = ("ws", "lap", "srv", "db", "web", "dc", "vdi", "kiosk")
_FILES = ("invoice", "update", "report", "helper", "agent", "setup", "viewer", "sync", "notes", "payload", "loader")
_ENDINGS = ("exe", "dll", "ps1", "docm", "js", "lnk", "iso", "zip")
_WHAT = ("Suspicious PowerShell command line", "Malicious file detected", "Unusual sign-in", "Phishing mail delivered",
         "Credential access attempt", "Ransomware behavior", "Mass download", "Impossible travel activity",
         "Connection to a custom network indicator", "Persistence by a scheduled task", "Inbox rule was created")  # fmt: skip
_TACTICS = ("InitialAccess", "Execution", "Persistence", "CredentialAccess", "Exfiltration", "Impact", "DefenseEvasion")
_SERVICES = ("MicrosoftDefenderForEndpoint", "MicrosoftDefenderForOffice365", "MicrosoftCloudAppSecurity",
             "AADIdentityProtection", "MicrosoftDefenderForIdentity", "Microsoft365Defender")  # fmt: skip
_WORDS = ("attacker", "process", "was", "observed", "on", "several", "devices", "and", "tried", "to", "reach", "an",
          "address", "that", "is", "known", "for", "command", "control", "review", "the", "timeline", "mailbox",
          "token", "session", "registry", "script", "macro", "attachment", "service", "account", "privileges")  # fmt: skip
_KEYS_OF_2020 = (
    "sha1", "sha256", "fileName", "filePath", "processId", "processCommandLine", "processCreationTime", "parentProcessId",
    "parentProcessCreationTime", "ipAddress", "url", "accountName", "domainName", "userSid", "aadUserId",
    "userPrincipalName", "mailboxDisplayName", "mailboxAddress", "clusterBy", "sender", "recipient", "subject",
    "deliveryAction", "securityGroupId", "securityGroupName", "registryHive", "registryKey", "registryValueType",
    "registryValue", "deviceId",
)  # fmt: skip


class Corpus:
    """The bodies of a queue, made when they are asked for."""

    def __init__(self, rests: Sequence[bytes], count: int) -> None:
        self._rests = rests
        self.count = count

    def body(self, number: int) -> bytes:
        """The JSON of one incident; 0 is the one updated last."""
        incident_id = FIRST_ID + self.count - number
        updated = updated_at(number)
        created = updated - timedelta(minutes=7 + number * 37 % 5000)
        head = (
            f'{{"incidentId":{incident_id},'
            f'"incidentUri":"https://security.microsoft.com/incidents/{incident_id}?tid={TENANT}",'
            f'"redirectIncidentId":null,"createdTime":"{_stamp(created)}","lastUpdateTime":"{_stamp(updated)}",'
        )
        return head.encode() + self._rests[number % len(self._rests)]

    def bodies(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Some of them, or all."""
        return map(self.body, range(start, min(self.count, self.count if end is None else end)))

    def page(self, skip: int) -> bytes:
        """An answer of the list endpoint."""
        return page_of(self.bodies(skip, skip + PAGE))

    def since(self, moment: datetime) -> int:
        """How many were updated at this moment or later."""
        return max(0, min(self.count, (NEWEST + _FRACTION - moment) // BETWEEN_UPDATES + 1))

    @property
    def size_bytes(self) -> int:
        """Of all bodies, nearly: as if every head were as long as the first."""
        rests = sum(map(len, self._rests)) * self.count // len(self._rests)
        return rests + self.count * (len(self.body(0)) - len(self._rests[0]))


def corpus(folder: Path, count: int, distinct: int = 10_000, seed: int = SEED) -> Corpus:
    """A queue of so many incidents; its rests are read from the folder, or made and put there."""
    distinct = min(count, distinct)
    path = folder / f"corpus-{VERSION}-{seed}-{distinct}.ndjson"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(".new")
        made.write_bytes(b"\n".join(_rest(random.Random(f"{seed}-{number}")) for number in range(distinct)))  # noqa: S311
        made.replace(path)
    return Corpus(path.read_bytes().split(b"\n"), count)


def updated_at(number: int) -> datetime:
    """When an incident was updated, by its place in the queue."""
    return NEWEST - number * BETWEEN_UPDATES


def page_of(bodies: Iterator[bytes]) -> bytes:
    """An answer of the list endpoint."""
    context = '{"@odata.context":"https://api.security.microsoft.com/api/$metadata#Incidents","value":['
    return context.encode() + b",".join(bodies) + b"]}"


def big_incident(alerts: int = 200, entities: int = 20) -> bytes:
    """One incident with so many alerts, and so many entities in each."""
    dice = random.Random(SEED)  # noqa: S311
    made = [_alert(dice, number, entities) for number in range(alerts)]
    one = Corpus([_rest_of(dice, made)], 1)
    return one.body(0)


def _rest(dice: random.Random) -> bytes:
    wanted = min(58_000, max(7_000, int(dice.lognormvariate(9.63, 0.6))))
    alerts: list[bytes] = []
    left = wanted - 900
    while not alerts or left > len(alerts[-1]) / 2:
        alerts.append(_alert(dice, len(alerts), dice.randint(2, 6)))
        left -= len(alerts[-1])
    return _rest_of(dice, alerts)


def _rest_of(dice: random.Random, alerts: Sequence[bytes]) -> bytes:
    status = dice.choices(("Active", "InProgress", "Resolved"), (35, 15, 50))[0]
    owner = f"{dice.choice(_PEOPLE)}@contoso.example" if dice.random() < 0.6 else None
    fields: Json = {
        "incidentName": f"{dice.choice(_WHAT)} involving {_device_name(dice)} and {len(alerts)} alerts {_hex(dice, 6)}",
        "assignedTo": owner,
        "classification": "TruePositive" if status == "Resolved" else "Unknown",
        "determination": "Malware" if status == "Resolved" else "NotAvailable",
        "status": status,
        "severity": dice.choices(("Informational", "Low", "Medium", "High"), (20, 35, 30, 15))[0],
        "tags": dice.sample(("vip", "noise", "campaign-a", "campaign-b", "tabletop", "lab"), dice.choice((0, 0, 1, 2))),
        "comments": [
            {"comment": _text(dice, 12), "createdBy": dice.choice(_PEOPLE), "createdTime": "2026-11-19T08:00:00Z"}
            for _ in range(dice.choice((0, 0, 1, 3)))
        ],
    }
    return _packed(fields)[1:-1] + b',"alerts":[' + b",".join(alerts) + b"]}"


def _alert(dice: random.Random, number: int, entities: int) -> bytes:
    at = f"2026-11-{dice.randint(1, 19):02d}T{dice.randint(0, 23):02d}:{dice.randint(0, 59):02d}"
    is_old = dice.random() < 0.15
    return _packed(
        {
            "alertId": f"da{_hex(dice, 32)}_{number}",
            "providerAlertId": _hex(dice, 32),
            "incidentId": FIRST_ID,
            "serviceSource": dice.choice(_SERVICES),
            "creationTime": f"{at}:31.1234567Z",
            "lastUpdatedTime": f"{at}:59.7Z",
            "resolvedTime": None,
            "firstActivity": f"{at}:01.25Z",
            "lastActivity": f"{at}:30Z",
            "title": f"{dice.choice(_WHAT)} ({dice.choice(_FILES)})",
            "description": _text(dice, dice.randint(20, 90)),
            "category": dice.choice(_TACTICS),
            "status": dice.choice(("New", "InProgress", "Resolved")),
            "severity": dice.choice(("Informational", "Low", "Medium", "High")),
            "investigationId": dice.randint(1, 99_999),
            "investigationState": dice.choice(("UnsupportedAlertType", "PendingApproval", "Benign", "Running")),
            "classification": None,
            "determination": None,
            "detectionSource": dice.choice(("WindowsDefenderAtp", "OfficeATP", "MCAS", "AAD")),
            "detectorId": str(UUID(int=dice.getrandbits(128))),
            "assignedTo": None,
            "actorName": None,
            "threatFamilyName": dice.choice((None, "Emotet", "Qakbot")),
            "mitreTechniques": dice.sample(("T1078", "T1059.001", "T1566.002", "T1003", "T1486"), dice.randint(0, 3)),
            "devices": [_device(dice) for _ in range(dice.choice((0, 1, 1, 2)))],
            "entities": [_entity(dice, at, is_old=is_old) for _ in range(entities)],
        }
    )


def _device(dice: random.Random) -> Json:
    name = _device_name(dice)
    same = random.Random(name)  # noqa: S311 - a device keeps its ID
    return {
        "mdatpDeviceId": _hex(same, 40),
        "aadDeviceId": str(UUID(int=same.getrandbits(128))),
        "deviceDnsName": f"{name}.contoso.example",
        "osPlatform": same.choice(("Windows11", "WindowsServer2022", "Linux")),
        "version": "23H2",
        "osProcessor": "x64",
        "osBuild": 22631,
        "healthStatus": "Active",
        "riskScore": dice.choice(("None", "Low", "Medium", "High")),
        "rbacGroupName": "Workstations",
        "rbacGroupId": 7,
        "firstSeen": "2025-03-01T09:00:00Z",
        "tags": [],
        "defenderAvStatus": "Updated",
        "onboardingStatus": "Onboarded",
        "vmMetadata": None,
    }


def _entity(dice: random.Random, at: str, *, is_old: bool) -> Json:
    person, kind = dice.choice(_PEOPLE), dice.choice(("User", "File", "Process", "Ip", "Url", "MailMessage", "Mailbox"))
    name = f"{dice.choice(_FILES)}-{dice.randint(1, 400)}.{dice.choice(_ENDINGS)}"
    file: Json = {
        "fileName": name,
        "filePath": f"C:\\Users\\{person}\\Downloads",
        "sha1": _hex(dice, 40),
        "sha256": _hex(dice, 64),
    }
    account: Json = {"accountName": person, "domainName": "contoso", "userPrincipalName": f"{person}@contoso.example"}
    keys: dict[str, Json] = {
        "User": account | {"userSid": f"S-1-5-21-{dice.randint(1, 9999)}", "aadUserId": str(UUID(int=dice.getrandbits(128)))},
        "File": file,
        "Process": file | {"processId": dice.randint(1, 65_000), "processCommandLine": f"{name} -enc {_hex(dice, 60)}",
                           "processCreationTime": f"{at}:02.5Z", "parentProcessId": dice.randint(1, 65_000)},
        "Ip": {"ipAddress": f"203.0.113.{dice.randint(1, 254)}"},
        "Url": {"url": f"https://{_hex(dice, 8)}.example/{dice.choice(_FILES)}?id={_hex(dice, 16)}"},
        "MailMessage": {"userPrincipalName": account["userPrincipalName"], "sender": f"{_hex(dice, 8)}@mail.example",
                        "recipient": account["userPrincipalName"], "subject": _text(dice, 6), "deliveryAction": "Delivered",
                        "internetMessageId": f"<{_hex(dice, 20)}@mail.example>"},
        "Mailbox": account | {"mailboxDisplayName": person, "mailboxAddress": account["userPrincipalName"]},
    }  # fmt: skip
    sent = dict.fromkeys(_KEYS_OF_2020) | keys[kind] if is_old else keys[kind]
    seen = {"evidenceCreationTime": f"{at}:31.12Z", "verdict": dice.choice(("Suspicious", "Malicious", "Unknown"))}
    return {"entityType": kind} | seen | {"remediationStatus": dice.choice(("None", "Remediated", "Blocked"))} | sent


def _device_name(dice: random.Random) -> str:
    return f"{dice.choice(_PLACES)}-{dice.randint(1, 300):03d}"


def _text(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(_WORDS, k=words)).capitalize()


def _hex(dice: random.Random, digits: int) -> str:
    return f"{dice.getrandbits(digits * 4):0{digits}x}"


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.8566667Z"


def _packed(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
