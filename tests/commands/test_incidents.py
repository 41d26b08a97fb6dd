"""`mtp-tui incidents`: rows as they come, each once, whole in every format, with exit codes that scripts can trust."""

import csv
import io
import json
import re
import sys
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from mtp_tui.sim.attacks import ATTACKS
from mtp_tui.sim.directory import DEFAULT_USER
from mtp_tui.sim.faults import ALWAYS, forbidden
from mtp_tui.sim.payload import stamp
from mtp_tui.sim.tenant import SimulatedTenant
from tests.commands.conftest import Shell
from tests.commands.incident_lists import LIST, ids, may_sign_in, pages_asked, three_pages
from tests.commands.test_token_get import with_profile
from tests.commands.tokens import CONTROL
from tests.defender.shapes import incident_json
from tests.support.clocks import NOON, StoppedClock


@pytest.fixture
def tenant(clock: StoppedClock) -> SimulatedTenant:
    return three_pages(clock)


@pytest.fixture(autouse=True)
def _environment(shell: Shell) -> None:
    may_sign_in(shell)


# the formats


def test_a_table_for_people_is_whole_where_nothing_is_a_terminal(shell: Shell) -> None:
    name = "A title that no terminal of eighty columns would ever have had room for, not even in its last column"
    owner = "somebody.with.a.long.name@contoso-demo.example"
    shell.tenant.incidents.change(1000, incidentName=name, assignedTo=owner, severity="High")
    ran = shell.run("incidents", "--limit", "2")
    assert (ran.code, ran.err) == (0, "")
    head, first, second = ran.out.splitlines()
    assert head.split() == ["Severity", "Status", "ID", "Alerts", "Updated", "UTC", "Owner", "Name"]
    assert first.startswith("▲ High    Active          1000       0  2026-11-20 12:00  ")
    assert name in first
    assert owner in first
    assert second.index("Incident number") == head.index("Name")


def test_json_is_one_array_of_the_bytes_that_came(shell: Shell, tenant: SimulatedTenant) -> None:
    ran = shell.run("incidents", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    assert len(json.loads(ran.out)) == 250
    assert tenant.incidents.json(1249).decode() in ran.out.splitlines()[-2]


def test_ndjson_is_an_incident_a_line(shell: Shell) -> None:
    ran = shell.run("incidents", "--format", "ndjson")
    assert (ran.code, ran.err) == (0, "")
    assert ids(ran) == list(range(1000, 1250))


def test_csv_has_a_row_for_each_and_a_mark_if_asked_for(shell: Shell) -> None:
    ran = shell.run("incidents", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out, newline="")))
    assert (ran.code, len(rows)) == (0, 250)
    assert rows[0]["incidentName"] == "Incident number 0"
    assert shell.run("incidents", "--format", "csv", "--limit", "1", "--bom").out.startswith("\ufeffincidentId")


@pytest.mark.parametrize(("form", "out"), [("json", "[]\n"), ("ndjson", "")])
def test_nothing_that_fits_is_an_answer_too(shell: Shell, form: str, out: str) -> None:
    ran = shell.run("incidents", "severity:high", "--format", form)
    assert (ran.code, ran.out, ran.err) == (0, out, "")


