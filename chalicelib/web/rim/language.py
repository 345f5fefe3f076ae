"""A page's language, and its texts.

The words are `kernel.texts`'; a language of the pages is one that has a file of `pages`. `?lang=` decides; without it
the browser's `Accept-Language` does (RFC 9110, 12.5.4); else Chinese.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from chalicelib.kernel.errors import FieldError, MinshengError
from chalicelib.kernel.instants import end_of, shanghai
from chalicelib.kernel.texts import FOLDER, said, texts
from chalicelib.kernel.wording import FALLBACK_LANGUAGE


@dataclass(frozen=True, eq=False)
class Language:
    """One language's words for the pages."""

    tag: str

    def words(self, key: str) -> Any:
        """What stands under `key`: the desks' begin with `d_`, and nobody else loads them. Raises KeyError."""
        return texts("desk" if key.startswith("d_") else "pages", self.tag)[key]

    def __call__(self, key: str, **values: object) -> str:
        """The words under `key`, its `{placeholders}` filled in. Raises KeyError for an unknown key."""
        return str(self.words(key)).format(**values) if values else str(self.words(key))

    def why(self, subject: str, error: MinshengError | FieldError, key: str | None = None, **figures: object) -> str:
        """A refusal's reason, in words of this subject; they stand under `key` where that isn't the reason itself."""
        # Rounded up: of an earliest instant, the second shown must be one that is taken.
        return said(
            subject, self.tag, key or error.reason, {**error.figures, **figures}, lambda at: self.moment(at + 999)
        )

    def instant(self, instant_ms: int) -> str:
        """`instant_ms` on Shanghai's wall, to the minute."""
        wall = shanghai(instant_ms)
        return self("instant", year=wall.year, month=wall.month, day=wall.day, time=f"{wall:%H:%M}")

    def moment(self, instant_ms: int) -> str:
        """`instant_ms` on Shanghai's wall, to the second."""
        wall = shanghai(instant_ms)
        return self("instant", year=wall.year, month=wall.month, day=wall.day, time=f"{wall:%H:%M:%S}")

    def end(self, instant_ms: int) -> str:
        """Like `instant`, but a midnight is the 24:00 of the day that ends with it."""
        day, time = end_of(instant_ms)
        if time != "24:00":
            return self.instant(instant_ms)
        return self("instant", year=day.year, month=day.month, day=day.day, time=time)


@cache
def languages() -> Mapping[str, Language]:
    """Every language there are words for, by tag; the fallback comes first."""
    found = (path.stem for path in (FOLDER / "pages").glob("*.json"))
    return {tag: Language(tag) for tag in sorted(found, key=lambda tag: (tag != FALLBACK_LANGUAGE, tag))}


def choose(asked: str | None, accept: str, otherwise: str = FALLBACK_LANGUAGE) -> Language:
    """The language for `?lang=asked`, where it is known, else for an `Accept-Language` header, else `otherwise`."""
    ranges = [asked] if asked else []
    for wanted in [*ranges, *_by_weight(accept)]:
        found = _find(wanted)
        if found is not None:
            return found
    return languages()[otherwise]


def _find(wanted: str) -> Language | None:
    """The language of that tag, or of its primary subtag: `en-GB` finds `en`, `zh-CN` finds `zh-Hans`."""
    primary = wanted.lower().partition("-")[0]
    for tag, language in languages().items():
        if tag.lower() == wanted.lower() or tag.lower().partition("-")[0] == primary:
            return language
    return None


def _by_weight(accept: str) -> list[str]:
    """The language ranges of the header, heaviest first; what can't be read is left out."""
    weighted = []
    for part in accept[:500].split(","):
        wanted, _, weight = (piece.strip() for piece in part.partition(";"))
        try:
            weighted.append((float(weight.lower().removeprefix("q=") or 1), wanted))
        except ValueError:
            continue
    ranked = sorted(weighted, key=lambda pair: -pair[0])
    return [wanted for weight, wanted in ranked if weight > 0 and wanted not in ("", "*")]
