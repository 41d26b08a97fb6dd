"""A text as a QR code, for the phone in front of a terminal that has no browser."""

QUIET_ZONE = 2
"""Modules of margin. The standard asks for four; cameras find the code with two, and a link fits 24 lines."""


def qr_lines(text: str, *, draws_light: bool = False) -> tuple[str, ...]:
    """The code in half blocks, two modules a character high, margin included; empty if the text is too long for one.

    The dark modules are drawn, to be shown dark on light. `draws_light` draws the light ones instead, for a dark
    terminal whose colours are left as they are. A consent link takes 45 columns and 23 lines.
    Source: ISO/IEC 18004, with the least error correction: a screen has no scratches.
    """
    import segno

    try:
        code = segno.make_qr(text, error="l")
    except segno.DataOverflowError:
        return ()
    rows = [[bool(module) is not draws_light for module in row] for row in code.matrix_iter(border=QUIET_ZONE)]
    if len(rows) % 2:
        rows.append([draws_light] * len(rows[0]))
    return tuple(
        "".join(_HALVES[upper, lower] for upper, lower in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    )


_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
