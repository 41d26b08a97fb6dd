"""The profile that the AZURE_* variables make."""

import subprocess
import sys

import pytest

from mtp_tui.errors import BadInput
from mtp_tui.identity.clouds import CLOUDS
from mtp_tui.profiles.profile import _CLOUD_OF_HOST, Profile, SecretFrom, environment_profile

APP = {"AZURE_TENANT_ID": " contoso.com ", "AZURE_CLIENT_ID": "00000000-de00-4a99-8000-00000000c11e"}


def profile_of(**variables: str) -> Profile:
    profile = environment_profile(APP | variables)
    assert profile is not None
    return profile


def test_a_secret_in_the_environment_makes_a_profile_that_names_the_variable_and_not_the_secret() -> None:
    profile = profile_of(AZURE_CLIENT_SECRET="Xy8Q~made.up")
    assert (profile.name, profile.tenant, profile.kind) == ("environment", "contoso.com", "secret")
    assert profile.secret_from == SecretFrom(variable="AZURE_CLIENT_SECRET")
    assert "Xy8Q" not in repr(profile)


def test_a_certificate_with_its_password_makes_a_certificate_profile() -> None:
    profile = profile_of(AZURE_CLIENT_CERTIFICATE_PATH="~/app.pfx", AZURE_CLIENT_CERTIFICATE_PASSWORD="made up")
    assert (profile.kind, profile.certificate_path) == ("certificate", "~/app.pfx")
    assert profile.secret_from == SecretFrom(variable="AZURE_CLIENT_CERTIFICATE_PASSWORD")


def test_a_certificate_without_password_has_no_secret_to_look_for() -> None:
    assert profile_of(AZURE_CLIENT_CERTIFICATE_PATH="app.pem").secret_from == SecretFrom()


def test_a_secret_goes_before_a_certificate_as_in_azure_identity() -> None:
    profile = profile_of(AZURE_CLIENT_SECRET="Xy8Q~made.up", AZURE_CLIENT_CERTIFICATE_PATH="app.pem")
    assert (profile.kind, profile.certificate_path) == ("secret", "")


def test_without_tenant_and_application_there_is_no_profile() -> None:
    assert environment_profile({"AZURE_CLIENT_SECRET": "Xy8Q~made.up", "AZURE_TENANT_ID": "  "}) is None


@pytest.mark.parametrize(
    ("host", "cloud"),
    [
        ("", "global"),
        ("https://login.microsoftonline.com/", "global"),
        ("login.windows.net", "global"),
        ("https://LOGIN.microsoftonline.us", "gcc-high"),
        ("https://login.microsoftonline.us:443/common/", "gcc-high"),
    ],
)
def test_the_authority_host_says_which_cloud(host: str, cloud: str) -> None:
    assert profile_of(AZURE_AUTHORITY_HOST=host).cloud == cloud


def test_an_authority_host_of_another_cloud_is_refused_by_name() -> None:
    with pytest.raises(BadInput) as refused:
        profile_of(AZURE_AUTHORITY_HOST="https://login.chinacloudapi.cn")
    assert refused.value.field == "AZURE_AUTHORITY_HOST"
    assert "login.chinacloudapi.cn" in refused.value.summary


def test_the_authority_hosts_are_those_of_the_clouds() -> None:
    assert {cloud.login_host for cloud in CLOUDS} <= set(_CLOUD_OF_HOST)
    assert set(_CLOUD_OF_HOST) <= {host for cloud in CLOUDS for host in (cloud.login_host, *cloud.login_aliases)}


def modules_loaded_with(*modules: str) -> set[str]:
    """What is in memory of a Python that imports these and nothing else."""
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stdout.split())


def test_reading_the_environment_loads_neither_keyring_nor_a_toml_reader() -> None:
    """It may be done before the first paint."""
    loaded = modules_loaded_with("mtp_tui.profiles.profile")
    assert not loaded & {"tomllib", "tomlkit", "keyring", "asyncio", "json", "difflib", "logging"}


def test_the_whole_package_loads_neither_keyring_nor_tomlkit() -> None:
    """The one is loaded in a process of its own, the other when something is written."""
    loaded = modules_loaded_with("mtp_tui.profiles.profile_book", "mtp_tui.profiles.secret_sources")
    assert not loaded & {"tomlkit", "keyring", "secretstorage"}
