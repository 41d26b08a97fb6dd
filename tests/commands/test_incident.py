"""`mtp-tui incident`: one incident in the words of the detail, as Markdown, or as it was sent."""

import json

import pytest

from mtp_tui.sim.faults import ALWAYS, server_error
from mtp_tui.sim.oddities import odd_incidents
from mtp_tui.sim.payload import JsonObject
from mtp_tui.sim.tenant import SimulatedTenant
from tests.commands.conftest import Shell
from tests.commands.incident_lists import may_sign_in
from tests.commands.tokens import CONTROL
from tests.support.clocks import StoppedClock


@pytest.fixture(autouse=True)
def _environment(shell: Shell) -> None:
    may_sign_in(shell)


@pytest.fixture
def incident(tenant: SimulatedTenant) -> JsonObject:
    """The one with the most alerts."""
    most: JsonObject = max(tenant.incidents.all(), key=lambda each: len(each["alerts"]))
    return most


def test_the_report_names_every_alert_device_and_entity(shell: Shell, incident: JsonObject) -> None:
    ran = shell.run("incident", str(incident["incidentId"]))
    assert (ran.code, ran.err) == (0, "")
    assert incident["incidentName"] in ran.out
    for alert in incident["alerts"]:
        assert alert["title"] in ran.out
        assert all(device["deviceDnsName"] in ran.out for device in alert["devices"])
        assert all(each["ipAddress"] in ran.out for each in alert["entities"] if each["entityType"] == "Ip")
    assert not CONTROL.search(ran.out)


def test_markdown_is_the_report_and_json_the_bytes(shell: Shell, incident: JsonObject) -> None:
    incident_id = str(incident["incidentId"])
    written = shell.run("incident", incident_id, "--format", "md")
    assert (written.code, written.err) == (0, "")
    assert written.out.startswith("# ")
    assert "\n## Timeline\n" in written.out
    told = shell.run("incident", f"#{incident_id}", "--format", "json")
    assert (told.code, told.out.count("\n")) == (0, 1)
    assert shell.tenant.incidents.json(incident_id)[1:].decode() in told.out
    assert json.loads(told.out)["@odata.context"]


def test_oddities_are_reported_and_act_on_nothing(shell: Shell, clock: StoppedClock) -> None:
    tenant = SimulatedTenant(clock=clock, incidents=odd_incidents(clock))
    shell.tenant = tenant
    for number in ("9301", *(str(9500 + each) for each in range(11))):
        for form in ("text", "md"):
            ran = shell.run("incident", number, "--format", form)
            assert (ran.code, ran.err) == (0, "")
            assert not CONTROL.search(ran.out)


def test_what_is_said_of_no_id_is_one_sentence_and_its_next_step(shell: Shell) -> None:
    ran = shell.run("incident", "42042x")
    assert ran.err == "mtp-tui: “42042x” is no ID of an incident. It is a number, such as 924565.\n"


def test_the_greatest_id_is_asked_for(shell: Shell) -> None:
    ran = shell.run("incident", "9223372036854775807")
    assert (ran.code, "no such incident" in ran.err) == (1, True)


def test_a_report_speaks_of_no_keys(shell: Shell, tenant: SimulatedTenant) -> None:
    merged = next(each for each in tenant.incidents.all() if each.get("redirectIncidentId"))
    ran = shell.run("incident", str(merged["incidentId"]))
    assert f"merged into incident {merged['redirectIncidentId']}" in ran.out
    assert "m goes there" not in ran.out


def test_an_incident_that_is_not_there_ends_with_1(shell: Shell) -> None:
    ran = shell.run("incident", "1")
    assert (ran.code, ran.out) == (1, "")
    assert "no such incident" in ran.err


def test_a_short_fault_is_waited_out_and_a_long_one_ends_with_1(
    shell: Shell, tenant: SimulatedTenant, incident: JsonObject, clock: StoppedClock
) -> None:
    tenant.faults.add("/api/incidents/", server_error())
    ran = shell.run("incident", str(incident["incidentId"]), "--verbose")
    assert ran.code == 0
    assert "Waiting 2 s." in ran.err
    tenant.faults.add("/api/incidents/", server_error(), ALWAYS)
    assert shell.run("incident", str(incident["incidentId"])).code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("",), ("  ",), ("#",), ("a b",), ("\x1b",), (), ("1", "2"), ("1", "--format", "csv"), ("x",), ("-1",), ("42042x",), ("1.5",),
        ("9223372036854775808",), ("٣",), ("0x10",), ("4_2",),
    ],
)  # fmt: skip
def test_what_is_no_id_ends_with_2_before_anybody_is_asked(
    shell: Shell, tenant: SimulatedTenant, arguments: tuple[str, ...]
) -> None:
    ran = shell.run("incident", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert not tenant.requests
