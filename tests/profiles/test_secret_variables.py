"""Which variables are kept from other programs: all that a profile file names, however it writes them."""

from pathlib import Path

import pytest

from mtp_tui.profiles.secret_variables import secret_variables

OF_AZURE = {"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PASSWORD"}


@pytest.mark.parametrize(
    "text",
    [
        'secret_env = "NORTH"',
        "secret_env = 'NORTH'",
        'secret_env = """NORTH"""',
        "secret_env = '''NORTH'''",
        'secret_env = """\nNORTH"""',
        'secret_env = "NORT\\u0048"',
        '"secret\\u005fenv" = "NORTH"',
        '"secret_env" = "NORTH"',
        'profile = [{name = "a", secret_env = "NORTH"}]',
        '[deep.er]\nprofile.secret_env = """NORTH"""',
        f'[[profile]]\nsecret_env = "NORTH"\n{"#" * 300_000}\n',
        f'{"#" * 300_000}\n[[profile]]\nsecret_env = """NORTH"""\n',
        'this is [ no TOML\nsecret_env = "NORTH"\n',
    ],
)
def test_a_variable_is_found_however_it_is_written(tmp_path: Path, text: str) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text(f"\ufeff{text}\n", encoding="utf-8")
    assert secret_variables(file) == OF_AZURE | {"NORTH"}


@pytest.mark.parametrize("text", ["", "secret_env = 1", "a = " + "[" * 5000, "secret_env = \\", "\\ \udcff"])
def test_a_file_without_one_names_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    assert secret_variables(file) == OF_AZURE
    assert secret_variables(tmp_path) == secret_variables(tmp_path / "none") == OF_AZURE
