"""A tenant in which every text is an attack: names, comments, evidence, words of lists, times, IDs, and keys themselves."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle

from mtp_tui.clock import Clock
from mtp_tui.sim.attacks import ATTACKS, Attacker
from mtp_tui.sim.payload import JsonObject, json_bytes, stamp
from mtp_tui.sim.tenant import SimulatedTenant

FIRST_ID = 6600
"""Incidents with an ID that can be asked for count up from here, in the order of `ATTACKS`; the list shows them so."""

_WORDS = frozenset(
    {
        *("incidentId", "redirectIncidentId", "createdTime", "lastUpdateTime", "severity", "status"),
        *("creationTime", "lastUpdatedTime", "resolvedTime", "firstActivity", "lastActivity", "firstSeen"),
        *("entityType", "evidenceCreationTime", "processCreationTime", "parentProcessCreationTime"),
    }
)
"""What decides how the rest is laid out; spared in most incidents, so that the rest is laid out as usual."""

_SHORT_CLAIM = 40
_SOME_TEXT = ""
_ENTITIES = {
    "User": ("accountName", "domainName", "userSid", "aadUserId", "userPrincipalName"),
    "Ip": ("ipAddress",),
    "Url": ("url",),
    "File": ("sha1", "sha256", "fileName", "filePath", "deviceId", "detectionStatus"),
    "Process": ("fileName", "filePath", "processId", "processCommandLine", "processCreationTime", "parentProcessId"),
    "MailBox": ("userPrincipalName", "mailboxDisplayName", "mailboxAddress", "userSid"),
    "MailMessage": ("sender", "recipient", "subject", "deliveryAction", "internetMessageId"),
    "MailCluster": ("clusterBy", "clusterByValue", "emailCount"),
    "Registry": ("registryHive", "registryKey", "registryValueType", "registryValue"),
    "SecurityGroup": ("securityGroupId", "securityGroupName"),
    "CloudLogonRequest": ("requestId", "details"),
}
"""Keys of the documented types, and of one that is not."""


def hostile_tenant(clock: Clock) -> SimulatedTenant:
    """A tenant with nothing but hostile incidents, and an application that may change them."""
    tenant = SimulatedTenant(clock=clock, incidents=hostile_incidents(clock))
    tenant.apps[tenant.client_id].roles = ("Incident.ReadWrite.All",)
    return tenant


def hostile_incidents(clock: Clock) -> list[object]:
    """An incident by the name of each attack, each with the others in its fields; then some whose every word is one."""
    now = clock()
    attacker = Attacker()
    incidents: list[object] = []
    for number, text in enumerate(ATTACKS.values()):
        plain = _incident(FIRST_ID + number, stamp(now - timedelta(minutes=number)), _entities(number))
        incidents.append({**attacker.poisoned_object(plain, _WORDS), "incidentName": text})
    for number, text in enumerate(ATTACKS.values()):
        if number % 8 == 0:
            whole = _incident(text, text, list(_all_entities()))
            incidents.append(attacker.poisoned(whole))
    return incidents


def hostile_claims() -> JsonObject:
    """Claims of an access token by every name that is shown somewhere, each an attack, and attacks for names.

    The short ones only: a service takes no token of more than some 10,000 characters.
    """
    short = [text for text in ATTACKS.values() if len(text) < _SHORT_CLAIM]
    texts = cycle(short)
    names = ("name", "app_displayname", "unique_name", "given_name", "family_name", "ipaddr", "acr", "idp", "sid", "uti",
             "rh", "aio", "xms_idrel", "tenant_region_scope", "deviceid", "onprem_sid", "login_hint", "scp")  # fmt: skip
    claims: JsonObject = {name: next(texts) for name in names}
    claims |= {name: [next(texts) for _ in range(4)] for name in ("wids", "groups", "amr", "xms_cc")}
    claims |= {"_claim_sources": {next(texts): next(texts)}, "_claim_names": {next(texts): [next(texts)]}}
    return claims | {text: next(texts) for text in short[::2]}


def hostile_error(text: str) -> bytes:
    """The API's error object with one attack for each text in it, keys not left out."""
    error = {"code": text, "message": f"{text} {text}", "target": text, "innerError": {"request-id": text, text: text}}
    return json_bytes({"error": error, text: text})


def hostile_refusal(text: str, *, number: int = 7000215) -> bytes:
    """Entra's answer to a request for a token: the number is known, every text is an attack."""
    return json_bytes(
        {
            "error": "invalid_client",
            "error_description": f"AADSTS{number}: {text} Trace ID: {text} Correlation ID: {text} Timestamp: {text}",
            "error_codes": [number, text],
            "timestamp": text,
            "trace_id": text,
            "correlation_id": text,
            "error_uri": text,
            "suberror": text,
            "claims": text,
        }
    )


def _incident(incident_id: object, moment: str, entities: list[JsonObject]) -> JsonObject:
    """An incident with every key there is, and as many texts as it has places."""
    return {
        "incidentId": incident_id,
        "redirectIncidentId": None,
        "incidentUri": _SOME_TEXT,
        "incidentName": _SOME_TEXT,
        "createdTime": moment,
        "lastUpdateTime": moment,
        "assignedTo": _SOME_TEXT,
        "classification": _SOME_TEXT,
        "determination": _SOME_TEXT,
        "status": "Active",
        "severity": "High",
        "summary": _SOME_TEXT,
        "lastModifiedBy": _SOME_TEXT,
        "resolvingComment": _SOME_TEXT,
        "tags": [_SOME_TEXT] * 3,
        "comments": [{"comment": _SOME_TEXT, "createdBy": _SOME_TEXT, "createdTime": moment}],
        "alerts": [_alert(moment, entities)],
    }


def _alert(moment: str, entities: list[JsonObject]) -> JsonObject:
    texts = ("alertId", "providerAlertId", "serviceSource", "title", "description", "category", "investigationState",
             "classification", "determination", "detectionSource", "detectorId", "assignedTo", "actorName",
             "threatFamilyName")  # fmt: skip
    times = ("creationTime", "lastUpdatedTime", "resolvedTime", "firstActivity", "lastActivity")
    return {
        **dict.fromkeys(texts, _SOME_TEXT),
        **dict.fromkeys(times, moment),
        "incidentId": _SOME_TEXT,
        "investigationId": _SOME_TEXT,
        "status": "New",
        "severity": "Medium",
        "mitreTechniques": [_SOME_TEXT] * 2,
        "devices": [_device(moment)],
        "entities": entities,
    }


def _device(moment: str) -> JsonObject:
    texts = ("mdatpDeviceId", "aadDeviceId", "deviceDnsName", "osPlatform", "osProcessor", "osBuild", "version",
             "healthStatus", "riskScore", "rbacGroupName", "defenderAvStatus", "onboardingStatus")  # fmt: skip
    return {
        **dict.fromkeys(texts, _SOME_TEXT),
        "firstSeen": moment,
        "tags": [_SOME_TEXT],
        "loggedOnUsers": [{"accountName": _SOME_TEXT, "domainName": _SOME_TEXT}],
        "vmMetadata": {"vmId": _SOME_TEXT, "cloudProvider": _SOME_TEXT},
    }


def _entities(number: int) -> list[JsonObject]:
    """One entity, of the types in turn."""
    kinds = list(_all_entities())
    return [kinds[number % len(kinds)]]


def _all_entities() -> Iterator[JsonObject]:
    for kind, keys in _ENTITIES.items():
        judged = ("verdict", "remediationStatus", "detailedRoles")
        yield {"entityType": kind, **dict.fromkeys((*keys, *judged), _SOME_TEXT)}