def test_hostile_texts_stay_text_in_every_format(shell: Shell, tenant: SimulatedTenant) -> None:
    names = list(ATTACKS.values())
    for number, name in enumerate(names):
        tenant.incidents.upsert(incident_json(incidentId=5000 + number, incidentName=name, lastUpdateTime=stamp(NOON)))
    limit = ("--limit", str(len(names)))
    table = shell.run("incidents", *limit)
    assert len(table.out.splitlines()) == 1 + len(names)
    assert not CONTROL.search(table.out)
    told = json.loads(shell.run("incidents", "--format", "json", *limit).out)
    assert sorted(each["incidentName"] for each in told) == sorted(
        re.sub("[\ud800-\udfff]", "\ufffd", name) for name in names
    )
    rows = list(csv.DictReader(io.StringIO(shell.run("incidents", "--format", "csv", *limit).out, newline="")))
    assert len(rows) == len(names)
    assert not [row for row in rows if row["incidentName"].startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("form", ["table", "csv", "json", "ndjson"])
def test_on_a_terminal_nothing_acts(
    shell: Shell, tenant: SimulatedTenant, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.environ = {**shell.environ, "NO_COLOR": "1"}
    for number, name in enumerate(ATTACKS.values()):
        tenant.incidents.upsert(incident_json(incidentId=5000 + number, incidentName=name, lastUpdateTime=stamp(NOON)))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = shell.run("incidents", "--format", form, "--limit", str(len(ATTACKS)))
    assert ran.code == 0
    assert "5000" in ran.out
    assert not CONTROL.search(ran.out.replace("\r\n", "\n"))
    if form == "table":
        assert max(map(len, ran.out.splitlines())) <= 80  # what a stream without columns is taken for


def test_that_nothing_fits_is_said_to_whoever_sits_there(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    ran = shell.run("incidents", "severity:high")
    assert (ran.code, ran.out.count("\n")) == (0, 1)
    assert ran.err.endswith("mtp-tui: No incident fits.\n")
    assert "No incident fits" not in shell.run("incidents", "--limit", "1").err


# what is asked for


def test_a_field_that_does_not_exist_is_told_and_looked_for_as_text(shell: Shell, tenant: SimulatedTenant) -> None:
    tenant.incidents.change(1003, incidentName="what bogus:1 means")
    ran = shell.run("incidents", "bogus:1", "--format", "ndjson")
    assert (ran.code, ids(ran)) == (0, [1003])
    told, fields = ran.err.splitlines()
    assert told == "mtp-tui: There is no field “bogus”; “bogus:1” is looked for as text."
    assert "severity, status" in fields
    assert shell.run("incidents", "sevrity:high").code == 2


def test_what_was_made_harmless_is_found_as_it_was_sent(shell: Shell, tenant: SimulatedTenant) -> None:
    tenant.incidents.change(1003, incidentName="Mail from https://evil.example/x by user@contoso.example")
    for harmless in ("hxxps://evil[.]example/x", "user[@]contoso[.]example", "name:evil[.]example"):
        assert ids(shell.run("incidents", harmless, "--format", "ndjson")) == [1003]


def test_rows_are_out_before_the_next_page_is_asked_for(shell: Shell, tenant: SimulatedTenant) -> None:
    lines: list[int] = []

    def respond(request: httpx.Request) -> httpx.Response:
        assert isinstance(sys.stdout.buffer, io.BytesIO)
        lines.append(sys.stdout.buffer.getvalue().count(b"\n"))
        return tenant.defender.answer(request)

    tenant.faults.add("$skip=100", respond)
    tenant.faults.add("$skip=200", respond)
    assert shell.run("incidents", "--format", "ndjson").code == 0
    assert lines == [100, 200]


def test_a_limit_stops_asking(shell: Shell, tenant: SimulatedTenant) -> None:
    ran = shell.run("incidents", "--limit", "120", "--format", "json")
    assert (ran.code, len(json.loads(ran.out))) == (0, 120)
    assert pages_asked(tenant) == ["0", "100"]


def test_the_service_is_asked_for_what_it_can_narrow_and_the_rest_is_done_here(
    shell: Shell, tenant: SimulatedTenant
) -> None:
    tenant.incidents.change(1003, status="Resolved", severity="High", lastUpdateTime=stamp(NOON - timedelta(hours=2)))
    tenant.incidents.change(1004, status="Resolved", lastUpdateTime=stamp(NOON - timedelta(hours=2)))
    tenant.incidents.change(1005, status="Resolved", severity="High", lastUpdateTime=stamp(NOON - timedelta(days=9)))
    ran = shell.run("incidents", "status:resolved", "severity:high", "--since", "7d", "--format", "ndjson", "--verbose")
    assert (ran.code, ids(ran)) == (0, [1003])
    asked = next(seen.params["$filter"] for seen in tenant.requests if seen.path == "/api/incidents")
    assert asked == "lastUpdateTime ge 2026-11-13T12:00:00Z and status eq 'Resolved'"
    assert "2 read, 1 given." in ran.err
    assert "narrowed here: severity:high" in ran.err


def test_a_service_that_does_not_filter_is_filtered_here(shell: Shell, tenant: SimulatedTenant) -> None:
    def unfiltered(request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_remove_param("$filter")
        return tenant.defender.answer(request)

    tenant.faults.add(LIST, unfiltered, ALWAYS)
    ran = shell.run("incidents", "--since", "30m", "--format", "ndjson")
    assert (ran.code, ids(ran)) == (0, list(range(1000, 1030)))


@pytest.mark.parametrize("view", ["mine to close", "unassigned"])
def test_a_view_narrows_and_a_filter_narrows_it_further(shell: Shell, tmp_path: Path, view: str) -> None:
    shell.profile_file = tmp_path / "profiles.toml"
    (tmp_path / "views.toml").write_text('[views]\n"Mine to close" = "is:open owner:none"\n')
    (tmp_path / "views.toml").chmod(0o600)
    ran = shell.run("incidents", "--view", view, "number", "7", "--format", "ndjson", "--limit", "3")
    assert (ran.code, ids(ran)) == (0, [1007, 1017, 1027])


@pytest.mark.parametrize("form", ["ndjson", "table"])
def test_a_view_gives_its_order_and_its_columns_once_all_is_read(shell: Shell, tmp_path: Path, form: str) -> None:
    shell.profile_file = tmp_path / "profiles.toml"
    columns = '["name", "id", "severity", "tags"]'
    (tmp_path / "views.toml").write_text(
        f'[views]\nWorst = {{ narrow = "number", sort = "severity", columns = {columns} }}\n'
    )
    for number, severity in ((1249, "High"), (1100, "Medium"), (1003, "High")):
        shell.tenant.incidents.change(number, severity=severity, tags=["vip"])
    given = ("incidents", "--view", "worst", "--limit", "4", "--format", form)
    ran = shell.run(*given, "--verbose")
    assert ran.code == 0
    assert "Sorted by severity: the first row comes when all have been read." in ran.err
    assert pages_asked(shell.tenant)[:3] == ["0", "100", "200"]
    if form == "ndjson":
        assert ids(ran) == [1249, 1003, 1100, 1000]
        return
    head, *rows = ran.out.splitlines()
    assert head.split() == ["ID", "Severity", "Tags", "Name"]
    assert [row.split()[0] for row in rows] == ["1249", "1003", "1100", "1000"]
    assert rows[0].split()[3] == "vip"
    assert rows[0].endswith("Incident number 249")
    assert shell.run(*given).err == "", "a script that wants to hear nothing hears nothing"


def test_a_view_that_is_cut_short_gives_nothing_in_the_wrong_order(shell: Shell, tenant: SimulatedTenant) -> None:
    tenant.faults.add("$skip=200", forbidden(), ALWAYS)
    ran = shell.run("incidents", "--view", "Open, high first", "--format", "ndjson")
    assert (ran.code, ran.out) == (1, "")


def test_a_profile_signs_in_also_when_it_stands_before_the_command(shell: Shell, tmp_path: Path) -> None:
    with_profile(shell, tmp_path, secret_env="NORTH").environ = {"NORTH": shell.tenant.client_secret}
    for arguments in (("--profile", "north", "incidents"), ("incidents", "--profile", "north")):
        ran = shell.run(*arguments, "--limit", "1")
        assert (ran.code, ran.err) == (0, "")


def test_me_is_whoever_signed_in(shell: Shell, tenant: SimulatedTenant, tmp_path: Path) -> None:
    app = tenant.apps[tenant.client_id]
    app.auto_approve_after_polls = 1
    with_profile(shell, tmp_path, kind="device-code")
    for number, owner in ((1001, "somebody@else.example"), (1002, DEFAULT_USER)):
        tenant.incidents.change(number, assignedTo=owner, lastUpdateTime=stamp(NOON))
    ran = shell.run("incidents", "owner:me", "--profile", "north", "--format", "ndjson")
    assert (ran.code, ids(ran)) == (0, [1002])
