"""Two tokens side by side: what was gained and lost, and nothing about what differs in every token."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtp_tui.identity.token import TokenReading
from mtp_tui.identity.token_comparison import Change, Claims, Comparison, claims_of, compare

from .minting import (
    CLIENT,
    EPOCH,
    ISSUER_2,
    NOW,
    OTHER_TENANT,
    TENANT,
    app_claims,
    b64,
    json_values,
    judged,
    mint,
    user_claims,
)

MDE_URI = "https://api.securitycenter.microsoft.com"
MTP_URI = "https://api.security.microsoft.com"
READ, WRITE, HUNT = "Incident.Read.All", "Incident.ReadWrite.All", "AdvancedHunting.Read.All"


def compared(before: dict[str, object] | None = None, after: dict[str, object] | None = None) -> Comparison:
    """Two applications' tokens, each with these claims changed."""
    return compare(Claims(app_claims(**(before or {}))), Claims(app_claims(**(after or {}))))


def test_a_renewed_token_is_the_same() -> None:
    later = {
        "iat": EPOCH, "nbf": EPOCH, "exp": EPOCH + 5000, "uti": b64(bytes(16)), "aio": "x", "rh": "y",
        "xms_ftd": "z", "roles": [HUNT, READ],
    }  # fmt: skip
    found = compared(after=later)
    assert found.is_same
    assert (found.gained, found.lost, found.kept) == ((), (), (READ, HUNT))
    assert (found.lifetime_before_s, found.lifetime_after_s) == (3600, 5000)
    assert found.sentences == ("Nothing but the times differs.", "Lifetime: 1 h 00 min → 1 h 23 min")


def test_a_few_seconds_of_lifetime_are_not_worth_a_sentence() -> None:
    assert compared(after={"exp": EPOCH + 3301}).sentences == ("Nothing but the times differs.",)


def test_what_consent_added_and_took_away_is_named() -> None:
    found = compared({"roles": [READ, HUNT]}, {"roles": [HUNT, WRITE]})
    assert (found.gained, found.lost, found.kept) == ((WRITE,), (READ,), (HUNT,))
    assert not found.is_same
    assert found.sentences == (f"Lost: {READ}", f"Gained: {WRITE}")


def test_the_order_of_a_users_permissions_says_nothing() -> None:
    earlier, later = (
        user_claims(scp="Incident.Read AdvancedHunting.Read"),
        user_claims(scp="AdvancedHunting.Read  Incident.Read"),
    )
    assert compare(Claims(earlier), Claims(later)).is_same


def test_no_permission_is_kept_from_one_api_to_another() -> None:
    """`User.Read.All` at Defender for Endpoint is not Graph's."""
    found = compared(
        {"aud": MDE_URI, "roles": ["User.Read.All"]}, {"aud": "https://graph.microsoft.com", "roles": ["User.Read.All"]}
    )
    assert (found.gained, found.lost, found.kept) == (("User.Read.All",), ("User.Read.All",), ())
    assert found.sentences == (
        "Lost: User.Read.All",
        f"Audience: {MDE_URI} → https://graph.microsoft.com",
        "Gained: User.Read.All",
    )


def test_another_name_of_the_same_api_keeps_its_permissions() -> None:
    found = compared(after={"aud": "8ee8fdad-f234-4243-8f3b-15c294843740"})
    assert (found.gained, found.lost) == ((), ())
    assert found.audience == Change("Audience", MTP_URI, "8ee8fdad-f234-4243-8f3b-15c294843740")


def test_the_new_version_is_told_and_its_renamed_claims_are_not() -> None:
    later = app_claims(ver="2.0", iss=ISSUER_2, appid=None, azp=CLIENT, appidacr=None, azpacr="1")
    found = compare(Claims(app_claims()), Claims(later))
    assert found.version == Change("Version", "1.0", "2.0")
    assert found.application is None
    assert [change.name for change in found.other_claims] == ["iss"]


def test_an_application_and_a_user_have_no_permission_in_common() -> None:
    found = compare(Claims(app_claims()), Claims(user_claims()))
    assert found.kind == Change("Speaks for", "application", "user")
    assert found.kept == ()
    assert {"upn", "amr", "sub"} == {change.name for change in found.other_claims}
    assert Change("upn", "absent", "ana@contoso.example") in found.other_claims


