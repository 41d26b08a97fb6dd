"""One `[[profile]]` table of the file ↔ `Profile`: every fault found, none of them hiding another."""

import difflib
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from mtp_tui.errors import BadInput
from mtp_tui.profiles.profile import ENVIRONMENT, Choices, Profile, SecretFrom

Value = str | bool | list[str] | datetime
"""What stands in the file."""

Check = Callable[[str], str]
"""Reads the text of a key and gives it as it is meant; raises BadInput if it cannot be right."""

Agreement = Callable[[Profile], None]
"""Looks at keys that have to go together; raises BadInput, with the key as its field, if they cannot."""

KEYS = (
    "name", "tenant", "client_id", "kind", "cloud", "region", "audience", "certificate_path",
    "secret_env", "secret_command", "secret_keyring", "write", "last_used_at",
)  # fmt: skip
"""The keys of a table, in the order in which we write them."""

_SECRET_KEYS = frozenset({
    "secret", "client_secret", "secret_value", "password", "passphrase", "certificate_password", "certificate_passphrase",
    "token", "access_token", "refresh_token", "private_key",
})  # fmt: skip
"""What a person may call a key that holds the secret itself."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_SHELL_WORDS = frozenset({"|", "||", "&", "&&", ";", ">", ">>", "<", "2>", "2>&1"})
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one key."""

    key: str
    sentence: str
    """Never holds a value that may be a secret."""
    hint: str = ""
    fatal: bool = True
    """Whether the profile cannot be used because of it."""


def name_from(typed: str) -> str:
    """A profile's name as it is kept. Raises BadInput if it is empty, too long, reserved, or cannot be shown."""
    name = typed.strip()
    if not name:
        raise BadInput("name", "The profile has no name.", 'Give it one, such as name = "Contoso".')
    if len(name) > _LONGEST_NAME:
        raise BadInput("name", f"The name is longer than {_LONGEST_NAME} characters.", "Give it a shorter one.")
    if not name.isprintable():
        raise BadInput("name", "The name holds characters that cannot be seen.", "Type it anew.")
    if name.casefold() == ENVIRONMENT:
        raise BadInput(
            "name", f"“{ENVIRONMENT}” is the profile made of the AZURE_* variables.", "Give it another name."
        )
    return name


def command_from(typed: str, *, windows: bool) -> tuple[str, ...]:
    """Program and arguments of a command in one line, split as a shell would and read by none.

    On Windows a backslash is part of a path. Raises BadInput if it cannot be split, or needs a shell.
    """
    try:
        words = shlex.split(typed, posix=not windows)
    except ValueError as error:
        raise BadInput("secret_command", "A quote is not closed.", "Write it as a list of words.") from error
    if windows:
        words = [word[1:-1] if len(word) > 1 and word[0] == word[-1] == '"' else word for word in words]
    if _SHELL_WORDS.intersection(words):
        raise BadInput(
            "secret_command",
            "No shell reads this command, so that pipes and redirections mean nothing.",
            "Put them into a script and name that. If the sign itself is meant, write the command as a list.",
        )
    return tuple(words)


def profile_from(
    table: Mapping[str, object],
    choices: Choices,
    checks: Mapping[str, Check],
    *,
    windows: bool,
    agreement: Agreement | None = None,
) -> tuple[Profile | None, tuple[Fault, ...]]:
    """The profile of a table, None if it cannot be used, and everything that is to be said about it.

    `checks` may read `tenant`, `client_id` and `audience` more closely than can be done here, and `agreement` all of a
    profile whose keys are in order one by one.
    """
    reading = _Reading(table, checks)
    profile = Profile(
        name=reading.read("name", name_from, required=True),
        tenant=reading.text("tenant"),
        client_id=reading.text("client_id"),
        kind=reading.choice("kind", choices.kinds, "secret"),
        cloud=reading.choice("cloud", choices.clouds, "global"),
        region=reading.choice("region", choices.regions, "global"),
        audience=reading.text("audience"),
        secret_from=SecretFrom(
            reading.read("secret_env", _variable_from), reading.command(windows=windows), reading.flag("secret_keyring")
        ),
        certificate_path=reading.text("certificate_path"),
        may_write=reading.flag("write"),
        last_used_at=reading.moment("last_used_at"),
    )
    reading.complain_of_unknown_keys()
    reading.look_at_whole(profile, agreement)
    usable = not any(fault.fatal for fault in reading.faults)
    return (profile if usable else None), tuple(reading.faults)


def values_of(profile: Profile) -> dict[str, Value]:
    """What stands in the file for a profile: all keys but those that say nothing more than being left out would."""
    every = all_values_of(profile)
    plain = all_values_of(Profile(profile.name))
    return {key: value for key, value in every.items() if key == "name" or value != plain.get(key)}


