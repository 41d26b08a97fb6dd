"""One certificate file opened, in a process of its own: reads from standard input which, prints what it holds.

Run as a program, never imported by ours: the library that opens a locked file stops every thread of its process while it
hashes the passphrase, as often as the file says, and it can be ended only with the process.
"""

import json
import sys


def main() -> None:
    """Read `{"sys.path": […], "path": …, "passphrase": … | null}` and print a certificate's fields, or what is wrong."""
    question = json.load(sys.stdin)
    sys.path[:] = question["sys.path"]  # as in the program that asks, wherever it was installed

    from mtp_tui.errors import BadInput
    from mtp_tui.identity.certificates import load_certificate
    from mtp_tui.private_memory import keep_memory_private
    from mtp_tui.secret import Secret

    keep_memory_private()
    passphrase = question["passphrase"]
    try:
        found = load_certificate(question["path"], None if passphrase is None else Secret(passphrase))
    except BadInput as fault:
        answer = {"field": fault.field, "summary": fault.summary, "hint": fault.hint}
    else:
        answer = {
            "subject": found.subject,
            "thumbprint": found.thumbprint,
            "thumbprint_sha256": found.thumbprint_sha256,
            "not_before": found.not_before.isoformat(),
            "expires_at": found.expires_at.isoformat(),
            "pem": found.pem,
            "private_key": found.private_key.reveal(),
        }
    print(json.dumps(answer))  # noqa: T201


if __name__ == "__main__":
    main()
