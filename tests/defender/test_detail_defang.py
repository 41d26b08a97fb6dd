"""Addresses made harmless: nothing can be clicked, what is harmless stays as it is, and it can be read back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.defender.defang import defang, refang


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("https://evil.example/a.php?u=b@c.example", "hxxps://evil[.]example/a[.]php?u=b[@]c[.]example"),
        ("HTTP://x.example", "hxxp://x[.]example"),
        ("ftp://x.example", "ftp[:]//x[.]example"),
        ("192.0.2.1", "192[.]0[.]2[.]1"),
        ("2001:db8::1", "2001[:]db8[:][:]1"),
        ("ana@contoso.example", "ana[@]contoso[.]example"),
        ("a。example", "a[。]example"),
        ("The end. Really.", "The end. Really."),
        ("hxxps://evil[.]example", "hxxps://evil[.]example"),
        ("lockbx.exe -c https://x.example", "lockbx[.]exe -c hxxps://x[.]example"),
        ("", ""),
    ],
)
def test_addresses_are_made_harmless(text: str, harmless: str) -> None:
    assert defang(text) == harmless


@given(st.text() | st.text("htps:/.@[]a1 。", max_size=30) | st.ip_addresses().map(str) | st.emails())
def test_nothing_that_can_be_clicked_is_left_and_twice_is_once(text: str) -> None:
    harmless = defang(text)
    assert not re.search(r"(?i)https?:", harmless)
    assert not re.search(r"(?<!\[)@|@(?!\])", harmless)
    assert not re.search(r"(?<!\[)\.(?=\S)", harmless)
    assert defang(harmless) == harmless


@given(st.text() | st.text("htps/:.@a1 。", max_size=30) | st.ip_addresses().map(str) | st.emails())
def test_what_was_made_harmless_can_be_read_back(text: str) -> None:
    if refang(text) == text:  # nothing in it was harmless before
        assert refang(defang(text)).casefold() == text.casefold()


@pytest.mark.parametrize(
    ("harmless", "text"),
    [
        ("hXXps[://]evil[dot]example", "https://evil.example"),
        ("user[at]contoso(.)example", "user@contoso.example"),
        ("ana(AT)contoso[DOT]example", "ana@contoso.example"),
        ("a[0].b (see c)", "a[0].b (see c)"),
    ],
)
def test_what_others_make_harmless_is_read_as_well(harmless: str, text: str) -> None:
    assert refang(harmless) == text
