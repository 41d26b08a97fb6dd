"""Saved views: the built-in ones, and the user's in a file that is shared with a person."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtp_tui.defender.narrowing.narrowing import parse
from mtp_tui.defender.narrowing.view import BUILT_IN, COLUMNS, View
from mtp_tui.errors import BadInput, MtpError
from mtp_tui.services.views import Views, views_file
from tests.support.clocks import NOON, StoppedClock


@pytest.fixture
def views(tmp_path: Path, clock: StoppedClock) -> Views:
    return Views(views_file(tmp_path / "profiles.toml"), clock)


def own(views: Views) -> list[View]:
    return [view for view in views.load().views if not view.is_built_in]


def test_the_built_in_views_are_there_without_a_file(views: Views) -> None:
    assert views.load().views == BUILT_IN
    assert all(parse(view.narrow, me="me@contoso.com", now=NOON).is_sound for view in BUILT_IN)


def test_a_view_is_a_line_or_braces(views: Views) -> None:
    views.path.write_text(
        '[views]\nPhish = "source:office"\n"Old one" = { narrow = "age:>30d", sort = "-created", columns = ["name"] }\n'
    )
    assert own(views) == [View("Phish", "source:office"), View("Old one", "age:>30d", "-created", ("name",))]
    assert views.load().problems == ()


def test_a_view_named_like_a_built_in_one_stands_in_its_place(views: Views) -> None:
    views.save(View("mine", "owner:me"))
    assert [view.name for view in views.load().views] == ["Open, high first", "mine", "Unassigned", "Updated today"]
    assert views.delete("Mine").views == BUILT_IN


@pytest.mark.parametrize(
    "view",
    [View("A", "tag:vip"), View("B ü \"x\"", 'user:"Bob Smith"', "severity"), View("C.d", "", columns=("name", "owner"))],
)  # fmt: skip
def test_a_saved_view_is_read_again(views: Views, view: View) -> None:
    assert views.save(view).named(view.name) == view
    assert own(views) == [view]


def test_comments_and_other_views_stay(views: Views) -> None:
    before = '# mine\n[views]\n# about a\na = "x" # why\n\n# about b\nb = "y"\n'
    views.path.write_text(before)
    views.save(View("A", "z", "severity"))
    assert views.path.read_text() == before.replace('a = "x" # why', 'a = {narrow = "z", sort = "severity"} # why')
    views.save(View("c", "new"))
    views.delete("a")
    text = views.path.read_text()
    assert '# about b\nb = "y"\n' in text
    assert [view.name for view in own(views)] == ["b", "c"]


def test_line_ends_of_windows_stay(views: Views) -> None:
    views.path.write_bytes(b'[views]\r\na = "x"\r\n')
    views.save(View("b", "y"))
    assert views.path.read_bytes() == b'[views]\r\na = "x"\r\nb = "y"\r\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[views]\na = "severty:high"\n', "views.toml, line 2, a.narrow: There is no field “severty”. Did you mean severity?"),
        ("[views]\na = 3\n", "views.toml, line 2, a: A view is a line in quotes, or narrow, sort and columns in braces."),
        ('[views]\n"a b" = {narow = ""}\n', "views.toml, line 2, a b.narow: There is no key narow. Did you mean narrow?"),
        ('[views]\na = {sort = "sevrity"}\n', "views.toml, line 2, a.sort: That is not an order. Did you mean severity?"),
        ('[views]\na = {columns = ["nam"]}\n', "views.toml, line 2, a.columns: There is no column nam. Did you mean name?"),
        ("[views]\na = {columns = 3}\n", 'views.toml, line 2, a.columns: columns has to be a list, such as ["severity", "name"].'),
        ("[views]\na = {narrow = 3}\n", 'views.toml, line 2, a.narrow: narrow has to be a text in quotes, such as narrow = "severity:high".'),
        ('[view]\na = "x"\n', "views.toml, line 1, view: There is no view in this file. Did you mean views?"),
        ("views = 3\n", 'views.toml, line 1, views: Views are written as a table. Write [views] on a line of its own, and below it "Name" = "severity:high".'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_line_and_key(views: Views, text: str, said: str) -> None:
    views.path.write_text(text)
    assert [str(problem) for problem in views.load().problems] == [said]


def test_a_view_with_a_faulty_line_is_there_to_be_mended(views: Views) -> None:
    views.path.write_text('[views]\na = "severty:high"\n')
    assert own(views) == [View("a", "severty:high")]


def test_a_damaged_line_costs_its_own_view_only_and_nothing_is_written(views: Views) -> None:
    text = '[views]\na = "x"\nb = "y\nc = "z"\n'
    views.path.write_text(text)
    assert [view.name for view in own(views)] == ["a", "c"]
    (problem,) = views.load().problems
    assert problem.line == 3
    with pytest.raises(MtpError):
        views.save(View("d", "w"))
    assert views.path.read_text() == text


@pytest.mark.parametrize(
    "view", [View(""), View("a", "severty:high"), View("a", sort="up"), View("a", columns=("x",)), View("a\x00")]
)
def test_what_could_not_be_read_again_is_not_written(views: Views, view: View) -> None:
    with pytest.raises(BadInput):
        views.save(view)
    assert not views.path.exists()


def test_a_line_in_which_a_secret_was_pasted_is_not_written(views: Views) -> None:
    with pytest.raises(BadInput, match="seems to stand in this line"):
        views.save(View("a", "Bearer eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJtYWRlIHVwIn0.c2lnbmF0dXJl"))
    assert not views.path.exists()


@pytest.mark.parametrize("text", ["views = 3\n", "[[views]]\na = 1\n", 'views.b = "y"\n[views.a]\nnarrow = "x"\n'])
def test_a_file_of_another_form_stays_whole_or_is_changed_as_meant(views: Views, text: str) -> None:
    views.path.write_text(text)
    try:
        views.save(View("c", "z"))
    except MtpError:
        assert views.path.read_text() == text
    else:
        assert View("c", "z") in own(views)


def test_a_view_that_is_not_in_the_file_cannot_be_deleted(views: Views) -> None:
    with pytest.raises(BadInput, match="There is no view"):
        views.delete("Mine")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: f"[views]\n{text}".encode(errors="replace")))
def test_any_file_gives_views_and_problems(views: Views, data: bytes) -> None:
    views.path.write_bytes(data)
    listed = views.load()
    assert len(listed.views) >= len(BUILT_IN)
    assert all(str(problem) for problem in listed.problems)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_view_may_be_sorted_by_any_column_that_it_may_show(views: Views, column: str) -> None:
    for sort in (column, f"-{column}"):
        listed = views.save(View("sorted", "is:open", sort, (column,)))
        assert listed.problems == ()
        assert listed.views[-1].sort == sort
