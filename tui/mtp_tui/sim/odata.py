"""The little OData that the incidents endpoint understands: `$filter`, `$top`, `$skip`, and no other.

Source: Microsoft Learn, "List incidents". `eq`, `gt`, `ge` and `and` are used in shipped connectors; `ne`, `lt`, `le`,
`or` and parentheses are plain OData and *unconfirmed* here. That other options are refused is *unconfirmed* too, and
done so that nobody comes to rely on them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne

from mtp_tui.sim.payload import JsonObject, instant

Wanted = Callable[[JsonObject], bool]
LARGEST_PAGE = 100
STATUSES = ("Active", "InProgress", "Resolved", "Redirected")

_TIMES = ("lastUpdateTime", "createdTime")
_OPERATORS: dict[str, Callable[[str, str], bool]] = {"eq": eq, "ne": ne, "gt": gt, "ge": ge, "lt": lt, "le": le}
_TOKEN = re.compile(
    r"\s*(?:(?P<paren>[()])|'(?P<text>(?:[^']|'')*)'|(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d))(?=[\s)]|$)|(?P<word>[^\s()']+))"
)


class ODataError(Exception):
    """The query cannot be answered; the text says why, and goes into a 400."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for."""

    wanted: Wanted | None
    skip: int
    top: int


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def read_query(params: Mapping[str, str]) -> Query:
    """The query of a request's parameters. Raises ODataError."""
    for name in params:
        if name.startswith("$") and name not in ("$filter", "$top", "$skip"):
            raise ODataError(f"The query specified in the URI is not valid. Query option '{name}' is not allowed.")
    # the default page size is not documented; treated as the largest
    top = _count("$top", params.get("$top", str(LARGEST_PAGE)))
    if top > LARGEST_PAGE:
        raise ODataError(
            f"The query specified in the URI is not valid. The limit of '{LARGEST_PAGE}' for Top query has been exceeded. The value from the incoming request is '{top}'."
        )
    text = params.get("$filter")
    return Query(None if text is None else parse_filter(text), _count("$skip", params.get("$skip", "0")), top)


def parse_filter(text: str) -> Wanted:
    """A predicate of a `$filter` expression. Raises ODataError."""
    return _Parser(_tokens(text)).whole()


def _count(name: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise ODataError(
            f"The query specified in the URI is not valid. Invalid value '{text}' for {name} query option found."
        )
    return int(text)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise ODataError(f"Syntax error at position {position} in '{text}'.")
        tokens.append(_Token(match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


class _Parser:
    """`or` binds least, then `and`, then a comparison or parentheses."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._left = tokens[::-1]

    def whole(self) -> Wanted:
        wanted = self._any_of()
        if self._left:
            raise ODataError(f"Syntax error: unexpected '{self._left[-1].text}' in $filter.")
        return wanted

    def _any_of(self) -> Wanted:
        parts = [self._all_of()]
        while self._takes("word", "or"):
            parts.append(self._all_of())
        return lambda item: any(part(item) for part in parts)

    def _all_of(self) -> Wanted:
        parts = [self._one()]
        while self._takes("word", "and"):
            parts.append(self._one())
        return lambda item: all(part(item) for part in parts)

    def _one(self) -> Wanted:
        if self._takes("paren", "("):
            inside = self._any_of()
            if not self._takes("paren", ")"):
                raise ODataError("Syntax error: ')' expected in $filter.")
            return inside
        prop, operator, literal = self._next(), self._next(), self._next()
        if operator.kind != "word" or operator.text not in _OPERATORS:
            raise ODataError(f"Syntax error: an operator expected, found '{operator.text}'.")
        return _comparison(prop, operator.text, literal)

    def _takes(self, kind: str, text: str) -> bool:
        if self._left and self._left[-1] == _Token(kind, text):
            self._left.pop()
            return True
        return False

    def _next(self) -> _Token:
        if not self._left:
            raise ODataError("Syntax error: expression expected at the end of $filter.")
        return self._left.pop()


def _comparison(prop: _Token, operator: str, literal: _Token) -> Wanted:
    """One `property operator literal`; a missing value matches only `ne`, and `eq null`."""
    compare = _OPERATORS[operator]
    read = _reader(prop, literal)
    is_null = literal == _Token("word", "null")
    value = (
        None
        if is_null
        else instant(_with_seconds(literal.text))
        if literal.kind == "time"
        else literal.text.replace("''", "'").casefold()
    )
    if value == "":
        raise ODataError(f"The value '{literal.text}' is not a valid date and time.")

    def wanted(item: JsonObject) -> bool:
        found = read(item)
        if found is None or value is None:
            return (operator == "eq" and found is value) or (operator == "ne" and found is not value)
        return compare(found, value)

    return wanted


def _reader(prop: _Token, literal: _Token) -> Callable[[JsonObject], str | None]:
    """How the property is read from an incident, once it and the literal's kind are found to be fit for each other."""
    name = prop.text
    is_null = literal == _Token("word", "null")
    if prop.kind != "word" or name not in (*_TIMES, "status", "assignedTo"):
        raise ODataError(
            f"The query specified in the URI is not valid. The property '{name}' cannot be used in the $filter query option."
        )
    if name in _TIMES:
        if literal.kind != "time":
            raise ODataError(
                f"A binary operator with incompatible types was detected: '{name}' is compared with '{literal.text}'. Dates are written without quotes."
            )
        return lambda item: instant(item.get(name)) or None
    if literal.kind != "text" and not is_null:
        raise ODataError(
            f"A binary operator with incompatible types was detected: '{name}' is compared with '{literal.text}'. Texts are written in quotes."
        )
    if name == "status" and not is_null and literal.text.casefold() not in [status.casefold() for status in STATUSES]:
        raise ODataError(f"The string '{literal.text}' is not a valid enumeration type constant.")
    return lambda item: None if item.get(name) is None else str(item[name]).casefold()


def _with_seconds(text: str) -> str:
    """OData allows a time of day without seconds."""
    return re.sub(r"(T\d\d:\d\d)(Z|[+-])", r"\1:00\2", text)
