"""Invented people: answers that hang together, by a few hidden traits, drawn anew for each seed."""

from math import exp, log
from random import Random
from typing import Any

from chalicelib.instrument.domain.answers import COMMON
from chalicelib.instrument.domain.question import FreeText, Matrix, Multiple, Question, Rating, Region
from chalicelib.instrument.domain.questionnaire import Questionnaire

TRAITS = 5
Packed = dict[str, list[Any]]
"""Answers as they are packed, by topic."""


class World:
    """How traits lead to answers, for one questionnaire."""

    def __init__(self, q: Questionnaire, rng: Random, strength: float = 0.8) -> None:
        """`strength`: of the ties between traits and answers."""
        self.q, self._rng, self._strength = q, rng, strength
        self._bases: dict[tuple[str, int], tuple[float, list[float]]] = {}
        self._counties = sorted(q.regions.leaves)
        self._weights = [exp(rng.gauss(0, 1)) for _ in self._counties]

    def person(self, stars: str = "") -> Packed:
        """Somebody's answers, with one topic. `stars`: "flat" for one score in each matrix."""
        rng = self._rng
        traits = [rng.gauss(0, 1) for _ in range(TRAITS)]
        mood = rng.gauss(0.6, 0.18)
        parts = (COMMON, rng.choice(self.q.topics))
        return {
            part: [self._answer(question, traits, mood, stars) for question in self.q.questions(part or None)]
            for part in parts
        }

    def _answer(self, question: Question, traits: list[float], mood: float, stars: str) -> Any:
        match question:
            case FreeText():
                return None
            case Region():
                return int(self._rng.choices(self._counties, self._weights)[0])
            case Rating():
                return self._star(question, question.id, traits, mood, False)
            case Matrix():
                given = [
                    self._star(question, f"{question.id}.{row.id}", traits, mood, row.pole == "negative")
                    for row in question.rows
                ]
                return self._flat(question, given[0]) if stars == "flat" else given
            case Multiple():
                return self._several(question, traits)
            case _:
                leaves = question.leaves()
                return max(range(len(leaves)), key=lambda n: self._pull(question.id, n, traits) - self._gumbel())

    def _star(self, question: Rating | Matrix, key: str, traits: list[float], mood: float, turned: bool) -> int:
        low, high = question.scale.min, question.scale.max
        level = mood + 0.08 * self._pull(key, 0, traits) + self._rng.gauss(0, 0.12)
        return min(high, max(low, low + round((high - low) * (1 - level if turned else level))))

    def _flat(self, question: Matrix, star: int) -> list[int]:
        """The same for each row; whoever reads turns the scale around where a row does."""
        around = question.scale.min + question.scale.max - star
        return [around if row.pole == "negative" else star for row in question.rows]

    def _several(self, question: Multiple, traits: list[float]) -> int:
        exclusive = [n for n, option in enumerate(question.options) if option.exclusive]
        if exclusive and self._rng.random() < 0.08:
            return 1 << exclusive[0]
        most = question.max_choices or len(question.options)
        pulls = {
            n: self._pull(question.id, n, traits) - 0.7 - self._gumbel() + self._gumbel()
            for n in range(len(question.options))
            if n not in exclusive
        }
        chosen = sorted(pulls, key=pulls.__getitem__, reverse=True)[:most]
        return sum(1 << n for n in chosen if pulls[n] > 0) or 1 << chosen[0]

    def _pull(self, key: str, n: int, traits: list[float]) -> float:
        if (key, n) not in self._bases:
            rng = self._rng
            self._bases[key, n] = rng.gauss(0, 0.7), [rng.gauss(0, self._strength) for _ in range(TRAITS)]
        base, loads = self._bases[key, n]
        return base + sum([load * trait for load, trait in zip(loads, traits, strict=True)])

    def _gumbel(self) -> float:
        return log(-log(self._rng.random() or 0.5))
