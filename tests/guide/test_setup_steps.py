"""The set-up guide: filled in, copyable, and right for each kind of credential."""

import re
import shlex

import pytest

from mtp_tui.guide.setup_steps import Command, setup_steps
from mtp_tui.identity.clouds import CLOUDS, DOD, GCC_HIGH, GLOBAL, MTP_APP_ID, Cloud
from tests.guide.hostile import HOSTILE

TENANT = "00000000-de00-4000-8000-00000000c0de"
CLIENT_ID = "00000000-de00-4a99-8000-00000000c11e"
KINDS = ("secret", "certificate", "device-code", "browser", "token")


def commands(kind: str, tenant: str = TENANT, client_id: str = CLIENT_ID, cloud: Cloud = GLOBAL) -> list[Command]:
    return [command for step in setup_steps(tenant, client_id, cloud, kind) for command in step.commands]


def text_of(kind: str, cloud: Cloud = GLOBAL) -> str:
    return "\n".join(command.text for command in commands(kind, cloud=cloud))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cloud", CLOUDS, ids=lambda cloud: cloud.name)
def test_every_command_is_one_line_that_a_shell_splits_into_the_words_it_shows(kind: str, cloud: Cloud) -> None:
    for command in commands(kind, cloud=cloud):
        assert command.text.isprintable()
        assert command.is_complete
        assert not re.search(r"[<>|;`$\\!]", command.text)
        if command.is_link:
            assert command.text.startswith("https://")
        else:
            assert shlex.split(command.text)[0] in ("az", "openssl")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", ["", *HOSTILE])
def test_what_cannot_be_an_id_is_left_as_a_placeholder(kind: str, value: str) -> None:
    expected = commands(kind, "", "")
    assert commands(kind, value, value) == expected
    assert any("YOUR-TENANT-ID" in command.text for command in expected)
    assert any(command.text.endswith("--id YOUR-APPLICATION-ID") for command in expected)
    assert {command.is_complete for command in expected} == {True, False}


def test_an_id_pasted_with_its_surroundings_is_understood() -> None:
    assert commands("secret", f' "{TENANT.upper()}",', f"{{{CLIENT_ID}}}") == commands("secret")


def test_an_application_asks_for_the_application_permission_and_a_user_for_the_delegated_one() -> None:
    add = f"az ad app permission add --id {CLIENT_ID} --api {MTP_APP_ID} --api-permissions"
    assert f"{add} a9790345-4595-42e4-971a-ccdc79f19b7c=Role" in text_of("secret")
    assert f"{add} 12c153a4-4204-4224-aa3c-4626e2f47c2b=Scope" in text_of("device-code")
    assert "=Scope" not in text_of("certificate")
    assert "=Role" not in text_of("browser")


@pytest.mark.parametrize("kind", KINDS)
def test_no_command_removes_the_credentials_that_are_there(kind: str) -> None:
    resets = [command.text for command in commands(kind) if "credential reset" in command.text]
    assert all("--append" in reset for reset in resets)
    assert len(resets) == (1 if kind in ("secret", "certificate") else 0)


def test_the_consent_links_stand_in_the_guide() -> None:
    links = [command.text for command in commands("secret") if command.is_link]
    assert f"https://login.microsoftonline.com/{TENANT}/adminconsent?client_id={CLIENT_ID}" in links
    assert any(link.startswith("https://login.microsoftonline.com/organizations/v2.0/adminconsent?") for link in links)


def test_an_unknown_tenant_still_has_a_link() -> None:
    links = [command.text for command in commands("secret", tenant="") if command.is_link]
    assert f"https://login.microsoftonline.com/organizations/adminconsent?client_id={CLIENT_ID}" in links


def test_government_clouds_have_their_own_hosts() -> None:
    text = text_of("secret", GCC_HIGH)
    assert "az cloud set --name AzureUSGovernment" in text
    assert "https://entra.microsoft.us" in text
    assert "https://graph.microsoft.us/v1.0/" in text
    assert "https://dod-graph.microsoft.us/v1.0/" in text_of("secret", DOD)
    assert ".com" not in text.replace("openssl", "")


def test_the_kind_decides_how_the_app_proves_itself() -> None:
    titles = {kind: [step.title for step in setup_steps(TENANT, CLIENT_ID, GLOBAL, kind)] for kind in KINDS}
    assert "Make a client secret" in titles["secret"]
    assert "Upload the certificate" in titles["certificate"]
    assert "Let users sign in with it" in titles["device-code"]
    assert "For the tenants of customers" not in titles["browser"]
    assert not {"Make a client secret", "Upload the certificate"} & set(titles["token"])
