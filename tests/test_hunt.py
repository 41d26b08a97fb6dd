"""That the hunt for secrets, on which other tests rely, finds what is there."""

import pytest

from tests.support.hunt import Hunt, forms_of

SECRET = "Zq7~made.up-for_this~test+only/with=odd&signs%00"


@pytest.mark.parametrize(
    "secret", [SECRET, "made-up passphrase/of+a&file=%41", "short+one/%", bytes(range(100)), f"e.{'yJ+/'[::-1] * 200}"]
)
def test_the_hunt_finds_a_secret_in_each_of_its_forms(secret: str | bytes) -> None:
    hunt = Hunt()
    hunt.add("planted", secret)
    forms = list(forms_of(secret))
    assert len(forms) >= 6
    for form, data in forms:
        for lead in (b"", b"a line before it: ", b"x" * 7):
            assert hunt.found_in(lead + data + b"\nand one behind") != set(), form
    assert hunt.found_in(b"nothing of the kind, " * 400) == set()


def test_the_hunt_finds_a_part_of_a_token() -> None:
    token = "eyJ0eXAiOiJKV1Qi.eyJhdWQiOiJodHRwczovL21hZGUtdXAuZXhhbXBsZSJ9.c2lnbmF0dXJlLW1hZGUtdXAtZm9yLXRoaXMtdGVzdA"
    hunt = Hunt()
    hunt.add("token", token)
    assert hunt.found_in(b"kid " + token[30:53].encode() + b" and so on") == {"payload of token, as it is"}
    assert hunt.found_in(token[-30:-5].encode()) == {"signature of token, as it is"}
    assert hunt.found_in(token.partition(".")[0].encode()) == set()
