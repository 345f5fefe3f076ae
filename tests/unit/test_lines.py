"""Setting text into lines, Chinese and Latin."""

import pytest

from chalicelib.links.gateways.text_wrap import balanced, fitted, printable, wrapped


@pytest.mark.parametrize(
    ("text", "most", "lines"),
    [
        ("", 5, []),
        ("广东省青禾会", 3, ["广东省", "青禾会"]),
        ("one two three", 5, ["one two", "three"]),
        ("two words", 2.5, ["two", "word", "s"]),
        ("会abcdef", 3, ["会abc", "def"]),
        ("会 abc", 2, ["会", "abc"]),
        ("长", 0.1, ["长"]),
    ],
)
def test_lines_break_where_people_would(text: str, most: float, lines: list[str]) -> None:
    """Chinese anywhere, Latin at spaces, a long word where it must."""
    assert wrapped(text, most) == lines


def test_lines_are_of_about_one_length() -> None:
    """No lonely character on the last line."""
    assert wrapped("一二三四五六七八", 7) == ["一二三四五六七", "八"]
    assert balanced("一二三四五六七八", 7) == ["一二三四五", "六七八"]


def test_the_largest_size_that_fits_is_taken() -> None:
    """Too long at the smallest, a text ends in an ellipsis."""
    assert fitted("一二三四", 8, (2, 1), 1) == (2, ["一二三四"])
    assert fitted("一二三四五", 8, (2, 1), 1) == (1, ["一二三四五"])
    assert fitted("一二三四五六七八九", 8, (2, 1), 1) == (1, ["一二三四…"])


def test_only_what_can_be_drawn_stays() -> None:
    """Control characters, turned writing and invisible ones go; spaces become one."""
    assert printable(" a\x00b\u202ec\u200bd\n\t e ") == "abcd e"
