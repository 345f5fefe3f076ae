"""A response that is withdrawn stays among those collected and leaves the valid ones, exactly once, wherever it is."""

import csv
import gzip
import io
from typing import Any

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.collection import members, responses
from chalicelib.collection.response import WITHDRAWN
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.counts import Figures
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases import compare_counts, recount
from chalicelib.counting.usecases.compare_counts import RECOUNTS
from chalicelib.counting.usecases.fold_counts import Folding
from chalicelib.counting.usecases.read_counts import sum_of, tally_of
from chalicelib.instrument.questionnaires import load
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import AlreadySealed
from chalicelib.kernel.gateways import files
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store.dynamodb import client
from chalicelib.quality.domain.judge import judge
from chalicelib.quality.usecases import freeze_rules
from chalicelib.sealing import score_responses
from chalicelib.sealing.gather import _record
from chalicelib.sealing.roll.find_receipt import find_receipt
from chalicelib.sealing.roll.lines import line_of
from chalicelib.sealing.roll.withdraw import withdraw
from chalicelib.sealing.score_responses import DAILY_MS, SCORES
from chalicelib.sealing.verdicts import of_unit, read_verdicts, summary, verdicts_name
from infra.drills.events import stream_event, stream_record
from infra.verify import verify
from tests import stage
from tests.integration.test_judging import SMALL, _pass, _store, _stored
from tests.web.test_receipts import answered, seal

HOUR_MS = 3_600_000


