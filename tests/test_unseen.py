"""What nobody sees is marked wherever a text is shown or exported: one table decides it."""

import sys
import unicodedata

import pytest

from mtp_tui.services.export.seen import is_seen
from mtp_tui.ui.text import visible

_DRAWN_AROUND_DIGITS = "ARABIC", "SYRIAC", "KAITHI"
"""Format characters of these scripts are drawn (Prepended_Concatenation_Mark)."""


def _of_formats() -> list[int]:
    chars = map(chr, range(sys.maxunicode + 1))
    kinds = ((char, unicodedata.category(char)) for char in chars)
    unseen = [char for char, kind in kinds if kind in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    return [ord(char) for char in unseen if not unicodedata.name(char, "").startswith(_DRAWN_AROUND_DIGITS)]


def test_no_format_character_passes_unmarked() -> None:
    codes = [*_of_formats(), 0x061C]
    assert [f"{code:X}" for code in codes if f"ad{chr(code)}min" == visible(f"ad{chr(code)}min")] == []
    assert [f"{code:X}" for code in codes if is_seen(f"ad{chr(code)}min")] == []


@pytest.mark.parametrize(
    "code",
    [0x034F, 0x115F, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x2065, 0x2800, 0x3164, 0xFE00, 0xFFF0, 0x13440, 0x16FE4, 0x1D159, 0xE0100],
)  # fmt: skip
def test_letters_and_marks_that_no_font_draws_are_marked(code: int) -> None:
    """They are letters, marks or nothing yet by category. Source: Default_Ignorable_Code_Point, and looking at them."""
    text = f"ad{chr(code)}min"
    assert "‹" in visible(text)
    assert not is_seen(text)


def test_an_emoji_keeps_the_sign_that_chooses_how_it_looks() -> None:
    assert is_seen("\u26a0\ufe0f")
