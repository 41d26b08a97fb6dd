"""Reading the profile file: TOML that a person may write as well as the program, and that never holds a secret.

    [[profile]]
    name = "Contoso"
    tenant = "contoso.com"
    client_id = "00000000-0000-0000-0000-000000000000"
    kind = "secret"                                  # certificate, device-code, browser, token
    cloud = "global"                                 # gcc, gcc-high, dod
    region = "eu"                                    # global, us, uk, au, swa, ina, aea
    secret_env = "CONTOSO_SECRET"                    # the name of a variable
    secret_command = ["pass", "show", "contoso"]     # prints the secret; read by no shell
    secret_keyring = true                            # it is in the operating system's keyring

Whatever is wrong is said with line and key, and takes nothing else along: a line that is no TOML costs its own profile.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mtp_tui.profiles.profile import Choices, Profile
from mtp_tui.profiles.profile_table import Agreement, Check, Fault, closest, profile_from, shortened
from mtp_tui.profiles.toml_layout import TABLE, Block, blocks_of, sections_of
from mtp_tui.profiles.toml_text import parsed

_MOST_STRANGERS = 20
"""That are named; a file of somebody else's kind may have thousands, and each is looked for."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the file that is not as it should be."""

    file: Path
    sentence: str
    hint: str = ""
    line: int | None = None
    """Counted from 1; None if it is about the whole file."""
    key: str = ""
    """Empty if it is about no key in particular."""
    profile: str = ""
    """The name of the profile it is in, if it has one."""

    def __str__(self) -> str:
        place = [self.file.name]
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.key:
            place.append(self.key if self.key.isprintable() else "a key")
        return f"{', '.join(place)}: {self.sentence}" + (f" {self.hint}" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Entry:
    """One `[[profile]]` of the file."""

    table: Mapping[str, object]
    block: Block | None
    """Where it stands; None if it is written in a way that is not edited by us."""
    profile: Profile | None
    """None if it cannot be used."""

    @property
    def key(self) -> str:
        """By what it is found: its name without regard to case; empty if it has none."""
        name = self.table.get("name")
        return name.strip().casefold() if isinstance(name, str) else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that the file says."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    """In the order of the file; what is about the whole of it comes first."""
    data: dict[str, object]
    """The whole file; empty if it is damaged."""
    damage: Problem | None = None
    """Why the file cannot be read as a whole, so that the entries are only what could be saved from it."""
    distrust: Problem | None = None
    """Why its commands may not be run; None if it has none, or only its owner can have written them."""


_Found = tuple[Mapping[str, object], Block | None, int]
"""A table, its lines, and how far down the file those are counted from."""


@dataclass(frozen=True, slots=True)
class _Damage:
    """Why a text is no TOML."""

    what: str
    line: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the text of one file."""

    file: Path
    choices: Choices = field(default_factory=Choices)
    checks: Mapping[str, Check] = field(default_factory=dict)
    agreement: Agreement | None = None
    windows: bool = os.name == "nt"

    def read(self, text: str, distrust: str = "") -> Reading:
        """Every profile that can be used and every problem. `distrust` says why its commands may not be run."""
        problems: list[Problem] = []
        data = _parsed(text)
        if isinstance(data, _Damage):
            found = self._saved(text, data, problems)
            damage, data = problems[0], {}
        else:
            found = self._tables(data, text, problems)
            damage = None
            problems += self._strangers(data, text)
        entries: list[Entry] = []
        names: set[str] = set()
        for table, block, offset in found:
            entry = self._entry(table, block, offset, problems)
            entries.append(self._unless_double(entry, offset, names, problems))
            names.add(entry.key)
        refusal = None
        if distrust and any("secret_command" in entry.table for entry in entries):
            refusal = self._distrusted(distrust)
            problems.append(refusal)
            entries = [_refusing_commands(entry, distrust) for entry in entries]
        problems.sort(key=lambda problem: problem.line or 0)
        return Reading(tuple(entries), tuple(problems), data, damage, refusal)

    def profile_from(self, table: Mapping[str, object]) -> tuple[Profile | None, tuple[Fault, ...]]:
        """The profile of one table, None if it cannot be used, and its faults."""
        return profile_from(table, self.choices, self.checks, windows=self.windows, agreement=self.agreement)

    def _tables(self, data: dict[str, object], text: str, problems: list[Problem]) -> list[_Found]:
        """The profiles of a sound file, with where they stand."""
        tables = data.get(TABLE, [])
        if not (isinstance(tables, list) and all(isinstance(table, dict) for table in tables)):
            hint = f'Write [[{TABLE}]] with two brackets for each, and its name below: name = "Contoso".'
            problems.append(Problem(self.file, "Profiles are written as a list.", hint, _line_of(text, TABLE), TABLE))
            return []
        try:
            blocks: tuple[Block | None, ...] = blocks_of(text)
        except ValueError:
            blocks = ()
        if len(blocks) != len(tables):  # written in braces, or with a statement beyond measure
            blocks = (None,) * len(tables)
        return [(table, block, 0) for table, block in zip(tables, blocks, strict=True)]

    def _saved(self, text: str, first: _Damage, problems: list[Problem]) -> list[_Found]:
        """What can be read of a damaged file, piece by piece."""
        found: list[_Found] = []
        for offset, piece in sections_of(text):
            data = _parsed(piece)
            if isinstance(data, _Damage):
                problems.append(self._damaged(data, offset))
            else:
                found += [(table, block, offset) for table, block, _ in self._tables(data, piece, [])]
        if not problems:
            problems.append(self._damaged(first, 0))
        return found

    def _damaged(self, damage: _Damage, offset: int) -> Problem:
        return Problem(self.file, f"This is not TOML: {damage.what}.", "Mend the line.", damage.line + offset)

    def _entry(self, table: Mapping[str, object], block: Block | None, offset: int, problems: list[Problem]) -> Entry:
        profile, faults = self.profile_from(table)
        name = table.get("name")
        for fault in faults:
            line = block.line_of(fault.key) + offset if block else None
            of = name if isinstance(name, str) and name.isprintable() else ""
            problems.append(Problem(self.file, fault.sentence, fault.hint, line, fault.key, of))
        return Entry(table, block, profile)

    def _unless_double(self, entry: Entry, offset: int, before: set[str], problems: list[Problem]) -> Entry:
        if not entry.profile or entry.key not in before:
            return entry
        line = entry.block.line_of("name") + offset if entry.block else None
        sentence = f"There is another profile named {entry.profile.name} above."
        problems.append(
            Problem(self.file, sentence, "Give one of them another name.", line, "name", entry.profile.name)
        )
        return replace(entry, profile=None)

    def _strangers(self, data: Mapping[str, object], text: str) -> list[Problem]:
        strangers = [key for key in data if key != TABLE][:_MOST_STRANGERS]
        return [
            Problem(
                self.file,
                f"There is no {shortened(key)} in this file.",
                closest(key, (TABLE,)),
                _line_of(text, key),
                key,
            )
            for key in strangers
        ]

    def _distrusted(self, why: str) -> Problem:
        sentence = f"{why} Its secret_command is not run."
        hint = f"Look whether all in it is yours, then: chmod 700 {self.file.parent} && chmod 600 {self.file}"
        return Problem(self.file, sentence, hint, key="secret_command")


def _parsed(text: str) -> dict[str, object] | _Damage:
    try:
        return parsed(text)
    except RecursionError:
        return _Damage("brackets within brackets without end", 1)
    except ValueError as error:  # a number of thousands of digits is one too
        what, _, place = str(error).partition(" (at ")
        number = re.search(r"line (\d+)", place)
        line = int(number.group(1)) if number else text.rstrip("\n").count("\n") + 1
        return _Damage(what.rstrip("."), line)


def _line_of(text: str, key: str) -> int | None:
    """The first line that begins with a key or table of this name, counted from 1."""
    begins = re.compile(rf"""[\s\["']*{re.escape(key)}\b""")
    return next((number for number, line in enumerate(text.split("\n"), 1) if begins.match(line)), None)


def _refusing_commands(entry: Entry, why: str) -> Entry:
    if entry.profile is None:
        return entry
    secret_from = replace(entry.profile.secret_from, command_refused=why)
    return replace(entry, profile=replace(entry.profile, secret_from=secret_from))
