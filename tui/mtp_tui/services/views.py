"""Saved views: a line that narrows the queue, with an order and columns, under a name.

    [views]
    "Phish by mail" = "source:office tag:phish"
    "Old and open" = { narrow = "is:open age:>30d", sort = "created", columns = ["severity", "name", "owner"] }

One line is one view, so that a person edits it without thinking and a line that is no TOML costs only itself. A view
that is named like a built-in one stands in its place. The file lies beside the profiles' and is read anew before each
change; comments stay.
"""

import re
import threading
from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mtp_tui.clock import Clock
from mtp_tui.defender.incident_order import ORDERS
from mtp_tui.defender.narrowing.narrowing import parse
from mtp_tui.defender.narrowing.view import BUILT_IN, COLUMNS, DEFAULT_ORDER, View
from mtp_tui.errors import BadInput, MtpError
from mtp_tui.logs import has_secret
from mtp_tui.profiles import private_file
from mtp_tui.profiles.profile_file import Problem
from mtp_tui.profiles.profile_table import closest
from mtp_tui.profiles.toml_text import parsed

TABLE = "views"

_KEYS = ("narrow", "sort", "columns")
_LONGEST_NAME = 64
_MOST_FAULTS = 40
"""That are named; a file of somebody else's kind may have thousands, and each is looked for."""
_SOMEBODY = "somebody@example.com"
"""Stands for whoever is signed in, when a line is only judged."""
_FIRST_LINES = """\
# Views of mtp-tui, one a line. Edit them as you like; what the program changes, it changes in place.

[views]
"""


@dataclass(frozen=True, slots=True)
class ViewList:
    """What there is to choose from."""

    views: tuple[View, ...] = BUILT_IN
    """The built-in ones first, then the user's in the order of the file. A view whose line has faults is among them,
    since opening it is how they are mended."""
    problems: tuple[Problem, ...] = ()
    """In the order of the file. Their `key` is the view's name, or its name and the key inside."""

    def named(self, name: str) -> View | None:
        """The view of this name, without regard to case."""
        return next((view for view in self.views if _key(view.name) == _key(name)), None)


def views_file(profile_file: Path) -> Path:
    """Where views are kept: beside the profiles."""
    return profile_file.with_name("views.toml")


class Views:
    """Every call reads or writes the disk: call it in a thread, from any one at a time."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._turn = threading.Lock()

    def load(self) -> ViewList:
        """All views, and everything that is wrong. Never raises: an unreadable file is a problem."""
        with self._turn:
            try:
                text, _ = self._read()
            except MtpError as error:
                return ViewList(problems=(Problem(self.path, error.summary, error.hint),))
            return self._list(text)

    def save(self, view: View) -> ViewList:
        """Write a view in the place of the one that has its name, or as a new one.

        Raises BadInput for what could not be read again, or should not stand in a file, MtpError if the file is damaged or
        cannot be written.
        """
        name = view.name.strip()
        faults = tuple(self._faults(name, _table_of(view)))
        if faults:
            raise BadInput(faults[0].key or "name", faults[0].sentence, faults[0].hint)
        if has_secret(view.narrow):
            raise BadInput(
                "narrow", "A token or a secret seems to stand in this line; views are kept in a file.", "Take it out."
            )
        return self._change(name, view)

    def delete(self, name: str) -> ViewList:
        """Take a view out of the file; a built-in one of this name is there again. Raises as `save`."""
        return self._change(name, None)

    # reading

    def _read(self) -> tuple[str, bool]:
        """The text with `\\n` as its line ends, and whether those were `\\r\\n`; empty if there is no file."""
        content = private_file.read(self.path)
        if content is None:
            return "", False
        try:
            text = content.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise MtpError(f"{self.path} is not UTF-8 text.", "Save it as UTF-8 in your editor.") from error
        return text.replace("\r\n", "\n"), "\r\n" in text

    def _list(self, text: str) -> ViewList:
        problems: list[Problem] = []
        try:
            data = parsed(text)
        except (ValueError, RecursionError) as error:
            problems.append(self._damaged(text, error))
            data = {TABLE: _saved(text)}
        problems += [
            Problem(
                self.path, f"There is no {key[:40]} in this file.", closest(key, (TABLE,)), _line_of(text, key), key
            )
            for key in islice((key for key in data if key != TABLE), _MOST_FAULTS)
        ]
        tables = data.get(TABLE, {})
        if not isinstance(tables, dict):
            hint = f'Write [{TABLE}] on a line of its own, and below it "Name" = "severity:high".'
            problems.append(Problem(self.path, "Views are written as a table.", hint, _line_of(text, TABLE), TABLE))
            tables = {}
        own: dict[str, View] = {}
        for name, value in tables.items():
            problems += (
                Problem(self.path, fault.sentence, fault.hint, _line_of(text, name), _place(name, fault.key))
                for fault in self._faults(name, value)
                if len(problems) < _MOST_FAULTS
            )
            view = _view_from(name, value)
            if view is not None:
                own[_key(name)] = view
        built_in = tuple(own.pop(_key(view.name), view) for view in BUILT_IN)
        problems.sort(key=lambda problem: problem.line or 0)
        return ViewList((*built_in, *own.values()), tuple(problems))

    def _damaged(self, text: str, error: Exception) -> Problem:
        if isinstance(error, RecursionError):
            return Problem(self.path, "This is not TOML: brackets within brackets without end.", "Mend the line.", 1)
        what, _, place = str(error).partition(" (at ")
        number = re.search(r"line (\d+)", place)
        line = int(number[1]) if number else text.rstrip("\n").count("\n") + 1
        return Problem(self.path, f"This is not TOML: {what.rstrip('.')}.", "Mend the line.", line)

    def _faults(self, name: str, value: object) -> Iterator["_Fault"]:
        if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
            yield _Fault("", f"A view needs a name of 1 to {_LONGEST_NAME} characters that can be seen.", "Rename it.")
        table = {"narrow": value} if isinstance(value, str) else value
        if not isinstance(table, dict):
            yield _Fault("", "A view is a line in quotes, or narrow, sort and columns in braces.")
            return
        for key in table:
            if key not in _KEYS:
                yield _Fault(key, f"There is no key {key[:40]}.", closest(key, _KEYS))
        yield from self._faults_of_line(table.get("narrow", ""))
        sort, columns = table.get("sort", DEFAULT_ORDER), table.get("columns", [])
        if not isinstance(sort, str) or sort not in ORDERS:
            yield _Fault(
                "sort", "That is not an order.", closest(str(sort), ORDERS) or f"There are: {', '.join(ORDERS)}."
            )
        if not isinstance(columns, list):
            yield _Fault("columns", 'columns has to be a list, such as ["severity", "name"].')
            return
        for column in columns:
            if column not in COLUMNS:
                hint = closest(str(column), COLUMNS) or f"There are: {', '.join(COLUMNS)}."
                yield _Fault("columns", f"There is no column {str(column)[:40]}.", hint)

    def _faults_of_line(self, line: object) -> Iterator["_Fault"]:
        if not isinstance(line, str):
            yield _Fault("narrow", 'narrow has to be a text in quotes, such as narrow = "severity:high".')
            return
        for fault in parse(line, me=_SOMEBODY, now=self._clock()).faults:
            yield _Fault("narrow", fault.sentence)

    # writing

    def _change(self, name: str, view: View | None) -> ViewList:
        with self._turn:
            before, has_crlf = self._read()
            try:
                expected = parsed(before)
            except (ValueError, RecursionError) as error:
                damage = self._damaged(before, error)
                raise MtpError(f"Nothing was written: {damage}", "Mend the file, then try again.") from error
            after = _edited(before, name, view, _expected(expected, name, view))
            if after is None:
                raise MtpError(
                    f"{self.path} is written in a way that only a person can edit; nothing was changed.",
                    "Make the change in your editor.",
                )
            private_file.replace(self.path, (after.replace("\n", "\r\n") if has_crlf else after).encode())
            return self._list(after)


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong with one view, and with which of its keys."""

    key: str
    sentence: str
    hint: str = ""


