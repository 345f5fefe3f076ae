"""What a unit puts into its own site or app: a banner, a floating button, or a frame that sizes itself; and the page of
hints that comes with its kit.

Each snippet carries its link's code, so what comes in through it is counted for that link. See `docs/embed.md`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chalicelib.kernel.texts import said
from chalicelib.kernel.wording import FALLBACK_LANGUAGE

_WORDS = ("call", "button", "colon")


@dataclass(frozen=True)
class Snippets:
    """HTML to be pasted into a page."""

    banner: str
    button: str
    frame: str


def snippets(address: str, code: str, title: str, lang: str | None = None) -> Snippets:
    """The snippets of the link `code`, whose page is at the absolute URL `address`; `title` is what it is about.

    Without `lang` the snippets are worded in Chinese and each visitor gets the page in the browser's language.
    """
    parts = urlsplit(address)
    context = {
        "address": f"{address}?lang={lang}" if lang else address,
        "framed": f"{address}?{f'lang={lang}&' if lang else ''}embed=1",
        "code": code,
        "title": title,
        "origin": f"{parts.scheme}://{parts.netloc}",
        **{name: said("kits", lang or FALLBACK_LANGUAGE, name) for name in _WORDS},
    }
    return Snippets(*(_render(f"{kind}.html", context) for kind in ("banner", "button", "frame")))


def hints(title: str, unit: str, closes: str, links: Sequence[dict[str, str]]) -> str:
    """A page that stands alone: what is in the kit, and what to mind when codes are put up and links handed on."""
    return _render("hints.html", {"title": title, "unit": unit, "closes": closes, "links": links})


def _render(template: str, context: dict[str, Any]) -> str:
    return _templates().get_template(template).render(context)


@cache
def _templates() -> Environment:
    folder = Path(__file__).parent.parent / "kits"
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
