"""Publishing a campaign's tables, once for ever, and reading what is published (docs/adr/0052)."""

import gzip
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.gateways import files
from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write
from chalicelib.kernel.ttl_cache import CONFIG_TTL_S, Cached
from chalicelib.results.domain import thresholds
from chalicelib.results.usecases.count_export import WEIGHTED
from chalicelib.results.usecases.prepare_tables import DIRECTORY, EVERYBODY, NATION, TABLES, find
from chalicelib.sealing.read_rows import read_manifest

_LASTS_S = CONFIG_TTL_S
INDEX_NAME = "index"
"""Of its table among those of the items."""
MOST_AREAS = 40
"""Areas in one reply."""


class Published(BaseModel):
    """A year's tables that anybody may see."""

    model_config = ConfigDict(frozen=True)

    year: int
    campaign: str
    title: str
    collected: int
    valid: int
    questionnaires: tuple[tuple[str, str], ...]
    """Edition and version of those that were answered."""
    manifest_sha256: str
    published_at: int
    folder: str
    """Where the tables lie."""


def publish(campaign: Campaign, at_ms: int, who: str) -> None:
    """Makes the tables that are prepared public, once: a second set, with other keys or other rows, would give away
    what the first one hides. So the seal can't be taken back from then on. Raises `NotFound`, also where it was taken
    back meanwhile."""
    ready = find(campaign)
    if campaign.seal is None or ready is None or not ready.hidden:
        raise NotFound("no_tables", campaign=campaign.id)
    manifest = read_manifest(campaign)
    made = Published(
        year=shanghai(campaign.opens_at).year,
        campaign=campaign.id,
        title=campaign.title,
        collected=manifest["collected"],
        valid=manifest["valid"],
        questionnaires=tuple((one["edition"], one["version"]) for one in manifest["questionnaires"]),
        manifest_sha256=campaign.seal.manifest_sha256,
        published_at=at_ms,
        folder=ready.folder,
    )

    def held(before: Campaign) -> Campaign:
        if before.seal != campaign.seal:
            raise NotFound("no_tables", campaign=campaign.id)
        return before.model_copy(update={"published_at": before.published_at or at_ms})

    def told(*_: Campaign) -> list[Write]:
        return [audit.entry(campaign.id, at_ms, who, "results.publish", campaign.id, after=made.model_dump())]

    _, now = campaigns.change(campaign.id, held, told)
    if of_campaign(campaign.id) is None:
        files.put(
            _name(campaign.id), made.model_copy(update={"published_at": now.published_at}).model_dump_json().encode()
        )


def of_campaign(campaign: str) -> Published | None:
    """What is published of a campaign."""
    if not files.exists(_name(campaign)):
        return None
    return Published.model_validate_json(files.read(_name(campaign)))


def years() -> list[Published]:
    """What is published, newest first; some seconds old."""
    return _years.get("", _LASTS_S)


def of_year(year: str | None) -> Published:
    """A year's, or the newest. Raises `NotFound`."""
    for one in years():
        if year in {None, str(one.year)}:
            return one
    raise NotFound("not_published", year=(year or "")[:10])


def read_cells(of: Published, edition: str, item: str, areas: Sequence[str], by: str) -> list[dict[str, Any]]:
    """The cells of a table in these areas, in their order; none where it has none there. Raises `NotFound` where there
    is no such item."""
    found = [cell for part in _parts(of, edition, item, areas, by) for cell in part["cells"]]
    return [cell for area in areas for cell in found if cell["area"] == area]


def read_index(of: Published, areas: Sequence[str], by: str) -> dict[str, Any]:
    """The index in these areas, in their order, with `version` and `sha256` of its definition. Raises `NotFound` where
    the year has none."""
    (said,) = _parts(of, WEIGHTED, INDEX_NAME, [thresholds.NATION], EVERYBODY)
    return said | {"cells": read_cells(of, WEIGHTED, INDEX_NAME, areas, by)}


def _parts(of: Published, edition: str, item: str, areas: Sequence[str], by: str) -> list[dict[str, Any]]:
    """The parts of a table that have these areas: one read of a part of a file for each province with cities, and one
    for the nation with all provinces. Raises `NotFound` where there is no such item."""
    folder = f"{of.folder}/{edition}"
    directory = _directory(folder)
    if not any(name.startswith(f"{item}/") for name in directory):
        raise NotFound("no_item", item=item[:40], edition=edition[:40])
    scopes = dict.fromkeys(NATION if len(area) == len("44") else area[:2] for area in areas)
    places = [place for scope in scopes if (place := directory.get(f"{item}/{by}/{scope}"))]
    return [json.loads(gzip.decompress(files.part(f"{folder}/{TABLES}", *place))) for place in places]


def items(of: Published, edition: str) -> list[str]:
    """The items of which there are tables."""
    return list(dict.fromkeys(name.partition("/")[0] for name in _directory(f"{of.folder}/{edition}")))


@lru_cache(maxsize=8)
def _directory(folder: str) -> dict[str, tuple[int, int]]:
    """It never changes. Raises `NotFound`, also for an edition that there isn't."""
    found: dict[str, tuple[int, int]] = json.loads(files.read(f"{folder}/{DIRECTORY}"))
    return found


def _read_years(_: str) -> list[Published]:
    sealed = [one for one in campaigns.all_campaigns() if one.seal is not None and not one.pilot]
    found = [made for one in sealed if (made := of_campaign(one.id)) is not None]
    return sorted(found, key=lambda one: -one.published_at)


_years = Cached(_read_years)


def _name(campaign: str) -> str:
    return f"tables/{campaign}/published.json"
