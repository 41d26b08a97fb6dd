"""Group G, refusals: each body of the wild, and the sentences that stand on the screen in its place."""

import base64
import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.defender.challenge import read_challenge
from mtp_tui.defender.refusals import error_of
from mtp_tui.errors import (
    ApiError,
    MtpError,
    PermissionMissing,
    ServiceFault,
    Throttled,
    TokenRefused,
    UnexpectedAnswer,
)
from mtp_tui.services.patience import Patience
from mtp_tui.ui.widgets.problem import _particulars
from tests.defender.shapes import raw
from tests.services.queue_service import QueueService, events, finish
from tests.support.clocks import NOON

CLAIMS = '{"access_token": {"acrs": {"essential": true, "value": "c1"}, "nbf": {"value": "1"}}}'
IN_BASE64 = base64.b64encode(CLAIMS.encode()).decode()


def refused(status: int, body: object, **headers: str) -> MtpError:
    content = body if isinstance(body, bytes) else raw(body)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return error_of(status, httpx.Headers(sent), content, host="api.example", now=NOON)


def seen(error: MtpError) -> str:
    """What the problem line says: the sentence, what to do, the service's own words, and what support asks for."""
    return "\n".join((f"✗ {error.summary}", f"→ {error.hint}", *_particulars(error)))


def of(line: str, status: int, body: object, *words: str, **headers: str) -> object:
    return pytest.param(status, body, headers, words, id=line)


CASES = [
    of("G1 as documented", 400, {"error": {"code": "ODataError", "message": "Bad filter.", "target": "guid-1"}}, "did not like the request (400)", "“Bad filter.”", "ODataError · request guid-1"),
    of("G1 target null, details empty", 400, {"error": {"code": "x", "message": "m", "target": None, "details": [], "innerError": {"request-id": "r-1", "date": "2026-11-20T12:00:00"}}}, "request r-1"),
    of("G1 no target, an ID in a header", 500, {"error": {"code": "x", "message": "m"}}, "request h-1", request_id="h-1"),
    of("G1 no ID anywhere", 400, {"error": {"code": "x", "message": "m"}}, "HTTP 400 · x"),
    of("G2 429 as a text", 429, {"error": {"code": "429", "message": "Try again in 37 seconds."}}, "asks to wait 37 s", "HTTP 429 · 429"),
    of("G2 429 as a number", 429, {"error": {"code": 429, "message": ""}}, "asks to wait 10 s", "HTTP 429 · 429"),
    of("G2 an empty code", 400, {"error": {"code": "", "message": "The limit of '50' for Top query has been exceeded."}}, "did not like the request (400)", "The limit of '50'"),
    of("G2 UnknownError with 500", 500, {"error": {"code": "UnknownError", "message": ""}}, "failed on its side (500) and gave no reason", "UnknownError"),
    of("G2 a code that misleads", 403, {"error": {"code": "TooManyRequests", "message": "no"}}, "a permission is missing"),
    of("G3 500 without a word", 500, {"error": {"code": "InternalServerError", "message": "", "target": "guid-2"}}, "failed on its side (500) and gave no reason", "support asks for this ID: guid-2"),
    of("G3 504 without a word", 504, {"error": {"code": "", "message": ""}}, "failed on its side (504) and gave no reason", "Try again in a moment", request_id="h-2"),
    of("G4 innerError a text", 500, {"error": {"code": "x", "message": "m", "innerError": "plain"}}, "“m”", "x"),
    of("G4 in lower case", 400, {"error": {"code": "x", "message": "", "innererror": {"message": "deep words", "code": "429"}}}, "“deep words”", "HTTP 400 · x"),
    of("G4 with a code of its own", 400, {"error": {"innerError": {"code": "429", "message": "deep"}}}, "did not like the request (400)", "HTTP 400 · 429"),
    of("G5 error a text", 400, {"error": "plainly no"}, "“plainly no”"),
    of("G5 a capital Message", 401, {"Message": "Authorization has been denied."}, "does not accept the token", "“Authorization has been denied.”"),
    of("G5 odata.error", 400, {"odata.error": {"code": "Request_BadRequest", "message": {"lang": "en", "value": "An old shape"}}}, "“An old shape”", "Request_BadRequest"),
    of("G6 a message that is JSON", 400, {"error": {"message": '{"error":{"message":"JSON in a text"}}'}}, "“JSON in a text”"),
    of("G6 plain text", 503, b"\n  Service Unavailable\nmore", "“Service Unavailable”"),
    of("G6 HTML", 503, b"<html><head><title>503 Service &amp; Unavailable</title></head></html>", "“503 Service & Unavailable”"),
    of("G6 nothing", 502, b"", "failed on its side (502) and gave no reason"),
    of("G6 XML inside JSON", 500, {"error": {"message": "<Error><Message>XML inside</Message></Error>"}}, "“XML inside”"),
    of("G6 bytes that are no text", 500, b"\xff\xfe\x00", "failed on its side (500)"),
    of("G7 a header", 429, {"error": {"message": "in 9 seconds"}}, "asks to wait 42 s", retry_after="42"),
    of("G7 the quota in words only", 429, {"error": {"code": "429", "message": "Quota exceeded! Maximum allowed 50 per 00:01:00. Try again in 37 seconds."}}, "asks to wait 37 s", "Maximum allowed 50"),
    of("G7 neither", 429, b"", "asks to wait 10 s", "Other programs with the same app registration use the same quota"),
    of("G8 accepted roles, and none of its own", 403, {"error": {"code": "Forbidden", "message": "Missing application roles. API required roles: Incident.Read.All,Incident.ReadWrite.All, application roles: ."}}, "a permission is missing: Incident.Read.All or Incident.ReadWrite.All", "Grant Incident.Read.All"),
    of("G8 both lists", 403, {"error": {"message": "API required roles: Incident.Read.All, application roles: AdvancedHunting.Read.All."}}, "missing: Incident.Read.All.", "The token has AdvancedHunting.Read.All."),
    of("G8 without a reason", 403, b"", "missing: Incident.Read.All"),
    of("G9 as Graph says it", 400, {"error": {"code": "", "message": "", "innerError": {"request-id": "r-9"}}}, "did not like the request (400)", "request r-9"),
    of("G10 nothing but a header", 401, b"", "does not accept the token", "“The access token expired.”", "HTTP 401 · invalid_token", www_authenticate='Bearer realm="", error="invalid_token", error_description="The access token expired."'),
    *(
        of(f"G10 {what}", 401, b"", "Conditional access of the tenant wants another sign-in", "Sign in again", www_authenticate=header)
        for what, header in {
            "claims in base64": f'Bearer realm="", error="insufficient_claims", claims="{IN_BASE64}"',
            "claims in base64 without padding": f'Bearer claims="{IN_BASE64.rstrip("=")}"',
            "claims as escaped JSON": f"Bearer claims={json.dumps(CLAIMS)}",
            "values without quotes": f"Bearer error=insufficient_claims, claims={IN_BASE64}",
            "two schemes in one header": f'PoP nonce="n", Bearer error="insufficient_claims", claims="{IN_BASE64}", Negotiate',
            "capital names": f'BEARER Error="insufficient_claims", CLAIMS="{IN_BASE64}"',
            "claims that cannot be read": 'Bearer error="insufficient_claims", claims="%%%"',
        }.items()
    ),
    of("G10 errorDescription", 401, b"", "“In one word.”", www_authenticate='Bearer error="x", errorDescription="In one word."'),
    of("G10 a challenge that is none", 401, b"", "does not accept the token", "Sign in again", www_authenticate='Bearer ,,=,"\x00=\\" claims="'),
    of("G11 an outage as 400", 400, {"error": {"code": "BadRequest", "message": "Service temporarily unavailable"}}, "Temporary faults have been seen to come this way too: try again once.", "“Service temporarily unavailable”"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "headers", "words"), CASES)
