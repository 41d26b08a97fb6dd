"""The stories of the simulated tenant, and what arrives live."""

import ipaddress
import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mtp_tui.sim.odata import STATUSES
from mtp_tui.sim.payload import instant, stamp
from mtp_tui.sim.stories import build_incidents
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.sim.update import DETERMINATIONS
from tests.support.clocks import StoppedClock

from .conftest import NOW, Caller

TYPES = {"User", "Ip", "Url", "File", "Process", "MailBox", "MailMessage", "MailCluster", "Registry", "SecurityGroup"}
SOURCES = {
    "MicrosoftDefenderATP", "OfficeATP", "MicrosoftCloudAppSecurity", "MicrosoftDefenderForEndpoint", "MicrosoftDefenderForOffice365", "AADIdentityProtection",
    "MicrosoftDefenderForCloud", "MicrosoftDefenderForIdentity", "AzureATP", "MicrosoftDefenderForCloudApps", "Microsoft365Defender", "MicrosoftThreatProtection",
    "AppGovernance", "DataLossPrevention", "MicrosoftSentinel",
}  # fmt: skip
NETWORKS = [
    ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]

Incidents = list[dict[str, Any]]


@pytest.fixture(scope="module")
def incidents() -> Incidents:
    return build_incidents(2020, NOW)


def alerts_of(incidents: Incidents) -> Incidents:
    return [alert for incident in incidents for alert in incident["alerts"]]


def entities_of(incidents: Incidents) -> Incidents:
    return [entity for alert in alerts_of(incidents) for entity in alert["entities"]]


def test_there_are_enough_stories_of_ninety_days(incidents: Incidents) -> None:
    assert 340 <= len(incidents) <= 400
    assert len({incident["incidentId"] for incident in incidents}) == len(incidents)
    updates = [instant(incident["lastUpdateTime"]) for incident in incidents]
    assert updates == sorted(updates, reverse=True)
    assert instant(stamp(NOW - timedelta(minutes=15))) < updates[0] <= instant(stamp(NOW))
    oldest = min(instant(incident["createdTime"]) for incident in incidents)
    assert instant(stamp(NOW - timedelta(days=91))) < oldest < instant(stamp(NOW - timedelta(days=80)))


@pytest.mark.parametrize("seed", [1, 2, 3, 2020])
def test_any_seed_tells_a_sound_history(seed: int) -> None:
    made = build_incidents(seed, NOW)
    assert json.dumps(made) == json.dumps(build_incidents(seed, NOW))
    ids = {incident["incidentId"] for incident in made}
    for incident in made:
        times = [instant(incident["createdTime"]), instant(incident["lastUpdateTime"]), instant(stamp(NOW))]
        assert times == sorted(times)
        assert "" not in times
        assert incident["redirectIncidentId"] is None or incident["redirectIncidentId"] in ids - {
            incident["incidentId"]
        }
        for alert in incident["alerts"]:
            moments = [
                instant(alert[name]) for name in ("firstActivity", "lastActivity", "creationTime", "lastUpdatedTime")
            ]
            assert moments == sorted(moments)
            assert instant(alert["creationTime"]) <= instant(stamp(NOW))
            assert alert["incidentId"] == incident["incidentId"]
    assert json.dumps(made) != json.dumps(build_incidents(seed + 1, NOW))


def test_every_documented_kind_of_thing_occurs(incidents: Incidents) -> None:
    assert {entity["entityType"] for entity in entities_of(incidents)} == TYPES
    assert {alert["serviceSource"] for alert in alerts_of(incidents)} == SOURCES
    assert {incident["severity"] for incident in incidents} == {"UnSpecified", "Informational", "Low", "Medium", "High"}
    assert {incident["status"] for incident in incidents} == set(STATUSES)
    assert {incident["classification"] for incident in incidents} == {"Unknown", *DETERMINATIONS}
    assert any(incident["comments"] for incident in incidents)
    assert any(incident["tags"] for incident in incidents)
    assert {incident["assignedTo"] for incident in incidents} > {None, "Automation"}
    assert {entity["verdict"] for entity in entities_of(incidents)} >= {
        "Suspicious",
        "Malicious",
        "Unknown",
        "NoThreatsFound",
    }
    assert {entity["remediationStatus"] for entity in entities_of(incidents)} >= {
        "None",
        "Active",
        "Blocked",
        "Prevented",
        "Remediated",
        "PendingApproval",
    }
    assert any("::" in entity["ipAddress"] for entity in entities_of(incidents) if entity["entityType"] == "Ip")
    assert all(
        re.fullmatch(r"T\d{4}(\.\d{3})?", technique)
        for alert in alerts_of(incidents)
        for technique in alert["mitreTechniques"]
    )


def test_sizes_are_those_of_a_real_queue(incidents: Incidents) -> None:
    sizes = sorted(len(incident["alerts"]) for incident in incidents)
    assert 35 <= sizes[-1] <= 45
    assert sum(1 <= size <= 6 for size in sizes) > 0.85 * len(sizes)
    alert_ids = [alert["alertId"] for alert in alerts_of(incidents)]
    assert len(set(alert_ids)) == len(alert_ids)