@pytest.fixture
def campaign(engine: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """One that collects."""
    stage.prepare()
    monkeypatch.setattr(freeze_rules, "text_of_newest", lambda: SMALL.model_dump_json().encode())
    return stage.make_campaign(opens_in_ms=-22 * stage.DAY_MS)


def item(receipt: str) -> dict[str, Any]:
    """The row as it is stored."""
    return responses.item_of(find_receipt(receipt).response)


def fold(campaign: str, *items: dict[str, Any]) -> None:
    """Delivers the inserts of these rows to a fresh worker, in their order."""
    records = [stream_record(one, number) for number, one in enumerate(items, 1)]
    Folding().fold(stream_event(records, shard=f"shard-{campaign}"))


def figures(campaign: str, owner: str = "u1") -> Figures:
    """As they are read."""
    return counts.overall(tally_of(campaigns.read(campaign), owner, 0))


def test_it_is_emptied_of_all_but_whose_it_is(campaign: str) -> None:
    """The row holds no answer, no time taken, no residence; unit, link, arrival and receipt stay."""
    receipt = answered(campaign)
    before = item(receipt)

    assert withdraw(receipt).withdrawn

    key = {"id": before["id"]}
    stored = client(responses.ResponseItem).get_item(TableName=responses.ResponseItem.Meta.table_name, Key=key)["Item"]
    kept = {name: before[name] for name in ("id", "c", "u", "l", "e", "q", "at", "r")}
    assert stored == kept | {"a": {"S": "{}"}, "ms": {"N": "0"}, "x": {"S": WITHDRAWN}, "w": {"S": "1"}}
    assert withdraw(receipt).response == find_receipt(receipt).response


@pytest.mark.parametrize("folded_before", [True, False])
@pytest.mark.parametrize("took_ms", [600_000, 0])
def test_it_leaves_the_valid_ones_once(campaign: str, *, folded_before: bool, took_ms: int) -> None:
    """Whether it was counted before it was withdrawn or only later, by an event that tells of it as it was; one that
    was never valid is taken off nowhere. Judged again, nothing changes."""
    kept, gone = answered(campaign, seed=1), answered(campaign, seed=2, took_ms=took_ms)
    inserts = [item(kept), item(gone)]
    was_valid = took_ms > 0
    if folded_before:
        fold(campaign, *inserts)
        assert figures(campaign) == Figures(2, 1 + was_valid)

    withdraw(gone)
    if not folded_before:
        fold(campaign, *inserts)
    _pass(campaign)
    fold(campaign, *inserts)

    for owner in ("u1", NATION):
        assert figures(campaign, owner) == Figures(2, 1)
        tally = tally_of(campaigns.read(campaign), owner, 0)
        for dimension in ("h", "e") if owner == NATION else ("h", "l"):
            found = [counts.of(tally, dimension, value) for value in counts.values(tally, dimension)]
            assert (sum(one.collected for one in found), sum(one.valid for one in found)) == (2, 1)
    told = summary(campaign)
    assert told is not None
    assert (told.collected, told.reasons) == (2, {WITHDRAWN: 1})
    assert of_unit(campaign, "u1").invalid == 0
    score_responses.order(campaigns.read(campaign), told.as_of + DAILY_MS - 1)
    assert len(SCORES.of_campaign(campaign)) == 1
    _pass_a_day_later(campaign, told.as_of)
    assert figures(campaign) == figures(campaign, NATION) == Figures(2, 1)


def _pass_a_day_later(campaign: str, last_ms: int) -> None:
    score_responses.order(campaigns.read(campaign), last_ms + DAILY_MS)
    take_up(SCORES, SCORES.id_of(max(one.name for one in SCORES.of_campaign(campaign))), now_ms())


def test_a_recount_finds_what_was_accepted(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It differs in nothing, and so repairs nothing: the tallies count as accepted."""
    later = now_ms() + 3 * HOUR_MS
    receipts = [answered(campaign, seed=1), answered(campaign, seed=2), answered(campaign, seed=3, took_ms=0)]
    fold(campaign, *map(item, receipts))
    for receipt in receipts[1:]:
        withdraw(receipt)
    monkeypatch.setattr(recount, "now_ms", lambda: later)
    monkeypatch.setattr(compare_counts, "now_ms", lambda: later)

    name = recount.request_recount(campaign, later, "test")
    take_up(RECOUNTS, f"recount#{name}", now_ms())

    told = recount.read_recount(name)
    assert (told["rows"], told["differences"], told["links"], told["repaired"]) == (3, [], [], [])
    assert counts.overall(sum_of(campaign, "u1")) == Figures(3, 2)


def test_judging_neither_learns_from_it_nor_judges_it(campaign: str) -> None:
    """The others are judged as if it had never come; what was found of it before is gone."""
    _store(campaign)
    _pass(campaign)
    verdicts = read_verdicts(verdicts_name(campaign))
    stored = {one.id: one for one in _stored(campaign)}
    judged = [stored[one] for one in sorted(verdicts)][:5]
    taken = [*judged, *[one for one in stored.values() if one.valid and one.id not in verdicts][:5]]
    before = figures(campaign)
    for one in taken:
        responses.empty(one, campaigns.unchanged(campaigns.read(campaign)))
    told = summary(campaign)
    assert told is not None

    _pass_a_day_later(campaign, told.as_of)

    again = summary(campaign)
    assert again is not None
    assert again.reasons[WITHDRAWN] == len(taken)
    assert again.collected == before.collected
    assert not {one.id for one in taken} & set(read_verdicts(verdicts_name(campaign)))
    expected = _valid_without(campaign)
    assert figures(campaign) == figures(campaign, NATION) == Figures(before.collected, expected)


def _valid_without(campaign: str) -> int:
    """How many `make judge`'s own function finds valid among those that weren't withdrawn."""
    left = [_record(one) for one in _stored(campaign) if not one.withdrawn]
    return sum(verdict.valid for verdict in judge(left, load, SMALL))


def test_a_seal_counts_it_as_received_alone(campaign: str) -> None:
    """Its row is empty, its line says that it isn't valid, and all that the seal makes agrees."""
    kept, gone = answered(campaign, seed=1), answered(campaign, seed=2)
    fold(campaign, item(kept), item(gone))
    _pass(campaign)
    withdraw(gone)

    seal(campaign)

    told = gzip.decompress(files.read(f"{campaign}/final/responses.csv.gz")).decode("utf-8-sig")
    rows = {row["receipt"]: row for row in csv.DictReader(io.StringIO(told))}
    row = rows[gone]
    filled = {name for name, cell in row.items() if cell}
    assert filled == {"receipt", "accepted_at", "unit", "link", "edition", "version", "valid", "reasons"}
    assert (row["valid"], row["reasons"], rows[kept]["valid"]) == ("false", WITHDRAWN, "true")
    assert figures(campaign) == figures(campaign, NATION) == Figures(2, 1)
    sealed, response = campaigns.read(campaign).seal, find_receipt(gone).response
    assert sealed is not None
    member = members.find(campaign, sealed, response.id)
    assert getattr(member, "valid", None) is False
    line = line_of(response, valid=False)
    assert line in gzip.decompress(files.read(f"{campaign}/final/roll.gz")).splitlines()
    counted = find_receipt(gone).counted
    assert counted is not None
    assert (counted.valid, counted.line) == (False, line.decode())
    wrong = verify(settings().files_dir / campaign / "final")
    assert [one for one in wrong if "outside the window" not in one] == []  # the close was moved before them
    assert withdraw(gone).withdrawn
    with pytest.raises(AlreadySealed):
        withdraw(kept)
