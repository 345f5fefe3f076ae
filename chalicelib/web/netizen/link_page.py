"""`/s/{code}`: the page behind a scanned code. It carries no ticket, so a shared cache may keep it for a moment."""

from functools import lru_cache
from typing import Any, NamedTuple

from chalice.app import Request, Response
from markupsafe import Markup

from chalicelib.campaigns.campaign import State
from chalicelib.instrument.domain.questionnaire import Questionnaire
from chalicelib.instrument.usecases.find_questionnaire import load
from chalicelib.kernel.errors import LinkRevoked, LinkUnknown, QuestionnaireUnknown
from chalicelib.kernel.settings import settings
from chalicelib.links.domain.link import read_code
from chalicelib.links.usecases.open_link import OpenLink, open_link
from chalicelib.web.netizen.layout import LAYOUT
from chalicelib.web.netizen.notice import not_open, refused
from chalicelib.web.rim import caller
from chalicelib.web.rim.addresses import at_one_address
from chalicelib.web.rim.form_reader import topics_of
from chalicelib.web.rim.language import languages
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.render import Visit, cache_for, environment, page, visit


class Blank(NamedTuple):
    """A questionnaire with nothing filled in."""

    title: str
    length: int
    """How many questions there are, about."""
    sections: Markup
    topics: Markup
    """The topics' sections, where they aren't among the others."""


@answered
@at_one_address
def show_link(request: Request, code: str) -> Response:
    """`GET /s/{code}`: the questionnaire, or in words why there is none: not open yet or closed (200), revoked (410),
    unknown (404)."""
    seen, arrived_ms = visit(request, "../"), caller.arrived_ms(request)
    try:
        opened = open_link(code)
    except LinkUnknown as e:
        return refused(seen, e)
    except LinkRevoked as e:
        return refused(seen, e, read_code(code))
    if opened.campaign.state_at(arrived_ms) is not State.OPEN:
        return not_open(seen, opened.campaign, opened.link, arrived_ms)
    return _questionnaire(seen, opened, arrived_ms)


@answered
def show_topics(request: Request, code: str) -> Response:
    """`GET /s/{code}/topics`: the topics' sections, `{"sections": "<section …"}`. The page fetches them once its first
    question is on the screen."""
    seen, arrived_ms = visit(request, "../../"), caller.arrived_ms(request)
    opened = open_link(code)
    edition = str(opened.link.edition)
    asked = _asked(edition, seen.version, opened.campaign.version_of(edition))
    sections = _blank(edition, asked.version, seen.language.tag).topics
    return caller.reply({"sections": sections}, Cache_Control=cache_for(opened.campaign, arrived_ms))


def _questionnaire(seen: Visit, opened: OpenLink, arrived_ms: int) -> Response:
    campaign, edition = opened.campaign, str(opened.link.edition)
    window = campaign.window_at(arrived_ms)
    asked = _asked(edition, seen.version, campaign.version_of(edition))
    blank = _blank(edition, asked.version, seen.language.tag)
    return page(
        "netizen/questionnaire.html",
        seen,
        cache=cache_for(campaign, arrived_ms),
        link=opened.link,
        unit=opened.unit_name,
        campaign=campaign,
        closes=seen.language.end(window.closes_at),
        closes_at=window.closes_at,
        definition={"version": asked.version, "title": blank.title},
        sections=blank.sections,
        length=blank.length,
        address=f"{settings().public_url}/s/{opened.link.code}",
    )


def _asked(edition: str, version: str | None, chosen: str | None) -> Questionnaire:
    """The version that a half-filled questionnaire on the device asks for, where it exists; else the campaign's."""
    try:
        return load(edition, version or chosen)
    except QuestionnaireUnknown:
        return load(edition, chosen)


@lru_cache(maxsize=64)
def _blank(edition: str, version: str, lang: str) -> Blank:
    """The same for every link, so rendered once."""
    return render_blank(load(edition, version), lang, later=True)


def render_blank(asked: Questionnaire, lang: str, *, later: bool) -> Blank:
    """A questionnaire with nothing filled in; the topics' sections apart, where they come `later`."""
    definition: dict[str, Any] = asked.published(lang)
    topics = topics_of(definition)
    filled: dict[str, Any] = {"chosen": (), "answers": {}, "provinces": {}, "problems": [], **LAYOUT}

    def rendered(name: str) -> Markup:
        template = environment().get_template(f"netizen/{name}.html")
        html = template.render(
            t=languages()[lang], definition=definition, topics=topics, plain=False, later=later, **filled
        )
        return Markup(html)  # noqa: S704 (our own template, escaped where it was rendered)

    apart = rendered("topic_sections") if later else Markup()
    return Blank(definition["title"], asked.usual_length, rendered("sections"), apart)
