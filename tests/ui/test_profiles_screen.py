"""The list of profiles: picked, saved, renamed and deleted, with a real file and a keyring of our own."""

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from mtp_tui.profiles.profile import Profile, SecretFrom
from mtp_tui.secret import Secret
from mtp_tui.services.profiles import Profiles, open_profiles
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.ui.profiles_screen import Picked, ProfilesScreen
from tests.support.analyst import analyst_at
from tests.support.clocks import StoppedClock
from tests.support.machines import bare_machine, machine_with_keyring
from tests.support.modals import Front, in_front_of

SECRET = "Xy8Q~made.up_secret-value~of~forty~chars"
CLIENT = "00000000-de00-4a99-8000-00000000c11e"
OTHER_CLIENT = "00000000-de00-4a99-8000-0000000000ff"
NORTH = Profile("North", "north.example", CLIENT, secret_from=SecretFrom(command=("pass", "show", "north")))
SOUTH = Profile("South", "south.example", OTHER_CLIENT)
FORM = Profile("", "west.example", CLIENT)
AZURE = {"AZURE_TENANT_ID": "contoso.com", "AZURE_CLIENT_ID": CLIENT, "AZURE_CLIENT_SECRET": SECRET}


class Shelf:
    """A home with a profile file, and the list of it in front of somebody."""

    def __init__(self, home: Path, clock: StoppedClock) -> None:
        self.path = home / "profiles.toml"
        self.clock = clock
        self.machine = machine_with_keyring(home)

    @property
    def profiles(self) -> Profiles:
        """Read anew, as by another window of the program."""
        return open_profiles(self.path, self.clock, self.machine)

    @property
    def text(self) -> str:
        """What stands in the file."""
        return self.path.read_text(encoding="utf-8")

    async def put(self, *profiles: Profile, secret: str = "") -> None:
        """Save profiles, with a secret in the keyring for those that name it."""
        for profile in profiles:
            await self.profiles.save(profile)
            if profile.secret_from.keyring:
                await self.profiles.keep_secret(profile, Secret(secret))

    async def kept(self, profile: Profile) -> str:
        """What the keyring has for a profile."""
        found = await self.profiles.secret_of(replace(profile, secret_from=SecretFrom(keyring=True)))
        return found.secret.reveal() if found.secret else ""

    def opened(
        self, form: Profile = FORM, secret: str = "", size: tuple[int, int] = (80, 24)
    ) -> AbstractAsyncContextManager[Front[Picked | None]]:
        """The list, in front of somebody."""
        return in_front_of(ProfilesScreen(self.profiles, form, Secret(secret), self.clock), size=size)


@pytest.fixture
def shelf(tmp_path: Path, clock: StoppedClock) -> Shelf:
    return Shelf(tmp_path, clock)


def screen_of(front: Front[Picked | None]) -> ProfilesScreen:
    screen = front.app.screen_stack[1]
    assert isinstance(screen, ProfilesScreen)
    return screen


def names(front: Front[Picked | None]) -> list[str]:
    """The rows, from the top."""
    return [profile.name for profile in screen_of(front).grid.rows]


async def test_one_looks_narrows_and_signs_in(shelf: Shelf) -> None:
    await shelf.put(NORTH, SOUTH)
    await shelf.profiles.touch(SOUTH)
    shelf.clock.advance(3900)
    async with shelf.opened(size=(160, 45)) as front:
        assert names(front) == ["South", "North"]
        for word in ("south.example", OTHER_CLIENT, "client secret", "Global", "command pass", "1 h 05 min ago"):
            assert word in front.words
        await front.press("slash")
        await front.type("north.ex")
        assert names(front) == ["North"]
        await front.press("enter", "enter")
        assert front.answers == [Picked(NORTH, sign_in=True)]


async def test_filling_in_only_is_space_and_the_cursor_begins_where_the_form_came_from(shelf: Shelf) -> None:
    await shelf.put(NORTH, SOUTH)
    async with shelf.opened(form=SOUTH) as front:
        await front.press("space")
        assert front.answers == [Picked(SOUTH, sign_in=False)]


async def test_the_environment_is_listed_and_left_alone_and_the_path_can_be_copied(shelf: Shelf) -> None:
    shelf.machine |= AZURE
    async with shelf.opened(secret=SECRET) as front:
        assert names(front) == ["environment"]
        assert "variable AZURE_CLIENT_SECRET" in front.words
        assert SECRET not in front.text
        possible = {each: screen_of(front).check_action(each, ()) for each in ("rename", "delete", "keyring")}
        assert possible == {"rename": None, "delete": None, "keyring": None}
        await front.press("R", "d", "K", "y")
        assert front.app.clipboard == str(shelf.path)
        await front.press("escape")
        assert front.answers == [None]


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
async def test_an_empty_list_says_how_to_make_one_and_damage_says_where_it_is(
    shelf: Shelf, size: tuple[int, int]
) -> None:
    shelf.path.write_text('[[profile]]\nname = "Broken"\ncloud = "mars"\n', encoding="utf-8")
    async with shelf.opened(size=size) as front:
        assert "! 1 problem" in front.words
        text = screen_of(front).view.plain_text
        assert f"There are no profiles yet. n saves what the form holds; or edit {shelf.path}" in text
        assert "! Warning  profiles.toml, line 3, cloud: “mars” is not a cloud." in text


