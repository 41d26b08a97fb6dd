"""Where the secret of a profile comes from: a variable, a command, the keyring, or the person.

In that order, each only if the profile names it, and it is always said which one answered and why the others did not.
The secret is a `Secret` from the line that reads it.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from mtp_tui.errors import BadInput
from mtp_tui.profiles.child_process import Ending, run
from mtp_tui.profiles.os_keyring import KeyringState, KeyringTrouble, OsKeyring, account_of
from mtp_tui.profiles.profile import Profile, SecretFrom, SecretSource
from mtp_tui.secret import Secret

log = logging.getLogger(__name__)

COMMAND_WITHIN_S = 30.0
"""A vault over the network may take its time; a password prompt in a window too."""

_LONGEST_COMPLAINT = 2000


class Outcome(StrEnum):
    """What came of asking one source."""

    FOUND = "found"
    NOTHING = "nothing there"
    ABSENT = "no such source on this machine"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One source that was asked."""

    source: SecretSource
    outcome: Outcome
    sentence: str
    """Such as “The environment variable CONTOSO_SECRET is not set.”"""
    hint: str = ""
    """What to do about it. That there is no keyring is explained once only."""
    detail: str = ""
    """What a command or a keyring wrote itself: text from outside."""


@dataclass(frozen=True, slots=True)
class SecretAnswer:
    """The secret, and how it was come by."""

    secret: Secret | None
    """None if the person has to be asked."""
    source: SecretSource
    """Which source answered; `ASKED` if none did."""
    attempts: tuple[Attempt, ...] = ()
    """All that were asked, in order; the last one answered unless the source is `ASKED`."""

    @property
    def origin(self) -> str:
        """Which source answered, as the end of “taken from”; empty if none did."""
        return (
            self.attempts[-1].sentence.removeprefix("The secret comes from ").rstrip(".")
            if self.secret is not None
            else ""
        )

    @property
    def sentence(self) -> str:
        """Which source answered, or why none did."""
        if self.secret is not None or self.attempts:
            said = self.attempts[-1:] if self.secret is not None else self.attempts
            return " ".join(attempt.sentence for attempt in said)
        return "The profile names no source for its secret."


