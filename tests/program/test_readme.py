"""What the README shows is what the program takes."""

import re
from pathlib import Path

import pytest

from mtp_tui.cli import parser
from mtp_tui.defender.narrowing.narrowing import parse
from mtp_tui.services.profiles import open_profiles
from tests.support.clocks import NOON, StoppedClock

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


async def test_its_profile_can_be_used(tmp_path: Path, clock: StoppedClock) -> None:
    path = tmp_path / "profiles.toml"
    path.write_text(blocks("toml")[0], encoding="utf-8")
    path.chmod(0o600)
    listed = await open_profiles(path, clock, {}).load()
    assert listed.problems == ()
    assert [profile.name for profile in listed.profiles] == ["north"]


def test_its_line_narrows() -> None:
    for line in blocks("text"):
        assert parse(line.strip(), me="somebody@example.com", now=NOON).is_sound


@pytest.mark.parametrize(
    "command", [line for block in blocks("sh") for line in block.splitlines() if line.startswith("mtp-tui ")]
)
def test_its_commands_are_understood(command: str) -> None:
    words = re.split(r"\s[|>#&]", command, maxsplit=1)[0].split()[1:]
    assert parser().parse_args(words).command == words[0]