def test_a_refusal_is_a_sentence_and_a_next_step(
    status: int, body: object, headers: dict[str, str], words: tuple[str, ...]
) -> None:
    error = refused(status, body, **headers)
    assert isinstance(error, ApiError)
    shown = seen(error)
    for word in words:
        assert word in shown, shown
    assert "None" not in shown
    assert error.refusal.status == status


@pytest.mark.parametrize(
    ("status", "kind"), [(429, Throttled), (403, PermissionMissing), (401, TokenRefused), (500, ServiceFault)]
)
@pytest.mark.parametrize("code", ["429", 429, "", "UnknownError", None, {"a": 1}, ["x"]])
def test_the_status_decides_whatever_the_code_is(status: int, kind: type[ApiError], code: object) -> None:
    """G2: and a code that is no word is no word on the screen either."""
    assert type(refused(status, {"error": {"code": code, "message": "m"}})) is kind


async def test_a_page_that_is_too_large_is_halved_once() -> None:
    """G9: and read to its end at that size; test_incident_feed_in_trouble has the rest."""
    queue = QueueService(70)
    queue.always = lambda request: (
        httpx.Response(400, json={"error": {"code": ""}}) if request.url.params["$top"] == "100" else None
    )
    assert finish(await events(queue.feed.load_all())).total == 70
    assert [asked["$top"] for asked in queue.asked][:2] == ["100", "50"]


def test_an_outage_that_came_as_400_is_not_asked_again_unasked() -> None:
    """G11: the hand does it, not the program."""
    assert Patience().pause_after(refused(400, b"")) is None


@pytest.mark.parametrize("body", [b'{"value":[{"incid', b"<html>proxy</html>", b"", b'"text"', b"{}", b"null"])
async def test_a_good_status_with_a_broken_body_is_no_empty_queue(body: bytes) -> None:
    """G12: the sentence says that nothing can be said about new incidents."""
    queue = QueueService(5)
    queue.always = lambda _: httpx.Response(200, content=body)
    with pytest.raises(UnexpectedAnswer) as caught:
        await events(queue.feed.load_all())
    shown = seen(caught.value)
    assert "The answer" in shown
    assert "Nothing can be said about new incidents until it is" in shown


def test_claims_are_named() -> None:
    assert read_challenge(f'Bearer claims="{IN_BASE64}"').claims == ("acrs", "nbf")


@given(st.text() | st.text(alphabet='Bearer claims=",\\{}_%:').map(lambda text: f"Bearer {text}"))
def test_any_header_is_a_challenge_or_none(header: str) -> None:
    """G10: what cannot be read means “sign in again”, never a crash."""
    read_challenge(header)
    error = error_of(401, {"www-authenticate": header}, b"", host="h", now=NOON)
    assert "again" in error.hint
