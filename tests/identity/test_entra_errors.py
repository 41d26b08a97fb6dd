"""Every refusal of Entra is a sentence and a next step, and carries what Microsoft's support asks for."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.errors import SignInError
from mtp_tui.identity.clouds import GCC_HIGH, GLOBAL, Cloud
from mtp_tui.identity.credentials import ClientSecret
from mtp_tui.identity.entra_error_table import BY_NUMBER, BY_WORD
from mtp_tui.identity.entra_errors import explain_refusal
from mtp_tui.identity.sign_in import EntraSignIn
from mtp_tui.secret import Secret
from mtp_tui.sim.tenant import SimulatedTenant
from mtp_tui.wire import Wire
from tests.support.clocks import StoppedClock

from .minting import CLIENT, TENANT, json_values

NUMBERS = (
    7000215, 7000222, 7000218, 7000216, 700025, 700027, 700024, 7000214, 7000277, 1000502, 7000274, 50012, 50013, 700030,
    70021, 700211, 700212, 700213, 90002, 900023, 700016, 7000229, 7000112, 50194, 9001023, 50059, 50020, 90072, 50049,
    90038, 900382, 900432, 50134, 500011, 50001, 500014, 650052, 650057, 70011, 1002012, 700022, 28002, 28003, 901002,
    900144, 9002313, 90014, 65001, 65004, 90094, 90093, 501051, 50105, 53003, 53000, 53001, 53002, 530032, 530033, 530034,
    530035, 50076, 50079, 50074, 50078, 50126, 50053, 50055, 50057, 50034, 70016, 70018, 70019, 90120, 70020, 90133, 50199,
    700082, 700084, 70008, 70043, 50173, 50196, 90055, 90033, 90024, 90012, 90006, 5000224, 100007, 7000114,
)  # fmt: skip
NAMING_THE_TENANT = {
    90002, 900023, 700016, 7000229, 7000112, 50020, 90072, 90038, 900382, 900432, 50134, 500011, 50001, 500014, 650052,
    65001, 90094, 90093, 53003, 53000, 53001, 53002, 530032, 530033, 530034, 530035, 50053, 50057, 50034, 90055, 5000224,
}  # fmt: skip
NAMING_THE_APPLICATION = {
    7000222, 700025, 700027, 7000214, 7000277, 1000502, 50012, 50013, 700030, 70021, 700211, 700212, 700213, 700016,
    7000229, 7000112, 650057, 65001, 501051, 50105, 7000114,
}  # fmt: skip
NAMING_THE_API = {500011, 50001, 500014, 650052, 650057, 70011, 1002012, 700022, 28002, 28003, 901002}
NAMING_THE_HOST = {90002, 50049, 90038, 900382, 900432, 50134}
WITH_A_CONSENT_LINK = {700016, 7000229, 65001, 65004, 90094, 90093}
WRONG_SECRET = {
    "error": "invalid_client",
    "error_description": "AADSTS7000215: Invalid client secret provided. Ensure it is the value, not the ID.\r\nTrace ID: aaaa\r\nCorrelation ID: bbbb\r\nTimestamp: 2026-11-22 12:00:00Z",
    "error_codes": [7000215],
    "timestamp": "2026-11-22 12:00:00Z",
    "trace_id": "aaaa",
    "correlation_id": "bbbb",
    "error_uri": "https://login.microsoftonline.com/error?code=7000215",
}


def refusal(
    body: Mapping[str, object], *, status: int = 400, tenant: str = TENANT, cloud: Cloud = GLOBAL, raw: str = ""
) -> SignInError:
    return explain_refusal(
        body, tenant=tenant, client_id=CLIENT, scope=cloud.scope, cloud=cloud, status=status, raw=raw
    )


@pytest.mark.parametrize("number", NUMBERS)
async def test_every_number_says_what_happened_and_what_to_do(
    tenant: SimulatedTenant, clock: StoppedClock, number: int
) -> None:
    """As Entra's own answer comes through MSAL, with every name in it that helps to find the fault."""
    tenant.apps[tenant.client_id].refuse_with = number
    credentials = ClientSecret(tenant.tenant_id, tenant.client_id, Secret(tenant.client_secret))
    with pytest.raises(SignInError) as caught:
        await EntraSignIn(Wire(tenant.transport), clock).acquire(credentials)
    error = caught.value
    said = f"{error.summary} {error.hint}"
    assert error.trace.number == number
    assert error.trace.trace_id
    assert error.summary.endswith(".")
    assert not error.summary.startswith("Entra refused the sign-in (")
    assert len(error.hint) > 10
    assert "{" not in said
    assert error.detail.startswith(f"AADSTS{number}: ")
    assert f"AADSTS{number}" in error.raw
    link = f"https://login.microsoftonline.com/{tenant.tenant_id}/adminconsent?client_id={tenant.client_id}"
    assert (link in said) == (number in WITH_A_CONSENT_LINK)
    unlinked = said.replace(link, "")
    assert (tenant.tenant_id in unlinked) == (number in NAMING_THE_TENANT)
    assert (tenant.client_id in unlinked) == (number in NAMING_THE_APPLICATION)
    assert ("https://api.security.microsoft.com" in unlinked) == (number in NAMING_THE_API)
    assert ("login.microsoftonline.com" in unlinked) == (number in NAMING_THE_HOST)


@pytest.mark.parametrize("word", BY_WORD)
def test_an_error_word_is_enough(word: str) -> None:
    error = refusal({"error": word})
    assert error.trace.error == word
    assert error.trace.number is None
    assert error.summary == BY_WORD[word].happened.format(
        tenant=TENANT, resource=GLOBAL.resource, login_host=GLOBAL.login_host, client_id=CLIENT
    )


