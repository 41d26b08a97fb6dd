"""What the token pane says, before any widget: countdown, claims, JSON, the token's parts, diagnosis and comparison."""

import json
from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.errors import MtpError
from mtp_tui.identity.credentials import CredentialKind
from mtp_tui.identity.token import AccessToken, read_token
from mtp_tui.identity.token_comparison import Claims, compare
from mtp_tui.identity.token_doctor import diagnose, matrix
from mtp_tui.secret import Secret
from mtp_tui.services.session import SignedIn
from mtp_tui.ui.lines import Line, Role
from mtp_tui.ui.widgets.can_do import diagnosis_lines, standing
from mtp_tui.ui.widgets.claim_lines import claim_lines, particulars, shown_claims
from mtp_tui.ui.widgets.comparison_lines import changed_in_short, compared_lines
from mtp_tui.ui.widgets.raw_token_lines import json_text, token_json_lines, token_text_lines
from mtp_tui.ui.widgets.token_head import countdown_text, renewal_warning
from mtp_tui.ui.widgets.token_lines import report_lines
from tests.identity.minting import NOW, app_claims, json_values, judged, mint, user_claims

ENDS = NOW + timedelta(minutes=55)


def text_of(lines: Iterable[Line]) -> str:
    """Leads and bodies, line by line."""
    return "\n".join(
        f"{line.lead.text if line.lead else ''} {''.join(span.text for span in line.body)}".strip() for line in lines
    )


def signed_in(kind: CredentialKind = CredentialKind.SECRET, *, can_renew: bool = True) -> SignedIn:
    token = mint()
    return SignedIn(AccessToken(token, NOW, ENDS), judged(token), kind, can_renew)


@pytest.mark.parametrize(
    ("kind", "can_renew", "while_it_works", "after_its_end"),
    [
        (CredentialKind.SECRET, True, "renewed before it ends", "renewed with the next call"),
        (CredentialKind.TOKEN, False, "not renewed: it was pasted", "paste another"),
        (CredentialKind.DEVICE_CODE, False, "not renewed: sign in again then", "sign in again"),
    ],
)
def test_the_countdown_says_what_happens_at_the_end(
    kind: CredentialKind, can_renew: bool, while_it_works: str, after_its_end: str
) -> None:
    held = signed_in(kind, can_renew=can_renew)
    assert countdown_text(held, NOW).startswith("55:00 left · until ")
    assert countdown_text(held, NOW).endswith(f" · {while_it_works}")
    assert countdown_text(held, ENDS) == f"ended 0 s ago · {after_its_end}"
    assert countdown_text(held, NOW - timedelta(hours=3)).startswith("3 h 55 min left")


def test_nobody_promises_an_end_or_permissions_for_a_pasted_token_that_cannot_be_read() -> None:
    opaque = Secret("made.up~opaque-token" * 9)
    held = SignedIn(AccessToken(opaque, NOW, ENDS), judged(opaque), CredentialKind.TOKEN, False)
    assert countdown_text(held, NOW) == "it does not say until when · not renewed: it was pasted"
    assert "not known: the token cannot be read here" in text_of(report_lines(held.report, NOW))


def test_a_failed_renewal_says_until_when_the_token_works_and_then_what_to_do() -> None:
    problem = MtpError("The secret has expired.", "Make a new one.")
    assert "still works until " in renewal_warning(problem, ENDS, NOW)
    assert "Make a new one." not in renewal_warning(problem, ENDS, NOW)
    assert renewal_warning(problem, ENDS, ENDS) == (
        "! Renewal failed: The secret has expired. The token has ended. Make a new one."
    )


def test_a_nested_claim_is_laid_out_and_an_unknown_one_said_to_be_unknown() -> None:
    report = judged(mint(app_claims(made_up={"of": ["this", {"and": "that"}]})))
    claim = next(claim for claim in shown_claims(report) if claim.row.name == "made_up")
    told = text_of(particulars(claim, NOW))
    assert "Not known here; shown as sent." in told
    assert '\n"and": "that"\n' in told
    assert json.loads(claim.to_copy) == {"of": ["this", {"and": "that"}]}


