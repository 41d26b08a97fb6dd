"""The operating system's keyring: asked in a process of its own, within a time, and known to be missing once it is.

Windows has its Credential Manager, macOS its keychain, Linux whatever answers as Secret Service on the session bus. On a
server there is mostly no such bus, or one where a locked keyring waits for a window to ask for its password in.
"""

import json
import logging
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from mtp_tui.errors import MtpError
from mtp_tui.profiles.child_process import Ending, run
from mtp_tui.secret import Secret
from mtp_tui.settings import has_windows

log = logging.getLogger(__name__)

SERVICE = "mtp-tui"
"""Under what our entries are listed in the system's own keyring program."""

WITHOUT_WINDOW_S = 8.0
"""Where nobody can be asked for the keyring's password; half a second is usual."""

WITH_WINDOW_S = 45.0
"""Where a window may stand open in which a person types it."""


class KeyringState(StrEnum):
    """Why a keyring could not help."""

    ABSENT = "absent"
    LOCKED = "locked"
    FAILED = "failed"


class KeyringTrouble(MtpError):
    """The keyring is missing, locked, silent, or broken."""

    def __init__(self, state: KeyringState, summary: str, hint: str = "", *, detail: str = "") -> None:
        super().__init__(summary, hint, detail=detail)
        self.state = state


class OsKeyring:
    """Reads, keeps and forgets secrets. Every call takes some tenths of a second, and can be cancelled."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        within_s: float | None = None,
        python: str = sys.executable,
        platform: str = sys.platform,
    ) -> None:
        """`within_s` is the time for one answer; by itself it depends on whether a window could be opened."""
        self._environ = environ
        self._python = python
        self._within_s = within_s or (WITH_WINDOW_S if has_windows(environ, platform) else WITHOUT_WINDOW_S)
        self._why_absent = ""
        self.name = ""
        """What the keyring calls itself; text from outside, empty until it has answered."""

    @property
    def is_absent(self) -> bool:
        """Whether it is known that there is none; it will not appear while the program runs."""
        return bool(self._why_absent)

    @property
    def why_absent(self) -> str:
        """Why it is known that there is none, as a sentence; empty if there may be one."""
        return self._why_absent

    async def get(self, account: str) -> Secret | None:
        """The secret kept for an account, None if there is none. Raises KeyringTrouble."""
        secret = (await self._ask("get", account)).get("secret")
        return secret if isinstance(secret, Secret) and secret else None

    async def keep(self, account: str, secret: Secret) -> None:
        """Store a secret, in place of an earlier one. Raises KeyringTrouble, also if it cannot be read back."""
        answer = await self._ask("set", account, secret)
        if answer["outcome"] != "kept":
            raise KeyringTrouble(
                KeyringState.FAILED, "The keyring took the secret and does not have it.", "Use another source for it."
            )

    async def forget(self, account: str) -> bool:
        """Delete what is kept for an account; False if there was nothing. Raises KeyringTrouble."""
        return (await self._ask("delete", account))["outcome"] == "deleted"

    async def _ask(self, what: str, account: str, secret: Secret | None = None) -> dict[str, object]:
        if self._why_absent:
            raise _absent(self._why_absent)
        question = {"ask": what, "service": SERVICE, "account": account}
        if secret is not None:
            question["secret"] = secret.reveal()
        # by its path and without the working directory on sys.path, where anybody's keyring.py may lie
        argv = [self._python, "-P", str(Path(__file__).with_name("keyring_process.py"))]
        try:
            ending = await run(argv, self._environ, given=json.dumps(question).encode(), within_s=self._within_s)
        except OSError as error:
            raise self._remember_absent(f"Its helper could not be started: {error.strerror or error}.") from error
        said = _said(ending)
        self.name = str(said.get("keyring", self.name))
        log.info("keyring: %s → %s", what, said.get("outcome", "no answer"))
        return self._judged(said, ending, secret)

    def _judged(self, said: dict[str, object], ending: Ending, secret: Secret | None) -> dict[str, object]:
        outcome = said.get("outcome")
        if outcome == "absent":
            raise self._remember_absent("Neither a Secret Service on the session bus nor another keyring was found.")
        if outcome == "off":
            raise self._remember_absent("It is switched off in keyringrc.cfg or by PYTHON_KEYRING_BACKEND.")
        if outcome == "locked":
            raise _locked(f"{self.name or 'The keyring'} is locked.")
        if outcome is not None and ending.code == 0:
            return said
        if ending.code is None:
            whose = f"The keyring ({self.name})" if self.name else "The keyring"
            raise _locked(f"{whose} did not answer within {self._within_s:.0f} s.")
        lines = ending.complaints.decode(errors="replace").strip().splitlines()
        detail = lines[-1][:500] if lines else ""
        if secret is not None and secret.reveal() in detail:
            detail = ""
        if "ModuleNotFoundError" in detail:
            raise self._remember_absent("The package keyring is not installed beside this program.")
        raise KeyringTrouble(
            KeyringState.FAILED, "The keyring could not be used.", "Its own words are kept as detail.", detail=detail
        )

    def _remember_absent(self, why: str) -> KeyringTrouble:
        self._why_absent = why
        return _absent(why)


def account_of(kind: str, tenant: str, client_id: str) -> str:
    """Under what a secret is kept: by whom it belongs to and not by the profile, which may be renamed."""
    return f"{client_id.strip().lower()}@{tenant.strip().lower()}" + (
        " certificate passphrase" if kind == "certificate" else ""
    )


def _absent(why: str) -> KeyringTrouble:
    return KeyringTrouble(
        KeyringState.ABSENT,
        f"There is no keyring on this machine. {why}",
        "Name an environment variable (secret_env) or a command (secret_command, such as pass, systemd-creds or your "
        "vault's own), or type the secret each time.",
    )


def _locked(summary: str) -> KeyringTrouble:
    return KeyringTrouble(
        KeyringState.LOCKED,
        summary,
        "Over SSH it has no window to ask for its password in: unlock it before, or use another source for the secret.",
    )


def _said(ending: Ending) -> dict[str, object]:
    """Its lines in one; a keyring of somebody else's making may print others between them."""
    said: dict[str, object] = {}
    for line in ending.output.splitlines():
        try:
            words = json.loads(line)
        except ValueError:
            continue
        if isinstance(words, dict):
            said |= {key: Secret(str(word)) if key == "secret" else word for key, word in words.items()}
    return said
