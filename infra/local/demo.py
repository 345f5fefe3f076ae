"""The demonstration campaign: `python -m infra.local.demo DATA_DIR [year]`.

Open now, closing at 24:00 of its tenth day, with 135 invented units over all provincial-level divisions and a few links
each. Loaded on the first start alone; later starts only make sure that tables and keys are there.
"""

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from chalicelib.access.store import keys
from chalicelib.access.store.keys import KeyItem
from chalicelib.associations.domain.association import Association, founded, joined
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store.associations import AssociationItem
from chalicelib.associations.store.associations import item_of as association_item
from chalicelib.campaigns import campaigns
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.gateways import secrets
from chalicelib.kernel.settings import settings
from chalicelib.links.domain.link import Link
from chalicelib.links.gateways.qr import link_url
from chalicelib.tables import create_missing_tables
from infra.local import demo_year
from infra.local.failure import StartFailed
from infra.local.invented import invent_campaign, invent_links, invent_units, store


def load_demo(data_dir: Path, *, year: bool = False) -> None:
    """Makes the system ready to serve; on the first start loads the demonstration and writes `demo.json`."""
    create_missing_tables()
    _refuse_parts(data_dir)
    if not settings().secrets_file.exists():
        secrets.add_ticket_key(now_ms())
    if not (data_dir / "demo.json").exists():
        _write_private(data_dir / "demo.json", _demonstration(now_ms(), year=year))


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


def _demonstration(at_ms: int, *, year: bool) -> dict[str, Any]:
    campaign = invent_campaign(at_ms)
    secretariat_key = new_key()
    keys.give_secretariat(secretariat_key)
    units = invent_units(campaign.id)
    associations = {unit.code: founded(unit) for unit in units}
    if year:
        earlier = demo_year.last_year_of(campaign)
        before = [unit.model_copy(update={"campaign": earlier.id, "last_year": None}) for unit in units]
        associations = {unit.code: joined(associations[unit.code], unit) for unit in before}
        its_links = {unit.code: invent_links(unit, earlier.created_at) for unit in before}
        store(before, associations, its_links)
        collected = demo_year.respond(earlier, its_links)
        campaigns.create(earlier)
        demo_year.seal(earlier)
        units = [unit.model_copy(update={"last_year": collected[unit.code]}) for unit in units]
    links = {unit.code: invent_links(unit, at_ms) for unit in units}
    store(units, associations, links)
    unit_keys = _give_keys(associations)
    campaigns.create(campaign)
    shown = [_unit_view(unit, unit_keys[unit.code], links[unit.code]) for unit in units]
    known = {"base_url": settings().public_url, "campaign": campaign.id, "secretariat_key": secretariat_key}
    return {**known, "units": shown, **({"members": demo_year.members(at_ms)} if year else {})}


def _give_keys(associations: Mapping[str, Association]) -> dict[str, str]:
    """A key for each association, by its code."""
    given = {code: new_key() for code in associations}
    with KeyItem.batch_write() as batch:
        for code, one in associations.items():
            batch.save(keys.key_of_association(key_hash(given[code]), one.id, one.taking_part))
    with AssociationItem.batch_write() as batch:
        for code, one in associations.items():
            batch.save(association_item(one.model_copy(update={"key_hash": key_hash(given[code])})))
    return given


def _unit_view(unit: Unit, key: str, links: list[Link]) -> dict[str, Any]:
    shown = {"code": unit.code, "name": unit.name, "province": unit.province, "key": key}
    return shown | {"links": [_link_view(link) for link in links]}


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
