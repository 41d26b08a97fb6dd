"""The profiles as the program keeps them: listed most recent first, saved, renamed, deleted, in a file shared with a person.

The file is asked anew before each change and only the lines in question are edited, so that what an editor or another
window of this program has written meanwhile stays. What may not be written at all: a profile that was changed there
meanwhile, a damaged file, a link, and a file with commands that somebody else could have put there.
"""

import logging
import threading
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from mtp_tui.clock import Clock
from mtp_tui.errors import BadInput, MtpError
from mtp_tui.profiles import private_file
from mtp_tui.profiles.profile import ENVIRONMENT, Choices, Profile
from mtp_tui.profiles.profile_file import Entry, Problem, Reader, Reading
from mtp_tui.profiles.profile_table import Agreement, Check, Value, all_values_of, closest, name_from, values_of
from mtp_tui.profiles.toml_layout import TABLE, with_profile_added, with_values, without_profile

log = logging.getLogger(__name__)

_FIRST_LINES = """\
# Profiles of mtp-tui. Edit them as you like; what the program changes, it changes in place.
# A secret does not belong here: secret_env, secret_command and secret_keyring say where it is.

"""
_BOM = b"\xef\xbb\xbf"
_NEVER = datetime.min.replace(tzinfo=UTC)


class ProfileFileDamaged(MtpError):
    """The file cannot be read as a whole, and so is not written either; `problem` says where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"Nothing was written: {problem}", "Mend the file, then try again.")
        self.problem = problem


class ProfileChanged(MtpError):
    """Somebody else has changed the very profile that was to be written; load again and decide."""


@dataclass(frozen=True, slots=True)
class ProfileList:
    """What the file holds now."""

    profiles: tuple[Profile, ...] = ()
    """The last used first, then by name."""
    problems: tuple[Problem, ...] = ()
    merged: bool = False
    """Whether the file had been changed by another program since it was read, and those changes were kept."""

    def named(self, name: str) -> Profile:
        """The profile of this name, without regard to case. Raises BadInput with the nearest name if there is none."""
        wanted = name.strip().casefold()
        for profile in self.profiles:
            if profile.name.casefold() == wanted:
                return profile
        broken = next((problem for problem in self.problems if wanted and problem.profile.casefold() == wanted), None)
        if broken:
            raise BadInput("profile", f"The profile {broken.profile} cannot be used.", str(broken))
        names = tuple(profile.name for profile in self.profiles)
        known = f"There are: {', '.join(names)}." if names else " ".join(map(str, self.problems[:1]))
        hint = closest(name, names) or known or "There are no profiles yet."
        raise BadInput("profile", f"There is no profile “{name}”.", hint)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The file as it was at one moment."""

    data: bytes
    text: str
    """Line endings are `\\n`, without a byte order mark."""
    reading: Reading

    def entry(self, key: str) -> Entry | None:
        """The first profile that is found by this key."""
        return next((entry for entry in self.reading.entries if entry.key == key), None)

    def encoded(self, text: str) -> bytes:
        """A new text with this file's line endings and byte order mark."""
        if b"\r\n" in self.data:
            text = text.replace("\n", "\r\n")
        return (_BOM if self.data.startswith(_BOM) else b"") + text.encode()


