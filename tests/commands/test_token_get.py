"""`mtp-tui token get`: the bare token on standard output, and everything else elsewhere."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from mtp_tui.sim.browser import browse
from mtp_tui.sim.faults import ALWAYS
from mtp_tui.sim.tenant import SimulatedTenant
from tests.commands.conftest import Shell

SECRET = "Zq7~made.up-for_this~test"


@pytest.fixture(autouse=True)
def _tenant(tenant: SimulatedTenant) -> None:
    tenant.apps[tenant.client_id].secret = SECRET


def signing_in(shell: Shell, **changes: str) -> Shell:
    """A shell whose variables name the demo app."""
    tenant = shell.tenant
    names = {"AZURE_TENANT_ID": tenant.tenant_id, "AZURE_CLIENT_ID": tenant.client_id, "AZURE_CLIENT_SECRET": SECRET}
    shell.environ = names | changes
    return shell


def with_profile(shell: Shell, folder: Path, **members: str) -> Shell:
    """A shell with the profile `north` in its file."""
    values = {"name": "north", "tenant": shell.tenant.tenant_id, "client_id": shell.tenant.client_id} | members
    shell.profile_file = folder / "profiles.toml"
    shell.profile_file.write_text("[[profile]]\n" + "".join(f'{name} = "{value}"\n' for name, value in values.items()))
    shell.profile_file.chmod(0o600)
    return shell


def is_accepted(tenant: SimulatedTenant, token: str) -> bool:
    """Whether the API takes it."""
    request = httpx.Request("GET", "https://api.security.microsoft.com/api/incidents")
    request.headers["Authorization"] = f"Bearer {token}"
    return asyncio.run(tenant.handle(request)).status_code == 200


def test_the_environment_signs_in_and_nothing_but_the_token_is_printed(shell: Shell, tenant: SimulatedTenant) -> None:
    ran = signing_in(shell).run("token", "get")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("\n")
    assert len(ran.out.splitlines()) == 1
    assert is_accepted(tenant, ran.out.strip())


def test_what_get_prints_is_what_inspect_and_check_take(shell: Shell) -> None:
    got = signing_in(shell).run("token", "get")
    assert shell.run("token", "inspect", given=got.out).code == 0
    assert shell.run("token", "check", "--signed", "--require", "Incident.Read.All", given=got.out).code == 0


def test_json_says_when_it_ends(shell: Shell, tenant: SimulatedTenant) -> None:
    ran = signing_in(shell).run("token", "get", "--json")
    told = json.loads(ran.out)
    assert set(told) == {"token_type", "expires_on", "access_token"}
    assert (told["token_type"], told["expires_on"]) == ("Bearer", "2026-11-20T12:59:59Z")
    assert is_accepted(tenant, told["access_token"])
    assert shell.run("token", "check", "--signed", given=ran.out).code == 0


@pytest.mark.parametrize("arguments", [("--profile", "north", "token", "get"), ("token", "get", "--profile", "north")])
def test_a_profile_signs_in_with_its_own_secret(shell: Shell, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with_profile(shell, tmp_path, secret_env="NORTH").environ = {"NORTH": SECRET}
    ran = shell.run(*arguments)
    assert (ran.code, ran.err) == (0, "")


def test_another_audience_is_asked_for(shell: Shell, tenant: SimulatedTenant) -> None:
    endpoint = "https://api.securitycenter.microsoft.com"
    got = signing_in(shell).run("token", "get", "--audience", endpoint)
    assert got.code == 0
    assert shell.run("token", "check", "--audience", endpoint, given=got.out).code == 0
    assert shell.run("token", "check", given=got.out).code == 1


def test_a_refusal_ends_with_1_and_its_number(shell: Shell) -> None:
    ran = signing_in(shell, AZURE_CLIENT_SECRET="another~one").run("token", "get")
    assert (ran.code, ran.out) == (1, "")
    assert "AADSTS7000215" in ran.err
    assert "trace " in ran.err
    assert "another~one" not in ran.err


def test_no_network_ends_with_1_and_the_host(shell: Shell, tenant: SimulatedTenant) -> None:
    tenant.faults.add("", httpx.ConnectError("no route"), ALWAYS)
    ran = signing_in(shell).run("token", "get")
    assert (ran.code, ran.out) == (1, "")
    assert "login.microsoftonline.com" in ran.err


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"AZURE_CLIENT_SECRET": ""}, "There is no client secret"),
        ({"AZURE_TENANT_ID": "", "AZURE_CLIENT_ID": ""}, "environment"),
        ({"AZURE_TENANT_ID": "no tenant"}, "tenant: "),
        ({"AZURE_CLIENT_ID": ""}, "client_id: "),
        ({"AZURE_CLIENT_SECRET": "", "AZURE_CLIENT_CERTIFICATE_PATH": "none.pem"}, "There is no file"),
        ({"AZURE_AUTHORITY_HOST": "https://evil.example"}, "no sign-in host"),
    ],
)
def test_wrong_settings_end_with_2_and_nobody_is_asked(
    shell: Shell, tenant: SimulatedTenant, changes: dict[str, str], words: str
) -> None:
    ran = signing_in(shell, **changes).run("token", "get")
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert not [seen for seen in tenant.requests if seen.method == "POST"]


@pytest.mark.parametrize(
    "arguments", [("--profile", "south"), ("--profile", ""), ("--audience", "two words"), ("--secret", "x"), (SECRET,)]
)
def test_wrong_arguments_end_with_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    ran = signing_in(shell).run("token", "get", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def test_a_profile_of_a_pasted_token_is_refused(shell: Shell, tmp_path: Path) -> None:
    ran = with_profile(shell, tmp_path, kind="token").run("token", "get", "--profile", "north")
    assert (ran.code, ran.out) == (2, "")
    assert "pasted token" in ran.err


def test_a_device_code_is_told_on_standard_error_and_waited_for(
    shell: Shell, tenant: SimulatedTenant, tmp_path: Path
) -> None:
    tenant.apps[tenant.client_id].auto_approve_after_polls = 2
    ran = with_profile(shell, tmp_path, kind="device-code").run("token", "get", "--profile", "north")
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 1
    assert "enter the code" in ran.err
    assert is_accepted(tenant, ran.out.strip())


def test_a_code_that_nobody_enters_ends_with_1(shell: Shell, tmp_path: Path) -> None:
    ran = with_profile(shell, tmp_path, kind="device-code").run("token", "get", "--profile", "north")
    assert (ran.code, ran.out) == (1, "")
    assert "code" in ran.err


def test_a_browser_is_opened_and_its_answer_waited_for(shell: Shell, tenant: SimulatedTenant, tmp_path: Path) -> None:
    opened: list[str] = []
    browsing: list[asyncio.Task[None]] = []

    async def person(address: str) -> None:
        landing = await browse(tenant.handle, address)
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.request(landing.method, landing.url, data=landing.form or None)

    def open_browser(address: str) -> None:
        opened.append(address)
        browsing.append(asyncio.get_running_loop().create_task(person(address)))

    async def patiently(seconds: float) -> None:
        await asyncio.Event().wait()  # the stopped clock would let ten minutes pass at once

    shell.monkeypatch.setattr(shell.clock, "sleep", patiently)
    shell.open_browser = open_browser
    ran = with_profile(shell, tmp_path, kind="browser").run("token", "get", "--profile", "north")
    assert ran.code == 0
    assert is_accepted(tenant, ran.out.strip())
    assert opened[0] in ran.err