def test_no_number_of_the_table_goes_unlisted() -> None:
    assert set(BY_NUMBER) == set(NUMBERS)
    assert len(set(NUMBERS)) == len(NUMBERS)


def test_a_wrong_secret_is_explained_with_its_trace() -> None:
    error = refusal(WRONG_SECRET, status=401)
    assert error.summary == "The client secret is wrong."
    assert "column Value" in error.hint
    assert error.detail == "AADSTS7000215: Invalid client secret provided. Ensure it is the value, not the ID."
    trace = error.trace
    assert (trace.error, trace.number, trace.trace_id, trace.correlation_id) == (
        "invalid_client",
        7000215,
        "aaaa",
        "bbbb",
    )
    assert trace.timestamp == "2026-11-22 12:00:00Z"


def test_the_ids_in_question_are_named() -> None:
    unknown = refusal({"error_description": "AADSTS700016: x"})
    assert CLIENT in unknown.summary
    assert TENANT in unknown.summary
    assert f"https://login.microsoftonline.com/{TENANT}/adminconsent?client_id={CLIENT}" in unknown.hint
    assert "https://api.security.microsoft.com" in refusal({"error_description": "AADSTS500011: x"}).summary


def test_the_consent_link_is_that_of_the_cloud() -> None:
    error = refusal({"error_description": "AADSTS65001: x"}, cloud=GCC_HIGH)
    assert f"https://login.microsoftonline.us/{TENANT}/adminconsent" in error.hint


def test_the_answer_is_kept_as_it_came_up_to_its_first_four_thousand_characters() -> None:
    assert refusal(WRONG_SECRET, raw="{\r\n as it came }").raw == "{\r\n as it came }"
    assert refusal(WRONG_SECRET, raw="x" * 5000).raw == "x" * 4000


@pytest.mark.parametrize("name", ["access_token", "refresh_token", "id_token", "device_code"])
def test_an_answer_that_holds_what_nobody_may_see_is_not_kept(name: str) -> None:
    assert refusal({"error": "odd", name: "made-up"}, raw=f'{{"{name}":"made-up"}}').raw == ""


@pytest.mark.parametrize(
    "description",
    [
        "AADSTS90002: Tenant not found.\r\nTrace ID: t\r\nTimestamp: now",
        "AADSTS90002: Tenant not found.\nTrace ID: t",
        "AADSTS90002: Tenant not found. Trace ID: t Correlation ID: c Timestamp: now",
        "AADSTS90002: Tenant not found.",
    ],
)
def test_the_first_line_is_kept_up_to_the_trace(description: str) -> None:
    assert refusal({"error_description": description}).detail == "AADSTS90002: Tenant not found."


@pytest.mark.parametrize("codes", ["7000215", ["7000215"], 7000215, [7000215, 50000], "[7000215]"])
def test_error_codes_are_read_in_any_shape(codes: object) -> None:
    assert refusal({"error": "invalid_client", "error_codes": codes}).trace.number == 7000215


@pytest.mark.parametrize("codes", [None, [], True, {}, "none", [None]])
def test_the_number_is_read_from_the_text_if_need_be(codes: object) -> None:
    assert refusal({"error_description": "AADSTS7000222: expired", "error_codes": codes}).trace.number == 7000222


def test_two_numbers_that_do_not_agree_are_both_shown() -> None:
    error = refusal({"error_description": "AADSTS7000222: The secret expired.", "error_codes": [50012]})
    assert error.trace.number == 50012
    assert "AADSTS7000222" in error.hint


def test_a_number_of_the_table_goes_before_one_that_is_not() -> None:
    assert refusal({"error_description": "AADSTS7000222: x", "error_codes": [99999]}).trace.number == 7000222


def test_an_unknown_number_is_shown_with_its_lookup_address() -> None:
    error = refusal(
        {
            "error": "invalid_grant",
            "error_description": "AADSTS123456: A new {reason}. More words.\r\nTrace ID: t",
            "error_codes": [123456],
        }
    )
    assert error.summary == "Entra refused the sign-in (AADSTS123456, invalid_grant): A new {reason}."
    assert "https://login.microsoftonline.com/error?code=123456" in error.hint


@pytest.mark.parametrize(
    ("status", "said"), [(429, "limiting sign-ins"), (503, "HTTP 503"), (400, "HTTP 400"), (0, "no reason given")]
)
def test_an_empty_answer_is_explained_by_its_status(status: int, said: str) -> None:
    assert said in refusal({}, status=status).summary


def test_words_of_entra_cannot_bring_line_ends_or_control_codes_into_the_sentence() -> None:
    error = refusal({"error": "odd\x1b[31m", "error_description": "Something\x07 happened"})
    assert error.summary.isprintable()


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["error", "error_description", "error_codes", "trace_id"]) | st.text(), json_values
    ),
    st.integers(0, 599),
)
def test_no_answer_makes_the_explanation_fail(body: dict[str, object], status: int) -> None:
    error = refusal(body, status=status)
    assert error.summary
    assert error.hint


def test_words_without_end_do_not_flood_sentence_and_trace() -> None:
    endless = "e" * 1_000_000
    error = refusal(dict.fromkeys(("error", "correlation_id", "trace_id", "timestamp"), endless))
    for text in (error.summary, error.hint, error.trace.error, error.trace.correlation_id, error.trace.trace_id):
        assert len(text) < 500
    assert len(error.trace.timestamp) < 500


def test_a_description_without_end_does_not_keep_the_program() -> None:
    """A pattern that takes time with the square of the length would be busy with this for minutes."""
    body = {"error": "invalid_client", "error_description": "a" + " " * 1_000_000 + "b"}
    error = explain_refusal(body, tenant="contoso.com", client_id="", scope="", status=400, cloud=GLOBAL)
    assert len(error.detail) <= 2000
