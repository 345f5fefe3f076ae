"""The demonstration campaign: `python -m infra.local.demo DATA_DIR`.

Open now, closing at 24:00 of its tenth day, with 135 invented units over all provincial-level divisions and a few links
each. Loaded on the first start alone; later starts only make sure that tables and keys are there.
"""

import json
import os
import sys
import time
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from chalicelib.access.store import keys
from chalicelib.access.store.keys import KeyItem
from chalicelib.associations.domain.association import founded
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.places import LETTERS
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store.associations import AssociationItem
from chalicelib.associations.store.associations import item_of as association_item
from chalicelib.associations.store.contacts import ContactItem
from chalicelib.associations.store.contacts import item_of as contact_item
from chalicelib.associations.store.units import UnitItem, item_of
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.gateways import secrets
from chalicelib.kernel.instants import shanghai, to_ms
from chalicelib.kernel.settings import settings
from chalicelib.links.domain.link import Edition, Link, new_code
from chalicelib.links.gateways.qr import link_url
from chalicelib.links.store.links import LinkItem
from chalicelib.tables import create_missing_tables
from infra.local.failure import StartFailed

UNITS = 135
OVERSEAS = "99"
_WORDS = ("青禾", "澄明", "远帆", "知行", "晨星")
_KINDS = ("网络文明促进会", "网络安全志愿者协会", "互联网行业协会", "信息安全学会")
_LINKS = ((Edition.PUBLIC, "官方网站", ""), (Edition.PUBLIC, "海报", "服务大厅"), (Edition.PRACTITIONER, "公众号", ""))


def load_demo(data_dir: Path) -> None:
    """Makes the system ready to serve; on the first start loads the demonstration and writes `demo.json`."""
    create_missing_tables()
    _refuse_parts(data_dir)
    if not settings().secrets_file.exists():
        secrets.add_ticket_key(now_ms())
    if not (data_dir / "demo.json").exists():
        _write_private(data_dir / "demo.json", _demonstration(now_ms()))


def _refuse_parts(data_dir: Path) -> None:
    """A folder that has lost its database or its keys must not start as if nothing had ever been there: what it prints
    would open nothing, and what comes in would be the beginning of something else. Raises `StartFailed`."""
    demo = data_dir / "demo.json"
    if not demo.exists():
        return
    known = {campaign.id for campaign in campaigns.all_campaigns()}
    lost = [] if json.loads(demo.read_bytes())["campaign"] in known else ["engine.db (the campaigns and responses)"]
    lost += [] if settings().secrets_file.exists() else [f"{settings().secrets_file.name} (the keys that sign tickets)"]
    if lost:
        raise StartFailed(
            f"DATA_DIR={data_dir} lacks {' and '.join(lost)}, which belongs to its demo.json. Put back the whole "
            f"folder from a copy, or set DATA_DIR to a new folder to start anew."
        )


def _demonstration(at_ms: int) -> dict[str, Any]:
    campaign = _campaign(at_ms)
    secretariat_key = new_key()
    keys.give_secretariat(secretariat_key)
    units = _units(campaign.id)
    links = {unit.code: _links(unit, at_ms) for unit in units}
    unit_keys = {unit.code: new_key() for unit in units}
    associations = [founded(unit.model_copy(update={"key_hash": key_hash(unit_keys[unit.code])})) for unit in units]
    with KeyItem.batch_write() as batch:
        for one in associations:
            batch.save(keys.key_of_association(one.key_hash or "", one.id, one.taking_part))
    with AssociationItem.batch_write() as batch:
        for one in associations:
            batch.save(association_item(one))
    with UnitItem.batch_write() as batch:
        for unit, one in zip(units, associations, strict=True):
            batch.save(item_of(unit.model_copy(update={"association": one.id})))
    with ContactItem.batch_write() as batch:
        for unit in units:
            contact = Contact(email=f"{unit.code}@units.minsheng.example")
            batch.save(contact_item(campaign.id, unit.code, contact))
    with LinkItem.batch_write() as batch:
        for link in (link for of_unit in links.values() for link in of_unit):
            batch.save(LinkItem(link.code, owner=f"{campaign.id}#{link.unit}", document=link.model_dump_json()))
    campaigns.create(campaign)
    return {
        "base_url": settings().public_url,
        "campaign": campaign.id,
        "secretariat_key": secretariat_key,
        "units": [
            {
                "code": unit.code,
                "name": unit.name,
                "province": unit.province,
                "key": unit_keys[unit.code],
                "links": [_link_view(link) for link in links[unit.code]],
            }
            for unit in units
        ],
    }


def _campaign(at_ms: int) -> Campaign:
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
        created_at=at_ms,
    )


def _units(campaign: str) -> list[Unit]:
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


def _links(unit: Unit, at_ms: int) -> list[Link]:
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


def _link_view(link: Link) -> dict[str, Any]:
    return {
        "code": link.code,
        "url": link_url(link.code),
        "channel": link.channel,
        "edition": link.edition,
        "label": link.label,
    }


def _write_private(path: Path, content: dict[str, Any]) -> None:
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
    fresh.replace(path)


def main(data_dir: Path) -> int:
    """Loads it, patiently: an overloaded machine may take longer for a call than the product would wait. Returns the
    exit code."""
    for wait_s in (1, 2, 4, 8, None):
        try:
            load_demo(data_dir)
        except StartFailed as reason:
            print(reason, file=sys.stderr)
            return 1
        except (BotoCoreError, PynamoDBException):
            if wait_s is None:
                raise
            time.sleep(wait_s)
        else:
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
