"""Editing lines: whatever stands around a profile is the same, byte for byte, before and after."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.profiles.toml_layout import blocks_of, with_profile_added, with_values, without_profile

_GAPS = st.lists(st.sampled_from(["", "# note", "   # [[profile]]", "\t"]), max_size=3)
_OWN = st.sampled_from(
    [
        'tenant = "a"',
        "tenant='''\n[[profile]]\n# x'''  # y",
        'secret_command = [ # c\n "a",\n\n # d\n "b" ]',
        '"tenant" = "q"',
    ]
)
_OTHERS = st.sampled_from(["", '[notes]\nname = "x"', "[profile.sub]\ntenant = 1", "[[others]]\n[[others]]\nx = [[1]]"])


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file with one to four profiles, comments and blank lines anywhere, and tables of other names between them."""
    lines = [*draw(_GAPS)]
    for number in range(draw(st.integers(1, 4))):
        lines += ["[[ profile ]]", *draw(_GAPS), f'name = "{number}"  # name', *draw(_GAPS), draw(_OWN)]
        lines += [*draw(_GAPS), *draw(_OTHERS if number == 0 else st.just("")).split("\n"), *draw(_GAPS)]
    return "\n".join(lines) + draw(st.sampled_from(["", "\n"]))


def tables(text: str) -> list[dict[str, object]]:
    listed = tomllib.loads(text).get("profile", [])
    assert isinstance(listed, list)
    return listed


@given(files(), st.data())
def test_a_change_changes_that_and_nothing_else(text: str, data: st.DataObject) -> None:
    blocks = blocks_of(text)
    which = data.draw(st.integers(0, len(blocks) - 1))
    values = {"name": data.draw(st.text(max_size=9).filter(str.isprintable)), "tenant": "new", "cloud": "gcc"}
    before, after = tables(text), tables(with_values(text, blocks[which], values))
    before[which] |= values
    assert after == before


@given(files(), st.data())
def test_a_change_loses_no_comment(text: str, data: st.DataObject) -> None:
    blocks = blocks_of(text)
    changed = with_values(text, blocks[data.draw(st.integers(0, len(blocks) - 1))], {"name": "new", "cloud": "gcc"})
    assert changed.count("#") == text.count("#")


@given(files(), st.data())
def test_without_one_profile_all_others_are_the_same(text: str, data: st.DataObject) -> None:
    blocks = blocks_of(text)
    which = data.draw(st.integers(0, len(blocks) - 1))
    expected = tomllib.loads(text)
    del expected["profile"][which]
    assert {"profile": [], **tomllib.loads(without_profile(text, blocks[which]))} == expected


@given(files())
def test_one_more_profile_leaves_the_text_before_it_as_it_was(text: str) -> None:
    longer = with_profile_added(text, {"name": "new", "secret_command": ["a", "b"], "secret_keyring": True})
    assert longer.startswith(text)
    assert tables(longer) == [*tables(text), {"name": "new", "secret_command": ["a", "b"], "secret_keyring": True}]
