"""The words of the index are found by how they begin, and by what is in them, as one would find them one by one."""

from hypothesis import given
from hypothesis import strategies as st

from mtp_tui.store.vocabulary import Vocabulary

WORDS = st.sets(st.text("abé\u4eac1", min_size=1, max_size=6), max_size=30).map(sorted)
PIECES = st.text("abé\u4eac1", min_size=1, max_size=3)


@given(WORDS, PIECES, st.integers(0, 4))
def test_words_are_found_by_how_they_begin_unless_they_are_too_many(words: list[str], start: str, most: int) -> None:
    begun = [word for word in words if word.startswith(start)]
    assert Vocabulary("\n".join(words)).beginning(start, most) == (begun if len(begun) <= most else None)


@given(WORDS, PIECES)
def test_words_are_found_by_what_is_behind_their_first_letter_and_by_how_they_end(words: list[str], piece: str) -> None:
    vocabulary = Vocabulary("\n".join(words))
    assert list(vocabulary.inside(piece, ends=False)) == [word for word in words if piece in word[1:]]
    assert list(vocabulary.inside(piece, ends=True)) == [word for word in words if word[1:].endswith(piece)]