class ProfileBook:
    """Every call reads or writes the disk: call it in a thread, from any one at a time."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        choices: Choices | None = None,
        checks: Mapping[str, Check] | None = None,
        agreement: Agreement | None = None,
    ) -> None:
        """`checks` reads single keys more closely, `agreement` whole profiles; BadInput says what cannot be right."""
        self.path = path
        self._clock = clock
        self._reader = Reader(path, choices or Choices(), checks or {}, agreement)
        self._turn = threading.Lock()
        self._seen: _Snapshot | None = None
        self._touched: dict[str, datetime] = {}

    def load(self) -> ProfileList:
        """Everything that can be used, and everything that is wrong. Never raises: an unreadable file is a problem."""
        with self._turn:
            try:
                self._seen = self._read()
            except MtpError as error:
                return ProfileList(problems=(Problem(self.path, error.summary, error.hint),))
            return self._list(self._seen)

    def save(self, profile: Profile) -> ProfileList:
        """Write a new profile, or what is different in one that has this name; when it was last used stays as it is.

        Raises BadInput for what could not be read again, ProfileChanged, ProfileFileDamaged, MtpError if it cannot be
        written.
        """
        profile = replace(profile, name=name_from(profile.name))
        values = values_of(profile)
        _, faults = self._reader.profile_from(values)
        for fault in faults:
            raise BadInput(fault.key, fault.sentence, fault.hint)

        def edit(snapshot: _Snapshot) -> Mapping[str, Value]:
            entry = snapshot.entry(_key(profile.name))
            return values if entry is None else _differences(entry, profile)

        return self._change(profile.name, edit, may_be_new=True)

    def rename(self, name: str, new_name: str) -> ProfileList:
        """Give a profile another name. Raises BadInput if that is taken or none, else as `save`."""
        new_name = name_from(new_name)

        def edit(snapshot: _Snapshot) -> Mapping[str, Value]:
            taken = snapshot.entry(_key(new_name))
            if taken is not None and taken is not snapshot.entry(_key(name)):
                raise BadInput("name", f"There is already a profile named {new_name}.", "Choose another name.")
            return {"name": new_name}

        listed = self._change(name, edit)
        with self._turn:
            if (moment := self._touched.pop(_key(name), None)) is not None:
                self._touched[_key(new_name)] = moment
        return listed

    def delete(self, name: str) -> ProfileList:
        """Take a profile and its comments out of the file. Raises as `save`."""
        return self._change(name, lambda _: None)

    def touch(self, name: str) -> bool:
        """Remember that a profile was used now; False if only until the program ends.

        Never raises: a home that cannot be written is no reason not to sign in.
        """
        now = self._clock().replace(microsecond=0)
        with self._turn:
            self._touched[_key(name)] = now
        if _key(name) == ENVIRONMENT:
            return False
        try:
            self._change(name, lambda _: {"last_used_at": now}, heed_changes=False)
        except MtpError as error:
            log.info("last use of a profile was not written: %s", type(error).__name__)
            return False
        return True

    # reading

    def _read(self) -> _Snapshot:
        content = private_file.read(self.path)
        if content is None:
            return _Snapshot(b"", "", Reading((), (), {}))
        try:
            text = content.data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise MtpError(f"{self.path} is not UTF-8 text.", "Save it as UTF-8 in your editor.") from error
        return _Snapshot(content.data, text, self._reader.read(text, content.distrust))

    def _list(self, snapshot: _Snapshot, *, merged: bool = False) -> ProfileList:
        profiles = [self.with_last_use(entry.profile) for entry in snapshot.reading.entries if entry.profile]
        profiles.sort(key=lambda profile: profile.name.casefold())
        profiles.sort(key=lambda profile: profile.last_used_at or _NEVER, reverse=True)
        return ProfileList(tuple(profiles), snapshot.reading.problems, merged)

    def with_last_use(self, profile: Profile) -> Profile:
        """The profile with the moment when this program used it last, if that is known."""
        moments = [moment for moment in (profile.last_used_at, self._touched.get(_key(profile.name))) if moment]
        return replace(profile, last_used_at=max(moments, default=None))

    # writing

    def _change(
        self,
        name: str,
        edit: Callable[[_Snapshot], Mapping[str, Value] | None],
        *,
        may_be_new: bool = False,
        heed_changes: bool = True,
    ) -> ProfileList:
        """Read, edit and write in one go. `edit` gives the values to write, or None to delete."""
        with self._turn:
            now = self._read()
            self._refuse_unless_writable(now)
            entry = now.entry(_key(name))
            if heed_changes:
                self._refuse_if_changed(name, now)
            if entry is None and not may_be_new:
                raise BadInput("profile", f"There is no profile “{name}” any more.", "Look at the list again.")
            values = edit(now)
            after = now if values == {} else self._written(now, entry, values)
            merged = self._seen is not None and self._seen.data != now.data
            self._seen = after
            return self._list(after, merged=merged)

    def _refuse_unless_writable(self, now: _Snapshot) -> None:
        if now.reading.damage:
            raise ProfileFileDamaged(now.reading.damage)
        if now.reading.distrust:  # our own write would make the file private, and a planted command trusted
            raise MtpError(f"Nothing was written. {now.reading.distrust.sentence}", now.reading.distrust.hint)

    def _refuse_if_changed(self, name: str, now: _Snapshot) -> None:
        if self._seen is None:
            return
        before, current = self._seen.entry(_key(name)), now.entry(_key(name))
        if _without_last_use(before) != _without_last_use(current):
            raise ProfileChanged(
                f"The profile {name} was changed in {self.path} meanwhile; nothing was written.",
                "Look at it again, then repeat what you wanted.",
            )

    def _written(self, now: _Snapshot, entry: Entry | None, values: Mapping[str, Value] | None) -> _Snapshot:
        """Edit the text, make sure that it says what it should and nothing else has moved, and put it in place."""
        text, tables = now.text, [dict(each.table) for each in now.reading.entries]
        if entry is None:
            tables.append(dict(values or {}))
            text = with_profile_added(text or _FIRST_LINES, values or {})
        else:
            place = now.reading.entries.index(entry)
            if entry.block is None:
                raise MtpError(
                    f"{self.path} writes its profiles in braces, which only a person can edit.",
                    f"Write each below a line [[{TABLE}]], then try again.",
                )
            if values is None:
                del tables[place]
                text = without_profile(text, entry.block)
            else:
                tables[place] |= values
                text = with_values(text, entry.block, values)
        self._refuse_unless_as_meant(text, now, tables)
        data = now.encoded(text)
        current = private_file.read(self.path)
        if (current.data if current else b"") != now.data:
            raise ProfileChanged(f"{self.path} was changed this very moment; nothing was written.", "Try again.")
        private_file.replace(self.path, data)
        return _Snapshot(data, text, self._reader.read(text))

    def _refuse_unless_as_meant(self, text: str, now: _Snapshot, tables: list[dict[str, object]]) -> None:
        expected = {**now.reading.data, TABLE: tables}
        try:
            meant = {TABLE: [], **tomllib.loads(text)} == expected
        except ValueError:
            meant = False
        if not meant:
            raise MtpError(
                f"{self.path} is written in a way that only a person can edit; nothing was changed.",
                "Make the change in your editor.",
            )


def _key(name: str) -> str:
    return name.strip().casefold()


def _without_last_use(entry: Entry | None) -> dict[str, object] | None:
    if entry is None:
        return None
    return {key: value for key, value in entry.table.items() if key != "last_used_at"}


def _differences(entry: Entry, profile: Profile) -> dict[str, Value]:
    """What has to be written so that the file says this profile; nothing that it says already, in whichever form."""
    wanted = all_values_of(replace(profile, last_used_at=None))
    said = all_values_of(entry.profile) if entry.profile else {**all_values_of(Profile("")), **entry.table}
    return {key: value for key, value in wanted.items() if value != said.get(key)}
