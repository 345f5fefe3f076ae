"""The cost model and the load model: laws that hold for any load, and a few figures worked out by hand."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from infra.aws import alarms, functions, stream
from infra.aws.parameters import PARAMETERS
from infra.drills.chaos.options import OptionWrong
from infra.drills.costs.__main__ import read_load
from infra.drills.costs.assumptions import Assumptions, assumptions
from infra.drills.costs.bill import Line, bill, pair, total
from infra.drills.costs.limits import DEMANDS, INVOCATIONS_PER_EXECUTION, strains
from infra.drills.costs.report import bills, limits
from infra.drills.costs.usage import Load, rates, rows_per_batch, usage

GIVEN = assumptions()
PRICES = GIVEN.prices["aws"]
CAMPAIGN = read_load({})
loads = st.builds(
    replace,
    st.just(CAMPAIGN),
    responses=st.floats(0, 1e9),
    page_hits=st.floats(0, 100),
    polls_per_s=st.floats(0, 1000),
    cached_share=st.floats(0, 0.99),
)


def cost(load: Load, *, waf: bool = False) -> float:
    """What a campaign costs."""
    return total(bill(usage(load, GIVEN), GIVEN, PRICES, waf=waf))[0]


@given(loads, st.sampled_from(["responses", "page_hits", "polls_per_s"]), st.floats(1, 10))
def test_more_of_anything_never_costs_less(load: Load, of_what: str, times: float) -> None:
    """More responses, more looks, more polls; and a content network only ever saves."""
    more = replace(load, **{of_what: getattr(load, of_what) * times})
    cached = replace(load, cached_share=(1 + load.cached_share) / 2)

    assert cost(more) >= cost(load) * (1 - 1e-9)
    assert cost(cached) <= cost(load) * (1 + 1e-9)
    assert cost(load, waf=True) > cost(load)


@given(loads)
def test_a_bill_adds_up(load: Load) -> None:
    """Nothing is negative, and the total is the sum of its lines."""
    lines = bill(usage(load, GIVEN), GIVEN, PRICES, waf=True)

    known, missing = total(lines)
    assert all(line.amount >= 0 and (line.cost or 0) >= 0 for line in lines)
    assert known == pytest.approx(sum(line.cost or 0 for line in lines))
    assert missing == []


@given(loads, st.sampled_from(sorted(DEMANDS)), st.floats(1, 1000))
def test_more_load_never_needs_less_of_a_limit(load: Load, name: str, times: float) -> None:
    """So the limit that is reached first can be found by halving."""
    assert DEMANDS[name](load.times(times), GIVEN) >= DEMANDS[name](load, GIVEN) * (1 - 1e-9)


def test_the_campaign_of_2021_by_hand() -> None:
    """26 looks, 3 devices with 3 files, ticket and answers; and 135 units that poll every 10 s for 231 hours."""
    used = usage(CAMPAIGN, GIVEN)

    polls = 13.5 * 231 * 3600
    assert used.requests == pytest.approx(2_845_235 * (26 + 9 + 2) + polls)
    assert used.table_gb_months == pytest.approx(2_845_235 * 345 / 1e9 * 2)
    assert 2 * 2_845_235 < used.write_units < 3 * 2_845_235
    assert cost(CAMPAIGN) == pytest.approx(used.requests / 1e6 * 3.5, rel=0.8)


def test_rows_of_a_batch_are_those_of_its_units_and_the_nations() -> None:
    """One record writes two rows; very many write a row for each unit, and one more."""
    sizes = CAMPAIGN.sizes

    assert rows_per_batch(1, sizes) == pytest.approx(2)
    assert rows_per_batch(1e6, sizes) == pytest.approx(136)
    assert rows_per_batch(0, sizes) == 0


def test_a_price_that_is_not_known_is_named() -> None:
    """The rest is summed up all the same."""
    lines = [Line("S3", "GB", 2, None), Line("Lambda", "calls", 2, 3.0)]

    assert total(lines) == (3.0, ["S3: GB"])
    assert "prices not known: DynamoDB: GB-months stored, " in bills(CAMPAIGN, CAMPAIGN, GIVEN, waf=False)


def test_the_report_says_which_limit_is_reached_first() -> None:
    """Marked where it is over its limit, with the setting that moves it."""
    found = strains(CAMPAIGN, GIVEN, [1, 200])

    first = found[0]
    assert [s.reached_at for s in found] == sorted(s.reached_at for s in found)
    assert 20 < first.reached_at < 200
    assert DEMANDS[first.name](CAMPAIGN.times(first.reached_at), GIVEN) == pytest.approx(first.limit, rel=0.01)
    assert f"Reached first: {first.what}" in limits(CAMPAIGN, GIVEN)


def test_a_content_network_moves_the_limit_that_is_reached_first() -> None:
    """Nine looks of ten answered elsewhere leave several times as much room."""
    cached = replace(CAMPAIGN, cached_share=0.9)

    assert strains(cached, GIVEN, [1])[0].reached_at > 3 * strains(CAMPAIGN, GIVEN, [1])[0].reached_at


def test_every_limit_has_a_demand_and_every_value_a_source() -> None:
    """One value without a source is refused, and so is one with two."""
    data = tomllib.loads(Path("infra/drills/costs/assumptions.toml").read_text("utf-8"))
    data["load"]["shards"] = {"value": 4}

    assert GIVEN.limits.keys() == DEMANDS.keys()
    with pytest.raises(ValidationError, match="measured, published or assumed"):
        Assumptions.model_validate(data)


def test_what_is_said_to_be_the_templates_is() -> None:
    """Memory, executions, alarms, metrics, the window of a batch, and our own gate."""
    made = alarms.resources().values()

    for function in functions.ALL:
        assert GIVEN.lambda_[f"{function.name}_mb"].value == function.memory_mb
    assert GIVEN.limits["stage_rate"].value == PARAMETERS["StageRate"]["Default"]
    reserved = functions.RESPONDENTS.at_once
    assert GIVEN.limits["respondents_at_once"].value == reserved
    assert GIVEN.limits["respondents_per_s"].value == reserved * INVOCATIONS_PER_EXECUTION
    assert GIVEN.kept["alarms"].value == sum(one["Type"] == "AWS::CloudWatch::Alarm" for one in made)
    assert GIVEN.kept["metrics"].value == len(alarms.SAID) + 1
    mapping = stream.resources()["ResponsesToFold"]["Properties"]
    assert GIVEN.load["fold_window_s"].value == mapping["MaximumBatchingWindowInSeconds"]


def test_the_pair_of_servers_costs_the_same_whatever_comes() -> None:
    """But for its logs and what it sends."""
    quiet = pair(usage(replace(CAMPAIGN, responses=0, polls_per_s=0), GIVEN), GIVEN, PRICES)
    busy = pair(usage(CAMPAIGN, GIVEN), GIVEN, PRICES)

    differing = {a.service for a, b in zip(quiet, busy, strict=True) if a != b}
    assert differing == {"CloudWatch", "Transfer"}


def test_nothing_comes_where_nobody_answers() -> None:
    """Polls alone are left."""
    at = rates(replace(CAMPAIGN, responses=0), GIVEN)

    assert at.requests == at.polls
    assert at.folds == at.tally_rows == 0


@pytest.mark.parametrize("cached", ["1", "-1", "most"])
def test_a_wrong_share_is_named(cached: str) -> None:
    """In one sentence."""
    with pytest.raises(OptionWrong, match=f"^CACHED={cached} is not"):
        read_load({"CACHED": cached})
