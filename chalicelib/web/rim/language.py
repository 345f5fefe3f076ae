"""Which language a page speaks, and its words.

One language is one file in `web/texts/`, and one for the desks in `web/texts/desk/`, named by its tag (RFC 5646):
adding a language is adding data here and in the questionnaires. `?lang=` decides; without it the browser's
`Accept-Language` does (RFC 9110, 12.5.4); else Chinese.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chalicelib.kernel.instants import shanghai

FALLBACK = "zh-Hans"
DAY_MS = 86_400_000
_TEXTS = Path(__file__).parent.parent / "texts"


@dataclass(frozen=True, eq=False)
class Language:
    """One language's words for the pages."""

    tag: str
    texts: Mapping[str, object]

    def __call__(self, key: str, **values: object) -> str:
        """The words under `key`, its `{placeholders}` filled in. Raises KeyError for an unknown key."""
        return str(self.texts[key]).format(**values) if values else str(self.texts[key])

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
        wall = shanghai(instant_ms)
        if (wall.hour, wall.minute) != (0, 0):
            return self.instant(instant_ms)
        day = shanghai(instant_ms - DAY_MS)
        return self("instant", year=day.year, month=day.month, day=day.day, time="24:00")


@cache
def languages() -> Mapping[str, Language]:
    """Every language there are words for, by tag; the fallback comes first."""
    tags = sorted((path.stem for path in _TEXTS.glob("*.json")), key=lambda tag: (tag != FALLBACK, tag))
    return {tag: Language(tag, _texts(_TEXTS, tag) | _texts(_TEXTS / "desk", tag)) for tag in tags}


def choose(asked: str | None, accept: str) -> Language:
    """The language for `?lang=asked`, where it is known, else for an `Accept-Language` header."""
    ranges = [asked] if asked else []
    for wanted in [*ranges, *_by_weight(accept)]:
        found = _find(wanted)
        if found is not None:
            return found
    return languages()[FALLBACK]


def _texts(folder: Path, tag: str) -> dict[str, object]:
    texts: dict[str, object] = json.loads((folder / f"{tag}.json").read_bytes())
    return texts


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
