"""Writing the profile file: only the lines in question, never over somebody else's work, never where others can read."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mtp_tui.errors import BadInput, MtpError
from mtp_tui.profiles.profile import Profile, SecretFrom
from mtp_tui.profiles.profile_book import ProfileBook, ProfileChanged, ProfileFileDamaged, ProfileList
from mtp_tui.profiles.profile_file import Problem
from tests.support.clocks import NOON, StoppedClock

COMMENTED = """\
# Our customers

[[profile]]
name = "Contoso"          # the big one
tenant = "contoso.com"    # since 2019
secret_command = [
  "pass",   # ask Alice
  "show", "contoso",
]
# kind = "certificate"

# careful: production
[[profile]]
name = "Fabrikam"
tenant = "fabrikam.com"
colour = "red"            # ours

[notes]
x = 1
"""


@pytest.fixture
def commented(file: Path) -> Path:
    file.write_text(COMMENTED, encoding="utf-8")
    file.chmod(0o600)
    return file


def lines_lost(before: str, after: str) -> list[str]:
    remaining = after.splitlines()
    return [line for line in before.splitlines() if line not in remaining]


# what it comes back as


def test_what_is_saved_comes_back(book: ProfileBook, file: Path, clock: StoppedClock) -> None:
    profile = Profile(
        "Contoso “EU” \\ #1",
        "contoso.com",
        "00000000-de00-4a99-8000-00000000c11e",
        "certificate",
        "gcc-high",
        "eu",
        "https://api.securitycenter.microsoft.com",
        SecretFrom("CONTOSO", ("pass", 'show "x"', "it's | here"), keyring=True),
        r"C:\Users\a\app.pfx",
        NOON,
    )
    assert book.save(profile).profiles == (profile,)
    assert ProfileBook(file, clock).load().profiles == (profile,)


def test_a_new_file_says_what_it_is_and_nothing_that_goes_without_saying(book: ProfileBook, file: Path) -> None:
    book.save(Profile("Contoso", "contoso.com"))
    assert file.read_text(encoding="utf-8").startswith("# Profiles of mtp-tui.")
    assert file.read_text(encoding="utf-8").endswith('\n\n[[profile]]\nname = "Contoso"\ntenant = "contoso.com"\n')


def test_without_a_file_there_are_no_profiles_and_no_problems(book: ProfileBook, file: Path) -> None:
    listed = book.load()
    assert (listed.profiles, listed.problems) == ((), ())
    assert not file.exists()


def test_the_last_used_comes_first_then_by_name(book: ProfileBook, clock: StoppedClock) -> None:
    for name in ("beta", "Alpha", "Gamma", "delta"):
        book.save(Profile(name))
    assert book.touch("gamma")
    clock.advance(60)
    assert book.touch("Beta")
    assert [profile.name for profile in book.load().profiles] == ["beta", "Gamma", "Alpha", "delta"]
    assert book.load().named("beta").last_used_at == NOON + timedelta(seconds=60)


def test_no_profile_of_a_name_is_said_with_the_nearest(file: Path) -> None:
    listed = ProfileList((Profile("Contoso"), Profile("Fabrikam")), (Problem(file, "Bad cloud.", profile="Broken"),))
    assert listed.named(" contoso ").name == "Contoso"
    with pytest.raises(BadInput) as missing:
        listed.named("Contso")
    assert missing.value.hint == "Did you mean Contoso?"
    with pytest.raises(BadInput) as broken:
        listed.named("broken")
    assert "cannot be used" in broken.value.summary
    assert "Bad cloud." in broken.value.hint


# what stays


def test_changing_a_profile_touches_the_lines_of_what_changed_only(book: ProfileBook, commented: Path) -> None:
    contoso = book.load().named("Contoso")
    book.save(Profile("Contoso", "contoso.onmicrosoft.com", cloud="gcc", secret_from=contoso.secret_from))
    after = commented.read_text(encoding="utf-8")
    assert lines_lost(COMMENTED, after) == ['tenant = "contoso.com"    # since 2019']
    assert 'tenant = "contoso.onmicrosoft.com"    # since 2019\n' in after
    assert ']\ncloud = "gcc"\n# kind = "certificate"\n' in after


def test_a_command_in_one_line_stays_as_it_was_written(book: ProfileBook, file: Path) -> None:
    file.write_text('[[profile]]\nname = "A"\nsecret_command = "pass show a" # mine\n', encoding="utf-8")
    file.chmod(0o600)
    profile = book.load().named("A")
    book.save(Profile("A", "contoso.com", secret_from=profile.secret_from))
    assert 'secret_command = "pass show a" # mine\n' in file.read_text(encoding="utf-8")


def test_saving_what_is_there_already_writes_nothing(book: ProfileBook, commented: Path) -> None:
    before = commented.stat()
    book.save(book.load().named("Contoso"))
    assert (commented.stat().st_mtime_ns, commented.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_field_that_is_emptied_is_written_empty(book: ProfileBook, commented: Path) -> None:
    listed = book.save(Profile("Contoso", "contoso.com"))
    assert listed.named("Contoso").secret_from == SecretFrom()
    assert "secret_command = []" in commented.read_text(encoding="utf-8")


def test_a_profile_that_was_broken_is_mended_by_saving_it(book: ProfileBook, file: Path) -> None:
    file.write_text('[[profile]]\nname = "A"\ncloud = "mars"  # ?\n', encoding="utf-8")
    assert book.load().profiles == ()
    assert book.save(Profile("A", "contoso.com")).problems == ()
    assert 'cloud = "global"  # ?\n' in file.read_text(encoding="utf-8")


def test_deleting_a_profile_takes_its_own_comments_along_and_no_others(book: ProfileBook, commented: Path) -> None:
    assert [profile.name for profile in book.delete("contoso").profiles] == ["Fabrikam"]
    after = commented.read_text(encoding="utf-8")
    assert after == "# Our customers\n\n" + COMMENTED[COMMENTED.index("# careful") :]
    book.delete("Fabrikam")
    assert commented.read_text(encoding="utf-8") == "# Our customers\n\n[notes]\nx = 1\n"


def test_renaming_a_profile_keeps_its_place_and_its_comment(book: ProfileBook, commented: Path) -> None:
    book.rename("contoso", " Contoso Ltd ")
    after = commented.read_text(encoding="utf-8")
    assert lines_lost(COMMENTED, after) == ['name = "Contoso"          # the big one']
    assert 'name = "Contoso Ltd"          # the big one\n' in after


def test_only_the_case_of_a_name_can_be_changed(book: ProfileBook, commented: Path) -> None:
    assert book.rename("Contoso", "CONTOSO").named("contoso").name == "CONTOSO"


def test_a_name_that_is_taken_or_reserved_is_refused(book: ProfileBook, commented: Path) -> None:
    for name in ("fabrikam", "Environment", " ", "x" * 65):
        with pytest.raises(BadInput):
            book.rename("Contoso", name)
    assert commented.read_text(encoding="utf-8") == COMMENTED


def test_line_endings_and_byte_order_mark_of_windows_stay(book: ProfileBook, file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + COMMENTED.replace("\n", "\r\n").encode())
    file.chmod(0o600)
    assert book.load().problems[0].key == "colour"
    book.save(Profile("New"))
    after = file.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf# Our customers\r\n")
    assert after.count(b"\n") == after.count(b"\r\n")
    assert after.count(b"\xef\xbb\xbf") == 1


def test_last_use_is_not_set_back_by_saving(book: ProfileBook, clock: StoppedClock) -> None:
    profile = Profile("A", last_used_at=NOON - timedelta(days=9))
    book.save(profile)
    book.touch("A")
    book.save(profile)
    assert book.load().named("A").last_used_at == NOON


# who else writes


def test_what_somebody_else_wrote_meanwhile_is_kept_and_said(book: ProfileBook, commented: Path) -> None:
    book.load()
    with commented.open("a", encoding="utf-8") as other:
        other.write('\n[[profile]]\nname = "Northwind" # by hand\n')
    listed = book.save(Profile("Contoso", "contoso.org"))
    assert listed.merged
    assert {profile.name for profile in listed.profiles} == {"Contoso", "Fabrikam", "Northwind"}
    assert 'name = "Northwind" # by hand\n' in commented.read_text(encoding="utf-8")
    assert not book.save(Profile("Contoso", "contoso.net")).merged


def test_a_profile_that_somebody_else_changed_meanwhile_is_not_written_over(book: ProfileBook, commented: Path) -> None:
    book.load()
    theirs = COMMENTED.replace('"fabrikam.com"', '"fabrikam.org"')
    commented.write_text(theirs, encoding="utf-8")
    with pytest.raises(ProfileChanged, match="Fabrikam was changed"):
        book.save(Profile("Fabrikam", "fabrikam.net"))
    with pytest.raises(ProfileChanged, match="Fabrikam was changed"):
        book.delete("Fabrikam")
    with pytest.raises(ProfileChanged, match="Fabrikam was changed"):
        book.rename("Fabrikam", "F")
    assert commented.read_text(encoding="utf-8") == theirs
    book.load()
    assert book.save(Profile("Fabrikam", "fabrikam.net")).named("Fabrikam").tenant == "fabrikam.net"


def test_a_profile_added_by_another_window_is_not_written_over(file: Path, clock: StoppedClock) -> None:
    one, other = ProfileBook(file, clock), ProfileBook(file, clock)
    one.load()
    other.save(Profile("A", "contoso.com"))
    with pytest.raises(ProfileChanged):
        one.save(Profile("a", "fabrikam.com"))


def test_another_window_may_use_the_same_profile(file: Path, clock: StoppedClock) -> None:
    one, other = ProfileBook(file, clock), ProfileBook(file, clock)
    one.save(Profile("A"))
    other.load()
    assert one.touch("A")
    assert other.touch("A")
    assert other.save(Profile("A", "contoso.com")).named("A").tenant == "contoso.com"


def test_a_file_that_changes_in_the_middle_of_a_write_is_not_written_over(file: Path, clock: StoppedClock) -> None:
    file.write_text('[[profile]]\nname = "A"\ntenant = "contoso.com"\n', encoding="utf-8")

    def reading_while_an_editor_saves(tenant: str) -> str:
        file.write_text("# theirs\n", encoding="utf-8")
        return tenant

    book = ProfileBook(file, clock, checks={"tenant": reading_while_an_editor_saves})
    with pytest.raises(ProfileChanged, match="this very moment"):
        book.rename("A", "B")
    assert file.read_text(encoding="utf-8") == "# theirs\n"


# what is not written at all


@pytest.mark.parametrize("damage", ['[[profile]]\nname = "B\n', "]\n"])
def test_a_damaged_file_is_said_and_left_alone(book: ProfileBook, file: Path, damage: str) -> None:
    text = f'[[profile]]\nname = "A"\n\n{damage}'
    file.write_text(text, encoding="utf-8")
    assert [profile.name for profile in book.load().profiles] in (["A"], [])
    with pytest.raises(ProfileFileDamaged, match="line") as refused:
        book.save(Profile("C"))
    assert refused.value.problem.line is not None
    assert not book.touch("A")
    assert file.read_text(encoding="utf-8") == text


def test_profiles_in_braces_are_left_to_a_person(book: ProfileBook, file: Path) -> None:
    file.write_text('profile = [{name = "A"}]\n', encoding="utf-8")
    with pytest.raises(MtpError, match="only a person can edit"):
        book.save(Profile("A", "contoso.com"))
    with pytest.raises(MtpError, match="only a person can edit"):
        book.save(Profile("B"))


def test_what_could_not_be_read_again_is_not_written(book: ProfileBook, file: Path) -> None:
    for profile in (Profile("A", cloud="mars"), Profile("A", "con\x1btoso"), Profile(""), Profile("environment")):
        with pytest.raises(BadInput):
            book.save(profile)
    assert not file.exists()


def test_a_profile_that_is_gone_cannot_be_renamed_or_deleted(book: ProfileBook, commented: Path) -> None:
    with pytest.raises(BadInput, match="no profile"):
        book.delete("Northwind")
    assert not book.touch("Northwind")


def test_last_use_is_known_until_the_end_even_where_it_cannot_be_written(commented: Path, clock: StoppedClock) -> None:
    book = ProfileBook(commented, clock)
    with commented.open("a", encoding="utf-8") as other:
        other.write("[[profile\n")
    assert not book.touch("Fabrikam")
    assert book.load().profiles[0].name == "Fabrikam"
    assert book.load().profiles[0].last_used_at == NOON


# safety


def test_no_profile_that_was_ever_written_holds_a_secret(book: ProfileBook, file: Path) -> None:
    """There is no field that could."""
    book.save(Profile("A", "contoso.com", secret_from=SecretFrom("V", ("c",), keyring=True)))
    (table,) = tomllib.loads(file.read_text(encoding="utf-8"))["profile"]
    assert set(table) == {"name", "tenant", "secret_env", "secret_command", "secret_keyring"}


def test_a_moment_is_written_as_utc_in_whole_seconds(file: Path) -> None:
    now = datetime(2026, 11, 20, 12, 0, 0, 987_654, tzinfo=UTC)
    book = ProfileBook(file, lambda: now)
    book.save(Profile("A"))
    book.touch("A")
    assert "last_used_at = 2026-11-20T12:00:00Z\n" in file.read_text(encoding="utf-8")
