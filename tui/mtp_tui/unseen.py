"""Characters that nobody sees, though some of them hide, turn or break what stands around them.

Source: Default_Ignorable_Code_Point of the Unicode Character Database 16.0, and beside it the separators of lines, blanks
that count as letters or signs, format characters that are drawn only by fonts that know them, and what is no character.
"""

import re

UNSEEN_RANGES = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0xFFFE, 0xFFFF), (0x13430, 0x13440),
    (0x16FE4, 0x16FE4), (0x1BCA0, 0x1BCA3), (0x1D159, 0x1D159), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
"""First and last code point of each."""

UNSEEN = "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in UNSEEN_RANGES)
"""All of them, to stand between the brackets of a pattern."""
