"""Taking PowerShell and C# apart just far enough to see what is a literal and what is code."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from mtp_tui.guide.copy_as_code import Language

_POWERSHELL = re.compile(
    r"(?P<comment>#[^\n]*)"
    r"|(?P<literal>['‘’‚‛](?:[^'‘’‚‛]|['‘’‚‛]{2})*['‘’‚‛])"
    r'|(?P<template>"(?:[^"`]|`.|"")*")',
    re.DOTALL,
)
_CSHARP = re.compile(r'(?P<comment>//[^\n]*)|(?P<template>\$"(?:[^"\\\n]|\\.)*")|(?P<literal>"(?:[^"\\\n]|\\.)*")')
_UNESCAPED = re.compile(r"\(\[Uri\]::UnescapeDataString\(«(\d+)»\)\)")
_PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class TakenApart:
    """A program's code with a mark for each literal, and the literals' values in order."""

    code: str
    values: tuple[str, ...]


def take_apart(language: Language, code: str) -> TakenApart:
    """Fails if quotes or brackets do not close."""
    shape, value_of = (_POWERSHELL, _powershell_value) if language is Language.POWERSHELL else (_CSHARP, _csharp_value)
    values: list[str] = []

    def mark(match: re.Match[str]) -> str:
        if match.lastgroup == "comment":
            return ""
        if match.lastgroup == "template":
            return "«template»"
        values.append(value_of(match["literal"]))
        return f"«{len(values) - 1}»"

    rest = shape.sub(mark, code)
    rest = _UNESCAPED.sub(lambda match: _decoded(match, values), rest)
    assert not set(rest) & set("'\"‘’‚‛"), f"a quote is left open in {rest}"
    _check_brackets(rest)
    return TakenApart(rest, tuple(values))


def _decoded(match: re.Match[str], values: list[str]) -> str:
    values[int(match[1])] = unquote(values[int(match[1])])
    return f"«{match[1]}»"


def _powershell_value(literal: str) -> str:
    return re.sub(r"(['‘’‚‛])['‘’‚‛]", r"\1", literal[1:-1])


def _csharp_value(literal: str) -> str:
    def plain(match: re.Match[str]) -> str:
        return chr(int(match[1] or match[2], 16)) if match[1] or match[2] else match[3]

    return re.sub(r"\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|([\"\\]))", plain, literal[1:-1])


def _check_brackets(code: str) -> None:
    open_: list[str] = []
    for sign in code:
        if sign in _PAIRS.values():
            open_.append(sign)
        elif sign in _PAIRS:
            assert open_, f"a {sign} too many"
            assert open_.pop() == _PAIRS[sign], f"{sign} closes something else"
    assert not open_, f"{open_} are left open"
