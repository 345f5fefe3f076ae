"""Honest people and forgers of the cast, as records of `make judge` with their truth beside them."""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from chalicelib.instrument.domain.answers import COMMON, answer_sheet
from chalicelib.instrument.domain.question import Matrix
from chalicelib.instrument.domain.questionnaire import Questionnaire
from chalicelib.quality.domain import robots
from chalicelib.quality.domain.layout import layout_of
from infra.drills.judging.world import Packed, World
from infra.drills.players import is_shown, questions, random_answer

CAST: dict[str, dict[str, dict[str, Any]]] = json.loads((Path(__file__).parent / "cast.json").read_bytes())
OPENS = 1_800_000_000_000
DAYS_MS = 10 * 86_400_000
UNITS = 40


class Played(NamedTuple):
    """One line, and who wrote it."""

    kind: str
    honest: bool
    line: dict[str, Any]


def play(q: Questionnaire, seed: int, number: int, forged: float = 0.2) -> Iterator[Played]:
    """A sample of this number, this share of it forged, each kind on three links that people use too."""
    crowd, kinds = Crowd(q, seed), CAST["forgers"]
    honest = round(number * (1 - forged))
    yield from crowd.honest(honest)
    for at, (kind, some) in enumerate(zip(kinds, _cut(number - honest, [1.0] * len(kinds)), strict=True)):
        links = [f"L{(7 * at + n) % (UNITS * 4):03d}" for n in range(3)]
        yield from crowd.forged(kind, some, links)


def _cut(number: int, shares: Sequence[float]) -> list[int]:
    """Cuts a number by shares, without losing one by rounding."""
    ends = [round(number * sum(shares[: at + 1]) / sum(shares)) for at in range(len(shares))]
    return [end - start for start, end in pairwise([0, *ends])]


class Crowd:
    """Draws people and forgers; the same seed draws the same."""

    def __init__(self, q: Questionnaire, seed: int, strength: float = 0.8) -> None:
        self._q, self._rng = q, Random(seed)
        self._world, self._sheet = World(q, self._rng, strength), answer_sheet(q)
        self._people: list[Packed] = []
        self._models = [self._world.person() for _ in range(400)]
        self._published = q.published("en")

    def honest(self, number: int) -> Iterator[Played]:
        """People of all groups, by their shares."""
        groups = CAST["honest"]
        numbers = _cut(number, [told["share"] for told in groups.values()])
        for (group, told), some in zip(groups.items(), numbers, strict=True):
            for start in range(0, some, size := told.get("size", 1)):
                gathered = self._gathering(told, min(size, some - start))
                yield from (Played(group, True, line) for line in gathered)

    def forged(self, kind: str, number: int, links: list[str]) -> Iterator[Played]:
        """Answers of one kind, over these links."""
        told, rng = CAST["forgers"][kind], self._rng
        one, base, wait = self._made("lofty"), self._instant(), rng.uniform(62, 90)
        for n in range(number):
            parts = one if told["answers"] == "one" else self._made(told["answers"])
            dwell = self._dwell(told["rhythm"])
            start = base + n * 40 if told.get("pile") else self._instant() + (DAYS_MS if told.get("late") else 0)
            took = wait if told.get("pile") else max(sum(dwell), 62.0) + rng.uniform(0, 30)
            data = {} if told["rhythm"] == "silent" else {"dwell": [round(s, 1) for s in dwell], "edits": 0}
            yield Played(kind, False, self._line(parts, links[n % len(links)], start, took, data))

    def _gathering(self, told: dict[str, Any], size: int) -> Iterator[dict[str, Any]]:
        rng, link = self._rng, f"L{self._rng.randrange(UNITS * 4):03d}"
        base, model = self._instant(), self._world.person()
        pace = self._dwell("human")
        for _ in range(size):
            parts = self._world.person(told.get("stars", ""))
            self._alike(parts, model, told)
            self._people.append(parts)
            dwell = [s * rng.uniform(0.95, 1.06) for s in pace] if told.get("together") else self._dwell("human")
            dwell = [max(s * told.get("speed", 1.0), 2.6) for s in dwell]
            took = max(sum(dwell) * rng.uniform(1.0, 1.04), 58.0) + rng.uniform(0, 6)
            data = {"dwell": [round(s, 1) for s in dwell], "edits": rng.randrange(4)} if rng.random() < 0.85 else {}
            yield self._line(parts, link, base + int(1000 * rng.uniform(0, told.get("spread_s", 1.0))), took, data)

    def _alike(self, parts: Packed, model: Packed, told: dict[str, Any]) -> None:
        for at, question in enumerate(self._q.questions()):
            if question.id in told.get("same", ()):
                parts[COMMON][at] = model[COMMON][at]
            if question.id in told.get("persona", {}):
                parts[COMMON][at] = told["persona"][question.id]

    def _made(self, how: str) -> Packed:
        rng, world = self._rng, self._world
        if how == "refill":
            parts: Packed = json.loads(json.dumps(rng.choice(self._people)))
            for at in rng.sample(range(len(parts[COMMON])), 3):
                parts[COMMON][at] = world.person()[COMMON][at]
            return parts
        make = getattr(robots, how if how != "one" else "lofty")
        people = self._models
        made: Packed = make(layout_of(self._q), people, rng)
        return made

    def _dwell(self, rhythm: str) -> list[float]:
        """Seconds by section."""
        rng, speed = self._rng, self._rng.gauss(0, 0.35)
        found = []
        for section in self._q.common.sections:
            rows = sum(len(one.rows) if isinstance(one, Matrix) else 1 for one in section.questions)
            if rhythm == "human":
                found.append(rows * 5.0 * 2.718 ** (speed + rng.gauss(0, 0.35)))
            else:
                found.append(sum(rng.uniform(0.12, 0.35) for _ in range(rows)))
        return found

    def _instant(self) -> int:
        return OPENS + int(self._rng.random() * DAYS_MS)

    def _line(self, parts: Packed, link: str, start: int, took: float, data: dict[str, Any]) -> dict[str, Any]:
        topics = [name for name in parts if name != COMMON]
        line = {
            "link": link,
            "unit": f"U{int(link[1:]) // 4:02d}",
            "edition": self._q.edition,
            "version": self._q.version,
            "topics": topics,
            "started_at": start,
            "accepted_at": start + int(took * 1000),
            "answers": self._shown(parts, topics),
        }
        if data:
            line["paradata"] = {**data, "dwell": self._by_section(data["dwell"], topics)}
        return line

    def _by_section(self, dwell: list[float], topics: list[str]) -> list[float]:
        """In the order of the definition, topics among them, which take as long as the first section."""
        told = dict(zip((section.id for section in self._q.common.sections), dwell, strict=True))
        return [told.get(name, dwell[0] if name in topics else 0.0) for name in self._q.section_ids]

    def _shown(self, parts: Packed, topics: list[str]) -> dict[str, object]:
        """The answers to what the earlier ones show."""
        given = self._sheet.unpack(json.dumps(parts))
        answers: dict[str, object] = {}
        for question in questions(self._published, topics):
            if question["type"] != "text" and is_shown(question, answers):
                answers[question["id"]] = given.get(question["id"]) or random_answer(question, self._rng)
        return answers
