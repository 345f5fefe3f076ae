"""`…/units`: registering units. `…/units/{unit}`: one unit's figures, key and links."""

from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.places import place_name
from chalicelib.associations.domain.unit import Unit, progress
from chalicelib.associations.store import contacts, units
from chalicelib.associations.usecases.change_unit import CHANGEABLE, change_unit, changeable
from chalicelib.associations.usecases.find_code import code_in
from chalicelib.associations.usecases.register_units import is_locked, register_unit
from chalicelib.associations.usecases.set_contact import set_contact
from chalicelib.counting.domain import counts
from chalicelib.counting.usecases.read_counts import tally_of
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import FieldErrors, LinkUnknown
from chalicelib.links.domain.link import CHANNELS, LABEL_LENGTH, Link, read_code
from chalicelib.links.store import links
from chalicelib.links.usecases import issue_links
from chalicelib.links.usecases.issue_links import replace_link
from chalicelib.web.desk.desk_form import number, permitted, wrong
from chalicelib.web.desk.link_rows import link_row, listed, place_in_list
from chalicelib.web.desk.verdict_panel import unit_panel
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller
from chalicelib.web.rim.schemas import ContactRequest, LabelRequest, LinksRequest, UnitRequest
from chalicelib.web.secretariat.api.units import UnitChangeRequest, read_change, read_unit
from chalicelib.web.secretariat.desk import key_acts

_NEW_LINKS = ("channel", "edition", "count", "labels")
_NEW_UNIT = ("code", "name", "province", "plan")
_NUMBERS = ("plan", "links_wanted", "last_year")
_CONTACT = {"contact_name": "name", "contact_email": "email", "contact_phone": "phone"}


@at_desk("secretariat", Act.UNITS, look=Act.UNITS)
def units_desk(visitor: Visitor) -> Response:
    """`GET …/units`, `POST …/units` (registers one; its key is shown this once)"""
    campaign = visitor.campaign
    typed = {name: visitor.one(name) for name in _NEW_UNIT}
    if visitor.request.method != "POST":
        return visitor.page("secretariat/units.html", typed=typed, wrong={})
    try:
        unit = read_unit(caller.read_as(UnitRequest, typed | {"plan": number(typed["plan"])}), campaign.id)
        key = register_unit(unit, visitor.at_ms, visitor.who)
    except FieldErrors as refusal:
        return visitor.page("secretariat/units.html", typed=typed, wrong=wrong(visitor, refusal))
    return visitor.page("secretariat/key.html", unit=unit, key=key, fresh=True)


@at_desk("secretariat", Act.LOOK)
def unit_page(visitor: Visitor, code: str) -> Response:
    """`GET …/units/{unit}`, `POST …/units/{unit}` (with an `act` of `_ACTS`)"""
    campaign = visitor.campaign.id
    if (found := code_in(campaign, code)) != code and visitor.request.method != "POST":
        return visitor.go(f"units/{found}")
    unit = units.read(campaign, found)
    if visitor.request.method != "POST":
        return _unit(visitor, unit, {})
    return permitted(visitor, _ACTS)(visitor, unit)


def _unit(visitor: Visitor, unit: Unit, said: Mapping[str, str]) -> Response:
    campaign = visitor.campaign
    tally = tally_of(campaign, unit.code)
    figures = counts.overall(tally)
    rows = [link_row(campaign, tally, link) for link in links.of_unit(campaign.id, unit.code)]
    contact = contacts.read(campaign.id, unit.code) or Contact()
    return visitor.page(
        "secretariat/unit_page.html",
        unit=unit,
        province=place_name(questionnaires.regions(), unit.province, visitor.seen.language.tag),
        locked=is_locked(campaign.id, unit.code),
        figures=figures,
        panel=unit_panel(campaign.id, unit.code),
        progress=progress(figures.collected, unit.plan),
        listed=listed(visitor.request, rows),
        contact=_shown_contact(visitor, contact),
        shown=_shown_unit(visitor, unit),
        unit_version=visitor.version("change", changeable(unit)),
        shown_version=visitor.version("contact", contact.model_dump()),
        typed={name: visitor.one(name) for name in _NEW_LINKS},
        wrong=said,
        most=issue_links.MOST_AT_ONCE,
        label_length=LABEL_LENGTH,
        editions=questionnaires.EDITIONS,
        channels=[*CHANNELS, *sorted({row.link.channel for row in rows} - set(CHANNELS))],
    )


def _issue(visitor: Visitor, unit: Unit) -> Response:
    labels = [label for label in visitor.one("labels").split("\n") if label.strip()]
    asked = {
        "channel": visitor.one("channel"),
        "edition": visitor.one("edition"),
        "count": number(visitor.one("count") or "1"),
        "labels": [label.strip() for label in labels],
    }
    try:
        wanted = caller.read_as(LinksRequest, asked)
    except FieldErrors as refusal:
        return _unit(visitor, unit, wrong(visitor, refusal, most=LABEL_LENGTH))
    all_labels = wanted.labels + [""] * (wanted.count - len(wanted.labels))
    issue_links.issue_links(
        unit.campaign, unit.code, wanted.channel, wanted.edition, all_labels, visitor.at_ms, visitor.who
    )
    return visitor.go(f"units/{unit.code}#links")


