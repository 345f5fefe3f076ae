"""Judging a campaign while it collects and at its seal: one home of `valid`, set and never added."""

import csv
import gzip
import hashlib
import io
import json
import secrets
from collections import Counter
from contextlib import suppress
from typing import Any, get_args

import pytest

from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.campaigns import campaigns
from chalicelib.collection import responses
from chalicelib.collection.response import WITHDRAWN, Response
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases.fold_counts import Folding
from chalicelib.counting.usecases.read_counts import tally_of
from chalicelib.instrument.questionnaires import load
from chalicelib.jobs import jobs
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.quality.domain import fitted, rules
from chalicelib.quality.domain.judge import judge
from chalicelib.quality.domain.suspicion import interval
from chalicelib.quality.usecases import freeze_rules
from chalicelib.sealing import close_collection, judge_all, judge_finally, score_responses, segments
from chalicelib.sealing.gather import _record
from chalicelib.sealing.score_responses import SCORES
from chalicelib.sealing.verdicts import of_unit, summary
from chalicelib.web.rim.reasons import Reason
from infra.drills.events import stream_event, stream_record
from infra.drills.judging.crowd import OPENS, play
from infra.judge import Line, record_of
from tests import stage
from tests.web.test_sessions import call

RESPONSES = 600
SMALL = rules.newest().model_copy(
    update={"least": 300, "sample": 400, "trained": 150, "turns": 1, "epochs": 2, "copy_bits": 20.0}
)
"""Figures that suit so few: what is shown here is the way, not how well it tells."""


