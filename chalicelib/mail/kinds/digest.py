"""The digest: at the campaign's times while it is open, to the secretariat and to each unit that wants its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit, progress
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.domain import counts, pace
from chalicelib.counting.domain.counts import Figures
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases.snapshot import Readings
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import random_code
from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.kernel.texts import chinese
from chalicelib.links.domain.link import Link
from chalicelib.links.store import links
from chalicelib.mail.domain.mail_progress import MailProgress
from chalicelib.mail.domain.outgoing import SECRETARIAT, Outgoing
from chalicelib.mail.gateways.mail import PICTURE, Attachment, Mail
from chalicelib.mail.gateways.progress_chart import draw_curve
from chalicelib.mail.gateways.workbook import XLSX, Worksheet, write_workbook
from chalicelib.mail.kind import MailKind, compose
from chalicelib.mail.usecases import order_mail
from chalicelib.mail.usecases.digest_workbook import secretariat_sheets, unit_sheets
from chalicelib.mail.usecases.unsubscribe import unsubscribe_url
from chalicelib.sealing.export import request_export

_say = chinese("mail")
_MOST_REPAIRS = 1_000
_MOST_LINKS = 10


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit's line in a digest."""

    unit: Unit
    figures: Figures
    gained: int
    percent: str


def who_wants_digests(_noted: MailProgress, reachable: Mapping[str, Contact]) -> list[str]:
    """The secretariat, and each unit that wants its own."""
    return [SECRETARIAT, *(code for code, contact in reachable.items() if contact.wants_digest)]


def write_digest(outgoing: Outgoing, noted: MailProgress, readings: Readings, *, final: bool = False) -> Mail:
    """The mail of an occasion for its addressee, from what is counted now; `final` once collecting is over."""
    if outgoing.addressee == SECRETARIAT:
        return _for_secretariat(outgoing, noted, readings, final)
    return _for_unit(outgoing, noted, readings, final)


def gained(readings: Readings, noted: MailProgress, code: str) -> int:
    """What was collected since the occasion before; without one, since the beginning."""
    return readings.figures(code).collected - int(noted.before.get(code, [0])[0])


def _for_secretariat(outgoing: Outgoing, noted: MailProgress, readings: Readings, final: bool) -> Mail:
    rows = [_row(readings, noted, unit) for unit in readings.units.values()]
    values = _common(outgoing, noted, readings, NATION, final) | {
        "rows": rows,
        "notes": _notes(outgoing, noted, readings, final),
        "link": f"{settings().public_url}/exports/{noted.export}",
    }
    return _mail(outgoing, readings, NATION, "digest", values, secretariat_sheets(readings, noted.before))


def _for_unit(outgoing: Outgoing, noted: MailProgress, readings: Readings, final: bool) -> Mail:
    unit = readings.units[outgoing.addressee]
    unsubscribe = unsubscribe_url(unit.campaign, unit.code)
    row = _row(readings, noted, unit)
    values = _common(outgoing, noted, readings, unit.code, final) | {
        "row": row,
        "links": _by_link(readings, unit),
        "link": f"{settings().public_url}/desk",
        "workbook": f"{settings().public_url}/api/v1/workbook.xlsx",
        "unsubscribe": unsubscribe,
    }
    message = _mail(outgoing, readings, unit.code, "unit_digest", values, unit_sheets(readings, noted.before, unit))
    return replace(message, unsubscribe=unsubscribe)


def _by_link(readings: Readings, unit: Unit) -> list[tuple[Link, Figures]]:
    """The unit's links that brought something, the most fruitful first."""
    tally = readings.tally(unit.code)
    found = [(link, counts.of(tally, "l", link.code)) for link in links.of_unit(unit.campaign, unit.code)]
    return sorted((pair for pair in found if pair[1].collected), key=lambda pair: -pair[1].collected)[:_MOST_LINKS]


