"""Looking for secrets where none may be: in every form in which a program could let one slip."""

import base64
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import httpx

_RUN = 12
"""Of a long secret, any 23 bytes in a row are found: among so many, one window of 12 begins at a multiple of 12."""

_OF_REQUESTS = ("client_secret", "client_assertion", "code", "code_verifier", "device_code", "refresh_token")
_OF_ANSWERS = ("access_token", "refresh_token", "id_token", "device_code")


def secrets_in(request: httpx.Request, response: httpx.Response) -> Iterator[tuple[str, str]]:
    """Every secret of one request to Entra and its answer, with the name of its field; what a person types in is none."""
    form = dict(httpx.QueryParams(request.content.decode("utf-8", "replace"))) if request.method == "POST" else {}
    yield from ((name, form[name]) for name in _OF_REQUESTS if form.get(name))
    is_json = response.headers.get("content-type", "").startswith("application/json")
    body = json.loads(response.content) if is_json and request.method == "POST" else {}
    yield from ((name, body[name]) for name in _OF_ANSWERS if isinstance(body, dict) and body.get(name))


class Hunt:
    """Knows secrets by name, and finds them in bytes."""

    def __init__(self) -> None:
        self._short: dict[bytes, str] = {}
        self._windows: dict[bytes, str] = {}

    def add(self, name: str, secret: str | bytes) -> None:
        """Look for this too; a token by its payload and signature, since its header is the same for all and is shown."""
        if isinstance(secret, str) and secret.startswith("eyJ") and secret.count(".") == 2:
            _, payload, signature = secret.split(".")
            self.add(f"payload of {name}", payload)
            self.add(f"signature of {name}", signature)
            return
        for form, data in forms_of(secret):
            found = f"{name}, {form}"
            if len(data) < 2 * _RUN:
                self._short.setdefault(data, found)
            else:
                for at in range(len(data) - _RUN + 1):
                    self._windows.setdefault(data[at : at + _RUN], found)

    def found_in(self, data: bytes) -> set[str]:
        """The names of all that is there, with the form in which it is."""
        short = {found for secret, found in self._short.items() if secret in data}
        windows = (data[at : at + _RUN] for at in range(0, len(data), _RUN))
        return short | {self._windows[window] for window in windows if window in self._windows}


def forms_of(secret: str | bytes) -> Iterator[tuple[str, bytes]]:
    """The secret as it is, and as programs write it; a form that changes nothing is left out."""
    data = secret.encode() if isinstance(secret, str) else secret
    forms = {data: "as it is"}
    for form, written in _written(secret, data):
        forms.setdefault(written, form)
    yield from ((form, written) for written, form in forms.items())


def _written(secret: str | bytes, data: bytes) -> Iterator[tuple[str, bytes]]:
    yield "reversed", data[::-1]
    yield "hexadecimal", data.hex().encode()
    for lead in range(3):  # what stands before it in the same base64 decides where its bits lie
        coded = base64.b64encode(b"\0" * lead + data)[lead and lead + 1 : -4]
        yield "base64", coded
        yield "base64url", coded.translate(bytes.maketrans(b"+/", b"-_"))
    if isinstance(secret, bytes):
        yield "decimal", str(int.from_bytes(data, "big")).encode()
        return
    percent = quote(secret, safe="")
    yield "percent-encoded", percent.encode()
    yield "percent-encoded", re.sub("%..", lambda match: match.group().lower(), percent).encode()
    yield "percent-encoded", quote_plus(secret, safe="~").encode()
    yield "in JSON", json.dumps(secret)[1:-1].encode()
    yield "in JSON", json.dumps(secret)[1:-1].replace("/", r"\/").replace("&", r"\u0026").encode()
    yield "in HTML", html.escape(secret).encode()
    yield "as Python writes it", repr(secret)[1:-1].encode()
    yield "UTF-16", secret.encode("utf-16-le")
