"""A token's text is taken apart, whatever shape it was pasted in, and no text at all makes the reader fail."""

import json
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.identity.token import DEEPEST_NESTING, LARGEST_TOKEN_CHARS, Shape, decode_base64url, read_token
from mtp_tui.secret import Secret

from .minting import TENANT, b64, json_values, mint, part

TOKEN = mint().reveal()
HEADER, PAYLOAD, SIGNATURE = TOKEN.split(".")
WRAPPED = "\n".join(textwrap.wrap(TOKEN, 76))


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"Bearer {TOKEN}",
        f"bearer  {TOKEN}\n",
        f"Authorization: Bearer {TOKEN}",
        f'"Authorization": "Bearer {TOKEN}",',
        WRAPPED,
        f"Bearer {WRAPPED}",
        WRAPPED.replace("\n", "\r\n    "),
        f'"{TOKEN}"',
        f"'{TOKEN}';",
        f'Bearer "{TOKEN}"',
        f"\ufeff{TOKEN}\u200b",
        json.dumps({"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 0, "access_token": TOKEN}),
    ],
)
def test_a_token_is_read_in_every_shape_it_is_pasted_in(text: str) -> None:
    reading = read_token(Secret(text))
    assert reading.problem == ""
    assert reading.shape is Shape.SIGNED
    assert reading.header["alg"] == "RS256"
    assert reading.payload["tid"] == TENANT
    assert [one.reveal() for one in reading.parts] == [HEADER, PAYLOAD, SIGNATURE]
    assert reading.value.reveal() == TOKEN


def test_padding_does_not_keep_a_token_from_being_read() -> None:
    padded = ".".join(text + "=" * (-len(text) % 4) for text in TOKEN.split("."))
    assert read_token(Secret(padded)).payload["tid"] == TENANT


@pytest.mark.parametrize(
    ("text", "shape", "said"),
    [
        ("", Shape.EMPTY, "no token"),
        (" \n ", Shape.EMPTY, "no token"),
        ("EwBgA8l6BAAU7p9QDpi7D3xJLwsTgCg3TskyTaQ", Shape.OPAQUE, "not a JWT"),
        ("not.json.atall", Shape.OPAQUE, "not a JWT"),
        (f"{part({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.a.b.c.d", Shape.ENCRYPTED, "encrypted"),
        ("a.b.c.d.e", Shape.OPAQUE, "not a JWT"),
        (TOKEN[: len(HEADER) // 2], Shape.BROKEN, "only one"),
        (TOKEN[: len(HEADER) + 40], Shape.BROKEN, "2 parts"),
        (f"{HEADER}.{PAYLOAD[:-9]}.{SIGNATURE}", Shape.BROKEN, "payload"),
        ("." * 50_000, Shape.OPAQUE, "not a JWT"),
        (TOKEN + "." * 50_000, Shape.BROKEN, "more than five"),
        ("x" * (LARGEST_TOKEN_CHARS + 1), Shape.TOO_LARGE, "100,001 characters"),
    ],
)
def test_what_is_no_readable_jwt_is_recognised(text: str, shape: Shape, said: str) -> None:
    reading = read_token(Secret(text))
    assert reading.shape is shape
    assert said in reading.problem
    assert reading.payload == {}


def nested(depth: int) -> str:
    return b64(('{"a":' + "[" * depth + "]" * depth + "}").encode())


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (b64(b'{"aud": "mine", "aud": "yours"}'), "names 'aud' twice"),
        (b64(b'{"a": {"b": 1, "b": 2}}'), "twice"),
        (nested(DEEPEST_NESTING + 1), "nested more than"),
        (nested(30_000), "nested more than"),
        (b64(b'{"name": "\xff\xfe"}'), "not UTF-8"),
        (b64(b'{"exp": NaN}'), "not JSON"),
        (b64(b'{"exp": ' + b"9" * 5_000 + b"}"), "thousands of digits"),
        (b64(b"[1, 2]"), "not an object"),
        (b64(b"17"), "not an object"),
        ("eyJ*", "not base64url"),
        ("eyJhdWQi+/==", "not base64url"),
        ("", "not JSON"),
    ],
)
def test_a_hostile_or_damaged_payload_is_refused_by_name(payload: str, said: str) -> None:
    reading = read_token(Secret(f"{HEADER}.{payload}.{SIGNATURE}"))
    assert reading.problem.startswith("The payload ")
    assert said in reading.problem
    assert reading.header["alg"] == "RS256", "the header is still shown"
    assert reading.payload == {}


def test_half_a_surrogate_pair_becomes_a_replacement_sign() -> None:
    payload = b64(rb'{"name": "a\ud800b", "ok": "\ud83d\ude00"}')
    reading = read_token(Secret(f"{HEADER}.{payload}.{SIGNATURE}"))
    assert reading.payload == {"name": "a\ufffdb", "ok": "\U0001f600"}


def test_a_reading_hides_the_token() -> None:
    assert SIGNATURE not in repr(read_token(Secret(TOKEN)))


@settings(deadline=None, max_examples=60)
@given(st.text() | st.text(alphabet="eyJ.=-_ \n\"'{}[]Bearer") | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    read_token(Secret(text))


@settings(deadline=None, max_examples=60)
@given(json_values, json_values)
def test_no_json_makes_the_reader_fail(header: object, payload: object) -> None:
    reading = read_token(Secret(f"{part(header)}.{part(payload)}.c2ln"))
    assert reading.is_readable <= (isinstance(header, dict) and isinstance(payload, dict))


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=100), st.integers(0, 2))
def test_base64url_is_read_with_and_without_padding(raw: bytes, padding: int) -> None:
    assert decode_base64url(b64(raw) + "=" * padding) == raw
