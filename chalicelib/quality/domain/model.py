"""What answers alone tell of a response, learnt from the campaign's own data without labels.

The data is cut in two by hash. Of each half, tables of coherence are made, and on the *other* half the weights are
learnt: a response is never judged by a table that holds it. The trusted core is chosen anew in each turn.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, NamedTuple, Self

from chalicelib.quality.domain import robots
from chalicelib.quality.domain.coherence import Coherence
from chalicelib.quality.domain.habits import habits
from chalicelib.quality.domain.layout import Cells, Layout, Parts
from chalicelib.quality.domain.rules import DRAWN, INCOHERENT, Rules
from chalicelib.quality.domain.weights import Scale, learn, ratio, scale_of

KINDS = ((INCOHERENT, robots.MIXED), (DRAWN, robots.DRAWN))
_NONE = {kind: 0.0 for kind, _ in KINDS}


class Half(NamedTuple):
    """A table, and the weights that were learnt on answers outside it."""

    table: Coherence
    scale: Scale
    weights: tuple[tuple[str, list[float]], ...]

    @classmethod
    def of_kept(cls, kept: Sequence[Any]) -> Self:
        """The one that gave `kept`."""
        table, (means, spreads), weights = kept
        return cls(
            Coherence.of_kept(table),
            Scale(tuple(means), tuple(spreads)),
            tuple((kind, learnt) for kind, learnt in weights),
        )

    def kept(self) -> Sequence[Any]:
        """As JSON can hold it, to the last bit."""
        return self.table.kept(), self.scale, self.weights

    def odd(self, layout: Layout, parts: Parts, cells: Cells, handicap: Mapping[str, float]) -> tuple[str, float]:
        """The kind of robot that explains the answers best, and by how many nats more than its handicap."""
        row = self.scale.of(measures(self.table, layout, parts, cells))
        found = ((kind, ratio(weights, row) - handicap[kind]) for kind, weights in self.weights)
        return max(found, key=lambda one: one[1])


def fit(layout: Layout, sample: Sequence[Parts], rules: Rules) -> tuple[Half, Half]:
    """From packed answers in an order of chance; that at place n belongs to half n % 2, and is judged by the other."""
    cells = [layout.cells(parts) for parts in sample]
    trusted = list(range(len(sample)))
    for turn in range(rules.turns):
        last = turn + 1 == rules.turns
        told = rules if last else rules.roughly()
        halves = tuple(_half(layout, sample, cells, trusted, side, told) for side in (0, 1))
        if not last:
            judged = [halves[1 - at % 2].odd(layout, sample[at], cells[at], _NONE)[1] for at in range(len(sample))]
            core = [at for at, odd in enumerate(judged) if odd < 0.0]
            trusted = core if len(core) > len(sample) // 10 else trusted
    return halves[0], halves[1]


def measures(table: Coherence, layout: Layout, parts: Parts, cells: Cells) -> list[float]:
    """What the weights are learnt on."""
    return table.measures(cells) + habits(layout, parts)


def _half(
    layout: Layout, sample: Sequence[Parts], cells: Sequence[Cells], trusted: Sequence[int], side: int, rules: Rules
) -> Half:
    """`side`: whose answers the table holds."""
    table = Coherence(layout.groups, (cells[at] for at in trusted if at % 2 == side), rules.smoothing)
    core = [at for at in trusted if at % 2 != side][: rules.trained]
    people = [sample[at] for at in core]
    rows = [measures(table, layout, sample[at], cells[at]) for at in core]
    scale = scale_of(rows)
    scaled = [scale.of(row) for row in rows]
    rng, weights = Random(2026 + side), []  # noqa: S311 - chance that can be had again
    for kind, makers in KINDS:
        for make in makers:
            made = [make(layout, people, rng) for _ in range(rules.trained // 2)]
            robot = [scale.of(measures(table, layout, one, layout.cells(one))) for one in made]
            learnt = learn(scaled, robot, epochs=rules.epochs, rate=rules.rate, ridge=rules.ridge)
            weights.append((kind, learnt))
    return Half(table, scale, tuple(weights))
