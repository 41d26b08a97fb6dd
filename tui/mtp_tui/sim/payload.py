"""JSON as the services write it: objects, moments with their odd fractions, and how two moments compare."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

JsonObject = dict[str, Any]
"""One JSON object; what is inside is for the reader to judge."""

_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})?")


def stamp(moment: datetime) -> str:
    """A UTC moment as Defender writes it: 0 to 7 fraction digits, trailing zeros cut, `Z`.

    The seventh digit is made up from the others, because Python has six. Source: payloads of public connectors.
    """
    micro = moment.microsecond
    fraction = f"{micro:06d}{micro * 7 % 10}".rstrip("0")
    return f"{moment:%Y-%m-%dT%H:%M:%S}" + (f".{fraction}" if fraction else "") + "Z"


def instant(text: object) -> str:
    """A UTC time as text that sorts like the time it means, to the seventh digit; `""` if it is not a time."""
    match = _INSTANT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return ""
    day, clock, fraction, zone = match.groups()
    base = f"{day}T{clock}"
    if zone not in (None, "Z"):
        try:
            local = datetime.fromisoformat(base + zone)
            base = f"{local.replace(tzinfo=None) - (local.utcoffset() or timedelta()):%Y-%m-%dT%H:%M:%S}"
        except (ValueError, OverflowError):
            return ""
    return f"{base}.{(fraction or '')[:7]:0<7}"


def json_bytes(value: object) -> bytes:
    """Compact UTF-8 JSON; what UTF-8 cannot hold (a lone surrogate) goes out as an escape, as JSON allows."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
