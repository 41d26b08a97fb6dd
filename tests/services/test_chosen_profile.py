"""A profile becomes what the sign-in pane starts with, with its secret from where the profile says."""

from pathlib import Path

import pytest

from mtp_tui.errors import BadInput
from mtp_tui.services.chosen_profile import prefill_from_profile
from tests.support.clocks import StoppedClock

FILE = """\
# our customers
[[profile]]
name = "north"
tenant = "contoso-demo.example"
client_id = "00000000-de00-4a99-8000-00000000c11e"
cloud = "gcc-high"
secret_env = "NORTH_SECRET"

[[profile]]
name = "later"
tenant = "contoso-demo.example"
client_id = "00000000-de00-4a99-8000-00000000c11e"
kind = "certificate"
certificate_path = "app.pem"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "profiles.toml"
    file.write_text(FILE)
    file.chmod(0o600)
    return file


def written(path: Path) -> str:
    """What stands in the file now."""
    return path.read_text()


async def test_ids_cloud_and_secret_come_from_the_profile(path: Path, clock: StoppedClock) -> None:
    prefill, sentence = await prefill_from_profile("North", path, {"NORTH_SECRET": "some~secret"}, clock)
    assert (prefill.tenant, prefill.cloud) == ("contoso-demo.example", "gcc-high")
    assert prefill.secret.reveal() == "some~secret"
    assert "north" in prefill.secret_from
    assert "NORTH_SECRET" in sentence
    assert "some~secret" not in written(path)
    assert "# our customers" in written(path)


async def test_a_secret_that_is_not_there_is_asked_for(path: Path, clock: StoppedClock) -> None:
    prefill, sentence = await prefill_from_profile("north", path, {}, clock)
    assert not prefill.secret
    assert "NORTH_SECRET" in sentence


@pytest.mark.parametrize(("name", "said"), [("nort", "north"), ("later", "certificate")])
async def test_what_cannot_be_used_is_said(path: Path, clock: StoppedClock, name: str, said: str) -> None:
    with pytest.raises(BadInput) as raised:
        await prefill_from_profile(name, path, {}, clock)
    assert said in f"{raised.value.summary} {raised.value.hint}"


async def test_no_file_at_all_is_said(tmp_path: Path, clock: StoppedClock) -> None:
    with pytest.raises(BadInput, match="no profile"):
        await prefill_from_profile("north", tmp_path / "none.toml", {}, clock)
