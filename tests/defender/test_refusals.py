"""Refusals in every shape that was seen, and what is said about them."""

import json
from email.utils import format_datetime

import pytest

from mtp_tui.defender.refusals import error_of, read_refusal, retry_after_s
from mtp_tui.errors import (
    ApiError,
    MtpError,
    NotFound,
    PermissionMissing,
    RequestRefused,
    ServiceFault,
    Throttled,
    TokenRefused,
    UnexpectedAnswer,
)
from tests.defender.shapes import raw
from tests.support.clocks import NOON, StoppedClock

ROLES = "Missing application roles. API required roles: Incident.Read.All,Incident.ReadWrite.All, application roles: AdvancedHunting.Read.All."


def error(status: int, body: object = b"", **headers: str) -> MtpError:
    content = body if isinstance(body, bytes) else raw(body)
    return error_of(
        status,
        {name.replace("_", "-"): value for name, value in headers.items()},
        content,
        host="api.example",
        now=NOON,
    )


def message(body: object) -> str:
    return read_refusal(400, {}, body if isinstance(body, bytes) else raw(body)).message


def test_the_documented_shape_is_read_whole() -> None:
    refusal = read_refusal(
        400, {}, raw({"error": {"code": "ODataError", "message": "Bad $filter.\nLine two", "target": "a-guid"}})
    )
    assert (refusal.status, refusal.code, refusal.message, refusal.request_id) == (
        400,
        "ODataError",
        "Bad $filter.",
        "a-guid",
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "plainly no"}, "plainly no"),
        ({"error": "invalid_request", "error_description": "more words"}, "more words"),
        ({"Message": "Capital message"}, "Capital message"),
        ({"odata.error": {"code": "x", "message": {"lang": "en", "value": "An old shape"}}}, "An old shape"),
        ({"Error": {"MESSAGE": "In another case"}}, "In another case"),
        ({"error": {"message": '{"error":{"message":"JSON in a text"}}'}}, "JSON in a text"),
        ({"error": {"message": "", "innerError": {"message": "Only inside"}}}, "Only inside"),
        ({"error": {"message": "<Error><Message>XML inside</Message></Error>"}}, "XML inside"),
        ([{"error": {"message": "In a list"}}], "In a list"),
        ("a JSON text", "a JSON text"),
        (b"\n  just text\nmore", "just text"),
        (
            b"<!DOCTYPE html><html><head><title>503 Service &amp; Unavailable</title></head><body>x</body></html>",
            "503 Service & Unavailable",
        ),
        (b"<html><style>b{}</style><body><h1>Go away</h1></body></html>", "Go away"),
        ({"error": {"code": "x", "message": ""}}, ""),
        ({"error": None}, ""),
        ({}, ""),
        (b"", ""),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (17, ""),
    ],
)
def test_any_shape_becomes_one_line(body: object, words: str) -> None:
    assert message(body) == words


def test_a_long_message_is_cut_with_a_sign() -> None:
    cut = message({"error": {"message": "x" * 5000}})
    assert len(cut) == 1001
    assert cut.endswith("…")


@pytest.mark.parametrize(
    ("body", "code"),
    [({"error": {"code": 429}}, "429"), ({"error": {"code": "429"}}, "429"), ({"error": {"code": ""}}, ""), ({"error": {"code": None, "innerError": {"code": "inner"}}}, "inner")],
)  # fmt: skip
def test_a_code_may_be_a_word_a_number_or_missing(body: object, code: str) -> None:
    assert read_refusal(429, {}, raw(body)).code == code


@pytest.mark.parametrize(
    ("body", "headers", "found"),
    [
        ({"error": {"target": None, "innerError": {"request-id": "r1"}}}, {}, "r1"),
        ({"error": {"innererror": {"client-request-id": "c1"}}}, {"request-id": "h1"}, "c1"),
        ({"error": {"innerError": "text"}}, {"x-ms-request-id": "h2"}, "h2"),
        ({}, {}, ""),
    ],
)
def test_whatever_id_there_is_is_found(body: object, headers: dict[str, str], found: str) -> None:
    assert read_refusal(500, headers, raw(body)).request_id == found


def test_roles_needed_and_held_are_read_from_the_text() -> None:
    refused = error(403, {"error": {"code": "Forbidden", "message": ROLES}})
    assert isinstance(refused, PermissionMissing)
    assert refused.refusal.needed == ("Incident.Read.All", "Incident.ReadWrite.All")
    assert refused.refusal.held == ("AdvancedHunting.Read.All",)
    assert "Incident.Read.All" in refused.hint
    assert "Microsoft Threat Protection" in refused.hint
    assert "AdvancedHunting.Read.All" in refused.hint


def test_an_empty_list_of_held_roles_is_read_as_none() -> None:
    text = "Missing application roles. API required roles: Incident.Read.All, application roles: ."
    refusal = read_refusal(403, {}, raw({"error": {"message": text}}))
    assert (refusal.needed, refusal.held) == (("Incident.Read.All",), ())