def _view_from(name: str, value: object) -> View | None:
    """The view as far as it can be used; None if it has no line."""
    table = {"narrow": value} if isinstance(value, str) else value
    if not isinstance(table, dict) or not isinstance(table.get("narrow", ""), str) or not name.strip():
        return None
    sort, columns = table.get("sort"), table.get("columns")
    return View(
        name.strip(),
        table.get("narrow", ""),
        sort if isinstance(sort, str) and sort in ORDERS else DEFAULT_ORDER,
        tuple(each for each in columns if each in COLUMNS) if isinstance(columns, list) else (),
    )


def _table_of(view: View) -> str | dict[str, object]:
    """As it is written: one text if there is no more to say."""
    more: dict[str, object] = {} if view.sort == DEFAULT_ORDER else {"sort": view.sort}
    if view.columns:
        more["columns"] = list(view.columns)
    return {"narrow": view.narrow} | more if more else view.narrow


def _expected(data: dict[str, object], name: str, view: View | None) -> dict[str, object]:
    """What the file has to say afterwards; raises BadInput if there is nothing to delete."""
    tables = data.get(TABLE, {})
    views = dict(tables) if isinstance(tables, dict) else {}
    written = _written_name(views, name)
    if view is not None:
        views[written or name] = _table_of(view)
    elif written is None:
        raise BadInput("view", f"There is no view “{name}” in the file.", "Built-in views cannot be deleted.")
    else:
        del views[written]
    return data | {TABLE: views}


def _edited(text: str, name: str, view: View | None, expected: dict[str, object]) -> str | None:
    """The text with one view changed and all else as it was; None if that cannot be done."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text or _FIRST_LINES)
        if TABLE not in document:
            document.append(TABLE, tomlkit.table())
        table = document[TABLE]
        if not isinstance(table, MutableMapping):
            return None
        written = _written_name(table, name)
        if view is None:
            del table[written]
        else:
            value = _table_of(view)
            if isinstance(value, dict):
                braces = tomlkit.inline_table()
                braces.update(value)
                table[written or name] = braces
            else:
                table[written or name] = value
        after = document.as_string()
        return after if parsed(after) == expected else None
    except (TOMLKitError, ValueError, RecursionError):
        return None


def _written_name(views: Iterable[str], name: str) -> str | None:
    """The name as the file spells it; None if it is not there."""
    return next((each for each in views if _key(each) == _key(name)), None)


def _saved(text: str) -> dict[str, object]:
    """The views of a damaged text whose lines can be read one by one."""
    saved: dict[str, object] = {}
    inside = False
    for line in text.split("\n"):
        try:
            data = parsed(line)
        except (ValueError, RecursionError):
            continue
        if line.lstrip().startswith("["):
            inside = TABLE in data
        elif inside:
            saved |= data
    return saved


def _line_of(text: str, key: str) -> int | None:
    """The first line that begins with this key or table, counted from 1."""
    begins = re.compile(rf"""[\s\["']*{re.escape(key)}["'\s]*[\]=.]""")
    return next((number for number, line in enumerate(text.split("\n"), 1) if begins.match(line)), None)


def _place(name: str, key: str) -> str:
    return f"{name}.{key}" if key else name


def _key(name: str) -> str:
    return name.strip().casefold()
