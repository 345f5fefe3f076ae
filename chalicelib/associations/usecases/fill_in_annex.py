"""Filling in an annex at the unit's desk: keeping a draft, handing it in, and sending it back with a reason.

Handed in, it is what an imported table would be: the unit's plan, its contact, its supporters. All of it is stored in
one transaction with its entry in the audit log, and then stands until the secretariat sends it back.
"""

from collections.abc import Iterable, Mapping

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.hand_in import Annex, HandIn, Standing, Typed
from chalicelib.associations.domain.read_hand_in import read_supporters, read_unit, typed_of, typed_supporters
from chalicelib.associations.domain.supporter import Supporter
from chalicelib.associations.domain.unit_rows import unit_form
from chalicelib.associations.store import contacts, hand_ins, supporters, units
from chalicelib.associations.usecases.register_units import view
from chalicelib.campaigns.campaign import Campaign, State
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import AlreadySealed, CollectionClosed, PreconditionFailed
from chalicelib.kernel.seen import ANYTHING, Seen
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write, commit, until_not_overtaken


def find_annex(campaign: str, unit: str, annex: Annex) -> HandIn:
    """A unit's annex as it stands: as it was filled in here, else as a table said it, else as a draft that says what is
    known. Raises `NotFound` where there is no such unit."""
    stored = hand_ins.find(campaign, unit, annex)
    return stored or _known(campaign, unit, annex)


def save_draft(campaign: Campaign, wanted: HandIn, seen: Seen = ANYTHING) -> None:
    """Keeps what was typed, whatever it is. Raises as `hand_in`, but for what is typed."""
    _refuse_late(campaign, wanted.at)

    def attempt() -> None:
        before = _open(wanted, seen)
        reason = before.reason if before else ""
        standing = before.standing if before else Standing.DRAFT
        rows = {"rows": sum(map(bool, wanted.rows)), "values": sorted(wanted.values)}
        entry = _told(wanted, "annex.draft", after=rows)
        commit(hand_ins.changing(before, wanted.model_copy(update={"standing": standing, "reason": reason})), entry)

    until_not_overtaken(attempt)


def hand_in(campaign: Campaign, wanted: HandIn, seen: Seen = ANYTHING) -> None:
    """Takes over what was typed, all of it or nothing.

    Raises `AnnexInvalid`, `CollectionClosed`, `AlreadySealed`, and `PreconditionFailed` where it was handed in already
    or isn't as it was `seen`.
    """
    _refuse_late(campaign, wanted.at)

    def attempt() -> None:
        before = _open(wanted, seen)
        apply = _supporters if wanted.annex is Annex.SUPPORTERS else _unit
        writes, told = apply(wanted)
        entry = _told(wanted, "annex.hand-in", **told)
        after = wanted.model_copy(update={"standing": Standing.HANDED_IN, "reason": ""})
        commit(*writes, entry, hand_ins.changing(before, after))

    until_not_overtaken(attempt)


def send_back(
    campaign: Campaign, unit: str, annex: Annex, reason: str, at_ms: int, who: str, seen: Seen = ANYTHING
) -> None:
    """Opens an annex to its unit again, and says why. What was handed in stays as it is until it is handed in anew.

    Raises `NotFound`, `CollectionClosed`, `AlreadySealed` and `PreconditionFailed`.
    """
    _refuse_late(campaign, at_ms)

    def attempt() -> None:
        stored = hand_ins.find(campaign.id, unit, annex)
        before = stored or _known(campaign.id, unit, annex)
        seen.check(before.seen)
        if before.is_open:
            raise PreconditionFailed("changed_since")
        after = before.model_copy(update={"standing": Standing.SENT_BACK, "reason": reason, "at": at_ms, "by": who})
        entry = audit.entry(campaign.id, at_ms, who, "annex.send-back", unit, annex=annex, after={"reason": reason})
        commit(hand_ins.changing(stored, after), entry)

    until_not_overtaken(attempt)


def _known(campaign: str, unit: str, annex: Annex) -> HandIn:
    """An annex that nobody filled in here: in, where a table has said it."""
    stored, values, rows = units.read(campaign, unit), Typed(), tuple[Typed, ...]()
    if annex is Annex.UNITS:
        values, rows = typed_of(stored, contacts.read(campaign, unit) or Contact())
        is_in = stored.plan is not None
    else:
        rows = typed_supporters([one for one in supporters.of_campaign(campaign) if one.unit == unit])
        is_in = bool(rows)
    standing = Standing.HANDED_IN if is_in else Standing.DRAFT
    return HandIn(campaign=campaign, unit=unit, annex=annex, standing=standing, values=values, rows=rows)


def _told(wanted: HandIn, action: str, **details: object) -> Write:
    return audit.entry(wanted.campaign, wanted.at, wanted.by, action, wanted.unit, annex=wanted.annex, **details)


def _refuse_late(campaign: Campaign, at_ms: int) -> None:
    state = campaign.state_at(at_ms)
    if state is State.SEALED:
        raise AlreadySealed("sealed_annexes", campaign=campaign.id)
    if state is State.CLOSED:
        raise CollectionClosed("annexes_closed")


def _open(wanted: HandIn, seen: Seen) -> HandIn | None:
    """What is stored of an annex that the unit may change. Raises `PreconditionFailed`."""
    stored = hand_ins.find(wanted.campaign, wanted.unit, wanted.annex)
    before = stored or _known(wanted.campaign, wanted.unit, wanted.annex)
    seen.check(before.seen)
    if not before.is_open:
        raise PreconditionFailed("changed_since")
    return stored


def _unit(wanted: HandIn) -> tuple[list[Write], Mapping[str, object]]:
    before, reached = units.read(wanted.campaign, wanted.unit), contacts.read(wanted.campaign, wanted.unit)
    form = unit_form(questionnaires.regions())
    after, contact = read_unit(wanted, before, reached or Contact(), form, questionnaires.EDITIONS)
    writes = [units.changing(before, after)]
    if contact != reached:
        writes.append(contacts.changing(wanted.campaign, wanted.unit, reached, contact))
    return writes, {"before": view(before, reached), "after": view(after, contact)}


def _supporters(wanted: HandIn) -> tuple[list[Write], Mapping[str, object]]:
    """Those that are named, in the place of all that the unit handed in before."""
    known = supporters.of_campaign(wanted.campaign)
    own = {one.key: one for one in known if one.unit == wanted.unit}
    named = {one.key: one for one in read_supporters(wanted, known)}
    writes = [supporters.changing(own.get(key), one) for key, one in named.items() if own.get(key) != one]
    writes += [supporters.removing(one) for key, one in own.items() if key not in named]
    return writes, {"before": _shown(own.values()), "after": _shown(named.values())}


def _shown(some: Iterable[Supporter]) -> list[dict[str, object]]:
    return [one.model_dump(mode="json", exclude={"campaign", "unit"}, exclude_none=True) for one in some]
