"""Opening a certificate file while the rest of the program goes on: what is locked is opened by a process of its own."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from mtp_tui.errors import BadInput
from mtp_tui.identity.certificates import LARGEST_FILE_BYTES, Certificate, load_certificate
from mtp_tui.identity.credentials import Field
from mtp_tui.identity.typed_paths import clean_path, read_file
from mtp_tui.secret import Secret

OPEN_WITHIN_S = 15.0
"""The most work that `key_derivation` lets pass takes some seconds."""


def open_certificate(path: str, passphrase: Secret | None, *, within_s: float = OPEN_WITHIN_S) -> Certificate:
    """As `load_certificate`, but a file that takes long to open holds up only the calling thread, and not for ever."""
    data = read_file(path, Field.CERTIFICATE, "a certificate file", LARGEST_FILE_BYTES)
    if b"-----BEGIN" in data and b"ENCRYPTED" not in data:
        return load_certificate(path, passphrase)
    question = {
        "sys.path": sys.path,
        "path": os.path.abspath(clean_path(path)),
        "passphrase": passphrase.reveal() if passphrase is not None else None,
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, isolated from environment and working directory
            [sys.executable, "-I", str(Path(__file__).with_name("certificate_process.py"))],
            input=json.dumps(question).encode(),
            capture_output=True,
            check=False,
            timeout=within_s,
            env={name: value for name, value in os.environ.items() if name == "SYSTEMROOT"},
            creationflags=0x08000000 if os.name == "nt" else 0,  # CREATE_NO_WINDOW
        )
    except subprocess.TimeoutExpired:
        # not its cause: that carries what was printed
        raise BadInput(
            Field.CERTIFICATE,
            f"This file was not open after {within_s:.0f} s, so it was given up.",
            "Export certificate and key again, with the program's own settings.",
        ) from None
    except OSError:  # no process to be had
        return load_certificate(path, passphrase)
    return _certificate(path, _answer(done.stdout))


def _answer(output: bytes) -> dict[str, str]:
    try:
        answer = json.loads(output)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):  # the library has ended the process
        raise BadInput(
            Field.CERTIFICATE, "The certificate in this file is damaged.", "Copy or export the file again."
        ) from None
    if "summary" in answer:
        raise BadInput(answer["field"], answer["summary"], answer["hint"])
    return answer


def _certificate(path: str, answer: dict[str, str]) -> Certificate:
    return Certificate(
        path=path,
        subject=answer["subject"],
        thumbprint=answer["thumbprint"],
        thumbprint_sha256=answer["thumbprint_sha256"],
        not_before=datetime.fromisoformat(answer["not_before"]),
        expires_at=datetime.fromisoformat(answer["expires_at"]),
        pem=answer["pem"],
        private_key=Secret(answer["private_key"]),
    )