def _common(outgoing: Outgoing, noted: MailProgress, readings: Readings, code: str, final: bool) -> dict[str, Any]:
    """What every digest says, of the nation or of a unit."""
    campaign = readings.campaign
    window = campaign.window_at(readings.at_ms)
    return {
        "campaign": campaign,
        "headline": _say(f"headline_{outgoing.occasion}{'_again' if final and campaign.superseded else ''}"),
        "whose": campaign.title if code == NATION else readings.units[code].name,
        "as_of": _wall(readings.at_ms),
        "figures": readings.figures(code),
        "nation": readings.figures(NATION),
        "today": None if final else readings.today(code),
        "gained": gained(readings, noted, code),
        "since": _wall(noted.since) if noted.since else "",
        "projected": None if final else pace.projected(readings.tally(code), window, readings.at_ms),
        "picture": PICTURE,
    }


def _mail(
    outgoing: Outgoing,
    readings: Readings,
    code: str,
    template: str,
    values: dict[str, Any],
    sheets: Sequence[Worksheet],
) -> Mail:
    hours = [(point.start, point.national if code == NATION else point.local) for point in readings.hours(code)]
    name = f"{readings.campaign.id}-{shanghai(readings.at_ms):%Y%m%d-%H%M}.xlsx"
    said = {"campaign": readings.campaign.title, "headline": values["headline"]}
    return compose(
        outgoing,
        readings.at_ms,
        template,
        _say("subject_digest", **said, collected=values["figures"].collected),
        values,
        picture=draw_curve(hours, f"{values['whose']} · {values['as_of']}"),
        attachments=[Attachment(name, XLSX, write_workbook(sheets))],
    )


def _notes(outgoing: Outgoing, noted: MailProgress, readings: Readings, final: bool) -> list[str]:
    seal = readings.campaign.seal
    if final and seal is not None:
        return [_say("manifest", sha256=seal.manifest_sha256), *log_head(readings.campaign.id)]
    return [*repairs(readings.campaign.id, noted.since or 0, outgoing.at), *log_head(readings.campaign.id)]


def log_head(campaign: str) -> list[str]:
    """What the log hangs on, noted where nobody here can change it."""
    head = audit.head(campaign)
    return [_say("log", number=head.number, sha256=head.sha256)] if head.number else []


def repairs(campaign: str, since_ms: int, until_ms: int) -> list[str]:
    """A line for each repair of the counts between two occasions."""
    return [
        _repair(entry)
        for entry in audit.newest(campaign, _MOST_REPAIRS)
        if entry["action"] == "recount.repair" and since_ms < entry["at"] <= until_ms
    ]


def _repair(entry: Mapping[str, Any]) -> str:
    unit = _say("nation") if entry["subject"] == NATION else entry["subject"]
    day, hour, before, after = entry["hour"][:8], entry["hour"][8:], entry["before"][0], entry["after"][0]
    return _say("repair", unit=unit, day=day, hour=hour, before=before, after=after)


def _row(readings: Readings, noted: MailProgress, unit: Unit) -> UnitLine:
    figures = readings.figures(unit.code)
    share = progress(figures.collected, unit.plan)
    return UnitLine(unit, figures, gained(readings, noted, unit.code), "" if share is None else f"{share:.1%}")


def _wall(at_ms: int) -> str:
    return shanghai(at_ms).strftime("%Y-%m-%d %H:%M")


def _order_export(noted: MailProgress, campaign: Campaign) -> None:
    if campaign.recipients:
        request_export(campaign.id, now_ms(), "tick", noted.export)


KIND = MailKind("digest", who_wants_digests, write_digest, lambda _: random_code(12), _order_export)


@order_mail.MAILS.due
def order_digest(campaign: Campaign, at_ms: int) -> None:
    """Orders the digest whose time has come."""
    slot = order_mail.due_slot(campaign, at_ms)
    if slot is not None:
        order_mail.order_mail(campaign, KIND.name, slot)
