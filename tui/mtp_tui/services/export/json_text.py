"""An incident's JSON for whoever reads it next: the bytes that came, wherever those are JSON.

They are what `Incident.raw` holds; where half a character or a control character stood in a page, reading has already
written every incident of that page anew, with the same values.
"""

import json
import re
from contextlib import suppress

from mtp_tui.defender.json_reading import read_json
from mtp_tui.services.export.seen import is_seen

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BLANKS = b" \t\r\n"
_LINE_BREAK = re.compile(rb"[\r\n][ \t\r\n]*")


def as_sent(raw: bytes) -> bytes:
    """The bytes of one incident as they came, without what stands before and after the value.

    Bytes that no strict reader would take (no UTF-8, a bare line feed inside a string, NaN) are given in the form in
    which this program reads them, or one broken name would spoil a whole array. Raises ValueError for what is no JSON.
    """
    bare = raw.removeprefix(_BYTE_ORDER_MARK).strip(_BLANKS)
    return bare if _is_strict(bare) else json.dumps(read_json(raw), ensure_ascii=False).encode()


def on_one_line(raw: bytes) -> bytes:
    """The same as `as_sent`, on one line.

    A string of JSON holds no line break (it is written as backslash and n), so that each one is white space between
    two words of it. Every break is left out with the white space that follows it; every other byte stays.
    """
    sent = as_sent(raw)
    return _LINE_BREAK.sub(b"", sent) if b"\n" in sent or b"\r" in sent else sent


def for_terminal(sent: bytes) -> bytes:
    r"""The same value with every character that acts on a terminal, or cannot be seen, as `\u202e`.

    In JSON none of them stands outside a string, so that the value is the same.
    """
    text = sent.decode()
    return text.encode() if text.isascii() and "\x7f" not in text else "".join(map(_escaped, text)).encode()


def _escaped(char: str) -> str:
    if is_seen(char) or char in "\n\r\t":
        return char
    return json.dumps(char)[1:-1] if char > "\x7f" else f"\\u{ord(char):04x}"


def _is_strict(raw: bytes) -> bool:
    import msgspec

    with suppress(ValueError, RecursionError):  # stricter still, and in a tenth of the time
        if not raw.isascii():  # as most are, which is seen sooner
            raw.decode()
        msgspec.json.decode(raw, type=msgspec.Raw)
        return True
    try:
        json.loads(raw.decode(), parse_int=str, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