def _label(visitor: Visitor, unit: Unit) -> Response:
    link = _link(visitor, unit)
    try:
        wanted = caller.read_as(LabelRequest, {"label": visitor.one("label")})
    except FieldErrors as refusal:
        return _unit(visitor, unit, {link.code: wrong(visitor, refusal, most=LABEL_LENGTH)["label"]})
    issue_links.label_link(link.code, wanted.label, visitor.at_ms, visitor.who, visitor.last_seen)
    return visitor.go(f"units/{unit.code}#link-{link.code}", **place_in_list(visitor.request))


def _revoke(visitor: Visitor, unit: Unit) -> Response:
    link = _link(visitor, unit)
    if not visitor.is_confirmed:
        return visitor.confirm("revoke", f"units/{unit.code}", unit=unit, link=link)
    issue_links.revoke_link(link.code, visitor.at_ms, visitor.who)
    return visitor.go(f"units/{unit.code}#link-{link.code}", **place_in_list(visitor.request))


def _replace(visitor: Visitor, unit: Unit) -> Response:
    link = _link(visitor, unit)
    if not visitor.is_confirmed:
        return visitor.confirm("replace", f"units/{unit.code}", unit=unit, link=link)
    new = replace_link(link.code, visitor.at_ms, visitor.who)
    return visitor.go(f"units/{unit.code}#link-{new.code}")


def _contact(visitor: Visitor, unit: Unit) -> Response:
    try:
        contact = _read_contact(visitor)
    except FieldErrors as refusal:
        said = wrong(visitor, refusal, "contact_")
        return _unit(visitor, unit, {f"contact_{name}": words for name, words in said.items()})
    set_contact(unit.campaign, unit.code, contact, visitor.at_ms, visitor.who, visitor.last_seen)
    return visitor.go(f"units/{unit.code}#contact")


def _change(visitor: Visitor, unit: Unit) -> Response:
    typed = {name: visitor.one(name) or None for name in CHANGEABLE}
    numbers = {name: number(typed[name] or "") for name in _NUMBERS}
    try:
        said = read_change(caller.read_as(UnitChangeRequest, typed | numbers))
        change_unit(visitor.campaign, unit.code, said, visitor.at_ms, visitor.who, visitor.last_seen)
    except FieldErrors as refusal:
        return _unit(visitor, unit, wrong(visitor, refusal))
    return visitor.go(f"units/{unit.code}#change")


def _shown_unit(visitor: Visitor, unit: Unit) -> dict[str, object]:
    """What the form shows: what was just typed, else the unit as it is."""
    if visitor.one("act") == "change":
        return {name: visitor.one(name) for name in CHANGEABLE}
    known = changeable(unit) | {"province": place_name(questionnaires.regions(), unit.province, "zh-Hans")}
    return {name: "" if value is None else value for name, value in known.items()}


def _shown_contact(visitor: Visitor, known: Contact) -> dict[str, Any]:
    """What the form shows: what was just typed, else the contact as it is known."""
    if visitor.one("act") == "contact":
        typed = {field: visitor.one(field) for field in _CONTACT}
        return typed | {"wants_digest": visitor.one("wants_digest") == "1"}
    stored = {field: getattr(known, name) or "" for field, name in _CONTACT.items()}
    return stored | {"wants_digest": known.wants_digest}


def _read_contact(visitor: Visitor) -> Contact:
    """The contact in the form. Raises `RequestInvalid`, its pointers `/name`, `/email`, `/phone`."""
    typed: dict[str, Any] = {name: visitor.one(field) or None for field, name in _CONTACT.items()}
    return caller.read_as(ContactRequest, typed | {"wants_digest": visitor.one("wants_digest") == "1"}).contact()


def _link(visitor: Visitor, unit: Unit) -> Link:
    link = links.read(read_code(visitor.one("link")))
    if (link.campaign, link.unit) != (unit.campaign, unit.code):
        raise LinkUnknown("link_of_unit", link=link.code)
    return link


_ACTS: dict[str, tuple[Act, Callable[[Visitor, Unit], Response]]] = {
    "issue": (Act.LINKS, _issue),
    "label": (Act.LINKS, _label),
    "revoke": (Act.LINKS, _revoke),
    "replace": (Act.LINKS, _replace),
    "rotate": (Act.KEYS, key_acts.rotate),
    "lock": (Act.KEYS, key_acts.lock),
    "unlock": (Act.KEYS, key_acts.unlock),
    "contact": (Act.UNITS, _contact),
    "change": (Act.UNITS, _change),
}
