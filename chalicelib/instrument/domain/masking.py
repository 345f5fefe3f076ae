"""Exported text is masked: people write telephone and identity numbers although they are asked not to."""

import re

_IDENTITY = re.compile(r"(?<!\d)(\d{6})(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
_SHORTEST = 11
"""No shorter cell holds a number to hide; most cells are the ids of options."""
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What a spreadsheet may take for the start of a formula; Chinese ones read the full-width forms alike
(OWASP, CSV Injection)."""


def masked(cell: str) -> str:
    """A cell of an export: identity numbers (GB 11643, 18 places) and mobile numbers hidden, and never a formula."""
    if len(cell) < _SHORTEST:
        return inert(cell)
    return inert(_MOBILE.sub(r"\1****\2", _IDENTITY.sub(r"\1************", cell)))


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: a leading apostrophe makes it take text as text."""
    return "'" + cell if cell.startswith(_FORMULA_STARTS) else cell
