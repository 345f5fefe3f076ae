"""What doesn't fit a shape, as reasons of ours."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.texts import texts


def misfits(invalid: ValidationError) -> list[FieldError]:
    """Every wrong field that pydantic found."""
    return [_field_error(one) for one in invalid.errors()]


def _field_error(found: ErrorDetails) -> FieldError:
    """What pydantic found, as a reason of ours: its type, whose context are the figures."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in found["loc"])
    figures = dict(found.get("ctx", {}))
    if "expected" in figures:  # a list in English: `'a', 'b' or 'c'`
        figures["expected"] = figures["expected"].replace(" or ", ", ")
    reason = found["type"] if found["type"] in texts("fields", "en") else "unfit"
    return FieldError("".join(f"/{part}" for part in escaped), reason, **figures)
