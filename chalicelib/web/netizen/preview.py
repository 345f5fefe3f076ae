"""`/secretariat/…/questionnaires/…/try/{size}`: a questionnaire as a netizen sees it, a draft too. Nothing is sent."""

import secrets
from types import SimpleNamespace

from chalice.app import Response

from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.version import parse
from chalicelib.instrument.usecases.bring_version import read_version
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.instants import DAY_MS
from chalicelib.kernel.settings import settings
from chalicelib.web.desk.visitor import PRIVATE, Visitor, at_desk
from chalicelib.web.netizen.link_page import render_blank
from chalicelib.web.rim.render import page

SIZES = ("phone", "screen")
"""Two previews stand side by side; each keeps a draft of its own."""


@at_desk("secretariat")
def preview_desk(visitor: Visitor, edition: str, version: str, size: str) -> Response:
    """`GET …/questionnaires/{edition}/{version}/try/{size}`"""
    if size not in SIZES:
        raise NotFound("no_page")
    asked = parse(read_version(edition, version).content, questionnaires.regions())
    blank = render_blank(asked, visitor.seen.language.tag, later=False)
    closes_at = visitor.at_ms + DAY_MS
    return page(
        "netizen/questionnaire.html",
        visitor.seen,
        cache=PRIVATE,
        link=SimpleNamespace(code=f"preview-{size}", edition=edition),
        unit=visitor.seen.language("d_preview_unit"),
        campaign=visitor.campaign,
        closes=visitor.seen.language.end(closes_at),
        closes_at=closes_at,
        definition={"version": asked.version, "title": blank.title},
        sections=blank.sections,
        length=blank.length,
        address=settings().public_url,
        tried=asked.assign_topics(secrets.token_bytes(16)),
    )
