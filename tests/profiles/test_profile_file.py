"""What is read from the profile file, and what is said about it: file, line, key, and the nearest word."""

from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.identity.credential_form import client_id_from, tenant_from
from mtp_tui.profiles.profile import Profile, SecretFrom
from mtp_tui.profiles.profile_file import Problem, Reader, Reading

FILE = Path("/home/analyst/.config/mtp-tui/profiles.toml")

GOOD = """
[[profile]]
name = "Good"
"""


def read(text: str, **how: str) -> Reading:
    return Reader(FILE, windows=False).read(text, **how)


def only_profile(text: str) -> Profile:
    reading = read(text)
    assert reading.problems == ()
    (entry,) = reading.entries
    assert entry.profile is not None
    return entry.profile


def only_problem(text: str) -> Problem:
    (problem,) = read(text).problems
    return problem


def names(reading: Reading) -> list[str]:
    return [entry.profile.name for entry in reading.entries if entry.profile]


def test_everything_that_can_be_said_is_read() -> None:
    profile = only_profile("""
        [[profile]]
        name = " Contoso "
        tenant = "contoso.com"
        client_id = "00000000-de00-4a99-8000-00000000c11e"
        kind = "certificate"
        cloud = "gcc-high"
        region = "eu"
        audience = "https://api.securitycenter.microsoft.com"
        certificate_path = "~/contoso.pfx"
        secret_env = "CONTOSO_SECRET"
        secret_command = ["pass", "show", "contoso | prod"]
        secret_keyring = true
        write = true
        last_used_at = 2026-11-20T13:00:00+01:00
    """)
    assert profile == Profile(
        "Contoso",
        "contoso.com",
        "00000000-de00-4a99-8000-00000000c11e",
        "certificate",
        "gcc-high",
        "eu",
        "https://api.securitycenter.microsoft.com",
        SecretFrom("CONTOSO_SECRET", ("pass", "show", "contoso | prod"), keyring=True),
        "~/contoso.pfx",
        datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
        may_write=True,
    )


def test_a_name_is_enough() -> None:
    assert only_profile(GOOD) == Profile("Good")


@pytest.mark.parametrize("written", ["GCC High", "gcc_high", "gcc-high", " GCC-High "])
def test_a_cloud_is_understood_however_it_is_written(written: str) -> None:
    assert only_profile(f'{GOOD}cloud = "{written}"').cloud == "gcc-high"


def test_a_command_in_one_line_is_split_and_read_by_no_shell() -> None:
    profile = only_profile(GOOD + """secret_command = "pass show 'my client/$prod'" """)
    assert profile.secret_from.command == ("pass", "show", "my client/$prod")


def test_on_windows_a_backslash_in_a_command_is_part_of_the_path() -> None:
    text = GOOD + r"""secret_command = '"C:\Program Files\vault.exe" read contoso'"""
    (entry,) = Reader(FILE, windows=True).read(text).entries
    assert entry.profile is not None
    assert entry.profile.secret_from.command == (r"C:\Program Files\vault.exe", "read", "contoso")


def test_a_time_without_zone_is_utc() -> None:
    profile = only_profile(GOOD + "last_used_at = 2026-11-20 12:00:00")
    assert profile.last_used_at == datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('cloud = "gchigh"', "profiles.toml, line 4, cloud: “gchigh” is not a cloud. Did you mean gcc-high?"),
        ('kind = "certifcate"', "profiles.toml, line 4, kind: “certifcate” is not a kind. Did you mean certificate?"),
        ('region = "moon"', "line 4, region: “moon” is not a region. It is one of: global, us, eu, uk,"),
        ('tennant = "contoso.com"', "line 4, tennant: There is no key tennant. Did you mean tenant?"),
        ("tenant = 5", "line 4, tenant: tenant has to be a text in quotes"),
        ('tenant = "a\\u001b]52;c;x"', "line 4, tenant: tenant holds characters that cannot be seen."),
        ('write = "yes"', "line 4, write: write has to be true or false"),
        ('secret_keyring = "yes"', "line 4, secret_keyring: secret_keyring has to be true or false"),
        ("secret_command = [1]", 'has to be a list of words, such as ["pass", "show", "contoso"].'),
        ('secret_command = "pass show x | head -1"', "line 4, secret_command: No shell reads this command"),
        ('secret_command = "pass \'x"', "line 4, secret_command: A quote is not closed."),
        ('last_used_at = "yesterday"', "line 4, last_used_at: last_used_at has to be like 2026-11-20T12:00:00Z"),
    ],
)
def test_a_fault_is_named_with_file_line_and_key(line: str, said: str) -> None:
    assert said in str(only_problem(GOOD + line))


