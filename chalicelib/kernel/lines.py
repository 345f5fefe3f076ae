"""Lines of text that people write and others read: names, titles, labels. One rule for every door that takes them."""

import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Control characters and line ends, marks of direction and of no width, halves of pairs, private and unassigned ones:
what nobody sees, or what changes how everything behind it is read."""


def is_line(text: str) -> bool:
    """Whether all of a text can be seen, in one line."""
    return not any(unicodedata.category(character) in _UNSEEN for character in text)


def as_line(text: str) -> str:
    """A text in one line, without what can't be seen; for what an earlier release has stored."""
    return " ".join("".join(one if is_line(one) else " " for one in text).split())
