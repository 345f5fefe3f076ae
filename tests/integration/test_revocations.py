"""Revoked links: any number of them, known within seconds, and almost always without a read."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.dynamodb import client
from chalicelib.kernel.store.writes import until_not_overtaken
from chalicelib.links.store import revocations
from chalicelib.links.store.revocations import BUCKETS, RevocationsItem, is_revoked, revoke
from chalicelib.links.usecases.issue_links import revoke_link
from tests import stage
from tests.chance import link_codes

MANY = 20_400
LARGEST_ITEM = 400_000


@pytest.fixture
def campaign(engine: str) -> str:
    """Without a revocation."""
    stage.prepare()
    return stage.make_campaign()


def test_all_links_of_the_largest_campaign_can_be_revoked(campaign: str) -> None:
    """600 units with 34 links each: rows stay far below what a row may hold, and the campaign doesn't grow."""
    codes = link_codes(MANY, "revoked")
    before = campaigns.read(campaign)
    for bucket in range(BUCKETS):
        some = {code for code in codes if revocations._bucket(code) == bucket}
        RevocationsItem(campaign, bucket, codes=some - {codes[0]}).save()
    campaigns.change(campaign, lambda c: c.model_copy(update={"revoked_in": (1 << BUCKETS) - 1}))

    assert revoke(campaign, codes[0])

    found = campaigns.read(campaign)
    assert all(is_revoked(found, code) for code in codes)
    assert not any(is_revoked(found, code) for code in link_codes(500, "not revoked"))
    assert len(found.model_dump_json()) < len(before.model_dump_json()) + 100
    rows = client(RevocationsItem).scan(TableName=RevocationsItem.Meta.table_name)["Items"]
    assert max(sum(map(len, row["codes"]["SS"])) for row in rows) < LARGEST_ITEM / 50


def test_a_campaign_without_revocations_asks_nobody(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one whose revoked links lie in other buckets: this stands before every response."""
    gone, *others = link_codes(50, "buckets")
    other = next(code for code in others if revocations._bucket(code) != revocations._bucket(gone))
    revoke(campaign, gone)
    found = campaigns.read(campaign)
    monkeypatch.setattr(revocations, "_cache", None)

    assert not is_revoked(found, other)


def test_many_revoke_at_once(campaign: str) -> None:
    """Each once, whoever comes first, and each is told of once."""
    codes = link_codes(12, "at once")

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda code: until_not_overtaken(lambda: revoke(campaign, code)), codes * 2))

    assert done.count(True) == len(codes)
    assert all(is_revoked(campaigns.read(campaign), code, 0) for code in codes)


def test_revoking_twice_is_told_of_once(campaign: str) -> None:
    """The second time changes nothing."""
    code = stage.make_link(campaign)

    for _ in range(2):
        revoke_link(code, now_ms(), "test")

    assert [entry["action"] for entry in audit.newest(campaign, 50)].count("link.revoke") == 1