class SecretSources:
    """Looks for secrets, and keeps or forgets them in the keyring."""

    def __init__(
        self,
        environ: Mapping[str, str],
        keyring: OsKeyring,
        *,
        for_commands: Mapping[str, str] | None = None,
        command_within_s: float = COMMAND_WITHIN_S,
    ) -> None:
        """`for_commands` is the environment that commands are started with, if it is another."""
        self._environ = environ
        self._for_commands = environ if for_commands is None else for_commands
        self._keyring = keyring
        self._command_within_s = command_within_s
        self._absence_is_explained = False

    @property
    def no_keyring_because(self) -> str:
        """Why no secret can be kept here, as a sentence; empty if there may be a keyring."""
        return self._keyring.why_absent

    async def find(self, profile: Profile) -> SecretAnswer:
        """Ask the sources that the profile names until one answers; never raises MtpError.

        May take as long as the limits of command and keyring; can be cancelled, which stops what runs.
        """
        attempts: list[Attempt] = []
        wanted = profile.secret_from
        sources = (
            (wanted.variable, self._from_variable),
            (wanted.command, self._from_command),
            (wanted.keyring, self._from_keyring),
        )
        for is_named, ask in sources:
            if not is_named:
                continue
            secret, attempt = await ask(profile)
            attempts.append(attempt)
            log.info("secret by %s: %s", attempt.source, attempt.outcome)
            if secret is not None:
                return SecretAnswer(secret, attempt.source, tuple(attempts))
        return SecretAnswer(None, SecretSource.ASKED, tuple(attempts))

    async def keep(self, profile: Profile, secret: Secret) -> str:
        """Put a secret into the keyring and give the keyring's name; to be followed by saving the profile.

        Raises KeyringTrouble, BadInput if the profile does not say whose secret it is.
        """
        await self._keyring.keep(_account(profile), secret)
        return self._keyring.name

    async def forget(self, profile: Profile) -> bool:
        """Take the profile's secret out of the keyring; False if there was none. Raises as `keep`."""
        return await self._keyring.forget(_account(profile))

    async def _from_variable(self, profile: Profile) -> tuple[Secret | None, Attempt]:
        name = profile.secret_from.variable
        if name not in self._environ:
            return None, _nothing(SecretSource.VARIABLE, f"The environment variable {name} is not set.")
        if not self._environ[name].strip():
            return None, _nothing(SecretSource.VARIABLE, f"The environment variable {name} is empty.")
        return Secret(self._environ[name]), _found(
            SecretSource.VARIABLE, f"The secret comes from the environment variable {name}."
        )

    async def _from_command(self, profile: Profile) -> tuple[Secret | None, Attempt]:
        wanted = profile.secret_from
        if wanted.command_refused:
            return None, _failed(f"{wanted.command_refused} Its secret_command was not run.", "Make it yours alone.")
        argv = _argv(wanted)
        program = argv[0]
        # without GPG_TTY: gpg would ask for its passphrase in the middle of our screen
        environ = {key: value for key, value in self._for_commands.items() if key != "GPG_TTY"}
        try:
            ending = await run(argv, environ, within_s=self._command_within_s)
        except FileNotFoundError:
            return None, _failed(
                f"The command {program} was not found.",
                "No shell reads secret_command: give the program's full path, without variables.",
            )
        except (OSError, ValueError) as error:  # ValueError: a lone surrogate
            reason = (isinstance(error, OSError) and error.strerror) or "its words cannot be passed on"
            return None, _failed(f"The command {program} could not be started: {reason}.")
        return self._read_output(program, ending)

    def _read_output(self, program: str, ending: Ending) -> tuple[Secret | None, Attempt]:
        words = ending.complaints.decode(errors="replace").strip()[:_LONGEST_COMPLAINT]
        if ending.printed_too_much:
            return None, _failed(f"The command {program} printed without end and was stopped.", detail=words)
        if ending.code is None:
            return None, _failed(
                f"The command {program} did not finish within {self._command_within_s:.0f} s and was stopped.",
                "It cannot ask anything here: unlock what it reads from in another terminal, then try again.",
                words,
            )
        if ending.code != 0:
            return None, _failed(
                f"The command {program} failed with exit code {ending.code}.", "Run it in another terminal.", words
            )
        try:
            secret = Secret(ending.output.decode("utf-8-sig").split("\n", 1)[0].strip("\r"))
        except UnicodeDecodeError:
            return None, _failed(f"The command {program} printed something that is not UTF-8 text.", detail=words)
        if not secret.reveal().strip():
            return None, _failed(
                f"The command {program} printed nothing in its first line.", "It has to print the secret there.", words
            )
        return secret, _found(SecretSource.COMMAND, f"The secret comes from the command {program}.")

    async def _from_keyring(self, profile: Profile) -> tuple[Secret | None, Attempt]:
        source = SecretSource.KEYRING
        try:
            secret = await self._keyring.get(_account(profile))
        except KeyringTrouble as trouble:
            return None, self._explained_once(trouble)
        except BadInput as fault:
            return None, _nothing(source, fault.summary)
        name = f" ({self._keyring.name})" if self._keyring.name else ""
        if secret is None:
            return None, _nothing(source, f"The keyring{name} has no secret for this application in this tenant.")
        return secret, _found(source, f"The secret comes from the keyring{name}.")

    def _explained_once(self, trouble: KeyringTrouble) -> Attempt:
        outcome = Outcome.ABSENT if trouble.state is KeyringState.ABSENT else Outcome.FAILED
        attempt = Attempt(SecretSource.KEYRING, outcome, trouble.summary, trouble.hint, trouble.detail)
        if outcome is Outcome.FAILED:
            return attempt
        if self._absence_is_explained:
            return replace(attempt, sentence="There is no keyring on this machine.", hint="")
        self._absence_is_explained = True
        return attempt


def _argv(wanted: SecretFrom) -> list[str]:
    """The command's words; `~` in the first one is a home, the one thing of a shell that a path cannot do without."""
    return [os.path.expanduser(wanted.command[0]), *wanted.command[1:]]


def _account(profile: Profile) -> str:
    if not (profile.tenant and profile.client_id):
        raise BadInput("client_id", "The keyring needs tenant and application to know whose secret it is.")
    return account_of(profile.kind, profile.tenant, profile.client_id)


def _found(source: SecretSource, sentence: str) -> Attempt:
    return Attempt(source, Outcome.FOUND, sentence)


def _nothing(source: SecretSource, sentence: str) -> Attempt:
    return Attempt(source, Outcome.NOTHING, sentence)


def _failed(sentence: str, hint: str = "", detail: str = "") -> Attempt:
    return Attempt(SecretSource.COMMAND, Outcome.FAILED, sentence, hint, detail)
