"""The rules of fairness that scoring keeps, and that its verdicts don't depend on the order of lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.instrument.questionnaires import load
from chalicelib.quality.domain.conduct import Conduct, repeats
from chalicelib.quality.domain.judge import judge
from chalicelib.quality.domain.neighbours import contamination
from chalicelib.quality.domain.record import Record, Verdict
from chalicelib.quality.domain.rules import COPY, newest
from infra.drills.judging.crowd import Crowd, Played
from infra.judge import Line, record_of

RULES = newest().model_copy(update={"least": 300, "sample": 700, "trained": 250, "turns": 2})
VERSION = ("public", "2026.1")
odds = st.floats(-12, 12)


@dataclass
class Sample:
    """People and forgers, with their verdicts."""

    played: list[Played]
    records: list[Record]
    verdicts: list[Verdict]


def verdicts(records: Sequence[Record]) -> list[Verdict]:
    """By the small rules of this file."""
    return judge(records, load, RULES)


@cache
def sample() -> Sample:
    """Some six hundred people, and a hundred sheets that are copied or drawn."""
    crowd = Crowd(load(*VERSION), 11)
    played = [*crowd.honest(600), *crowd.forged("public-high", 60, ["L900"]), *crowd.forged("one-sheet", 40, ["L901"])]
    records = [record_of(Line.model_validate(one.line)) for one in played]
    return Sample(played, records, verdicts(records))


def test_forged_answers_are_invalid_and_most_people_valid() -> None:
    """Even a sample this small tells draws and copies from people."""
    found = sample()

    valid = {
        honest: [v.valid for one, v in zip(found.played, found.verdicts, strict=True) if one.honest is honest]
        for honest in (True, False)
    }

    assert sum(valid[False]) <= 0.05 * len(valid[False])
    assert sum(valid[True]) >= 0.9 * len(valid[True])


def test_a_second_run_over_shuffled_lines_gives_the_same_verdicts() -> None:
    """The order of the file says nothing."""
    found = sample()
    order = Random(3).sample(range(len(found.records)), len(found.records))

    shuffled = verdicts([found.records[at] for at in order])

    assert shuffled == [found.verdicts[at] for at in order]


def test_of_two_copies_the_earlier_stands() -> None:
    """Rule 1: whoever is copied isn't hurt by it."""
    found = sample()
    sheets = [at for at, one in enumerate(found.played) if one.kind == "one-sheet"]
    first = min(sheets, key=lambda at: found.records[at])

    copied = [at for at in sheets if COPY in found.verdicts[at].reasons]

    assert copied == [at for at in sheets if at != first]


@given(st.lists(odds, min_size=1, max_size=60), st.floats(0.02, 0.5))
def test_neighbours_alone_flag_nobody(of_link: list[float], base: float) -> None:
    """Rule 2: whatever a link's others are, they add at most the cap, less than a person's answers lie below."""
    added = contamination(of_link, base, RULES)

    assert all(0 <= nats <= RULES.link_cap for nats in added)
    assert RULES.link_cap < min(*RULES.handicap.values(), RULES.coherent_at_most)


records_of_conduct = st.builds(
    Record,
    accepted_at=st.integers(1_000_000, 2_000_000),
    started_at=st.integers(0, 900_000),
    link=st.just("L"),
    unit=st.just("U"),
    edition=st.just("public"),
    version=st.just("2026.1"),
    packed=st.just('{"":[]}'),
    dwell=st.lists(st.floats(0, 900), max_size=6).map(tuple),
)


@given(st.lists(records_of_conduct, min_size=1, max_size=30), records_of_conduct)
def test_nothing_that_can_be_imitated_excuses(nation: list[Record], one: Record) -> None:
    """Rules 3 and 4: pace and rhythm never lower a suspicion, and who tells nothing isn't suspected for it."""
    usual = Conduct(nation)

    assert usual.odd(one, 0, pile=False) >= 0
    assert usual.odd(one, 0, pile=False) >= usual.odd(one._replace(dwell=()), 0, pile=False)


@given(st.lists(odds, min_size=1, max_size=40), odds)
def test_a_good_hour_excuses_nobody(of_link: list[float], one: float) -> None:
    """Rule 3: honest neighbours take nothing off."""
    assert contamination([*of_link, one], 0.3, RULES)[-1] >= 0


def test_units_are_not_compared_by_their_share_of_valid_answers() -> None:
    """Rule 5: rubbish on a rival's link doesn't invalidate what was there: as many of its people stay valid."""
    crowd, found = Crowd(load(*VERSION), 23), sample()
    rival = max(
        {r.link for r in found.records if r.link < "L900"}, key=lambda link: sum(r.link == link for r in found.records)
    )
    rubbish = [record_of(Line.model_validate(one.line)) for one in crowd.forged("public-high", 60, [rival])]

    soiled = verdicts([*found.records, *rubbish])

    at_rival = [at for at, record in enumerate(found.records) if record.link == rival]
    assert sum(soiled[at].valid for at in at_rival) >= 0.9 * sum(found.verdicts[at].valid for at in at_rival)


def test_no_device_decides_alone() -> None:
    """Rule 6: a family or a class on one device stays as valid as it was, but for those whose answers are odd too."""
    found = sample()
    honest = [at for at, one in enumerate(found.played) if one.honest and found.verdicts[at].valid]
    shared = set(honest[:40])
    records = [r._replace(device="one") if at in shared else r for at, r in enumerate(found.records)]

    judged = verdicts(records)

    assert sum(judged[at].valid for at in shared) >= 0.9 * len(shared)
    assert max(repeats(records)) > 0


@pytest.mark.parametrize("clean", [0, 1, 299])
def test_what_was_found_wrong_at_acceptance_teaches_nothing(clean: int) -> None:
    """However much of it there is: a stage that was flooded with answers in seconds is judged all the same."""
    records = [
        record if at < clean else record._replace(broken=("too_fast",)) for at, record in enumerate(sample().records)
    ]

    judged = verdicts(records)

    assert [tuple(verdict.reasons) for verdict in judged] == [record.broken for record in records]


def test_conduct_has_a_cap_below_what_coherent_answers_say() -> None:
    """Rule 6: pace, rhythm and device together don't convict somebody whose answers are a person's."""
    assert newest().conduct_cap <= newest().coherent_at_most


@pytest.mark.parametrize("number", [1, 299])
def test_under_the_least_number_only_the_rules_at_acceptance_speak(number: int) -> None:
    """A small edition is scored again later."""
    found = sample()

    judged = verdicts(found.records[-number:])

    assert all(verdict.valid or set(verdict.reasons) <= {"too_fast", "straight_lining"} for verdict in judged)
