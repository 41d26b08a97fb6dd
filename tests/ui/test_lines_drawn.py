"""How many lines of a list are drawn for a key, with any number of rows: counted, not timed."""

from textual.app import App, ComposeResult
from textual.strip import Strip

from mtp_tui.ui.lines import Span
from mtp_tui.ui.widgets.record_columns import Column, differing_cells
from mtp_tui.ui.widgets.record_grid import RecordGrid
from tests.support.quiet import until_quiet

HEIGHT = 20


class CountingGrid(RecordGrid[int]):
    """Notes which lines it draws."""

    def __init__(self) -> None:
        super().__init__([Column("Number", 8, lambda row: Span(self.words.get(row, str(row))), grows=True)], str)
        self.words: dict[int, str] = {}
        self.drawn: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.drawn.append(y)
        return super().render_line(y)


class Owner(App[None]):
    """An app with nothing in it but one list."""

    def compose(self) -> ComposeResult:
        yield CountingGrid()


async def test_a_move_draws_two_lines_and_a_page_no_more_than_the_screen() -> None:
    app = Owner()
    async with app.run_test(size=(60, HEIGHT)) as pilot:
        grid = app.query_one(CountingGrid)
        grid.show(range(100_000))
        grid.focus()
        await until_quiet(pilot)
        for key, lines in (("down", [1, 2]), ("down", [2, 3]), ("up", [2, 3]), ("x", [])):
            grid.drawn.clear()
            await pilot.press(key)
            await until_quiet(pilot)
            assert sorted(grid.drawn) == lines, key
        for key in ("pagedown", "end", "up", "home"):
            grid.drawn.clear()
            await pilot.press(key)
            await until_quiet(pilot)
            assert len(grid.drawn) <= HEIGHT, key
        assert grid.cursor_key == "0"


async def test_the_same_records_are_not_drawn_again_but_for_what_reads_otherwise_by_now() -> None:
    app = Owner()
    async with app.run_test(size=(60, HEIGHT)) as pilot:
        grid = app.query_one(CountingGrid)
        rows = tuple(range(1_000))
        grid.show(rows)
        await until_quiet(pilot)
        grid.drawn.clear()
        grid.show(tuple(rows))
        await until_quiet(pilot)
        assert grid.drawn == []
        grid.words = {3: "three", 500: "far below"}
        grid.freshen()
        await until_quiet(pilot)
        assert grid.drawn == [4]
        assert "three" in app.screen._compositor.render_strips()[4].text
        grid.show(rows[1:])
        await until_quiet(pilot)
        assert len(grid.drawn) > HEIGHT - 2


def test_only_the_cells_that_read_otherwise_are_told() -> None:
    assert differing_cells("  3 m  ", "  3 m  ") == (0, 0)
    assert differing_cells(" 23 m  ", " 24 m  ") == (2, 3)
    assert differing_cells("漢 1 m ", "漢 2 m ") == (3, 4)
    assert differing_cells("aaa ", "aaaa") == (3, 4)
