"""`mtp-tui incidents` while the list moves, the service fails, or the arguments are wrong."""

import json
from pathlib import Path

import httpx
import pytest

from mtp_tui.sim.faults import ALWAYS, Respond, forbidden, server_error, throttled, unauthorized
from mtp_tui.sim.tenant import SimulatedTenant
from tests.commands.conftest import Shell
from tests.commands.incident_lists import LIST, ids, may_sign_in, pages_asked, three_pages
from tests.commands.test_token_get import with_profile
from tests.support.clocks import StoppedClock


@pytest.fixture
def tenant(clock: StoppedClock) -> SimulatedTenant:
    return three_pages(clock)


@pytest.fixture(autouse=True)
def _environment(shell: Shell) -> None:
    may_sign_in(shell)


# what moves meanwhile


def test_an_incident_that_jumps_ahead_while_paging_is_given_once_and_none_is_lost(
    shell: Shell, tenant: SimulatedTenant
) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        tenant.incidents.change(1205, severity="High")
        tenant.incidents.change(1005, severity="High")
        return tenant.defender.answer(request)

    tenant.faults.add("$skip=100", respond)
    ran = shell.run("incidents", "--format", "json")
    told = json.loads(ran.out)
    assert ran.code == 0
    assert sorted(incident["incidentId"] for incident in told) == list(range(1000, 1250))
    assert {each["incidentId"]: each["severity"] for each in told if each["severity"] == "High"} == {1205: "High"}
    assert ran.err == "mtp-tui: 1 incident was changed after being given: 1005\n"


def test_what_comes_to_fit_while_paging_is_given_after_all(shell: Shell, tenant: SimulatedTenant) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        tenant.incidents.change(1005, severity="High")
        return tenant.defender.answer(request)

    tenant.faults.add("$skip=100", respond)
    ran = shell.run("incidents", "severity:high", "--format", "ndjson")
    assert (ran.code, ids(ran), ran.err) == (0, [1005], "")


def test_what_is_no_incident_is_left_out_and_counted(shell: Shell, tenant: SimulatedTenant) -> None:
    tenant.incidents.add("a bare string")
    tenant.incidents.add(None)
    ran = shell.run("incidents", "--format", "ndjson")
    assert (ran.code, len(ids(ran))) == (0, 250)
    assert ran.err == "mtp-tui: 2 items of the list are no incident, and left out.\n"


# what goes wrong


def test_a_fault_in_the_middle_ends_with_1_and_a_closed_array(shell: Shell, tenant: SimulatedTenant) -> None:
    tenant.faults.add("$skip=100", server_error(), ALWAYS)
    ran = shell.run("incidents", "--format", "json")
    assert (ran.code, len(json.loads(ran.out))) == (1, 100)
    assert "100 incidents were given before what follows" in ran.err


def test_a_list_that_may_go_on_ends_with_1(shell: Shell, tenant: SimulatedTenant) -> None:
    def again(request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_remove_param("$skip")
        return tenant.defender.answer(request)

    tenant.faults.add("$skip=100", again, ALWAYS)
    ran = shell.run("incidents", "--format", "json")
    assert (ran.code, len(json.loads(ran.out))) == (1, 100)
    assert "same page again" in ran.err


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (forbidden(), "Incident.Read.All"),
        (unauthorized(), "mtp-tui: "),
        (httpx.ConnectError("no route"), "api.security.microsoft.com"),
    ],
)
def test_what_is_refused_at_once_prints_nothing(
    shell: Shell, tenant: SimulatedTenant, fault: Respond | Exception, words: str
) -> None:
    tenant.faults.add(LIST, fault, ALWAYS)
    ran = shell.run("incidents", "--format", "json")
    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err


def test_a_refused_secret_ends_with_1_and_stays_secret(shell: Shell) -> None:
    shell.environ = {**shell.environ, "AZURE_CLIENT_SECRET": "another~one"}
    ran = shell.run("incidents")
    assert (ran.code, ran.out) == (1, "")
    assert "AADSTS7000215" in ran.err
    assert "another~one" not in ran.err


@pytest.mark.parametrize(("arguments", "says"), [((), False), (("--verbose",), True)])
def test_a_wait_is_waited_and_said_to_whoever_wants_to_know(
    shell: Shell, tenant: SimulatedTenant, clock: StoppedClock, arguments: tuple[str, ...], says: bool
) -> None:
    tenant.faults.add("$skip=100", throttled(retry_after_header="37"))
    ran = shell.run("incidents", "--format", "ndjson", *arguments)
    assert (ran.code, len(ids(ran))) == (0, 250)
    assert 37 in clock.slept_s
    assert ("Waiting 37 s." in ran.err) == says
    assert bool(ran.err) == says


def test_a_token_that_ends_on_the_way_is_renewed(shell: Shell, tenant: SimulatedTenant) -> None:
    tenant.faults.add("$skip=100", unauthorized("Lifetime validation failed."))
    assert shell.run("incidents", "--format", "ndjson").code == 0
    assert sum(1 for seen in tenant.requests if seen.path.endswith("/token")) == 2


@pytest.mark.parametrize(
    ("words", "carets"),
    [
        (("sevrity:high", "x"), "mtp-tui:   sevrity:high x\nmtp-tui:   ^^^^^^^\n"),
        (("不審", "sevrity:high"), "mtp-tui:   不審 sevrity:high\nmtp-tui:        ^^^^^^^\n"),
        (("\x1b[2J", "alerts:many"), "mtp-tui:   ␛[2J alerts:many\nmtp-tui:               ^^^^\n"),
    ],
)
def test_a_filter_that_cannot_be_read_ends_with_2_before_anybody_is_asked(
    shell: Shell, tenant: SimulatedTenant, words: tuple[str, ...], carets: str
) -> None:
    ran = shell.run("incidents", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(carets)
    assert not tenant.requests


def test_an_application_is_nobody_in_particular(shell: Shell, tenant: SimulatedTenant) -> None:
    ran = shell.run("incidents", "owner:me")
    assert (ran.code, ran.out) == (2, "")
    assert "Nobody in particular" in ran.err
    assert not pages_asked(tenant)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("is:unread",), "known to the screen only"),
        (("--view", "nobody's"), "“Mine”"),
        (("--bom",), "--format csv only"),
        (("--limit", "0"), "no number of incidents"),
        (("--limit", "²"), "no number of incidents"),
        (("--since", "7y"), "7d"),
        (("--format", "xml"), "invalid choice"),
        (("--profile", "south"), "south"),
    ],
)
def test_wrong_arguments_end_with_2(
    shell: Shell, tenant: SimulatedTenant, arguments: tuple[str, ...], words: str
) -> None:
    ran = shell.run("incidents", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert not tenant.requests


def test_a_profile_of_a_pasted_token_is_refused(shell: Shell, tmp_path: Path) -> None:
    ran = with_profile(shell, tmp_path, kind="token").run("incidents", "--profile", "north")
    assert (ran.code, ran.out) == (2, "")
    assert "pasted token" in ran.err


@pytest.mark.parametrize("text", ["30m", "12h", "7d", "2w"])
def test_since_is_read_in_every_unit(shell: Shell, text: str) -> None:
    assert shell.run("incidents", "--since", text, "--limit", "1").code == 0
