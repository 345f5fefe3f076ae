"""The demonstration's campaign, units and links: all of them invented."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count, cycle

from chalicelib.associations.domain.association import Association
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.places import LETTERS
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store.contacts import ContactItem
from chalicelib.associations.store.contacts import item_of as contact_item
from chalicelib.associations.store.units import UnitItem, item_of
from chalicelib.campaigns.campaign import Campaign
from chalicelib.instrument import questionnaires
from chalicelib.kernel.instants import shanghai, to_ms
from chalicelib.links.domain.link import Edition, Link, new_code
from chalicelib.links.store.links import LinkItem

Links = Mapping[str, list[Link]]
"""By unit."""
UNITS = 135
OVERSEAS = "99"
_WORDS = ("青禾", "澄明", "远帆", "知行", "晨星")
_KINDS = ("网络文明促进会", "网络安全志愿者协会", "互联网行业协会", "信息安全学会")
_LINKS = ((Edition.PUBLIC, "官方网站", ""), (Edition.PUBLIC, "海报", "服务大厅"), (Edition.PRACTITIONER, "公众号", ""))


def invent_campaign(at_ms: int) -> Campaign:
    """Opened at the last 09:00, closes at 24:00 of the tenth day."""
    now = shanghai(at_ms)
    opened = now.replace(hour=9, minute=0, second=0, microsecond=0)
    opened -= timedelta(days=1) if opened > now else timedelta()
    closes = opened.replace(hour=0) + timedelta(days=10)
    return Campaign(
        id=f"demo-{opened:%Y%m%d}",
        title="网民网络安全感受公益调查(演示)",
        opens_at=to_ms(opened),
        closes_at=to_ms(closes),
        recipients=("secretariat@minsheng.example",),
        questionnaires=questionnaires.newest(),
        created_at=at_ms,
    )


def invent_units(campaign: str) -> list[Unit]:
    """135 over all provincial-level divisions."""
    regions = questionnaires.regions()
    provinces = [province for province in regions.provinces if province != OVERSEAS]
    serial = {province: count(1) for province in provinces}
    units = []
    for number, province in zip(range(UNITS), cycle(provinces), strict=False):
        name = regions.name(f"{province}0000") + _WORDS[number % len(_WORDS)] + _KINDS[number % len(_KINDS)]
        code = f"{LETTERS[province]}{next(serial[province]):02d}"
        plan, before = 5000 + number % 7 * 2500, 3800 + number % 11 * 1400
        known = {"plan": plan, "last_year": before, "links_wanted": len(_LINKS)}
        units.append(Unit(campaign=campaign, code=code, name=name, province=province, **known))
    return sorted(units, key=lambda unit: unit.code)


def invent_links(unit: Unit, at_ms: int) -> list[Link]:
    """A few of each edition."""
    return [
        Link(
            code=new_code(),
            campaign=unit.campaign,
            unit=unit.code,
            channel=channel,
            edition=edition,
            label=label,
            created_at=at_ms,
        )
        for edition, channel, label in _LINKS
    ]


def store(units: list[Unit], associations: Mapping[str, Association], links: Links) -> None:
    """A campaign's units with their contacts and links."""
    with UnitItem.batch_write() as batch:
        for unit in units:
            batch.save(item_of(unit.model_copy(update={"association": associations[unit.code].id})))
    with ContactItem.batch_write() as batch:
        for unit in units:
            contact = Contact(email=f"{unit.code}@units.minsheng.example")
            batch.save(contact_item(unit.campaign, unit.code, contact))
    with LinkItem.batch_write() as batch:
        for link in (link for of_unit in links.values() for link in of_unit):
            batch.save(LinkItem(link.code, owner=f"{link.campaign}#{link.unit}", document=link.model_dump_json()))
