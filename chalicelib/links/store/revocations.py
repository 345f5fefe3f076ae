"""The revocations table: which links were revoked, spread over buckets so that no row grows without bound.

The campaign says which buckets hold any; so for most links whoever records a response knows without a read, and for
the others by one row that is a few seconds old. Release 0.1.0 kept the codes in the campaign itself.
"""

from zlib import crc32

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name
from chalicelib.kernel.store.writes import Write, commit, update
from chalicelib.kernel.ttl_cache import CONFIG_TTL_S, Cached

BUCKETS = 64
"""A row holds 37,000 codes of 8 characters, so there is room for two million."""


class RevocationsItem(Table):
    """The revoked codes of a bucket."""

    class Meta(TableMeta):
        table_name = table_name("revocations")

    campaign = UnicodeAttribute(hash_key=True)
    bucket = NumberAttribute(range_key=True)
    codes = UnicodeSetAttribute(null=True)


def is_revoked(campaign: Campaign, code: str, max_age_s: float = CONFIG_TTL_S) -> bool:
    """Whether a link was revoked, as the campaign was when it was read, and at most `max_age_s` ago."""
    bucket = _bucket(code)
    if code in campaign.revoked:
        return True
    return bool(campaign.revoked_in >> bucket & 1) and code in _cache.get((campaign.id, bucket), max_age_s)


def revoke(campaign_id: str, code: str, *beside: Write) -> bool:
    """Revokes a link for good, together with other writes; False where it was revoked before, and nothing is written.

    Raises `ConditionFailed` where somebody else revokes it at this instant, or changes the campaign.
    """
    bucket, campaign = _bucket(code), campaigns.read(campaign_id)
    if code in campaign.revoked or code in _read((campaign_id, bucket)):
        return False
    adding, is_new = RevocationsItem.codes.add({code}), ~RevocationsItem.codes.contains(code)
    writes = [update(RevocationsItem(campaign_id, bucket), [adding], is_new), *beside]
    if not campaign.revoked_in >> bucket & 1:
        marked = campaign.model_copy(update={"revoked_in": campaign.revoked_in | 1 << bucket})
        writes.append(campaigns.changing(campaign, marked))
    commit(*writes)
    campaigns.forget(campaign_id)
    _cache.forget((campaign_id, bucket))
    return True


def _bucket(code: str) -> int:
    return crc32(code.encode()) % BUCKETS


def _read(key: tuple[str, int]) -> frozenset[str]:
    try:
        return frozenset(RevocationsItem.get(*key, consistent_read=True).codes or ())
    except RevocationsItem.DoesNotExist:
        return frozenset()


_cache = Cached(_read)
