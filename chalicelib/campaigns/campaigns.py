"""The campaigns table: a handful of rows, read by every worker every few seconds, changed rarely and with care."""

from collections.abc import Callable, Iterable
from email.utils import parsedate_to_datetime

from pydantic import TypeAdapter
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.store.documents import Documents, DocumentTable
from chalicelib.kernel.store.dynamodb import TableMeta, client, table_name
from chalicelib.kernel.store.writes import Write, check, commit, put, until_not_overtaken
from chalicelib.kernel.ttl_cache import CONFIG_TTL_S, Cached


class CampaignItem(DocumentTable):
    """A campaign as one document."""

    class Meta(TableMeta):
        table_name = table_name("campaigns")

    id = UnicodeAttribute(hash_key=True)
    revision = NumberAttribute()


_documents = Documents(CampaignItem, TypeAdapter(Campaign), "campaign")
Beside = Callable[[Campaign, Campaign], Iterable[Write]]
"""What is written together with a change, by the campaign as it was and as it is to be."""


def read(campaign_id: str) -> Campaign:
    """The campaign as it is stored now, read consistently. Raises `NotFound`."""
    return _documents.read(campaign_id)


def find(campaign_id: str) -> Campaign | None:
    """Likewise; None where there is none."""
    return _documents.find(campaign_id)


_cache = Cached(read)


def cached(campaign_id: str, max_age_s: float = CONFIG_TTL_S) -> Campaign:
    """The campaign as it was at most `max_age_s` ago. Raises `NotFound`."""
    return _cache.get(campaign_id, min(max_age_s, CONFIG_TTL_S))


def all_campaigns() -> list[Campaign]:
    """Every campaign, read consistently, the latest opening first."""
    campaigns = map(_documents.value, CampaignItem.scan(consistent_read=True))
    return sorted(campaigns, key=lambda c: (-c.opens_at, c.id))


def reach(max_age_s: float = 1.0) -> None:
    """Reads a row, unless somebody did a moment ago. Raises what the table's client does where it can't."""
    _reached.get("~", max_age_s)


def table_ms() -> int:
    """What the clock of DynamoDB says, to the second (ms)."""
    asked = {"TableName": CampaignItem.Meta.table_name, "Key": {"id": {"S": "~"}}}
    headers = client(CampaignItem).get_item(**asked)["ResponseMetadata"]["HTTPHeaders"]
    return int(parsedate_to_datetime(headers["date"]).timestamp()) * 1000


_reached = Cached[str, Campaign | None](lambda nobody: _documents.find(nobody, consistent=False))


def create(campaign: Campaign, *beside: Write) -> bool:
    """Stores a campaign unless its id is taken, together with other writes; says whether it did."""
    created = _documents.create(_item(campaign), *beside)
    _cache.forget(campaign.id)
    return created


def change(
    campaign_id: str, changed: Callable[[Campaign], Campaign], beside: Beside = lambda *_: ()
) -> tuple[Campaign, Campaign]:
    """Applies `changed` to the stored campaign, together with what is to be written `beside`, again where somebody else
    was quicker; returns before and after.

    Raises `NotFound`, `TooLate`, and whatever `changed` raises; then nothing has changed.
    """

    def attempt() -> tuple[Campaign, Campaign]:
        before = read(campaign_id)
        after = changed(before)
        if after == before:
            return before, after
        after = after.model_copy(update={"revision": before.revision + 1})
        commit(changing(before, after), *beside(before, after))
        return before, after

    before, after = until_not_overtaken(attempt)
    forget(campaign_id)
    return before, after


def changing(before: Campaign, after: Campaign) -> Write:
    """Stores a campaign in the place of its earlier form. Who commits this has it forgotten."""
    following = after.model_copy(update={"revision": before.revision + 1})
    return put(_item(following), CampaignItem.revision == before.revision)


def unchanged(campaign: Campaign) -> Write:
    """Lets others be written only where the campaign is still as it was read."""
    return check(_item(campaign), CampaignItem.revision == campaign.revision)


def forget(campaign_id: str) -> None:
    """Has this worker read a campaign anew, after it was changed."""
    _cache.forget(campaign_id)


def _item(campaign: Campaign) -> CampaignItem:
    return _documents.item(campaign, campaign.id, revision=campaign.revision)
