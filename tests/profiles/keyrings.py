"""Keyrings to be chosen by PYTHON_KEYRING_BACKEND, as a real one would be; each with one trait."""
# ruff: noqa: ARG002 - the arguments are those of every keyring

import getpass
import json
import os
import sys
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class InAFile(KeyringBackend):
    """Keeps what it is given, in the file that KEYRING_TEST_FILE names."""

    priority = 9
    name = "File keyring"

    @property
    def file(self) -> Path:
        return Path(os.environ["KEYRING_TEST_FILE"])

    def _kept(self) -> dict[str, str]:
        kept: dict[str, str] = json.loads(self.file.read_text(encoding="utf-8")) if self.file.exists() else {}
        return kept

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.file.write_text(json.dumps(self._kept() | {f"{service} {username}": password}), encoding="utf-8")

    def delete_password(self, service: str, username: str) -> None:
        kept = self._kept()
        if f"{service} {username}" not in kept:
            raise PasswordDeleteError("No such password!")
        del kept[f"{service} {username}"]
        self.file.write_text(json.dumps(kept), encoding="utf-8")


class Locked(InAFile):
    """Its owner closed the window that asked for its password."""

    name = "Locked keyring"

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")


class Forgetful(InAFile):
    """Says that it kept what it did not."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Broken(InAFile):
    """Fails as nobody has foreseen, and tells the secret on the way."""

    def get_password(self, service: str, username: str) -> str | None:
        raise ZeroDivisionError("bus on fire")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise ZeroDivisionError(f"could not store {password}")


class Talkative(InAFile):
    """Prints what is no answer of ours."""

    def get_password(self, service: str, username: str) -> str | None:
        print('["unlocking"]\n17\n{not json', file=sys.stdout)  # noqa: T201
        return super().get_password(service, username)


class AsksOnTheTerminal(InAFile):
    """Wants a password from the terminal, as file keyrings do."""

    def get_password(self, service: str, username: str) -> str | None:
        return getpass.getpass("Password for the keyring: ", stream=None)


class Silent(InAFile):
    """Waits for what never comes."""

    name = "Silent keyring"

    def get_password(self, service: str, username: str) -> str | None:
        sys.stdout.flush()
        os.read(os.pipe()[0], 1)
        return None
