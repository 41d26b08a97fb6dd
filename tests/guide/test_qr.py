"""QR codes in half blocks."""

import segno

from mtp_tui.guide.consent_links import consent_links
from mtp_tui.guide.qr import QUIET_ZONE, qr_lines
from mtp_tui.identity.clouds import GLOBAL

LINK = "https://microsoft.com/devicelogin"
_HALVES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def modules(lines: tuple[str, ...]) -> list[list[int]]:
    """Rows of drawn (1) and blank (0) modules, margin included."""
    rows: list[list[int]] = []
    for line in lines:
        rows += [[_HALVES[sign][half] for sign in line] for half in (0, 1)]
    return rows


def test_the_drawn_modules_are_the_dark_ones_of_the_code_with_its_margin() -> None:
    code = segno.make_qr(LINK, error="l")
    expected = [[int(bool(module)) for module in row] for row in code.matrix_iter(border=QUIET_ZONE)]
    drawn = modules(qr_lines(LINK))
    assert drawn[: len(expected)] == expected
    assert not any(any(row) for row in drawn[len(expected) :])


def test_for_a_dark_terminal_the_light_modules_are_drawn() -> None:
    dark, light = modules(qr_lines(LINK)), modules(qr_lines(LINK, draws_light=True))
    assert light == [[1 - module for module in row] for row in dark]


def test_the_consent_link_of_an_application_fits_a_small_terminal() -> None:
    link = consent_links(GLOBAL, "0" * 36, "1" * 36)[0].address
    lines = qr_lines(link)
    assert (len(lines), {len(line) for line in lines}) == (23, {45})


def test_a_short_text_is_no_micro_code_which_few_cameras_read() -> None:
    assert len(qr_lines("1")[0]) == 21 + 2 * QUIET_ZONE


def test_a_text_that_is_too_long_has_no_code() -> None:
    assert qr_lines("x" * 3000) == ()
