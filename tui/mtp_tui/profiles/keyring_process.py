"""One question to the operating system's keyring, in a process of its own: reads it from standard input, prints the answer.

Run as a program, never imported by ours: a keyring may wait for a bus that never answers, or ask on the terminal, and
both end with the process. It prints a line of JSON when it has found the keyring and another with the answer; whatever
goes wrong unforeseen is the last line of standard error.
"""

import json
import sys


def main() -> None:
    """Read `{"ask": "get" | "set" | "delete", "service": …, "account": …, "secret": …}` and answer it."""
    question = json.load(sys.stdin)
    from keyring import core, errors
    from keyring.backends import fail, null

    try:
        # what was chosen by PYTHON_KEYRING_BACKEND or keyringrc.cfg, else the best; but no plain file unless chosen
        core.init_backend(core.recommended)
        keyring = core.get_keyring()
        if isinstance(keyring, fail.Keyring):
            say(outcome="absent")
        elif isinstance(keyring, null.Keyring):
            say(outcome="off")
        else:
            say(keyring=str(keyring.name))
            say(**answer(question))
    except errors.NoKeyringError:
        say(outcome="absent")
    except errors.KeyringLocked:
        say(outcome="locked")


def answer(question: dict[str, str]) -> dict[str, str]:
    """What the keyring says; a secret is only taken as kept when it can be read back."""
    from keyring import core, errors

    place = question["service"], question["account"]
    if question["ask"] == "get":
        secret = core.get_password(*place)
        return {"outcome": "nothing"} if secret is None else {"outcome": "found", "secret": secret}
    if question["ask"] == "set":
        core.set_password(*place, question["secret"])
        return {"outcome": "kept" if core.get_password(*place) == question["secret"] else "not kept"}
    try:
        core.delete_password(*place)
    except errors.PasswordDeleteError:
        return {"outcome": "nothing"}
    return {"outcome": "deleted"}


def say(**words: str) -> None:
    """One line, at once."""
    print(json.dumps(words), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
