"""Any text as a literal of another language, so that nobody's tenant or scope becomes a command there.

What is not printable, direction marks and line separators included, is written as an escape: pasted into a terminal it
would act before the language sees it.
"""

from urllib.parse import quote

_POWERSHELL_QUOTES = "'\u2018\u2019\u201a\u201b"
"""Every one of these ends a single-quoted text in PowerShell."""


def for_shell(text: str) -> str:
    """One word of a POSIX shell. The text has to be printable; see `shell_field`."""
    return "'" + text.replace("'", "'\\''") + "'"


def shell_field(name: str, value: str) -> str:
    """curl's option for one form field; percent-encoded by us where curl would be given what cannot be seen."""
    if value.isprintable():
        return f"--data-urlencode {for_shell(f'{name}={value}')}"
    return f"--data {for_shell(f'{name}={_percent(value)}')}"


def for_powershell(text: str) -> str:
    """An expression of PowerShell."""
    if not text.isprintable():
        return f"([Uri]::UnescapeDataString('{_percent(text)}'))"
    return "'" + "".join(sign * 2 if sign in _POWERSHELL_QUOTES else sign for sign in text) + "'"


def for_python(text: str) -> str:
    """A text literal of Python."""
    return '"' + "".join(_python_sign(sign) for sign in text) + '"'


def for_csharp(text: str) -> str:
    """A text literal of C#."""
    return '"' + "".join(_csharp_sign(sign) for sign in text) + '"'


def _percent(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _python_sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def _csharp_sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign.isprintable():
        return sign
    # always with all its digits: a shorter \x form would swallow the next letters
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"