def all_values_of(profile: Profile) -> dict[str, Value]:
    """Every key with its value, also where it is the one that leaving it out would mean."""
    values: dict[str, Value] = {
        "name": profile.name,
        "tenant": profile.tenant,
        "client_id": profile.client_id,
        "kind": profile.kind,
        "cloud": profile.cloud,
        "region": profile.region,
        "audience": profile.audience,
        "certificate_path": profile.certificate_path,
        "secret_env": profile.secret_from.variable,
        "secret_command": list(profile.secret_from.command),
        "secret_keyring": profile.secret_from.keyring,
        "write": profile.may_write,
    }
    if profile.last_used_at is not None:
        values["last_used_at"] = profile.last_used_at.astimezone(UTC).replace(microsecond=0)
    return values


def closest(word: str, words: tuple[str, ...]) -> str:
    """“Did you mean …?” for the nearest of the words; empty if none is near."""
    near = difflib.get_close_matches(word.casefold(), [known.casefold() for known in words], n=1)
    return next((f"Did you mean {known}?" for known in words if near and known.casefold() == near[0]), "")


def shortened(key: str) -> str:
    """A key of somebody's own making, as a sentence can name it."""
    return key[:40] if key.isprintable() else "…"


class _Reading:
    """Reads key after key and gathers the faults."""

    def __init__(self, table: Mapping[str, object], checks: Mapping[str, Check]) -> None:
        self._table = table
        self._checks = checks
        self.faults: list[Fault] = []

    def text(self, key: str) -> str:
        """A text, by the check that was given for its key if there is one."""
        return self.read(key, self._checks.get(key, str.strip))

    def read(self, key: str, check: Check, *, required: bool = False) -> str:
        """A text as `check` understands it; empty, with a fault, if it cannot be right."""
        value = self._table.get(key, "")
        if not isinstance(value, str):
            return self._fault(key, f'{key} has to be a text in quotes, such as {key} = "…".')
        if not value.isprintable():
            return self._fault(key, f"{key} holds characters that cannot be seen.", "Type it anew.")
        if not value.strip() and not required:
            return ""
        try:
            return check(value)
        except BadInput as fault:
            return self._fault(key, fault.summary, fault.hint)

    def choice(self, key: str, words: tuple[str, ...], default: str) -> str:
        """One of the words; `GCC High` and `gcc_high` are as good as `gcc-high`."""
        value = self.read(key, str.strip)
        word = re.sub(r"[\s_]+", "-", value.lower())
        if not value or word in words:
            return word or default
        hint = closest(word, words) or f"It is one of: {', '.join(words)}."
        return self._fault(key, f"“{value[:40]}” is not a {key}.", hint)

    def flag(self, key: str) -> bool:
        """true or false."""
        value = self._table.get(key, False)
        if not isinstance(value, bool):
            self._fault(key, f"{key} has to be true or false, without quotes.")
        return value is True

    def command(self, *, windows: bool) -> tuple[str, ...]:
        """A list of words, or a line to be split."""
        key = "secret_command"
        value = self._table.get(key, [])
        if isinstance(value, list) and all(isinstance(word, str) and "\0" not in word for word in value):
            return tuple(value)
        if not isinstance(value, str) or "\0" in value:
            self._fault(key, f'{key} has to be a list of words, such as ["pass", "show", "contoso"].')
            return ()
        try:
            return command_from(value, windows=windows)
        except BadInput as fault:
            self._fault(key, fault.summary, fault.hint)
            return ()

    def moment(self, key: str) -> datetime | None:
        """A date with time, which without a zone is UTC; a wrong one does no harm."""
        value = self._table.get(key)
        if isinstance(value, datetime):
            try:
                return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
            except OverflowError:  # year 1 with an offset
                value = "out of reckoning"
        if value is not None:
            self.faults.append(Fault(key, f"{key} has to be like 2026-11-20T12:00:00Z, without quotes.", fatal=False))
        return None

    def look_at_whole(self, profile: Profile, agreement: Agreement | None) -> None:
        """Whether the keys go together; not asked while one of them is wrong by itself."""
        if agreement is None or any(fault.fatal for fault in self.faults):
            return
        try:
            agreement(profile)
        except BadInput as fault:
            self._fault(str(fault.field), fault.summary, fault.hint)

    def complain_of_unknown_keys(self) -> None:
        """A key that is not ours does no harm, but is likely to be one of ours with a slip in it."""
        for key in self._table:
            if key in KEYS:
                continue
            if key.lower().replace("-", "_") in _SECRET_KEYS:
                sentence = f"A secret does not belong into this file, and {key} is not read."
                hint = "Remove the line; name where the secret is by secret_env, secret_command or secret_keyring."
            else:
                sentence, hint = f"There is no key {shortened(key)}.", closest(key, KEYS)
            self.faults.append(Fault(key, sentence, hint, fatal=False))

    def _fault(self, key: str, sentence: str, hint: str = "") -> str:
        self.faults.append(Fault(key, sentence, hint))
        return ""


def _variable_from(typed: str) -> str:
    name = typed.strip().removeprefix("$")
    if _VARIABLE.fullmatch(name):
        return name
    raise BadInput(  # what stands there may be the secret itself
        "secret_env",
        "This is not the name of an environment variable.",
        "Write the variable's name, such as CONTOSO_SECRET, not what it holds.",
    )
