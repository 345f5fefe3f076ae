"""`…/questionnaires`: the versions of both editions. A new one is brought as a file, checked, tried, and published by
having a campaign ask it."""

import json
from typing import NamedTuple

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.gateways.sheets import read_sheet as read_rows
from chalicelib.associations.gateways.tables import xlsx_file
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.campaigns.choose_questionnaire import choose_questionnaire
from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.content_place import place_in
from chalicelib.instrument.domain.questionnaire import number_of
from chalicelib.instrument.domain.read_sheet_form import Read, read_sheet
from chalicelib.instrument.domain.sheet_form import COLUMNS, write_sheet
from chalicelib.instrument.domain.version import Version, parse
from chalicelib.instrument.store import versions
from chalicelib.instrument.usecases.bring_version import bring_version, read_version, remove_draft
from chalicelib.kernel.errors import (
    FieldError,
    FieldErrors,
    MalformedRequest,
    NotFound,
    QuestionnaireInvalid,
    SheetUnreadable,
    TooLarge,
)
from chalicelib.web.desk.desk_form import act_of
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller, media
from chalicelib.web.rim.language import Language

_PATH = "questionnaires"
_KINDS = ("xlsx", "json")


class Listed(NamedTuple):
    """A version on the page."""

    edition: str
    version: str
    state: str
    """`draft`, `published`, or `product`: it comes with the product."""
    chosen: bool
    """Whether the campaign asks it."""


class Fault(NamedTuple):
    """What is wrong in a file: in which row of a table, at which thing, and what."""

    row: int | None
    where: str
    detail: str


@at_desk("secretariat", Act.CAMPAIGN)
def questionnaires_desk(visitor: Visitor) -> Response:
    """`GET …/questionnaires`, `POST` (a file: a draft)"""
    if visitor.request.method != "POST":
        return _versions(visitor, [])
    say, read = visitor.seen.language, Read()
    try:
        read = _read(visitor.file("questionnaire_file"))
        if read.faults:
            return _versions(visitor, [Fault(int(one.pointer[1:]), "", say.why("fields", one)) for one in read.faults])
        draft = bring_version(visitor.campaign.id, read.content, visitor.at_ms, visitor.who)
    except QuestionnaireInvalid as invalid:
        return _versions(visitor, [_fault(read, one, say) for one in invalid.errors])
    except (SheetUnreadable, TooLarge, MalformedRequest) as refusal:
        return _versions(visitor, [Fault(None, "", say.why(refusal.subject, refusal))])
    return visitor.go(f"{_PATH}/{draft.edition}/{draft.version}")


@at_desk("secretariat", Act.CAMPAIGN)
def questionnaire_desk(visitor: Visitor, edition: str, version: str) -> Response:
    """`GET …/questionnaires/{edition}/{version}`, `POST` (`act`: choose, remove)"""
    campaign, said = visitor.campaign, ""
    if visitor.request.method == "POST":
        try:
            return act_of(visitor, _ACTS)(visitor, campaign, edition, version)
        except FieldErrors as refusal:
            said = visitor.seen.language.why(refusal.subject, refusal.errors[0])
    found = read_version(edition, version)
    content = json.loads(found.content)
    return visitor.page(
        "secretariat/campaign/questionnaire.html",
        status=422 if said else 200,
        listed=_listed(campaign, found),
        asked=parse(content, questionnaires.regions()),
        title=content["common"]["title"],
        untranslated=sum(1 for text in _texts(content) if "en" not in text),
        digest=found.digest,
        can=campaign.phase is Phase.COLLECTING and campaign.opening_can_move(visitor.at_ms),
        kinds=_KINDS,
        said=said,
    )


@at_desk("secretariat", look=Act.CAMPAIGN)
def questionnaire_file(_visitor: Visitor, edition: str, version: str, kind: str) -> Response:
    """`GET …/questionnaires/{edition}/{version}/file/{kind}`: a version as it can be changed and brought again. It
    holds the rules and poles, which are nobody else's to know."""
    content, name = json.loads(read_version(edition, version).content), f"{edition}-{version}.{kind}"
    if kind == "json":
        return caller.file(json.dumps(content, ensure_ascii=False, indent=2), media.JSON, name)
    if kind != "xlsx":
        raise NotFound("no_page")
    return caller.file(xlsx_file(f"{edition} {version}", COLUMNS, write_sheet(content)), media.XLSX, name)


def _versions(visitor: Visitor, faults: list[Fault]) -> Response:
    campaign = visitor.campaign
    return visitor.page(
        "secretariat/campaign/questionnaires.html",
        status=422 if faults else 200,
        editions={edition: _of_edition(campaign, edition) for edition in questionnaires.EDITIONS},
        kinds=_KINDS,
        faults=faults,
    )


def _of_edition(campaign: Campaign, edition: str) -> list[Listed]:
    """The newest last. Raises `QuestionnaireUnknown`."""
    own = [read_version(edition, version) for version in questionnaires.versions(edition)]
    found = sorted([*own, *versions.of_edition(edition)], key=lambda one: number_of(one.version))
    return [_listed(campaign, one) for one in found]


def _listed(campaign: Campaign, found: Version) -> Listed:
    own = questionnaires.versions(found.edition)
    state = "product" if found.version in own else "draft" if found.published_at is None else "published"
    chosen = campaign.version_of(found.edition) or own[0]
    return Listed(found.edition, found.version, state, found.version == chosen)


def _read(content: bytes) -> Read:
    """What a file says, JSON or a table. Raises `SheetUnreadable` and `MalformedRequest`."""
    beginning = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not beginning.startswith(b"{"):
        rows = read_rows(content) if content else []
        if not rows:
            raise SheetUnreadable("empty")
        lines = ((row.number, [cell.text for cell in row.cells]) for row in rows[1:])
        return read_sheet([cell.text for cell in rows[0].cells], lines)
    return Read(caller.read_json(beginning))


def _fault(read: Read, error: FieldError, say: Language) -> Fault:
    place = place_in(read.content, error.pointer)
    rows = [read.lines[id(thing)] for thing in place.things if id(thing) in read.lines]
    return Fault(rows[-1] if rows else None, " › ".join(place.where), say.why("fields", error))


def _texts(content: object) -> list[dict[str, str]]:
    """Every text in a content, with its languages."""
    if isinstance(content, dict):
        if "zh-Hans" in content:
            return [content]
        content = list(content.values())
    return [text for inner in content for text in _texts(inner)] if isinstance(content, list) else []


def _choose(visitor: Visitor, campaign: Campaign, edition: str, version: str) -> Response:
    if not visitor.is_confirmed:
        asked, back = read_version(edition, version), f"{_PATH}/{edition}/{version}"
        return visitor.confirm("questionnaire", back, asked=asked, campaign=campaign)
    choose_questionnaire(campaign.id, edition, version, visitor.one("digest"), visitor.at_ms, visitor.who)
    return visitor.go(_PATH)


def _remove(visitor: Visitor, campaign: Campaign, edition: str, version: str) -> Response:
    remove_draft(campaign.id, edition, version, visitor.one("digest"), visitor.at_ms, visitor.who)
    return visitor.go(_PATH)


_ACTS = {"choose": _choose, "remove": _remove}