@pytest.fixture
def campaign(engine: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A campaign with an invented sample, stored and counted, that nobody has judged yet."""
    stage.prepare()
    monkeypatch.setattr(freeze_rules, "text_of_newest", lambda: SMALL.model_dump_json().encode())
    campaign = stage.make_campaign(opens_in_ms=-22 * stage.DAY_MS, closes_in_ms=stage.DAY_MS)
    _store(campaign)
    return campaign


def _store(campaign: str) -> None:
    found = campaigns.read(campaign)
    events = []
    for number, one in enumerate(play(load("public", "2026.1"), 19, RESPONSES, 0.4)):
        record = record_of(Line.model_validate(one.line))
        at = record.accepted_at - OPENS + found.opens_at
        made = Response(
            id=secrets.token_urlsafe(16),
            campaign=campaign,
            unit="u1",
            link=record.link,
            edition="public",
            version="2026.1",
            answers=record.packed,
            accepted_at=at,
            took_ms=record.accepted_at - record.started_at,
            receipt=f"R{number}",
            reasons=record.broken,
            residence="44",
        )
        responses.put_once(made, found)
        events.append(stream_record(responses.item_of(made), number + 1))
    Folding().fold(stream_event(events, shard=f"shard-{campaign}"))


def _stored(campaign: str) -> list[Response]:
    found = map(responses.read_item, responses.scan_segment(0, 1))
    return [one for one in found if one.campaign == campaign]


def _expected(campaign: str) -> dict[str, tuple[str, ...]]:
    """The reasons of each response by its receipt, from `make judge`'s own function over all of them at once."""
    stored = _stored(campaign)
    verdicts = judge([_record(one) for one in stored], load, SMALL)
    return {one.receipt: tuple(verdict.reasons) for one, verdict in zip(stored, verdicts, strict=True)}


def _pass(campaign: str) -> None:
    """The judging that the tick orders, and takes up."""
    before = {one.name for one in SCORES.of_campaign(campaign)}
    score_responses.order(campaigns.read(campaign), now_ms())
    [name] = {one.name for one in SCORES.of_campaign(campaign)} - before
    take_up(SCORES, SCORES.id_of(name), now_ms())


def _valid(campaign: str, owner: str) -> int:
    return counts.overall(tally_of(campaigns.read(campaign), owner, 0)).valid


def test_valid_falls_with_the_next_judging_and_collected_does_not(campaign: str) -> None:
    """Unit, nation, link, hour, residence and edition agree; judged again, nothing changes."""
    expected = _expected(campaign)
    accepted, wanted = _valid(campaign, "u1"), sum(not reasons for reasons in expected.values())
    assert wanted < accepted < len(expected)

    _pass(campaign)

    for owner in ("u1", NATION):
        tally = tally_of(campaigns.read(campaign), owner, 0)
        assert counts.overall(tally) == counts.Figures(len(expected), wanted)
        dimensions = ("h", "p", "e") if owner == NATION else ("h", "l")
        for dimension in dimensions:
            figures = [counts.of(tally, dimension, value) for value in counts.values(tally, dimension)]
            assert sum(one.valid for one in figures) == wanted
    told = summary(campaign)
    assert told is not None
    reasons = Counter(reason for found in expected.values() for reason in found)
    assert (told.collected, told.reasons, of_unit(campaign, "u1").reasons) == (len(expected), reasons, reasons)
    score_responses.order(campaigns.read(campaign), now_ms() + 2 * 3_600_000)
    assert len(SCORES.of_campaign(campaign)) == 1  # nothing came in meanwhile


def test_reasons_are_told_by_link_to_whom_they_concern(campaign: str) -> None:
    """A unit's own, the secretariat's all; links that stand out; before the first judging there are none."""
    unit, secretariat = rotate_key(campaign, "u1", now_ms(), "test"), stage.secretariat_key()
    assert _get(unit, "quality", campaign)["as_of"] is None

    _pass(campaign)
    valid = _valid(campaign, "u1")  # reads anew: what this process remembers may be a second old
    assert valid == _valid(campaign, NATION)

    own, every = _get(unit, "quality", campaign), _get(secretariat, "quality", campaign)
    assert own == every  # it is the only unit
    assert own["valid"] == valid < own["collected"] == len(_stored(campaign))
    assert sum(link["collected"] for link in own["links"]) == own["collected"]
    summed = sum((Counter(link["reasons"]) for link in own["links"]), Counter[str]())
    assert own["reasons"] == summed
    [told] = _get(secretariat, "overview", campaign)["units"]
    assert told["flagged"] == own["reasons"]
    judged = of_unit(campaign, "u1").links
    nation = sum(link.invalid for link in judged.values()) / own["collected"]
    for one in told["suspected"]:
        link = judged[one["link"]]
        assert interval(link.invalid, link.collected)[0] > max(3 * nation, 0.1)


def _get(key: str, what: str, campaign: str) -> Any:
    reply = call("GET", f"/api/v1/{what}", headers={"x-api-key": key}, query={"campaign": [campaign]})
    assert reply.status == 200
    return json.loads(reply.body)


@pytest.mark.parametrize("parts", [1, 3])
def test_what_is_sealed_is_what_make_judge_says(campaign: str, parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, counts, members and manifest, in however many parts it is read; the rules lie beside it with their hash."""
    expected = _expected(campaign)
    assert any(rules.COPY in reasons for reasons in expected.values())
    monkeypatch.setattr(segments, "how_many", lambda: parts)
    stage.move_close(campaign, -settings().settle_s * 1000 - 1)

    close_collection.close_collection(campaign, lambda _: None)

    raw = gzip.decompress(files.read(f"{campaign}/final/responses.csv.gz")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(raw, newline="")))
    assert {row["receipt"]: tuple(filter(None, row["reasons"].split(";"))) for row in rows} == expected
    assert all((row["valid"] == "true") is not bool(row["reasons"]) for row in rows)
    manifest = json.loads(files.read(f"{campaign}/final/manifest.json"))
    assert manifest["valid"] == _valid(campaign, NATION) == sum(not reasons for reasons in expected.values())
    rules_text = files.read(f"{campaign}/final/rules.json")
    assert manifest["rules"]["text"].encode() == rules_text
    assert manifest["rules"]["sha256"] == hashlib.sha256(rules_text).hexdigest()
    assert manifest["reasons"] == Counter(reason for found in expected.values() for reason in found)


def test_a_running_campaign_keeps_its_rules(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release brings others, by which nearly all would be odd: the seal and its manifest hold those of the first
    judging, and another campaign gets the newer ones."""
    expected = _expected(campaign)
    _pass(campaign)
    harsh = SMALL.model_copy(update={"id": "later", "handicap": dict.fromkeys(SMALL.handicap, -90.0)})
    assert [one.reasons for one in judge([_record(one) for one in _stored(campaign)], load, harsh)].count({}) < 30
    monkeypatch.setattr(freeze_rules, "text_of_newest", lambda: harsh.model_dump_json().encode())
    stage.move_close(campaign, -settings().settle_s * 1000 - 1)

    close_collection.close_collection(campaign, lambda _: None)

    manifest = json.loads(files.read(f"{campaign}/final/manifest.json"))
    text = SMALL.model_dump_json().encode()
    fixed = {"id": SMALL.id, "sha256": hashlib.sha256(text).hexdigest()}
    assert manifest["rules"] == {"name": "rules.json", **fixed, "text": text.decode()}
    assert files.read(f"{campaign}/final/rules.json") == text
    assert manifest["valid"] == sum(not reasons for reasons in expected.values())
    told = [one for one in audit.newest(campaign, 50) if one["action"] == "rules.freeze"]
    assert [one["after"] for one in told] == [fixed]
    assert freeze_rules.freeze(stage.make_campaign()).id == "later"


def test_a_judging_that_was_killed_goes_on(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the split; the next worker finds what is there and was learnt, and the outcome is the same."""
    expected = _expected(campaign)
    with monkeypatch.context() as patch:
        patch.setattr(judge_all, "judge_into", _killed)
        with pytest.raises(ConnectionError):
            _pass(campaign)
    [order] = SCORES.of_campaign(campaign)
    assert order.progress.buckets == 1
    monkeypatch.setattr(fitted, "fit", _killed)  # nothing is learnt twice

    take_up(SCORES, order.job.id, now_ms())

    assert _valid(campaign, "u1") == sum(not reasons for reasons in expected.values())
    assert jobs.find(order.job.id).done  # type: ignore[union-attr]


def test_a_seal_does_not_wait_for_ever(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where judging fails whatever is done, what was found at acceptance is sealed, and the log says so."""
    monkeypatch.setattr(judge_all, "judge_into", _killed)
    stage.move_close(campaign, -settings().settle_s * 1000 - 1)
    accepted = sum(one.valid for one in _stored(campaign))

    tries = 0
    while campaigns.read(campaign).seal is None:
        tries += 1
        with suppress(ConnectionError):
            close_collection.close_collection(campaign, lambda _: None)

    assert tries == judge_finally.TRIES + 2  # the first came further: it gathered
    manifest = json.loads(files.read(f"{campaign}/final/manifest.json"))
    assert (manifest["valid"], "rules" in manifest) == (accepted, False)
    assert "verdicts.fail" in [entry["action"] for entry in audit.newest(campaign, 10)]


def _killed(*_: object) -> None:
    raise ConnectionError


def test_the_api_knows_all_reasons() -> None:
    """The closed list of `/openapi.json` is the rules' own, and the netizen's."""
    assert set(get_args(Reason)) == {*rules.REASONS, WITHDRAWN}
