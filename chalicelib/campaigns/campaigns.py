"""The campaigns table: a handful of rows, read by every worker every few seconds, changed rarely and with care."""

from collections.abc import Callable
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.store.dynamodb import ConditionFailed, Table, TableMeta, table_name, write_if
from chalicelib.kernel.ttl_cache import CONFIG_TTL_S, Cached


class CampaignItem(Table):
    """A campaign as one document."""

    class Meta(TableMeta):
        table_name = table_name("campaigns")

    id = UnicodeAttribute(hash_key=True)
    revision = NumberAttribute()
    document = UnicodeAttribute()


def read(campaign_id: str) -> Campaign:
    """The campaign as it is stored now, read consistently. Raises `NotFound`."""
    try:
        item = CampaignItem.get(campaign_id, consistent_read=True)
    except CampaignItem.DoesNotExist:
        raise NotFound(f"there is no campaign {campaign_id!r}") from None
    return Campaign.model_validate_json(item.document)


_cache = Cached(read)


def cached(campaign_id: str, max_age_s: float = CONFIG_TTL_S) -> Campaign:
    """The campaign as it was at most `max_age_s` ago. Raises `NotFound`."""
    return _cache.get(campaign_id, min(max_age_s, CONFIG_TTL_S))


def all_campaigns() -> list[Campaign]:
    """Every campaign, read consistently, the latest opening first."""
    campaigns = [Campaign.model_validate_json(item.document) for item in CampaignItem.scan(consistent_read=True)]
    return sorted(campaigns, key=lambda c: (-c.opens_at, c.id))


def create(campaign: Campaign) -> bool:
    """Stores a campaign unless its id is taken; says whether it did."""
    try:
        _write(campaign, CampaignItem.id.does_not_exist())
    except ConditionFailed:
        return False
    return True


def change(campaign_id: str, changed: Callable[[Campaign], Campaign]) -> tuple[Campaign, Campaign]:
    """Applies `changed` to the stored campaign, again where somebody else was quicker; returns before and after.

    Raises `NotFound`, and whatever `changed` raises; then nothing has changed.
    """
    while True:
        before = read(campaign_id)
        after = changed(before)
        if after == before:
            return before, after
        after = after.model_copy(update={"revision": before.revision + 1})
        try:
            _write(after, CampaignItem.revision == before.revision)
        except ConditionFailed:
            continue
        return before, after


def _write(campaign: Campaign, condition: Any) -> None:
    item = CampaignItem(campaign.id, revision=campaign.revision, document=campaign.model_dump_json())
    write_if(CampaignItem, "put_item", item.get_save_kwargs_from_instance(condition=condition))
    _cache.forget(campaign.id)