def test_one_word_of_graphs_is_another_permission_for_a_user() -> None:
    graph, word = "https://graph.microsoft.com", "ThreatHunting.Read.All"
    found = compare(Claims(app_claims(aud=graph, roles=[word])), Claims(user_claims(aud=graph, scp=word)))
    assert (found.gained, found.lost, found.kept) == ((word,), (word,), ())


def test_another_tenant_and_application_are_told_apart() -> None:
    found = compared(after={"tid": OTHER_TENANT, "appid": OTHER_TENANT})
    assert found.tenant == Change("Tenant", TENANT, OTHER_TENANT)
    assert found.application == Change("Application", CLIENT, OTHER_TENANT)
    assert not found.is_same


@pytest.mark.parametrize(
    ("claim", "before", "after", "shown"),
    [
        ("ipaddr", "192.0.2.1", "192.0.2.2", ("192.0.2.1", "192.0.2.2")),
        ("ver", "1.0", 1.0, ('"1.0"', "1.0")),
        ("x", 1, "1", ("1", '"1"')),
        ("x", ["a", "b"], "a, b", ('["a", "b"]', '"a, b"')),
        ("x", "absent", None, ('"absent"', "absent")),
        ("x", {"a": [1]}, {"a": [2]}, ('{"a": [1]}', '{"a": [2]}')),
        ("x", "two\nlines", "one", ("two lines", "one")),
        ("roles", READ, [READ], (f'"{READ}"', f'["{READ}"]')),
        ("roles", {"a": 1}, {"a": 2}, ('{"a": 1}', '{"a": 2}')),
        ("xms_idrel", "7 2", "1 2", ("7 2", "1 2")),
    ],
)  # fmt: skip
def test_a_changed_claim_is_shown_on_one_line(
    claim: str, before: object, after: object, shown: tuple[str, str]
) -> None:
    found = compared({claim: before}, {claim: after})
    changes = [change for change in (found.version, *found.other_claims) if change]
    assert [(change.before, change.after) for change in changes] == [shown]
    assert "\n" not in found.sentences[-1]


@pytest.mark.parametrize(
    ("claim", "before", "after"),
    [
        ("wids", ["a", "b"], ["b", "a"]),
        ("x", {"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ("xms_idrel", "7 2", "7 14"),
        ("x", float("nan"), float("nan")),
        ("roles", [], None),
    ],
)
def test_what_says_the_same_is_no_change(claim: str, before: object, after: object) -> None:
    assert compared({claim: before}, {claim: after}).is_same


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"iat": None}, 3600),
        ({"iat": None, "nbf": None}, None),
        ({"exp": "soon"}, None),
        ({"exp": str(EPOCH + 300)}, 600),
        ({"exp": float(EPOCH + 300)}, 600),
        ({"exp": EPOCH - 600}, -300),
        ({"exp": float("inf")}, None),
    ],
)
def test_the_lifetime_is_read_in_any_shape(claims: dict[str, object], expected: int | None) -> None:
    found = compared(claims, claims)
    assert found.lifetime_before_s == found.lifetime_after_s == expected


def test_claims_outlive_their_token_without_its_text() -> None:
    token = mint()
    kept = claims_of(judged(token, now=NOW + timedelta(days=1)))
    assert kept.payload == app_claims()
    assert token.reveal().split(".")[2] not in repr(kept)
    assert claims_of(judged(TokenReading({}, {}, "broken"))).payload == {}


@settings(deadline=None, max_examples=80)
@given(
    st.dictionaries(st.sampled_from([*app_claims(), *user_claims(), "azp", "xms_idrel"]) | st.text(max_size=4), json_values | st.just("absent"), max_size=6),
    st.dictionaries(st.sampled_from([*app_claims(), *user_claims(), "azp", "xms_idrel"]) | st.text(max_size=4), json_values | st.just("absent"), max_size=6),
)  # fmt: skip
def test_any_claims_are_compared(before: dict[str, object], after: dict[str, object]) -> None:
    found = compare(Claims(before), Claims(after))
    assert found.sentences
    assert set(found.kept).isdisjoint({*found.lost, *found.gained})
    assert compare(Claims(before), Claims(before)).is_same
    assert compare(Claims(after), Claims(before)).is_same == found.is_same
