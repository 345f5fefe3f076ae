"""`/desk/{campaign}/annexes`: annex 1 and annex 2 as forms that the unit fills in itself, last year's beside them."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from chalice.app import Response

from chalicelib.associations.domain.hand_in import MOST_ROWS, TYPED_LENGTH, Annex, HandIn, Typed
from chalicelib.associations.domain.read_hand_in import LINK_FIELDS, SUPPORTER_FIELDS, UNIT_FIELDS
from chalicelib.associations.domain.supporter import SupporterKind
from chalicelib.associations.store import units
from chalicelib.associations.usecases.fill_in_annex import find_annex, hand_in, save_draft
from chalicelib.campaigns.campaign import Campaign, State
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import FieldErrors, MalformedRequest
from chalicelib.links.domain.link import CHANNELS
from chalicelib.web.desk.desk_form import act_of
from chalicelib.web.desk.visitor import Visitor, at_desk

_ONCE = {Annex.UNITS: UNIT_FIELDS, Annex.SUPPORTERS: ()}
_ROWS = {Annex.UNITS: LINK_FIELDS, Annex.SUPPORTERS: SUPPORTER_FIELDS}
_MORE = 2
"""Empty rows behind those that say something."""


@at_desk("unit")
def annex_desk(visitor: Visitor) -> Response:
    """`GET /desk/{campaign}/annexes`, `POST /desk/{campaign}/annexes` (`act`: draft, hand-in, more, last-year)"""
    if visitor.request.method != "POST":
        return _page(visitor)
    return act_of(visitor, _ACTS)(visitor, _typed(visitor))


def _draft(visitor: Visitor, typed: HandIn) -> Response:
    save_draft(visitor.campaign, typed, visitor.last_seen)
    return visitor.go(f"annexes#{typed.annex}")


def _hand_in(visitor: Visitor, typed: HandIn) -> Response:
    try:
        hand_in(visitor.campaign, typed, visitor.last_seen)
    except FieldErrors as refusal:
        why = visitor.seen.language.why
        return _page(visitor, typed, {one.pointer[1:]: why(refusal.subject, one) for one in refusal.errors})
    return visitor.go(f"annexes#{typed.annex}")


def _more(visitor: Visitor, typed: HandIn) -> Response:
    """More empty rows; nothing is kept yet."""
    return _page(visitor, typed)


def _last_year(visitor: Visitor, typed: HandIn) -> Response:
    """What the unit said last year, to be changed; nothing is kept yet."""
    earlier = _earlier(visitor, visitor.campaign, typed.annex)
    if earlier is None:
        raise MalformedRequest("form_act")
    return _page(visitor, typed.model_copy(update={"values": earlier.values, "rows": earlier.rows}))


_ACTS: dict[str, Callable[[Visitor, HandIn], Response]] = {
    "draft": _draft,
    "hand-in": _hand_in,
    "more": _more,
    "last-year": _last_year,
}


def _typed(visitor: Visitor) -> HandIn:
    """What the form says, as it was typed. Raises `MalformedRequest`."""
    try:
        annex = Annex(visitor.one("annex"))
    except ValueError:
        raise MalformedRequest("form_act") from None

    def read(names: Sequence[str], row: str = "") -> Typed:
        typed = {name: visitor.one(name + row)[:TYPED_LENGTH] for name in names}
        return {name: value for name, value in typed.items() if value}

    rows = [read(_ROWS[annex], f"-{number}") for number in range(MOST_ROWS)]
    while rows and not rows[-1]:
        rows.pop()
    campaign, unit = visitor.holder.campaign or "", visitor.holder.unit or ""
    said = {"values": read(_ONCE[annex]), "rows": tuple(rows), "at": visitor.at_ms, "by": visitor.who}
    return HandIn(campaign=campaign, unit=unit, annex=annex, **said)


def _page(visitor: Visitor, typed: HandIn | None = None, said: Mapping[str, str] | None = None) -> Response:
    campaign, unit = visitor.campaign, visitor.holder.unit or ""
    stored = {annex: find_annex(campaign.id, unit, annex) for annex in Annex}
    shown = stored | ({typed.annex: stored[typed.annex].model_copy(update=_said(typed))} if typed else {})
    return visitor.page(
        "unit/annexes.html",
        unit=units.read(campaign.id, unit),
        annexes=shown,
        versions={annex: _version(visitor, one) for annex, one in stored.items()},
        late=campaign.state_at(visitor.at_ms) in (State.CLOSED, State.SEALED),
        due={Annex.UNITS: campaign.units_due, Annex.SUPPORTERS: campaign.supporters_due},
        before={annex: _earlier(visitor, campaign, annex) for annex in Annex},
        values_of=lambda one: _whole(_ONCE[one.annex], one.values),
        rows_of=lambda one: [_whole(_ROWS[one.annex], row) for row in one.rows],
        empty={name: [_whole(_ROWS[name])] * min(_MORE, MOST_ROWS - len(one.rows)) for name, one in shown.items()},
        kinds=[kind.value for kind in SupporterKind],
        editions=questionnaires.EDITIONS,
        channels=CHANNELS,
        wrong=said or {},
    )


def _whole(names: Sequence[str], typed: Mapping[str, str] = MappingProxyType({})) -> Typed:
    """What is typed, and nothing where nothing is."""
    return dict.fromkeys(names, "") | dict(typed)


def _said(typed: HandIn) -> dict[str, object]:
    return typed.model_dump(include={"values", "rows"})


def _version(visitor: Visitor, stored: HandIn) -> str:
    """What the form carries of what was there; where it is shown again, what it carried."""
    act = visitor.one("act") if visitor.one("annex") == stored.annex else "-"
    return visitor.version(act, stored.seen)


def _earlier(visitor: Visitor, campaign: Campaign, annex: Annex) -> HandIn | None:
    """The annex of the campaign before, among those in which the association took part."""
    before = [one for one in visitor.campaigns if one.opens_at < campaign.opens_at]
    if not before:
        return None
    last = visitor.holder.at(before[0].id)
    return find_annex(before[0].id, last.unit or "", annex)
