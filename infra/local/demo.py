"""The demonstration campaign: `python -m infra.local.demo DATA_DIR [year]`.

Open now, closing at 24:00 of its tenth day, with 135 invented units over all provincial-level divisions and a few links
each. Loaded on the first start alone; later starts only make sure that tables and keys are there.
"""

import json
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from chalicelib.access.store import keys
from chalicelib.access.store.keys import KeyItem
from chalicelib.associations.domain.association import founded, joined
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store.associations import AssociationItem
from chalicelib.associations.store.associations import item_of as association_item
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.settings import settings
from chalicelib.links.gateways.qr import link_url
from chalicelib.tables import create_missing_tables
from infra.local.belonging import bind, write
from infra.local.datadir import DEMO, DEMO_PART
from infra.local.demo_year import LastYear
from infra.local.failure import StartFailed
from infra.local.invented import Links, invent_campaign, invent_links, invent_units, store


@dataclass(frozen=True)
class _Demonstration:
    """What is loaded, and the keys that only `demo.json` knows."""

    campaign: Campaign
    units: list[Unit]
    links: Links
    earlier: LastYear | None
    secretariat_key: str = field(default_factory=new_key)
    unit_keys: dict[str, str] = field(default_factory=lambda: defaultdict(new_key))
    """By unit."""


def load_demo(data_dir: Path, *, year: bool = False) -> None:
    """Makes the system ready to serve; on the first start loads the demonstration and writes `demo.json`, which always
    tells the addresses of the present run. Raises `StartFailed` where the folder isn't whole."""
    create_missing_tables()
    own = bind(data_dir)
    demo, part = data_dir / DEMO, data_dir / DEMO_PART
    if not demo.exists():
        if not part.exists() or not campaigns.all_campaigns():
            one = _demonstration(year=year)
            _store(one)
            write(part, _told(one) | {"data_id": own})
            campaigns.create(one.campaign)
        part.replace(demo)
    if told := json.loads(demo.read_text("utf-8") or "{}"):
        for link in (link for unit in told["units"] for link in unit["links"]):
            link["url"] = link_url(link["code"])
        write(demo, told | {"base_url": settings().public_url})


@cache
def _demonstration(*, year: bool) -> _Demonstration:
    """Made once, so that a load that is tried again stores nothing twice."""
    at_ms = now_ms()
    campaign = invent_campaign(at_ms)
    units = invent_units(campaign.id)
    links = {unit.code: invent_links(unit, at_ms) for unit in units}
    return _Demonstration(campaign, units, links, LastYear.before(campaign, units) if year else None)


def _store(one: _Demonstration) -> None:
    """All but the campaign, which comes last."""
    keys.give_secretariat(one.secretariat_key)
    units, associations = one.units, {unit.code: founded(unit) for unit in one.units}
    if one.earlier is not None:
        associations = {unit.code: joined(associations[unit.code], unit) for unit in one.earlier.units}
        store(one.earlier.units, associations, one.earlier.links)
        collected = one.earlier.play()
        units = [unit.model_copy(update={"last_year": collected[unit.code]}) for unit in units]
    store(units, associations, one.links)
    with KeyItem.batch_write() as batch:
        for code, association in associations.items():
            hashed = key_hash(one.unit_keys[code])
            batch.save(keys.key_of_association(hashed, association.id, association.taking_part))
    with AssociationItem.batch_write() as batch:
        for code, association in associations.items():
            hashed = key_hash(one.unit_keys[code])
            batch.save(association_item(association.model_copy(update={"key_hash": hashed})))


def _told(one: _Demonstration) -> dict[str, Any]:
    """As `demo.json` tells it, but for the addresses."""
    of_link = {"code", "channel", "edition", "label"}
    return {
        "campaign": one.campaign.id,
        "secretariat_key": one.secretariat_key,
        "units": [
            {
                "code": unit.code,
                "name": unit.name,
                "province": unit.province,
                "key": one.unit_keys[unit.code],
                "links": [link.model_dump(mode="json", include=of_link) for link in one.links[unit.code]],
            }
            for unit in one.units
        ],
    } | ({"members": one.earlier.members} if one.earlier else {})


def main(data_dir: Path, *, year: bool) -> int:
    """Loads it, patiently: an overloaded machine may take longer for a call than the product would wait. Returns the
    exit code."""
    for wait_s in (1, 2, 4, 8, None):
        try:
            load_demo(data_dir, year=year)
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
    sys.exit(main(Path(sys.argv[1]), year="year" in sys.argv[2:]))
