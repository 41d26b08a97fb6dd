"""The profiles as a service: the environment's and the file's, checked, with their secrets from where they say."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mtp_tui.errors import BadInput, MtpError
from mtp_tui.identity.clouds import BY_KEY, REGIONS
from mtp_tui.identity.credentials import CredentialKind
from mtp_tui.profiles.os_keyring import KeyringTrouble
from mtp_tui.profiles.profile import Choices, Profile, SecretFrom, SecretSource
from mtp_tui.secret import Secret
from mtp_tui.services.profiles import Profiles, keeping_secret, open_profiles, profile_named
from tests.support.clocks import NOON, StoppedClock
from tests.support.machines import bare_machine, machine_with_keyring

SECRET = "Xy8Q~made.up_secret-value~of~forty~chars"
CLIENT = "00000000-de00-4a99-8000-00000000c11e"
AZURE = {"AZURE_TENANT_ID": "contoso.com", "AZURE_CLIENT_ID": CLIENT, "AZURE_CLIENT_SECRET": SECRET}
NORTH = Profile("North", "north.example", CLIENT)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profiles.toml"


@pytest.fixture
def profiles(path: Path, clock: StoppedClock) -> Profiles:
    return open_profiles(path, clock, AZURE)


def with_keyring(path: Path, clock: StoppedClock) -> Profiles:
    return open_profiles(path, clock, machine_with_keyring(path.parent))


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def text_of(path: Path) -> str:
    """What stands in the file; empty if there is none."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def table(**values: str) -> str:
    return "[[profile]]\n" + "".join(f'{key} = "{value}"\n' for key, value in values.items())


# what there is


def test_the_words_of_a_profile_are_those_of_kinds_clouds_and_regions() -> None:
    assert Choices() == Choices(tuple(CredentialKind), tuple(BY_KEY), REGIONS)


async def test_the_environment_comes_first_then_the_last_used(profiles: Profiles, clock: StoppedClock) -> None:
    for name in ("Alpha", "Beta"):
        await profiles.save(replace(NORTH, name=name))
    assert await profiles.touch(replace(NORTH, name="beta"))
    assert [each.name for each in (await profiles.load()).profiles] == ["environment", "Beta", "Alpha"]


async def test_the_use_of_the_environment_is_remembered_while_the_program_runs(profiles: Profiles) -> None:
    (environment,) = (await profiles.load()).profiles
    assert environment.last_used_at is None
    assert not await profiles.touch(environment)
    assert (await profiles.load()).profiles[0].last_used_at == NOON


async def test_without_file_and_variables_there_is_nothing_and_nothing_is_written(
    path: Path, clock: StoppedClock
) -> None:
    listed = await open_profiles(path, clock, {}).load()
    assert (listed.profiles, listed.problems) == ((), ())
    assert text_of(path) == ""


async def test_an_authority_of_another_cloud_is_a_problem_and_takes_nothing_along(
    path: Path, clock: StoppedClock
) -> None:
    variables = AZURE | {"AZURE_AUTHORITY_HOST": "https://login.chinacloudapi.cn"}
    listed = await open_profiles(path, clock, variables).save(NORTH)
    assert [each.name for each in listed.profiles] == ["North"]
    assert str(listed.problems[0]).startswith("environment, AZURE_AUTHORITY_HOST: ")
    with pytest.raises(BadInput, match="cannot be used"):
        listed.named("environment")


def test_opening_profiles_loads_no_tomlkit_and_no_keyring() -> None:
    code = (
        "import sys; from pathlib import Path; from mtp_tui.services.profiles import open_profiles; "
        "open_profiles(Path('p'), lambda: None, {}); print(*sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert not set(done.stdout.split()) & {"tomlkit", "keyring", "msal", "httpx", "cryptography", "jwt"}


# what a profile may say


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"tenant": "organizations"}, "tenant"),
        ({"tenant": "no tenant!"}, "tenant"),
        ({"client_id": "North"}, "client_id"),
        ({"audience": "Defender"}, "audience"),
        ({"region": "eu", "cloud": "gcc"}, "region"),
        ({"kind": "certificate", "tenant": "common"}, "tenant"),
    ],
)
async def test_what_cannot_be_is_said_with_its_key_in_the_file_and_refused_when_saved(
    profiles: Profiles, path: Path, values: dict[str, str], key: str
) -> None:
    with pytest.raises(BadInput) as refused:
        await profiles.save(Profile("North", **values))  # type: ignore[arg-type]  # all of them are texts
    assert refused.value.field == key
    assert text_of(path) == ""
    write(path, table(name="North", **values))
    listed = await profiles.load()
    assert [(problem.key, problem.profile) for problem in listed.problems] == [(key, "North")]
    assert [each.name for each in listed.profiles] == ["environment"]


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "token"},
        {"kind": "browser", "client_id": CLIENT},
        {"kind": "device-code", "tenant": "common", "client_id": CLIENT},
        {"kind": "certificate", "tenant": "north.example"},
        {"region": "eu"},
        {"audience": "https://api.securitycenter.microsoft.com"},
    ],
)
async def test_what_may_be_is_read_and_saved(profiles: Profiles, path: Path, values: dict[str, str]) -> None:
    write(path, table(name="North", **values))
    listed = await profiles.load()
    assert listed.problems == ()
    assert (await profiles.save(listed.named("North"))).problems == ()


