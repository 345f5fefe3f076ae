"""What leaves the house is masked: people write telephone and identity numbers although they are asked not to."""

import re

_IDENTITY = re.compile(r"(?<!\d)(\d{6})(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def masked(cell: str) -> str:
    """A cell of an export: identity numbers (GB 11643, 18 places) and mobile numbers hidden, and never a formula.

    A leading apostrophe makes a spreadsheet take text as text.
    """
    if not cell:
        return cell
    hidden = _MOBILE.sub(r"\1****\2", _IDENTITY.sub(r"\1************", cell))
    return "'" + hidden if hidden.startswith(_FORMULA_STARTS) else hidden