def test_scopes_of_a_user_are_read_too() -> None:
    text = "Missing application scopes. API required scopes: Incident.Read,Incident.ReadWrite, application scopes: profile,User.Read."
    refusal = read_refusal(403, {}, raw({"error": {"message": text}}))
    assert (refusal.needed, refusal.held) == (("Incident.Read", "Incident.ReadWrite"), ("User.Read",))


def test_a_bare_403_still_names_the_permission() -> None:
    refused = error(403)
    assert isinstance(refused, PermissionMissing)
    assert "Incident.Read.All" in refused.hint


def test_a_feature_that_is_off_is_not_a_missing_permission() -> None:
    refused = error(403, {"error": {"code": "DisabledFeature", "message": "Tenant feature is not enabled"}})
    assert isinstance(refused, PermissionMissing)
    assert "switched off" in refused.summary
    assert "Incident.Read.All" not in refused.hint


@pytest.mark.parametrize("words", ["Account mode is inactive", "No Tvm license", "Account is not provisioned"])
def test_a_tenant_without_defender_is_not_a_credential_problem(words: str) -> None:
    refused = error(401, {"error": {"code": "Unauthorized", "message": f"Reason of failure: {words}."}})
    assert isinstance(refused, TokenRefused)
    assert "no active Defender" in refused.summary


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, RequestRefused), (401, TokenRefused), (403, PermissionMissing), (404, NotFound), (405, RequestRefused), (418, RequestRefused), (429, Throttled), (500, ServiceFault), (503, ServiceFault), (504, ServiceFault)],
)  # fmt: skip
def test_the_status_alone_decides_the_kind(status: int, kind: type[ApiError]) -> None:
    refused = error(status, {"error": {"code": "TooManyRequests", "message": "misleading"}})
    assert type(refused) is kind
    assert isinstance(refused, ApiError)
    assert refused.refusal.status == status


def test_a_fault_without_a_reason_says_so() -> None:
    assert "gave no reason" in error(500, {"error": {"code": "UnknownError", "message": ""}}).summary
    assert "gave no reason" not in error(500, {"error": {"message": "because"}}).summary


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_and_not_an_answer(status: int) -> None:
    refused = error(status, location="https://login.proxy.example/")
    assert isinstance(refused, UnexpectedAnswer)
    assert refused.detail == "https://login.proxy.example/"


@pytest.mark.parametrize(
    ("header", "words", "seconds"),
    [
        ("42", "", 42.0),
        ("42", "in 7 seconds", 42.0),
        ("0", "", 1.0),
        ("-5", "", 10.0),
        ("999999", "", 3600.0),
        ("soon", "", 10.0),
        ("", "", 10.0),
        ("", "Maximum allowed 50 per 00:01:00. Try again in 37 seconds.", 37.0),
        ("", "100 calls per 60 seconds are allowed; retry after 12 seconds", 12.0),
        ("", "quota resets, 25 seconds left", 25.0),
        ("nan", "inf seconds", 10.0),
    ],
)
def test_the_wait_is_the_header_then_the_words_then_ten_seconds(header: str, words: str, seconds: float) -> None:
    assert retry_after_s({"retry-after": header}, words, NOON) == seconds


def test_the_wait_may_be_a_date() -> None:
    clock = StoppedClock()
    clock.advance(90)
    assert retry_after_s({"retry-after": format_datetime(clock(), usegmt=True)}, "", NOON) == 90.0
    assert retry_after_s({"retry-after": format_datetime(NOON, usegmt=True)}, "", clock()) == 1.0


def test_throttled_carries_the_wait_from_its_words() -> None:
    refused = error(
        429,
        {
            "error": {
                "code": "429",
                "message": "quota exceeded! Maximum allowed 50 per 00:01:00. Try again in 37 seconds.",
            }
        },
    )
    assert isinstance(refused, Throttled)
    assert refused.retry_after_s == 37.0


@pytest.mark.parametrize(
    "words", ["API required roles: " + "a" * 500_000, "<!--" * 100_000, "<title>" * 100_000, "<" * 500_000]
)
def test_words_without_end_do_not_keep_the_program(words: str) -> None:
    """Patterns that take time with the square of the length would be busy with these for minutes."""
    body = json.dumps({"error": {"code": "Forbidden", "message": words}}).encode()
    for refused in (body, words.encode()):
        error = error_of(403, {}, refused, host="api.security.microsoft.com", now=NOON)
        assert len(error.summary) < 2000


@pytest.mark.parametrize("status", [304, 302])
def test_only_a_redirect_is_told_as_one(status: int) -> None:
    assert "elsewhere" in error(status, location="https://evil.example/").summary


@pytest.mark.parametrize("status", [100, 199, 600, 999])
def test_a_status_that_there_is_none_of_is_told_as_it_is(status: int) -> None:
    said = error(status, location="https://evil.example/")
    assert isinstance(said, UnexpectedAnswer)
    assert said.summary.startswith(f"api.example answered with the status {status}, ")
    assert "elsewhere" not in said.summary
