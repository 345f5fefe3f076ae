"""The parts of `make rehearse` that measure and judge: lag, promises, table, screen, options."""

import json
from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import Any

import pytest

from infra.drills.chaos.options import OptionWrong
from infra.drills.rehearse.cast import Cast
from infra.drills.rehearse.crowd import Refusals, Visited
from infra.drills.rehearse.journal import Journal
from infra.drills.rehearse.lag import broken_promises, lags, percentile
from infra.drills.rehearse.options import Options, read_options
from infra.drills.rehearse.report import Outcome, table, write
from infra.drills.rehearse.screen import Screen, bars
from infra.drills.rehearse.timetable import Visit
from infra.drills.rehearse.watch import Look

NOTES = {"given_up": 0, "wrong": []}
VERDICT = {"acknowledged": 2, "stored": 2, "counted": 2, "sealed": 2, "duplicates": 0, "lost": 0, "late": 0}


def options(**given: str) -> Options:
    """The options that these variables make."""
    return read_options({"PORT": "8123", **given})


def observed(answered: float, collected: int, unit: str = "") -> Look:
    """A look; the observer's where no unit is named."""
    return Look(unit, answered - 0.1, answered, collected, collected)


def visited(received: float | None, hour: float = 1.0, unit: str = "U001") -> Visited:
    """A visit that took a tenth of a second, or was turned away."""
    due = (received or 5.0) - 0.1
    return Visited(hour, due, due, 0.02, None if received is None else 0.05, unit, received)


def outcome(**changed: Any) -> Outcome:
    """A clean one of two responses, but for what is `changed`."""
    journal = Journal([visited(10.0), visited(12.0, hour=230.0)], [observed(10.5, 1), observed(13.0, 2)])
    journal.refusals, journal.notes = Refusals(10, 10, 30, 30), dict(NOTES)
    verdict: Mapping[str, object] = {**VERDICT, "objections": []}
    found = Outcome(options(RESPONSES="2"), [Visit(0.0, 0.0), Visit(1.0, 1.0)], journal, verdict, [])
    for name, value in changed.items():
        setattr(found if hasattr(found, name) else journal, name, value)
    return found


def test_a_lag_ends_with_the_first_look_that_includes_the_receipt() -> None:
    """In order of coming; a look before the receipt doesn't count, nor does a unit's; never is infinite."""
    looks = [observed(9.0, 1), observed(10.5, 1), observed(11.0, 9, "U001"), observed(13.0, 2)]

    assert lags([12.0, 10.0, 20.0], looks) == [0.5, 1.0, inf]


def test_a_unit_is_shown_what_it_is_due_and_never_less_than_before() -> None:
    """A receipt of less than five seconds ago need not be in yet."""
    received = {"U001": [1.0, 2.0, 9.0]}
    kept = [observed(8.0, 2, "U001"), observed(10.0, 2, "U001"), observed(15.0, 3, "U001")]

    assert broken_promises(received, kept) == []
    assert broken_promises(received, [observed(8.0, 1, "U001")]) == ["U001 was shown 1, 2 were due"]
    assert broken_promises({}, [observed(8.0, 3, "U001"), observed(9.0, 1, "U001")]) == [
        "U001 was shown 1, and 3 before"
    ]


def test_percentiles_are_by_nearest_rank() -> None:
    """The median of two is the smaller one; of nothing it is nought."""
    assert [percentile([1, 2], share) for share in (0.5, 0.99, 1.0)] == [1, 2, 2]
    assert percentile([], 0.5) == 0


def test_a_clean_rehearsal_has_nothing_against_it(tmp_path: Path) -> None:
    """And its file says what its table says."""
    found = outcome().as_json()
    write(found, tmp_path / "rehearsal.json")

    said = table(found, outcome().journal)

    assert found["objections"] == []
    assert found["lag_s"] == {"p50": 0.5, "p99": 1.0, "max": 1.0}
    assert [found["phases"][phase]["visits"] for phase in ("opening", "waves", "last")] == [1, 0, 1]
    assert "0.50 · 1.00 · 1.00 s" in said
    assert "refused: 10 of 10 before the opening, 30 of 30 after the close" in said
    assert json.loads((tmp_path / "rehearsal.json").read_text("utf-8")) == found


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"verdict": VERDICT | {"lost": 1, "objections": ["lost: R1"]}}, "lost: R1"),
        ({"verdict": VERDICT | {"duplicates": 1, "objections": []}}, "1 duplicates"),
        ({"verdict": None}, "nobody could judge it"),
        ({"looks": [observed(10.5, 1), observed(17.5, 2)]}, "1 receipts were not counted within 5 s"),
        ({"looks": [observed(13.0, 2), observed(30.0, 1, "U001")]}, "U001 was shown 1, 2 were due"),
        ({"refusals": Refusals(10, 10, 30, 29)}, "1 who came outside the window were not refused as they should be"),
        ({"notes": NOTES | {"given_up": 2}}, "2 netizens got no answer"),
        ({"notes": NOTES | {"wrong": ["500 came"]}}, "500 came"),
        ({"notes": None}, "the crowd ended without a word"),
        ({"objections": ["the system ended, so nothing is proved"]}, "the system ended, so nothing is proved"),
    ],
)
def test_whatever_is_wrong_is_said(changed: dict[str, Any], said: str) -> None:
    """Each in a line of its own under the table."""
    found = outcome(**changed)

    objections = found.as_json()["objections"]

    assert said in objections
    assert f"! {said}" in table(found.as_json(), found.journal)


def test_the_screen_draws_the_curve_as_it_grows() -> None:
    """Day, time of day, blocks for what has come and dots for what is to come."""
    screen = Screen(options(RESPONSES="4"), Cast("c", {}, {}, opens_at=100.0, closes_at=220.0), [2] * 48)
    journal = Journal([visited(101.0), visited(101.1), visited(160.0)], [observed(161.0, 3)])

    line = screen.line(journal, 160.0)

    assert line.startswith("day  6 Sun 04:30")
    assert "│█" in line
    assert line.count("·") == 23
    assert "3 of 4 acknowledged" in line
    assert "3 counted" in line
    assert screen.line(journal, 90.0).startswith("opens in   10 s")
    assert screen.line(journal, 230.0).startswith("closed for  10 s")


def test_whatever_is_not_nought_can_be_seen() -> None:
    """The lowest block stands for one of many."""
    assert bars([0, 1, 500, 1000], 1000) == " ▁▄█"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("MINUTES", "soon"), ("MINUTES", "0"), ("SPAN", "noon"), ("RESPONSES", "0"), ("URL", "example.org")],
)
def test_a_wrong_option_is_named(name: str, wrong: str) -> None:
    """In one sentence."""
    with pytest.raises(OptionWrong, match=f"^{name}={wrong} is not"):
        options(SECRETARIAT_KEY="k", **{name: wrong})


def test_a_stage_needs_the_secretariats_key() -> None:
    """Without one nothing is begun."""
    with pytest.raises(OptionWrong, match=r"^SECRETARIAT_KEY is missing"):
        options(URL="https://example.org/api")