# the profile of the command line


def test_a_profile_is_found_by_name_without_regard_to_case(path: Path, clock: StoppedClock) -> None:
    write(path, table(name="North", tenant=" North.example ", cloud="gcc-high"))
    assert profile_named("north", path, {}, clock) == Profile("North", "north.example", cloud="gcc-high")
    assert profile_named("Environment", path, AZURE, clock).tenant == "contoso.com"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("nort", table(name="North"), "Did you mean North?"),
        ("x", table(name="North"), "There are: North."),
        ("north", table(name="North", cloud="mars"), "mars"),
        ("north", "", "There are no profiles yet."),
        ("north", "[[profile\n", "This is not TOML"),
        ("", "[[profile\n", "This is not TOML"),
        ("environment", table(name="North"), "AZURE_TENANT_ID"),
    ],
)
def test_a_profile_that_cannot_be_had_is_said_with_what_would_help(
    path: Path, clock: StoppedClock, name: str, text: str, said: str
) -> None:
    write(path, text)
    with pytest.raises(BadInput) as refused:
        profile_named(name, path, {}, clock)
    assert said in f"{refused.value.summary} {refused.value.hint}"


# secrets


async def test_the_secret_of_the_environment_comes_from_its_variable(profiles: Profiles) -> None:
    answer = await profiles.secret_of((await profiles.load()).named("environment"))
    assert answer.secret is not None
    assert answer.secret.reveal() == SECRET
    assert answer.sentence == "The secret comes from the environment variable AZURE_CLIENT_SECRET."


async def test_looking_for_a_secret_can_be_stopped(profiles: Profiles) -> None:
    endless = replace(NORTH, secret_from=SecretFrom(command=(sys.executable, "-c", "import time; time.sleep(60)")))
    looking = asyncio.create_task(profiles.secret_of(endless))
    await asyncio.sleep(0)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking


async def test_a_secret_is_kept_found_and_forgotten_and_the_profile_says_so(path: Path, clock: StoppedClock) -> None:
    profiles = with_keyring(path, clock)
    await profiles.save(NORTH)
    assert await profiles.keep_secret(NORTH, Secret(SECRET)) == "File keyring"
    north = (await profiles.load()).named("North")
    assert north.secret_from.keyring
    assert SECRET not in text_of(path)
    answer = await profiles.secret_of(north)
    assert (answer.source, answer.secret and answer.secret.reveal()) == (SecretSource.KEYRING, SECRET)
    assert await profiles.forget_secret(north)
    assert not (await profiles.load()).named("North").secret_from.keyring
    assert not await profiles.forget_secret(north)


async def test_what_could_not_be_written_into_the_file_is_not_left_in_the_keyring(
    path: Path, clock: StoppedClock
) -> None:
    profiles = with_keyring(path, clock)
    write(path, "[[profile\n")
    with pytest.raises(MtpError, match="Nothing was written"):
        await profiles.keep_secret(NORTH, Secret(SECRET))
    assert not await profiles.forget_secret(NORTH)


async def test_without_a_keyring_that_is_said_once_it_is_known(path: Path, clock: StoppedClock) -> None:
    profiles = open_profiles(path, clock, bare_machine(path.parent))
    await profiles.save(NORTH)
    assert profiles.no_keyring_because() == ""
    with pytest.raises(KeyringTrouble):
        await profiles.keep_secret(NORTH, Secret(SECRET))
    assert profiles.no_keyring_because() != ""
    assert not (await profiles.load()).named("North").secret_from.keyring


@pytest.mark.parametrize("profile", [Profile("T", kind="token"), Profile("A", "north.example"), Profile("environment")])
async def test_only_a_secret_of_a_known_application_of_the_file_is_kept(profiles: Profiles, profile: Profile) -> None:
    with pytest.raises(BadInput):
        await profiles.keep_secret(profile, Secret(SECRET))


async def test_the_profile_of_the_environment_is_neither_renamed_nor_deleted(profiles: Profiles) -> None:
    environment = (await profiles.load()).named("environment")
    for change in (profiles.rename(environment, "North"), profiles.delete(environment)):
        with pytest.raises(BadInput, match="AZURE_"):
            await change


def test_profiles_of_one_application_have_one_secret_in_the_keyring() -> None:
    kept = SecretFrom(keyring=True)
    north, same = (
        replace(NORTH, secret_from=kept),
        replace(NORTH, name="Same", tenant="NORTH.example", secret_from=kept),
    )
    other = replace(NORTH, name="Other", tenant="south.example", secret_from=kept)
    assert keeping_secret(NORTH, (north, same, other, replace(NORTH, name="Asked"))) == ("North", "Same")