@pytest.mark.parametrize("line", ['cloud = "gchigh"', "tenant = 5", 'secret_command = "a | b"', "secret_keyring = 1"])
def test_a_profile_that_could_sign_in_elsewhere_than_meant_is_not_offered(line: str) -> None:
    assert names(read(GOOD + line)) == []


@pytest.mark.parametrize("line", ['tennant = "x"', 'last_used_at = "yesterday"', 'client_secret = "x"'])
def test_a_fault_that_does_no_harm_leaves_the_profile_usable(line: str) -> None:
    assert names(read(GOOD + line)) == ["Good"]


@pytest.mark.parametrize("key", ["secret", "client_secret", "Client-Secret", "password", "token"])
def test_a_secret_in_the_file_is_neither_read_nor_repeated(key: str) -> None:
    reading = read(f'{GOOD}{key} = "Xy8Q~made.up"')
    (problem,) = reading.problems
    assert "A secret does not belong into this file" in problem.sentence
    assert "secret_env" in problem.hint
    assert "Xy8Q" not in str(problem)
    assert "Xy8Q" not in repr(reading.entries[0].profile)


def test_a_secret_where_the_name_of_a_variable_should_stand_is_not_repeated() -> None:
    problem = only_problem(f'{GOOD}secret_env = "Xy8Q~made.up"')
    assert "not the name of an environment variable" in problem.sentence
    assert "Xy8Q" not in str(problem)


def test_a_variable_may_be_written_as_in_a_shell() -> None:
    assert only_profile(f'{GOOD}secret_env = "$CONTOSO"').secret_from.variable == "CONTOSO"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ('""', "has no name"),
        ('"environment"', "made of the AZURE_* variables"),
        (f'"{"n" * 65}"', "longer than 64"),
        (r'"a\u202eb"', "cannot be seen"),
    ],
)
def test_a_name_has_to_be_one(name: str, said: str) -> None:
    assert said in only_problem(f"[[profile]]\nname = {name}").sentence


def test_a_profile_without_a_name_is_said_at_its_header() -> None:
    problem = only_problem(GOOD + '\n[[profile]]\ntenant = "contoso.com"')
    assert (problem.line, problem.key) == (5, "name")


def test_one_broken_profile_does_not_hide_the_others() -> None:
    reading = read(f'{GOOD}\n[[profile]]\nname = "Bad"\ncloud = "mars"\n\n[[profile]]\nname = "Also good"')
    assert names(reading) == ["Good", "Also good"]
    assert [(problem.profile, problem.line) for problem in reading.problems] == [("Bad", 7)]


def test_a_line_that_is_no_toml_costs_its_own_profile_only() -> None:
    reading = read(f'{GOOD}\n[[profile]]\nname = "Bad\n\n[[profile]]\nname = "Also good"\ncloud = "mrs"\n{GOOD[1:]}')
    assert names(reading) == ["Good"]
    assert reading.damage is reading.problems[0]
    assert [(problem.line, problem.key) for problem in reading.problems] == [(6, ""), (10, "cloud"), (12, "name")]
    assert "This is not TOML" in reading.problems[0].sentence