def test_a_time_is_told_local_in_utc_and_from_now() -> None:
    claim = next(claim for claim in shown_claims(judged()) if claim.row.name == "exp")
    told = text_of(particulars(claim, NOW))
    for fact in ("local ", "UTC 2026-11-22 12:55:00 UTC", "from now in 55 min"):
        assert fact in told
    assert claim.to_copy == str(int(ENDS.timestamp()))


@given(st.dictionaries(st.text(max_size=8), json_values, max_size=4))
def test_any_claims_at_all_are_shown_and_copied_as_they_came(claims: dict[str, object]) -> None:
    report = judged(read_token(mint(app_claims(**claims))))
    shown = shown_claims(report)
    assert len({claim.key for claim in shown}) == len(shown)
    for claim in shown:
        assert claim.to_copy == claim.value or json.loads(claim.to_copy) == claim.value
        assert particulars(claim, NOW)
    assert claim_lines(report, NOW)
    assert token_json_lines(report.reading)
    assert json.loads(json_text(report.reading)) == {"header": report.reading.header, "payload": report.reading.payload}
    for row in matrix(report, NOW):
        assert standing(row).text
        assert row.call.request in text_of(diagnosis_lines(row, diagnose(report, row.call, NOW)))


def test_json_has_a_role_for_every_key_and_value() -> None:
    roles = {span.role for line in token_json_lines(judged().reading) for span in line.body}
    assert {Role.HEADING, Role.NAME, Role.STRING, Role.NUMBER, Role.DIM} <= roles


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (mint().reveal(), "header.payload.signature"),
        ("eyJhbGciOiJkaXIifQ.a.b.c.d", "header.encrypted key.vector.ciphertext.tag"),
        ("EwBgA8l6BAAU7p9QDpi7D3xJLwsTgCg3", "text"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJhdWQi", "header.payload"),
    ],
)
def test_the_token_is_whole_once_it_is_asked_for_and_its_parts_have_names(text: str, names: str) -> None:
    reading = read_token(Secret(text))
    revealed = token_text_lines(reading, revealed=True)
    parts = {Role.DIM, Role.PART_1, Role.PART_2, Role.PART_3}
    spans = [span for line in revealed if line.lead is not None for span in line.body if span.role in parts]
    assert "".join(span.text for span in spans) == text
    assert text_of(revealed).startswith(f"Token  {names}\n")
    hidden = text_of(token_text_lines(reading, revealed=False))
    assert not any(part.reveal() in hidden for part in reading.parts if len(part.reveal()) > 1)


def test_a_diagnosis_names_permission_kind_api_and_what_to_paste() -> None:
    report = judged(mint(user_claims(scp="Incident.Read")))
    row = next(row for row in matrix(report, NOW) if row.call.key == "update")
    told = text_of(diagnosis_lines(row, diagnose(report, row.call, NOW)))
    assert "y copies Microsoft Threat Protection: Incident.ReadWrite (delegated permission)" in told
    assert "Azure CLI  Y copies it\naz ad app permission add" in told


def test_the_scope_is_what_a_token_for_another_api_needs() -> None:
    report = judged(mint(app_claims(aud="https://graph.microsoft.com")))
    row = matrix(report, NOW)[0]
    told = text_of(diagnosis_lines(row, diagnose(report, row.call, NOW)))
    assert "y copies https://api.security.microsoft.com/.default" in told


def test_a_comparison_tells_permissions_lifetime_version_and_claims() -> None:
    earlier = Claims(app_claims())
    later = Claims(
        app_claims(roles=["AdvancedHunting.Read.All"], ver="2.0", appidacr="2", exp=int(ENDS.timestamp()) + 3600)
    )
    comparison = compare(earlier, later)
    told = text_of(compared_lines(comparison))
    for fact in (
        "− lost Incident.Read.All",
        "= kept AdvancedHunting.Read.All",
        "1 h 00 min → 2 h 00 min",
        "Version 1.0\n→ 2.0",
        "appidacr 1\n→ 2",
    ):
        assert fact in told
    assert changed_in_short(comparison) == "−1"
    same = compare(earlier, earlier)
    assert "Same permissions as before." in text_of(compared_lines(same))
    assert "1 h 00 min, as before" in text_of(compared_lines(same))
    assert changed_in_short(same) == ""
