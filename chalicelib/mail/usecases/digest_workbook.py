"""The sheets of the workbook that goes with a digest: units, links, hours, regions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.associations.domain.unit import Unit, progress
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases.snapshot import Readings
from chalicelib.instrument import questionnaires
from chalicelib.links.domain.link import EDITION_NAMES
from chalicelib.links.gateways.qr import link_url
from chalicelib.links.store import links
from chalicelib.mail.gateways.workbook import Cell, Column, Sheet

_UNIT_COLUMNS = (
    Column("代码", "text", 10),
    Column("发起单位", "text", 36),
    Column("地区", "text", 18),
    Column("计划"),
    Column("采集量"),
    Column("有效量"),
    Column("今日"),
    Column("完成", "share"),
)
_GAINED = Column("较上次")
_LINK_COLUMNS = (
    Column("单位代码", "text", 10),
    Column("链接", "text", 12),
    Column("入口位置", "text", 18),
    Column("采集点", "text", 24),
    Column("版本", "text", 14),
    Column("采集量"),
    Column("有效量"),
    Column("状态", "text", 10),
    Column("网址", "text", 40),
)
_HOUR_COLUMNS = (Column("小时", "text", 18), Column("采集量"), Column("有效量"), Column("累计采集量"))
_REGION_COLUMNS = (Column("代码", "text", 8), Column("居住地", "text", 24), Column("采集量"), Column("有效量"))
Noted = Mapping[str, Any]


def secretariat_sheets(readings: Readings, noted: Noted) -> list[Sheet]:
    """Everything, nationwide."""
    everybody = list(readings.units.values())
    return [
        _units(readings, noted, everybody),
        _links(readings, everybody),
        _hours(readings, NATION, "全国每小时采集量"),
        _regions(readings),
    ]


def unit_sheets(readings: Readings, noted: Noted, unit: Unit) -> list[Sheet]:
    """A unit's own. Residence is counted for the nation alone, so there is no sheet of regions."""
    return [
        _units(readings, noted, [unit]),
        _links(readings, [unit]),
        _hours(readings, unit.code, f"{unit.name}每小时采集量"),
    ]


def _units(readings: Readings, noted: Noted, some: list[Unit]) -> Sheet:
    """With what has changed since the occasion before, where there was one."""
    rows = [_unit(readings, unit) for unit in some]
    columns: Sequence[Column] = _UNIT_COLUMNS
    if noted["before"]:
        columns = (*columns, _GAINED)
        for unit, row in zip(some, rows, strict=True):
            row.append(readings.figures(unit.code).collected - noted["before"].get(unit.code, [0])[0])
    return Sheet("单位", "采集量", columns, rows, "bar" if len(rows) > 1 else "", (4,), labels=1)


def _unit(readings: Readings, unit: Unit) -> list[Cell]:
    figures, place = readings.figures(unit.code), questionnaires.regions().name(f"{unit.province}0000")
    head: list[Cell] = [unit.code, unit.name, place, unit.plan, figures.collected, figures.valid]
    return [*head, readings.today(unit.code).collected, progress(figures.collected, unit.plan)]


def _links(readings: Readings, some: list[Unit]) -> Sheet:
    revoked = readings.campaign.revoked
    rows = [
        [
            unit.code,
            link.code,
            link.channel,
            link.label,
            EDITION_NAMES[link.edition],
            *_pair(counts.of(readings.tally(unit.code), "l", link.code)),
            "已停用" if link.code in revoked else "",
            link_url(link.code),
        ]
        for unit in some
        for link in links.of_unit(readings.campaign.id, unit.code)
    ]
    return Sheet("链接", "各链接采集量", _LINK_COLUMNS, rows)


def _hours(readings: Readings, code: str, title: str) -> Sheet:
    tally, total = readings.tally(code), 0
    rows: list[list[Cell]] = []
    for point in readings.hours(code):
        figures = counts.of(tally, "h", counts.label(point.start, "hour"))
        total += figures.collected
        rows.append([point.start.strftime("%Y-%m-%d %H:00"), *_pair(figures), total])
    return Sheet("小时", title, _HOUR_COLUMNS, rows, "line", (1, 2))


def _regions(readings: Readings) -> Sheet:
    nation, regions = readings.tally(NATION), questionnaires.regions()
    found = [(code, counts.of(nation, "p", code)) for code in counts.values(nation, "p")]
    ranked = sorted(found, key=lambda pair: -pair[1].collected)
    rows: list[list[Cell]] = [[code, regions.name(f"{code}0000"), *_pair(figures)] for code, figures in ranked]
    return Sheet("地区", "按居住地采集量", _REGION_COLUMNS, rows, "bar", (2,), labels=1)


def _pair(figures: counts.Figures) -> Iterable[int]:
    return figures.collected, figures.valid
