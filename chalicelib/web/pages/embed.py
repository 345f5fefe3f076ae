"""What a unit puts into its own site or app: a banner, a floating button, or a frame that sizes itself.

Each carries its link's code, so what comes in through it is counted for that link. See `docs/embed.md`.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib.web.pages.language import choose
from chalicelib.web.pages.render import environment


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
        "t": choose(lang, ""),
    }
    kinds = ("banner", "button", "frame")
    return Snippets(*(environment().get_template(f"embed/{kind}.html").render(context) for kind in kinds))
