"""From a template to a response: language, headers, caching."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from chalice.app import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chalicelib.campaigns.campaign import Campaign, EarlierWindow, State
from chalicelib.kernel.seen import version_of
from chalicelib.kernel.texts import texts
from chalicelib.web.rim.assets import asset_name, quoted_words
from chalicelib.web.rim.language import Language, choose, languages

NO_STORE = "no-store"
LONGEST_S = 60
"""No page is cached for longer, so that none outlives a revocation or a change of the window by more."""
SHORTEST_S = 2
"""This near to a change of state a page isn't cached at all."""


@dataclass(frozen=True)
class Visit:
    """How a page is looked at."""

    language: Language
    root: str
    """The relative way to the app's own root: `../` for `/s/{code}`."""
    lang: str | None
    """The language that the address asks for; None leaves it to the browser."""
    framed: bool
    """Whether the page is in another site's frame (`?embed=1`)."""
    version: str | None = None
    """The questionnaire's version that the address asks for."""

    def keep(self, **changes: str) -> str:
        """The query that carries language and frame on to the next page: `?lang=en`, or nothing."""
        kept = {"lang": self.lang, "embed": "1" if self.framed else None, **changes}
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"?{query}" if query else ""


def visit(request: Request, root: str) -> Visit:
    """How a request looks at its page, whose way to the app's own root is `root`."""
    query: Mapping[str, str] = request.query_params or {}
    asked = query.get("lang")
    language = choose(asked, request.headers.get("accept-language", ""))
    lang = language.tag if asked else None
    return Visit(language, root, lang, query.get("embed") == "1", query.get("version"))


def page(template: str, seen: Visit, *, status: int = 200, cache: str = NO_STORE, **context: Any) -> Response:
    """The page as HTML. `cache` is the Cache-Control header; `context` is what the template names."""
    body = environment().get_template(template).render(visit=seen, t=seen.language, languages=languages(), **context)
    return Response(body=body, status_code=status, headers=_headers(seen, cache))


def cache_for(campaign: Campaign, at_ms: int) -> str:
    """Cache-Control of a page of this campaign, which must end at the campaign's next change of state."""
    window = campaign.window_at(at_ms)
    changes = {State.SCHEDULED: window.opens_at, State.OPEN: window.closes_at}
    ends = [at_ms + LONGEST_S * 1000, changes.get(campaign.state_at(at_ms))]
    if isinstance(window, EarlierWindow):
        ends.append(window.until)
    seconds = (min(end for end in ends if end is not None) - at_ms) // 1000
    return NO_STORE if seconds < SHORTEST_S else f"public, max-age={seconds}, s-maxage={seconds}"


@cache
def environment() -> Environment:
    """The templates; everything put into them is escaped unless it is their own markup."""
    folder = Path(__file__).parent.parent / "templates"
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = asset_name
    made.globals["script_texts"] = script_texts
    made.filters["version"] = version_of
    made.filters["count"] = lambda number: f"{number:,}"
    return made


def script_texts(language: Language) -> Markup:
    """The words that the scripts use, as JSON that is safe inside a script element."""
    found = texts("pages", language.tag)
    words = {name: found[name] for name in sorted(quoted_words() & found.keys())}
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 (the one character that could end the element)


def _headers(seen: Visit, cache: str) -> dict[str, str | list[str]]:
    """No third party, nothing inline. Only a page made for a frame may be framed: a page carries no credentials, yet
    nobody needs to lay their own over ours. Desks let browsers say their origin: with `no-referrer`, the door's own
    form would come with the origin `null`, as another site's may (`session.is_sent_by_us`)."""
    ancestors = "*" if seen.framed else "'self'"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    )
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": seen.language.tag,
        "Content-Security-Policy": policy,
        "Referrer-Policy": "strict-origin" if cache.startswith("private") else "no-referrer",
        "Cache-Control": cache,
        "Vary": "Accept-Language, Accept-Encoding",
    }
