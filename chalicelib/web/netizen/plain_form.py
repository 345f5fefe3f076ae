"""`/s/{code}/form`: the whole questionnaire as one plain form, for browsers without JavaScript.

It carries its ticket, so no shared cache keeps it, and a new visit gets a new one. The browser's own *back* shows the
copy that it holds, with the same ticket and what was typed: after a lost reply the form can be sent again and counts
once. What was typed lives in the form alone: each reply gives all of it back until there is a receipt.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from chalice.app import Request, Response

from chalicelib.campaigns.campaign import State
from chalicelib.collection.issue_ticket import issue_ticket, refuse_unless_open
from chalicelib.collection.record_response import Recorded, record_response
from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.regions import Node
from chalicelib.instrument.usecases.find_questionnaire import load
from chalicelib.kernel.errors import AnswersInvalid, MalformedRequest, MinshengError
from chalicelib.links.usecases.open_link import open_link
from chalicelib.web.netizen.echo import echo_or_nothing
from chalicelib.web.netizen.form_problems import FormProblem, find_problems, from_refusal
from chalicelib.web.netizen.layout import LAYOUT
from chalicelib.web.netizen.notice import not_open, refused
from chalicelib.web.rim import caller
from chalicelib.web.rim.addresses import at_one_address
from chalicelib.web.rim.form_reader import Fields, Sheet, read_fields, read_sheet, topics_of
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.render import Visit, page, visit

KEPT_FOR_GOING_BACK = "private, no-cache"
SOON_MS = 3_600_000
"""From this long before the close on, the form says so."""


@answered
@at_one_address
def show_form(request: Request, code: str) -> Response:
    """`GET /s/{code}/form`: the empty form with a fresh ticket; before opening and after closing the same page as the
    link's."""
    seen, arrived_ms = visit(request, "../../"), caller.arrived_ms(request)
    try:
        opened = open_link(code)
        if opened.campaign.state_at(arrived_ms) is not State.OPEN:
            return not_open(seen, opened.campaign, opened.link, arrived_ms)
        issued = issue_ticket(opened.link.code, arrived_ms)
    except MinshengError as e:
        return refused(seen, e)
    asked = load(issued.edition, issued.questionnaire)
    sheet = Sheet(asked.published(seen.language.tag), tuple(issued.topics), {})
    return _form(seen, code, sheet, issued.ticket, arrived_ms)


@answered
@at_one_address
def take_form(request: Request, code: str) -> Response:
    """`POST /s/{code}/form`: the receipt (201; 200 for what was received before), or the form again with everything
    that was typed: asked for (200), or because something is missing or wrong (422)."""
    seen, arrived_ms = visit(request, "../../"), caller.arrived_ms(request)
    try:
        fields = read_fields(request.headers.get("content-type", ""), caller.body(request))
        ticket, sheet = _one(fields, "_ticket"), _sheet(fields, seen.language.tag)
        if "_refresh" in fields:
            return _form(seen, code, sheet, ticket, arrived_ms)
        problems, recorded = _record(seen, sheet, ticket, arrived_ms)
        if recorded is None:
            return _form(seen, code, sheet, ticket, arrived_ms, problems)
    except MinshengError as e:
        return refused(seen, e)
    accepted = seen.language("beijing", time=seen.language.moment(recorded.accepted_at))
    status = 201 if recorded.created else 200
    said = {"receipt": recorded.receipt, "accepted": accepted, "echo": echo_or_nothing(seen, code, arrived_ms)}
    return page("netizen/receipt.html", seen, status=status, code=code, **said)


def _record(seen: Visit, sheet: Sheet, ticket: str, arrived_ms: int) -> tuple[list[FormProblem], Recorded | None]:
    problems = find_problems(sheet, seen.language)
    if problems:
        return problems, None
    try:
        return [], record_response(ticket, list(sheet.topics), sheet.answers, arrived_ms)
    except AnswersInvalid as e:
        return from_refusal(e, sheet, seen.language), None


def _sheet(fields: Fields, lang: str) -> Sheet:
    """What was filled in. Edition and version come from the form: whoever forges them only forges their own form,
    since the ticket decides what may be stored."""
    asked = load(_one(fields, "_edition"), _one(fields, "_version"))
    return read_sheet(asked.published(lang), fields)


def _one(fields: Fields, name: str) -> str:
    values = fields.get(name, ())
    if len(values) != 1:
        raise MalformedRequest("form_once", name=name)
    return values[0]


def _form(
    seen: Visit, code: str, sheet: Sheet, ticket: str, arrived_ms: int, problems: list[FormProblem] | None = None
) -> Response:
    opened = open_link(code)
    refuse_unless_open(opened.campaign, arrived_ms)
    closes_at = opened.campaign.window_at(arrived_ms).closes_at
    return page(
        "netizen/plain_form.html",
        seen,
        status=422 if problems else 200,
        cache=KEPT_FOR_GOING_BACK,
        code=opened.link.code,
        unit=opened.unit_name,
        campaign=opened.campaign,
        ticket=ticket,
        closes=seen.language.end(closes_at),
        soon=closes_at - arrived_ms < SOON_MS,
        problems=problems or [],
        plain=True,
        later=False,
        **_filled_in(sheet, seen.language.tag),
    )


def _filled_in(sheet: Sheet, lang: str) -> dict[str, Any]:
    return {
        "definition": sheet.definition,
        "topics": topics_of(sheet.definition),
        "chosen": sheet.topics,
        "answers": sheet.answers,
        "provinces": dict(sheet.provinces),
        "province_choices": province_choices(lang),
        "county_choices": county_choices,
        **LAYOUT,
        "lang": lang,
    }


Choice = tuple[str, str]
"""A code and its name."""


@lru_cache(maxsize=8)
def province_choices(lang: str) -> tuple[Choice, ...]:
    """The region question without scripts begins with the provincial-level divisions and overseas."""
    return tuple((node["code"], node["name"]) for node in questionnaires.regions().tree(lang))


@lru_cache(maxsize=80)
def county_choices(province: str, lang: str) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """Then come the counties of a province in groups `(city, counties)`; empty where nothing is below it."""
    for node in questionnaires.regions().tree(lang):
        if node["code"] == province:
            return tuple(_groups(node))
    return ()


def _groups(province: Node) -> Iterator[tuple[str, tuple[Choice, ...]]]:
    """What stands directly under the province, be it a city without counties, forms a group under its name."""
    direct = tuple((node["code"], node["name"]) for node in province["children"] if not node["children"])
    if direct:
        yield province["name"], direct
    for city in province["children"]:
        if city["children"]:
            yield city["name"], tuple((node["code"], node["name"]) for node in city["children"])
