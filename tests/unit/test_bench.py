"""The bench's frame: targets, the table, and what is kept of a measurement."""

import json
from itertools import repeat

import pytest

from bench import figures
from bench.clock import blocks_of, paired
from bench.figures import Figure


@pytest.mark.parametrize(
    ("figure", "target", "met"),
    [
        (Figure("a", 1.3, at_most=1.3), "≤ 1.3", True),
        (Figure("a", 1.31, at_most=1.3), "≤ 1.3", False),
        (Figure("a", 60_000, at_least=60_000), "≥ 60,000", True),
        (Figure("a", 59_999, at_least=60_000), "≥ 60,000", False),
        (Figure("a", 7), "", None),
    ],
)
def test_a_figure_knows_whether_it_meets_its_target(figure: Figure, target: str, met: bool | None) -> None:
    """The bound itself is good enough."""
    assert (figure.target, figure.met) == (target, met)


def test_the_table_shows_now_before_target_and_others(capsys: pytest.CaptureFixture[str]) -> None:
    """One line a figure, with what an earlier run found."""
    figure = Figure("records a CPU second", 81_234.4, "/s", at_least=60_000, peers="78,000")

    figures.show({"fold": [figure]}, {"fold: records a CPU second": 70_000})

    line = next(line for line in capsys.readouterr().out.splitlines() if "records" in line)
    assert [cell.strip() for cell in line.split("│")[1:-1]] == [
        "fold",
        "records a CPU second",
        "81,234 /s",
        "70,000",
        "≥ 60,000",
        "✓",
        "78,000",
    ]


def test_figures_survive_being_written_down() -> None:
    """What isn't said of a figure is left out."""
    whole, bare = Figure("a", 1.5, "µs", at_most=2, peers="3"), Figure("b", 2)

    written = json.dumps(figures.to_json([whole, bare]))

    assert json.loads(written)[1] == {"name": "b", "value": 2}
    assert figures.from_json(written) == [whole, bare]


def test_work_is_held_against_its_base_in_turn() -> None:
    """Twice the work is about twice the CPU, whatever else the machine does."""
    blocks = blocks_of(repeat(20_000), repeat(40_000), blocks=9, calls=3)

    measured = paired(lambda n: sum(range(n)), lambda n: sum(range(n)), blocks)

    assert measured.ratio == pytest.approx(2, rel=0.5)
