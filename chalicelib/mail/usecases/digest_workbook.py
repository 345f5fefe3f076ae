"""The workbook that goes with a digest, and by itself on request: sheets of units, links, hours, regions."""

from collections.abc import Iterable, Sequence

from chalicelib.associations.domain.places import place_name
from chalicelib.associations.domain.unit import Unit, progress
from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases.snapshot import Readings
from chalicelib.instrument import questionnaires
from chalicelib.kernel.texts import chinese
from chalicelib.links.gateways.qr import link_url
from chalicelib.links.store import links
from chalicelib.links.store.revocations import is_revoked
from chalicelib.mail.domain.mail_progress import Figures
from chalicelib.mail.gateways.workbook import Cell, Column, Worksheet, write_workbook

_say = chinese("mail")
_FIGURES = (Column(_say("collected")), Column(_say("valid")))
_UNIT_COLUMNS = (
    Column(_say("code"), "text", 10),
    Column(_say("unit"), "text", 36),
    Column(_say("region"), "text", 18),
    Column(_say("plan")),
    *_FIGURES,
    Column(_say("today")),
    Column(_say("done"), "share"),
)
_GAINED = Column(_say("gained"))
_LINK_COLUMNS = (
    Column(_say("unit_code"), "text", 10),
    Column(_say("link"), "text", 12),
    Column(_say("channel"), "text", 18),
    Column(_say("label"), "text", 24),
    Column(_say("edition"), "text", 14),
    *_FIGURES,
    Column(_say("state"), "text", 10),
    Column(_say("url"), "text", 40),
)
_HOUR_COLUMNS = (Column(_say("hour"), "text", 18), *_FIGURES, Column(_say("sum")))
_REGION_COLUMNS = (Column(_say("code"), "text", 8), Column(_say("residence"), "text", 24), *_FIGURES)


def make_workbook(campaign_id: str, unit_code: str | None, at_ms: int) -> bytes:
    """An XLSX file of everything, or of one unit's own. Raises `NotFound`."""
    readings = Readings(campaigns.read(campaign_id), at_ms)
    if unit_code is None:
        return write_workbook(secretariat_sheets(readings, {}))
    return write_workbook(unit_sheets(readings, {}, units.read(campaign_id, unit_code)))


def secretariat_sheets(readings: Readings, before: Figures) -> list[Worksheet]:
    """Everything, nationwide."""
    everybody = list(readings.units.values())
    return [
        _units(readings, before, everybody),
        _links(readings, everybody),
        _hours(readings, NATION, _say("nation")),
        _regions(readings),
    ]


def unit_sheets(readings: Readings, before: Figures, unit: Unit) -> list[Worksheet]:
    """A unit's own. Residence is counted for the nation alone, so there is no sheet of regions."""
    return [
        _units(readings, before, [unit]),
        _links(readings, [unit]),
        _hours(readings, unit.code, unit.name),
    ]


def _units(readings: Readings, before: Figures, some: list[Unit]) -> Worksheet:
    """With what has changed since the occasion before, where there was one."""
    rows = [_unit(readings, unit) for unit in some]
    columns: Sequence[Column] = _UNIT_COLUMNS
    if before:
        columns = (*columns, _GAINED)
        for unit, row in zip(some, rows, strict=True):
            row.append(readings.figures(unit.code).collected - before.get(unit.code, [0])[0])
    return Worksheet(_say("units"), _say("collected"), columns, rows, "bar" if len(rows) > 1 else "", (4,), labels=1)


def _unit(readings: Readings, unit: Unit) -> list[Cell]:
    figures, place = readings.figures(unit.code), place_name(questionnaires.regions(), unit.province)
    head: list[Cell] = [unit.code, unit.name, place, unit.plan, figures.collected, figures.valid]
    return [*head, readings.today(unit.code).collected, progress(figures.collected, unit.plan)]


def _links(readings: Readings, some: list[Unit]) -> Worksheet:
    rows: list[list[Cell]] = [
        [
            unit.code,
            link.code,
            link.channel,
            link.label,
            chinese("pages")(f"edition_{link.edition}"),
            *_pair(counts.of(readings.tally(unit.code), "l", link.code)),
            _say("revoked") if is_revoked(readings.campaign, link.code) else "",
            link_url(link.code),
        ]
        for unit in some
        for link in links.of_unit(readings.campaign.id, unit.code)
    ]
    return Worksheet(_say("links"), _say("links_title"), _LINK_COLUMNS, rows)


def _hours(readings: Readings, code: str, whose: str) -> Worksheet:
    tally, total = readings.tally(code), 0
    rows: list[list[Cell]] = []
    for point in readings.hours(code):
        figures = counts.of(tally, "h", counts.label(point.start, "hour"))
        total += figures.collected
        rows.append([point.start.strftime("%Y-%m-%d %H:00"), *_pair(figures), total])
    return Worksheet(_say("hour"), _say("hours_title", whose=whose), _HOUR_COLUMNS, rows, "line", (1, 2))


def _regions(readings: Readings) -> Worksheet:
    nation, regions = readings.tally(NATION), questionnaires.regions()
    found = [(code, counts.of(nation, "p", code)) for code in counts.values(nation, "p")]
    ranked = sorted(found, key=lambda pair: -pair[1].collected)
    rows: list[list[Cell]] = [[code, regions.name(f"{code}0000"), *_pair(figures)] for code, figures in ranked]
    return Worksheet(_say("region"), _say("regions_title"), _REGION_COLUMNS, rows, "bar", (2,), labels=1)


def _pair(figures: counts.Figures) -> Iterable[int]:
    return figures.collected, figures.valid
