"""Setting campaigns up, in the real engine: what is refused is not stored, what is stored is audited once."""

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import CHANGE_LEAD_MS, Campaign
from chalicelib.campaigns.set_campaign import set_campaign
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import NotFound, RequestInvalid
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write
from chalicelib.links.domain.link import new_code
from tests import stage

NOW = 4_083_930_000_000
"""In 2099, so that no tick of other tests closes what is set up here."""
HOUR = 3_600_000


@pytest.fixture
def name(engine: str) -> str:
    """The name of a campaign that isn't there yet."""
    stage.prepare()
    return f"fresh-{new_code()}-{now_ms()}"


def made(name: str, opens_in_ms: int, closes_in_ms: int) -> Campaign:
    """Sets the campaign up with this window from now."""
    return set_campaign(name, NOW, "test", title="t", opens_at=NOW + opens_in_ms, closes_at=NOW + closes_in_ms)


@pytest.mark.parametrize("opens_in_ms", [-HOUR, 0, CHANGE_LEAD_MS - 1])
def test_a_new_campaign_may_be_open_at_once(name: str, opens_in_ms: int) -> None:
    """Nobody has known it before, so nobody can be taken by surprise; ten seconds is the least that it lasts."""
    campaign = made(name, opens_in_ms, CHANGE_LEAD_MS)

    assert campaigns.read(name) == campaign
    assert (campaign.opens_at, campaign.closes_at, campaign.created_at) == (NOW + opens_in_ms, NOW + 10_000, NOW)
    assert [entry["action"] for entry in audit.newest(name, 9)] == ["campaign.create"]


@pytest.mark.parametrize(
    ("opens_in_ms", "closes_in_ms"),
    [(-HOUR, CHANGE_LEAD_MS - 1), (-HOUR, -1), (HOUR, HOUR), (HOUR, HOUR - 1)],
    ids=["closes too soon", "is over", "is empty", "closes before it opens"],
)
def test_a_new_campaign_with_a_bad_window_is_not_stored(name: str, opens_in_ms: int, closes_in_ms: int) -> None:
    """Its close is named as what is wrong."""
    with pytest.raises(RequestInvalid) as refused:
        made(name, opens_in_ms, closes_in_ms)

    assert [error.pointer for error in refused.value.errors] == ["/closes_at"]
    with pytest.raises(NotFound):
        campaigns.read(name)
    assert audit.newest(name, 9) == []


def test_what_is_wanted_of_a_campaign_that_somebody_else_has_just_made_changes_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the rules of a change: both are audited, and nothing of the other's is lost that wasn't asked for."""
    create = campaigns.create

    def overtaken(campaign: Campaign, *beside: Write) -> bool:
        create(campaign.model_copy(update={"title": "theirs", "recipients": ("office@secretariat.example",)}))
        return create(campaign, *beside)

    monkeypatch.setattr(campaigns, "create", overtaken)

    campaign = made(name, HOUR, 2 * HOUR)

    assert (campaign.title, campaign.recipients) == ("t", ("office@secretariat.example",))
    assert campaigns.read(name) == campaign
    assert [entry["action"] for entry in audit.newest(name, 9)] == ["campaign.change"]