async def test_the_form_is_saved_and_its_secret_kept_and_forgotten_again(shelf: Shelf) -> None:
    async with shelf.opened(secret=SECRET) as front:
        await front.press("n")
        await front.type("environment")
        await front.press("enter")
        assert "Give it another name." in front.words
        await front.type("West")
        await front.press("enter")
        assert "Keep the form's secret in the keyring?" in front.question
        assert await shelf.kept(FORM) == ""
        await front.press("y")
        assert "West is saved. The secret is in the keyring (File keyring)." in front.notices
        assert await shelf.kept(FORM) == SECRET
        assert "secret_keyring = true" in shelf.text
        assert SECRET not in shelf.text + front.text
        await front.press("K", "y")
        assert await shelf.kept(FORM) == ""
        assert "secret_keyring = false" in shelf.text


async def test_saving_over_a_profile_keeps_what_the_form_does_not_know_and_asks_for_any_other(shelf: Shelf) -> None:
    await shelf.put(replace(NORTH, may_write=True), SOUTH)
    async with shelf.opened(form=Profile("North", "north.example", OTHER_CLIENT, may_write=True)) as front:
        await front.press("n", "enter")
        saved = (await shelf.profiles.load()).named("North")
        assert (saved.client_id, saved.secret_from) == (OTHER_CLIENT, NORTH.secret_from)
        assert not saved.may_write, "it was said of another application"
        await front.press("n")
        await front.type("south")
        await front.press("enter")
        assert "Write over it?" in front.question
        await front.press("enter")
        assert (await shelf.profiles.load()).named("South") == SOUTH


async def test_a_name_that_is_taken_is_refused_and_nothing_is_lost(shelf: Shelf) -> None:
    await shelf.put(NORTH, SOUTH)
    async with shelf.opened(form=NORTH) as front:
        await front.press("R")
        await front.type("South")
        await front.press("enter")
        assert "✗ There is already a profile named South." in front.words
        assert names(front) == ["North", "South"]
        await front.press("R")
        await front.type("Zenith")
        await front.press("enter")
        assert "There is already" not in front.words
        assert names(front) == ["South", "Zenith"]
        assert screen_of(front).grid.cursor_key == "Zenith"


async def test_deleting_asks_for_the_profile_and_then_for_its_secret(shelf: Shelf) -> None:
    kept = SecretFrom(keyring=True)
    north, same = replace(NORTH, secret_from=kept), replace(NORTH, name="Same", secret_from=kept)
    await shelf.put(north, same, secret=SECRET)
    async with shelf.opened(form=same) as front:
        await front.press("d")
        assert "Its secret stays in the keyring, since North has it from there too." in front.question
        await front.press("escape")
        assert names(front) == ["North", "Same"]
        await front.press("d", "y")
        assert names(front) == ["North"]
        assert await shelf.kept(north) == SECRET
        await front.press("d", "y")
        assert "Delete it there too?" in front.question
        await front.press("y")
        assert names(front) == []
        assert await shelf.kept(north) == ""


async def test_the_secret_of_another_application_is_not_kept_for_a_profile(shelf: Shelf) -> None:
    await shelf.put(SOUTH)
    async with shelf.opened(secret=SECRET) as front:
        await front.press("K")
        assert "not a secret of the application of South" in front.words
        assert await shelf.kept(SOUTH) == ""


async def test_without_a_keyring_the_profile_is_saved_all_the_same_and_it_is_said_why(shelf: Shelf) -> None:
    shelf.machine = bare_machine(shelf.path.parent)
    async with shelf.opened(secret=SECRET) as front:
        await front.press("n")
        await front.type("West")
        await front.press("enter", "y")
        assert "✗ There is no keyring on this machine." in front.words
        assert names(front) == ["West"]
        await front.press("n")
        await front.type("West two")
        await front.press("enter")
        assert names(front) == ["West", "West two"]


async def test_what_another_program_changed_meanwhile_is_shown_and_not_written_over(shelf: Shelf) -> None:
    await shelf.put(NORTH)
    async with shelf.opened() as front:
        await shelf.profiles.save(replace(NORTH, tenant="elsewhere.example"))
        await front.press("d", "y")
        assert "✗ The profile North was changed" in front.words
        assert "elsewhere.example" in screen_of(front).view.plain_text


async def test_help_stands_below_the_list_too_whatever_has_no_room(
    tenant: SimulatedTenant, clock: StoppedClock, tmp_path: Path
) -> None:
    async with analyst_at(tenant, clock, size=(80, 24), profile_file=tmp_path / "profiles.toml") as analyst:
        await analyst.press("escape")
        await analyst.press("p")
        assert isinstance(analyst.app.screen, ProfilesScreen)
        assert analyst.screen_text.splitlines()[-1].rstrip().endswith("F1 Help")
