"""What each row is compared with: the same done barely, by nothing but the library that has to do it."""

import json
import re
import shutil
import socket
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from tests.bench.corpus import PAGE
from tests.bench.server import LIST


class ListAlert(msgspec.Struct):
    """What of an alert the list needs."""

    serviceSource: str | None = None  # noqa: N815 - the service's name
    devices: list[dict[str, Any]] = []


class ListIncident(msgspec.Struct):
    """The list's fields."""

    incidentId: int  # noqa: N815
    incidentName: str  # noqa: N815
    severity: str
    status: str
    classification: str
    determination: str
    createdTime: datetime  # noqa: N815
    lastUpdateTime: datetime  # noqa: N815
    assignedTo: str | None = None  # noqa: N815
    tags: list[str] = []


class ListPage(msgspec.Struct):
    """One answer."""

    value: list[ListIncident]


_PAGES = msgspec.json.Decoder(ListPage)


def fetch_by_raw_socket(port: int, count: int) -> int:
    """Every page over one socket, decoded to the list's fields."""
    found = 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for skip in range(0, count, PAGE):
            connection.sendall(f"GET {LIST}?$top={PAGE}&$skip={skip} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            found += len(_PAGES.decode(_body_from(connection)).value)
    assert found == count
    return found


def _body_from(connection: socket.socket) -> bytearray:
    received = connection.recv(65_536)
    head, _, start = received.partition(b"\r\n\r\n")
    length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
    body = bytearray(length)
    body[: len(start)] = start
    view, at = memoryview(body), len(start)
    while at < length:
        at += connection.recv_into(view[at:])
    return body


def fetch_by_requests(port: int, count: int) -> int:
    """Every page as most scripts do it: requests, and everything decoded."""
    import requests

    found = 0
    with requests.Session() as session:
        for skip in range(0, count, PAGE):
            answer = session.get(f"http://127.0.0.1:{port}{LIST}?$top={PAGE}&$skip={skip}", timeout=60)
            found += len(json.loads(answer.content)["value"])
    assert found == count
    return found


_WORDS = re.compile(
    rb'"(?:incidentName|title|fileName|userPrincipalName|ipAddress|url|deviceDnsName|subject|sha256)":"([^"]*)"'
)


def store_in_one_transaction(path: Path, bodies: Iterable[bytes]) -> None:
    """Rows, compressed bodies and a full-text index without content of its own, with nothing looked at twice."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        CREATE TABLE incidents (id INTEGER PRIMARY KEY, name, severity, status, owner, created, updated, tags);
        CREATE TABLE bodies (id INTEGER PRIMARY KEY, packed BLOB);
        CREATE VIRTUAL TABLE words USING fts5 (text, content = '', detail = column);
        CREATE INDEX newest ON incidents (updated DESC);
        BEGIN;
        """
    )
    decoder = msgspec.json.Decoder(ListIncident)
    for body in bodies:
        row = decoder.decode(body)
        words = b"\n".join(set(_WORDS.findall(body))).decode()
        connection.execute(
            "INSERT INTO incidents VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (row.incidentId, row.incidentName, row.severity, row.status, row.assignedTo, row.createdTime.timestamp(),
             row.lastUpdateTime.timestamp(), " ".join(row.tags)),
        )  # fmt: skip
        connection.execute("INSERT INTO bodies VALUES (?, ?)", (row.incidentId, zlib.compress(body, 3)))
        connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row.incidentId, words))
    connection.execute("COMMIT")
    connection.close()


def read(path: Path, query: str) -> list[tuple[Any, ...]]:
    """Open a database and read some rows."""
    connection = sqlite3.connect(path)
    rows = connection.execute(query).fetchall()
    connection.close()
    return rows


def sql(connection: sqlite3.Connection, query: str) -> list[tuple[Any, ...]]:
    """The query alone."""
    return connection.execute(query).fetchall()


def sorted_keys(keys: Sequence[Any]) -> list[Any]:
    """Python's own."""
    return sorted(keys)


def decode(body: bytes) -> object:
    """The JSON of one incident, whole."""
    return msgspec.json.decode(body)


def verify(token: str, key: Any, audience: str) -> dict[str, Any]:
    """PyJWT's signature, audience and times."""
    import jwt

    return jwt.decode(token, key, algorithms=["RS256"], audience=audience)


def copy(source: Path, target: Path) -> None:
    """The same bytes again."""
    target.unlink(missing_ok=True)
    shutil.copyfile(source, target)


def get(client: Any, url: str) -> bytes:
    """One call of a bare httpx client that is connected already."""
    return bytes(client.get(url).content)


def sign_in_and_list(client: Any, tenant: str, client_id: str, secret: str) -> int:
    """The requests of a sign-in and of the first page, by a bare httpx client, and the page decoded."""
    login = f"https://login.microsoftonline.com/{tenant}"
    address = client.get(f"{login}/v2.0/.well-known/openid-configuration").json()["token_endpoint"]
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": secret,
        "scope": "https://api.security.microsoft.com/.default",
    }
    token = client.post(address, data=form).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    page = client.get(f"https://api.security.microsoft.com{LIST}", params={"$top": PAGE}, headers=headers)
    return len(_PAGES.decode(page.content).value)
