"""Lines of text that people write and others read: names, titles, labels. One rule for every door that takes them."""

import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Control characters and line ends, marks of direction and of no width, halves of pairs, private and unassigned ones:
what nobody sees, or what changes how everything behind it is read."""
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and signs that fonts draw as nothing: fillers of Hangul and Khmer, a joiner, Braille without a dot."""


def is_line(text: str) -> bool:
    """Whether all of a text can be seen, in one line: marks only on something, nothing but blanks as nothing at all."""
    kinds = {unicodedata.category(character) for character in text}
    is_seen = not text.strip() or any(kind[0] not in "MZ" for kind in kinds)
    return is_seen and not kinds & _UNSEEN and _BLANK.isdisjoint(text)


def as_line(text: str) -> str:
    """A text in one line, without what can't be seen; for what an earlier release has stored."""
    line = " ".join("".join(" " if _is_unseen(one) else one for one in text).split())
    return line if is_line(line) else ""


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN or character in _BLANK
