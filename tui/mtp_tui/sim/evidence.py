"""Entities of alerts, one maker per documented type, with the keys that live answers of 2023 and later carry.

Source: Microsoft Learn, "List incidents"; `verdict` and `remediationStatus` (`None` and `Suspicious` observed, the other
words by analogy with Graph, *unconfirmed* here) are added, and `evidenceCreationTime` comes with the alert.
"""

import random
from dataclasses import dataclass
from datetime import datetime

from mtp_tui.sim.cast import NETBIOS, Device, Person
from mtp_tui.sim.payload import JsonObject, stamp


@dataclass(frozen=True, slots=True)
class Judgement:
    """What Defender thinks of a thing, and what it did about it."""

    verdict: str = "Suspicious"
    remediation: str = "None"


SUSPICIOUS = Judgement()
MALICIOUS = Judgement("Malicious", "Active")
BLOCKED = Judgement("Malicious", "Blocked")
PREVENTED = Judgement("Malicious", "Prevented")
REMEDIATED = Judgement("Malicious", "Remediated")
AWAITING = Judgement("Suspicious", "PendingApproval")
CLEAN = Judgement("NoThreatsFound", "None")
UNKNOWN = Judgement("Unknown", "None")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file, the same on every device that has it."""

    name: str
    folder: str
    sha1: str
    sha256: str


def new_file(name: str, folder: str, dice: random.Random) -> FileFacts:
    """A file with hashes of its own."""
    return FileFacts(name, folder, dice.randbytes(20).hex(), dice.randbytes(32).hex())


def _entity(kind: str, judged: Judgement, **keys: object) -> JsonObject:
    return {"entityType": kind, "verdict": judged.verdict, "remediationStatus": judged.remediation, **keys}


def user(person: Person, judged: Judgement = SUSPICIOUS) -> JsonObject:
    """An account."""
    return _entity(
        "User",
        judged,
        accountName=person.account,
        domainName=NETBIOS,
        userSid=person.sid,
        aadUserId=person.object_id,
        userPrincipalName=person.upn,
    )


def ip(address: str, judged: Judgement = SUSPICIOUS) -> JsonObject:
    """An address, IPv4 or IPv6."""
    return _entity("Ip", judged, ipAddress=address)


def url(address: str, judged: Judgement = MALICIOUS) -> JsonObject:
    """A web address."""
    return _entity("Url", judged, url=address)


def file(facts: FileFacts, device: Device, judged: Judgement = MALICIOUS) -> JsonObject:
    """A file on a device."""
    return _entity(
        "File",
        judged,
        sha1=facts.sha1,
        sha256=facts.sha256,
        fileName=facts.name,
        filePath=facts.folder,
        deviceId=device.id,
    )


def process(facts: FileFacts, command: str, device: Device, at: datetime, judged: Judgement = SUSPICIOUS) -> JsonObject:
    """A process on a device, started `at`."""
    return {
        **file(facts, device, judged),
        "entityType": "Process",
        "processId": 1200 + 4 * (at.microsecond % 9000),
        "processCommandLine": command,
        "processCreationTime": stamp(at),
        "parentProcessId": 600 + 4 * (int(facts.sha1[:4], 16) % 3000),
        "parentProcessCreationTime": stamp(at.replace(second=0)),
    }


def mailbox(person: Person, judged: Judgement = SUSPICIOUS) -> JsonObject:
    """A mailbox; the type is spelt as in the documentation."""
    return _entity(
        "MailBox",
        judged,
        userPrincipalName=person.upn,
        mailboxDisplayName=person.display_name,
        mailboxAddress=person.upn,
        accountName=person.account,
        userSid=person.sid,
        aadUserId=person.object_id,
    )


def mail(
    sender: str, recipient: Person, subject: str, action: str, judged: Judgement = MALICIOUS, *, message_id: str
) -> JsonObject:
    """A message; `action` is the delivery action, such as `Delivered` or `Blocked`."""
    return _entity(
        "MailMessage",
        judged,
        userPrincipalName=recipient.upn,
        sender=sender,
        recipient=recipient.upn,
        subject=subject,
        deliveryAction=action,
        internetMessageId=message_id,
    )


def mail_cluster(cluster_by: str, value: str, count: int, judged: Judgement = MALICIOUS) -> JsonObject:
    """Messages that are alike; `cluster_by` is joined by semicolons."""
    return _entity("MailCluster", judged, clusterBy=cluster_by, clusterByValue=value, emailCount=count)


def registry(
    hive: str, key: str, value: str, judged: Judgement = SUSPICIOUS, *, value_type: str = "String"
) -> JsonObject:
    """A registry value."""
    return _entity(
        "Registry", judged, registryHive=hive, registryKey=key, registryValueType=value_type, registryValue=value
    )


def security_group(group_id: str, name: str, judged: Judgement = SUSPICIOUS) -> JsonObject:
    """A security group; not in the documented list of types, but named in its notes."""
    return _entity("SecurityGroup", judged, securityGroupId=group_id, securityGroupName=name)
