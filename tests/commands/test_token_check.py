"""`mtp-tui token check`: the exit codes that scripts rely on."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from mtp_tui.commands.token_arguments import CLOUDS, span_of
from mtp_tui.identity.clouds import BY_KEY
from mtp_tui.sim.faults import ALWAYS
from mtp_tui.sim.tenant import SimulatedTenant
from tests.commands.conftest import Ran, Shell
from tests.commands.tokens import forged, issued, shows_any_of

READ = ("--require", "Incident.Read.All")
MTP_ID = "8ee8fdad-f234-4243-8f3b-15c294843740"
ENDPOINT = "https://api.securitycenter.microsoft.com"


def check(shell: Shell, *arguments: str, token: str) -> Ran:
    ran = shell.run("token", "check", *arguments, given=token)
    assert not shows_any_of(token, ran.out, ran.err)
    return ran


def test_a_good_token_holds_with_a_line_per_condition(shell: Shell, tenant: SimulatedTenant) -> None:
    ran = check(
        shell, *READ, "--min-left", "10m", "--signed", "--tenant", tenant.domain, "--client-id", tenant.client_id,
        token=issued(tenant),
    )  # fmt: skip
    assert (ran.code, ran.err) == (0, "")
    assert [line.partition(":")[0] for line in ran.out.splitlines()] == [
        "✓ signature",
        f"✓ tenant {tenant.domain}",
        f"✓ client {tenant.client_id}",
        "✓ audience Microsoft Threat Protection",
        "✓ time-left 10 min",
        "✓ permission Incident.Read.All",
    ]


@pytest.mark.parametrize(
    ("arguments", "claims", "code", "line"),
    [
        (READ, {"roles": None}, 1, "✗ permission Incident.Read.All: does not hold. Incident.Read.All is missing; the token has none."),
        ((*READ, "--require", "AdvancedHunting.Read.All"), {}, 1, "✗ permission AdvancedHunting.Read.All"),
        (("--require", "incident.read.all"), {}, 1, "✗ permission incident.read.all"),
        (READ, {"roles": ["Incident.ReadWrite.All"]}, 1, "the token has Incident.ReadWrite.All."),
        (("--require", "Incident.Read"), {"roles": None, "scp": "Incident.Read", "idtyp": "user"}, 0, "✓ permission Incident.Read"),
        ((), {"aud": ENDPOINT}, 1, "✗ audience Microsoft Threat Protection"),
        ((), {"aud": MTP_ID}, 0, "✓ audience"),
        ((), {"aud": "https://security.microsoft.com/mtp/"}, 0, "✓ audience"),
        (("--audience", "https://api.security.microsoft.com/"), {"aud": MTP_ID}, 0, "✓ audience"),
        (("--audience", "https://api.securitycenter.windows.com"), {"aud": ENDPOINT}, 0, "✓ audience"),
        (("--audience", ENDPOINT), {}, 1, f"not for {ENDPOINT}."),
        (("--audience", "api://mine.example"), {"aud": "api://mine.example/"}, 0, "✓ audience api://mine.example"),
        (("--audience", "api://mine.example"), {"aud": ["api://mine.example"]}, 1, "✗ audience"),
        (("--audience", "api://mine.example"), {"aud": None}, 1, "For no API, not for api://mine.example."),
        (("--min-left", "59m"), {}, 0, "✓ time-left 59 min: holds. Valid for another 59 min."),
        (("--min-left", "1h"), {}, 1, "✗ time-left 1 h 00 min: does not hold. Valid for another 59 min only"),
        ((), {"exp": 1, "nbf": 1, "iat": 1}, 1, "✗ time-left: does not hold. Expired"),
        ((), {"exp": None}, 1, "✗ time-left: does not hold. The token does not say when it ends."),
        ((), {"nbf": 32503680000}, 1, "✗ time-left: does not hold. Not valid for another"),
        (("--tenant", "22222222-aaaa-4bbb-8ccc-000000000002"), {}, 1, "✗ tenant"),
        (("--client-id", "33333333-aaaa-4bbb-8ccc-000000000003"), {}, 1, "✗ client"),
        ((), {"cnf": {"kid": "key"}}, 1, "✗ binding"),
    ],
)  # fmt: skip
def test_each_condition_is_judged_on_its_own(  # noqa: PLR0917 - one row of the table above
    shell: Shell, tenant: SimulatedTenant, arguments: tuple[str, ...], claims: dict[str, Any], code: int, line: str
) -> None:
    ran = check(shell, *arguments, token=issued(tenant, **claims))
    assert ran.code == code
    assert line in ran.out


def test_a_token_that_ended_a_second_ago_does_not_hold_and_one_that_ends_in_a_second_does(
    shell: Shell, tenant: SimulatedTenant
) -> None:
    token = issued(tenant)
    shell.clock.advance(3598)
    assert check(shell, token=token).code == 0
    shell.clock.advance(1)
    assert check(shell, token=token).code == 1


def test_time_is_counted_by_the_clock_of_entra(shell: Shell, tenant: SimulatedTenant) -> None:
    token = issued(tenant)
    tenant.server_clock_offset_s = 3000.0
    assert check(shell, "--min-left", "15m", token=token).code == 1
    assert check(shell, "--min-left", "15m", "--offline", token=token).code == 0


@pytest.mark.parametrize("arguments", [(), ("--signed",), READ])
def test_a_forged_signature_never_holds(shell: Shell, tenant: SimulatedTenant, arguments: tuple[str, ...]) -> None:
    ran = check(shell, *arguments, token=forged(issued(tenant)))
    assert ran.code == 1
    assert ran.out.startswith("✗ signature: does not hold.")


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}])
def test_an_algorithm_of_forgers_does_not_hold_without_network_either(
    shell: Shell, tenant: SimulatedTenant, header: dict[str, object]
) -> None:
    assert check(shell, "--offline", token=issued(tenant, header=header)).code == 1


@pytest.mark.parametrize(("arguments", "code"), [((), 0), (("--signed",), 1)])
@pytest.mark.parametrize("trouble", ["offline", "unplugged"])
def test_a_signature_that_could_not_be_checked_fails_only_if_it_is_asked_for(
    shell: Shell, tenant: SimulatedTenant, arguments: tuple[str, ...], code: int, trouble: str
) -> None:
    tenant.faults.add("", httpx.ConnectError("no route"), ALWAYS)
    ran = check(shell, *arguments, *(["--offline"] if trouble == "offline" else []), token=issued(tenant))
    assert ran.code == code
    assert ran.out.startswith(
        "? signature: not checked." if code == 0 else "✗ signature: does not hold. The signature was not checked"
    )


def test_a_tenant_by_its_domain_cannot_be_told_offline_and_does_not_hold(shell: Shell, tenant: SimulatedTenant) -> None:
    assert check(shell, "--offline", "--tenant", tenant.domain, token=issued(tenant)).code == 1
    assert check(shell, "--offline", "--tenant", tenant.tenant_id, token=issued(tenant)).code == 0


def test_the_spelling_of_the_2020_guide_is_understood_with_a_note(shell: Shell, tenant: SimulatedTenant) -> None:
    ran = check(shell, "--require", "Incidents.Read.All", token=issued(tenant))
    assert ran.code == 0
    assert "✓ permission Incident.Read.All" in ran.out
    assert "Incident.Read.All is looked for" in ran.err


def test_quiet_leaves_the_exit_code_alone(shell: Shell, tenant: SimulatedTenant) -> None:
    assert check(shell, "--quiet", token=issued(tenant)) == Ran(0, "", "")
    assert check(shell, "--quiet", token=issued(tenant, roles=None, aud=ENDPOINT)) == Ran(1, "", "")


def test_json_says_what_holds(shell: Shell, tenant: SimulatedTenant) -> None:
    ran = check(shell, "--json", *READ, "--offline", token=issued(tenant, roles=[]))
    told = json.loads(ran.out)
    assert ran.code == 1
    assert (told["version"], told["holds"], told["expires_at"]) == (1, False, "2026-11-20T12:59:59Z")
    assert [(each["condition"], each["holds"], each["is_checked"]) for each in told["conditions"]] == [
        ("signature", True, False),
        ("audience", True, True),
        ("time-left", True, True),
        ("permission", False, True),
    ]


@pytest.mark.parametrize(
    ("arguments", "token"),
    [
        ((), ""),
        ((), "gibberish"),
        ((), "eyJhbGciOiJSUzI1NiJ9.cut"),
        (("no-such-file.txt",), ""),
        (("--min-left", "soon"), "x"),
        (("--min-left", "10"), "x"),
        (("--min-left", "-1m"), "x"),
        (("--min-left", "9999999h"), "x"),
        (("--audience", "two words"), "x"),
        (("--require", ""), "x"),
        (("--require", "A.Read B.Read"), "x"),
        (("--tenant", "no tenant"), "x"),
        (("--client-id", "no id"), "x"),
        (("--cloud", "china"), "x"),
        (("--quiet", "--json"), "x"),
        (("--secret", "x"), "x"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_ends_with_2_and_nothing_on_standard_output(
    shell: Shell, tenant: SimulatedTenant, arguments: tuple[str, ...], token: str
) -> None:
    ran = shell.run("token", "check", *arguments, given=token if token != "x" else issued(tenant))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert tenant.requests == []


def test_a_profile_is_refused_since_nobody_signs_in(shell: Shell, tenant: SimulatedTenant) -> None:
    ran = shell.run("--profile", "north", "token", "check", given=issued(tenant))
    assert (ran.code, ran.out) == (2, "")
    assert "token get" in ran.err


def test_a_demo_is_refused(shell: Shell) -> None:
    ran = shell.run("--demo", "token", "get")
    assert (ran.code, ran.out) == (2, "")


def test_lengths_of_time_and_clouds_are_those_of_the_rest_of_the_program() -> None:
    assert [span_of(text) for text in ("90s", "10m", "2h")] == [
        timedelta(seconds=90),
        timedelta(minutes=10),
        timedelta(hours=2),
    ]
    assert tuple(BY_KEY) == CLOUDS