def test_the_second_of_two_profiles_of_one_name_is_left_out() -> None:
    reading = read(GOOD + '[[profile]]\nname = "good"\ntenant = "x"')
    assert names(reading) == ["Good"]
    assert str(reading.problems[0]).startswith(
        "profiles.toml, line 5, name: There is another profile named good above."
    )


def test_a_fault_below_values_of_several_lines_has_its_own_line() -> None:
    text = GOOD + 'secret_command = [\n  "pass", # [[profile]]\n  "show",\n]\naudience = """b\na"""\nregion = "x"'
    assert {problem.key: problem.line for problem in read(text).problems} == {"region": 10, "audience": 8}


@pytest.mark.parametrize(
    "text", ['[profile.contoso]\ntenant = "x"', '[profile]\nname = "x"', "profile = 1", "profile = [1]"]
)
def test_profiles_written_as_something_else_are_explained(text: str) -> None:
    problem = only_problem(text)
    assert "[[profile]] with two brackets" in problem.hint
    assert problem.line == 1


def test_a_table_of_another_name_is_said_with_the_nearest_one() -> None:
    assert "line 2, profiles: There is no profiles in this file. Did you mean profile?" in str(
        only_problem('\n[[profiles]]\nname = "x"')
    )


def test_a_file_of_another_kind_is_read_quickly() -> None:
    begun = process_time()
    reading = read("\n".join(f"k{number} = 1" for number in range(20_000)))
    assert len(reading.problems) == 20
    assert process_time() - begun < 5


def test_a_table_whose_name_acts_on_a_terminal_is_not_repeated() -> None:
    assert str(only_problem('"\\u001b[2J" = 1')).isprintable()


def test_profiles_in_braces_are_read_though_without_lines() -> None:
    reading = read('profile = [{name = "A"}, {name = "B", cloud = "mars"}]')
    assert names(reading) == ["A"]
    assert [problem.line for problem in reading.problems] == [None]


def test_values_are_read_by_the_checks_of_sign_in() -> None:
    reader = Reader(FILE, checks={"tenant": tenant_from, "client_id": client_id_from})
    (entry,) = reader.read(GOOD + 'tenant = "CONTOSO.com"').entries
    assert entry.profile is not None
    assert entry.profile.tenant == "contoso.com"
    (problem,) = reader.read(GOOD + '\n\nclient_id = "my app"').problems
    assert str(problem) == (
        "profiles.toml, line 6, client_id: This is not a GUID. "
        "Copy Application (client) ID from the app's Overview page."
    )


def test_commands_of_a_file_that_others_may_write_are_refused() -> None:
    reading = read(GOOD + 'secret_command = ["pass"]', distrust="Other users may change it.")
    assert reading.entries[0].profile is not None
    assert reading.entries[0].profile.secret_from.command_refused == "Other users may change it."
    assert "chmod 600" in reading.problems[0].hint
    assert read(GOOD, distrust="Other users may change it.").problems == ()


@pytest.mark.parametrize("text", ["[" * 5000, "a = " + "9" * 5000, "a = " + "[" * 3000, "\x00", "a.b = 1\na = 2", "]"])
def test_no_text_is_beyond_being_called_damaged(text: str) -> None:
    reading = read(text + GOOD)
    assert reading.problems
    assert names(reading) == ["Good"]


@given(st.text(max_size=200))
def test_any_text_is_read_without_failing(text: str) -> None:
    for problem in read(text).problems:
        assert str(problem)


@given(
    st.dictionaries(
        st.sampled_from(["name", "tenant", "kind", "cloud", "secret_env", "secret_command", "secret_keyring", "x"]),
        st.sampled_from(
            ['"x"', "1", "true", "[]", '["a"]', "[1]", "{}", "1.5", "2026-01-01", "0001-01-01T00:00:00+09:00"]
        ),
    )
)
def test_any_kind_of_value_is_read_without_failing(values: dict[str, str]) -> None:
    text = "[[profile]]\n" + "\n".join(f"{key} = {value}" for key, value in values.items())
    for problem in read(text).problems:
        assert problem.line is not None