def test_merged_incidents_are_empty_and_point_to_their_survivor(incidents: Incidents) -> None:
    merged = [incident for incident in incidents if incident["status"] == "Redirected"]
    assert len(merged) >= 5
    by_id = {incident["incidentId"]: incident for incident in incidents}
    for incident in merged:
        assert (incident["alerts"], incident["severity"]) == ([], "UnSpecified")
        assert len(by_id[incident["redirectIncidentId"]]["alerts"]) > 3


def test_classification_and_determination_belong_together(incidents: Incidents) -> None:
    for incident in incidents:
        if incident["classification"] == "Unknown":
            assert incident["determination"] == "NotAvailable"
        else:
            assert incident["determination"] in DETERMINATIONS[incident["classification"]]


def test_devices_have_all_their_keys(incidents: Incidents) -> None:
    devices = [device for alert in alerts_of(incidents) for device in alert["devices"]]
    keys = {
        "mdatpDeviceId", "aadDeviceId", "deviceDnsName", "osPlatform", "version", "osProcessor", "osBuild", "healthStatus", "riskScore", "rbacGroupName", "rbacGroupId",
        "firstSeen", "tags", "defenderAvStatus", "onboardingStatus", "vmMetadata",
    }  # fmt: skip
    assert all(set(device) == keys for device in devices)
    assert len({device["mdatpDeviceId"] for device in devices}) > 30
    assert {device["osPlatform"] for device in devices} >= {
        "Windows10",
        "Windows11",
        "macOS",
        "Linux",
        "WindowsServer2019",
    }


def test_nothing_in_the_stories_exists(incidents: Incidents) -> None:
    """Only documentation addresses and reserved domains, so that nobody is slandered and nothing can be called."""
    for entity in entities_of(incidents):
        if entity["entityType"] == "Ip":
            assert any(ipaddress.ip_address(entity["ipAddress"]) in network for network in NETWORKS)
    text = json.dumps(incidents)
    hosts = set(re.findall(r"(?:https?://|@)([a-z0-9.-]+\.[a-z]+)", text)) - {"security.microsoft.com"}
    assert hosts
    assert all(host.endswith(".example") for host in hosts), hosts


def test_stories_are_told_in_the_time_that_a_few_readings_of_them_take() -> None:
    told = build_incidents(1, NOW)
    cheapest = min(
        _seconds_of(lambda: build_incidents(1, NOW)) / _seconds_of(lambda: json.loads(json.dumps(told)))
        for _ in range(5)
    )
    assert cheapest < 8  # 2.5 as a rule


def _seconds_of(do: Callable[[], object]) -> float:
    """Of the processor, whatever else runs beside it."""
    started = time.process_time()
    do()
    return time.process_time() - started


async def test_first_minute_of_a_live_tenant_follows_its_script(clock: StoppedClock) -> None:
    tenant = SimulatedTenant(clock=clock, live=True)
    quiet = len(tenant.incidents)
    clock.advance(6)
    newest = tenant.incidents.all()[0]
    assert (len(tenant.incidents), newest["severity"], newest["lastUpdateTime"]) == (
        quiet + 1,
        "High",
        "2026-11-22T15:04:11Z",
    )
    clock.advance(6)
    worse = tenant.incidents.all()[0]
    assert (worse["severity"], worse["alerts"][-1]["severity"], worse["lastUpdateTime"]) == (
        "High",
        "High",
        "2026-11-22T15:04:17Z",
    )
    clock.advance(8)
    assert tenant.incidents.all()[0]["incidentId"] == newest["incidentId"]
    assert tenant.incidents.all()[0]["assignedTo"]
    clock.advance(8)
    assert len(tenant.incidents) == quiet + 2
    clock.advance(32)
    assert (tenant.incidents.get(newest["incidentId"]) or {})["status"] == "InProgress"
    assert len(tenant.incidents) == quiet + 3


async def test_live_tenant_goes_on_for_ever_and_only_the_clock_matters(clock: StoppedClock) -> None:
    often, once = SimulatedTenant(clock=clock, live=True), SimulatedTenant(clock=clock, live=True)
    caller = Caller(often)
    for _ in range(40):
        clock.advance(61)
        await caller.ids(**{"$top": 5})
    assert often.incidents.all() == once.incidents.all()
    assert len(once.incidents) > 390
    ids = [incident["incidentId"] for incident in once.incidents.all()]
    assert len(set(ids)) == len(ids)
    assert all(
        incident["redirectIncidentId"] in ids for incident in once.incidents.all() if incident["status"] == "Redirected"
    )
    recent = await caller.ids(**{"$filter": f"lastUpdateTime ge {stamp(clock() - timedelta(seconds=25))}"})
    assert recent


async def test_quiet_tenant_stays_as_it_is(clock: StoppedClock) -> None:
    tenant = SimulatedTenant(clock=clock)
    before = tenant.incidents.all()
    clock.advance(3600)
    assert tenant.incidents.all() == before


async def test_prepared_tenant_answers_the_same(clock: StoppedClock) -> None:
    prepared, other = SimulatedTenant(clock=clock), SimulatedTenant(clock=clock)
    prepared.prepare()
    assert await Caller(prepared).ids() == await Caller(other).ids()


async def test_given_incidents_replace_the_stories(clock: StoppedClock) -> None:
    assert await Caller(SimulatedTenant(clock=clock, incidents=())).ids() == []
