"""A unit's place among the units, and who lets it know."""

import pytest

from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.campaigns import campaigns
from chalicelib.counting.store import tallies
from chalicelib.counting.usecases.rank_unit import rank_unit
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import audit
from tests import stage
from tests.web.visiting import Session


@pytest.fixture
def campaign() -> str:
    """Four units of which two have collected the same; u4 nothing."""
    campaign = stage.make_campaign(opens_in_ms=-1)
    for code in ("u2", "u3", "u4"):
        units.item_of(units.read(campaign, "u1").model_copy(update={"code": code})).save()
    for code, collected in (("u1", 5), ("u2", 9), ("u3", 5)):
        tallies.add((tallies.owner(campaign, code), "shard"), None, "1", {"n": collected})
    return campaign


def allow(campaign: str) -> None:
    """Lets units know their place."""
    campaigns.change(campaign, lambda one: one.model_copy(update={"shows_place": True}))


def test_who_collected_the_same_shares_a_place(campaign: str) -> None:
    """The next is as far behind as there are others before."""
    allow(campaign)

    placed = [rank_unit(campaigns.read(campaign), code) for code in ("u1", "u2", "u3", "u4")]

    assert placed == [(2, 4), (1, 4), (2, 4), (4, 4)]


def test_a_unit_sees_its_place_only_where_the_secretariat_lets_it(campaign: str) -> None:
    """Not by default; after a change on the desk, which asks once more and is in the audit log."""
    unit, secretary = Session(rotate_key(campaign, "u1", now_ms(), "test")), Session(stage.secretariat_key())
    assert "列第" not in unit.get("/desk").body

    asked = secretary.post("/secretariat/campaign", {"act": "campaign", "shows_place": "yes"})
    assert "<del>否</del>" in asked.body
    secretary.post("/secretariat/campaign", {"act": "campaign", "shows_place": "yes", "confirmed": "1"})

    assert "采集量在 4 个发起单位中列第 2" in unit.get("/desk").body
    entry = audit.newest(campaign, 1)[0]
    assert (entry["before"]["shows_place"], entry["after"]["shows_place"]) == (False, True)
