"""The course of a rehearsal: registering, ten days, the close, the seal, the verdict."""

import json
import time
from collections.abc import Callable
from typing import Any

from infra.drills.chaos.children import Child
from infra.drills.chaos.conductor import Stuck
from infra.drills.rehearse.cast import Cast
from infra.drills.rehearse.curve import curve
from infra.drills.rehearse.journal import Journal
from infra.drills.rehearse.report import Outcome
from infra.drills.rehearse.screen import WIDTH, Screen
from infra.drills.rehearse.stage import Stage
from infra.drills.rehearse.timetable import shape, timetable

_STEP_S = 0.05
_SEALED_WITHIN_S = 300.0
"""After the close. On AWS it settles for a minute, and a tick comes once a minute."""
_ENDED_WITHIN_S = 120.0


class Play:
    """One thread, a step every few milliseconds."""

    def __init__(self, stage: Stage, say: Callable[[str], None]) -> None:
        self._stage, self._say = stage, say
        self._journal = Journal()
        self._objections: list[str] = []
        options = stage.options
        self._planned = timetable(curve(), options.span, options.responses, options.seconds, options.seed)

    def run(self) -> Outcome:
        """Plays it all. Raises `NotStarted` where nothing could begin."""
        cast = self._stage.register()
        self._say(f"campaign {cast.campaign}: {len(cast.keys)} units, {2 * len(cast.keys)} links")
        strip = shape((visit.due_s for visit in self._planned), WIDTH, self._stage.options.seconds)
        self._screen = Screen(self._stage.options, cast, strip)
        verdict = None
        try:
            verdict = self._play(cast)
        except Stuck as reason:
            self._screen.leave()
            self._objections.append(f"{reason}, so nothing is proved")
        return Outcome(self._stage.options, self._planned, self._journal, verdict, self._objections)

    def _play(self, cast: Cast) -> dict[str, Any]:
        self._crowd, self._watch = self._stage.start_crowd(cast), self._stage.start_watch(cast)
        self._until(lambda: time.time() > cast.closes_at, "time stands still", cast.closes_at)
        judge = self._stage.summon_judge(cast)
        sealed_by = cast.closes_at + _SEALED_WITHIN_S
        self._until(lambda: _has_ended(judge, "the judge") or "sealed" in judge.heard(), "there is no seal", sealed_by)
        self._screen.leave()
        self._say(f"sealed {time.time() - cast.closes_at:.0f} s after the close")
        ended_by = time.time() + _ENDED_WITHIN_S
        self._until(lambda: self._crowd.ended, "the crowd doesn't end", ended_by)
        self._watch.tell("stop")
        self._until(lambda: self._watch.ended, "the watch doesn't end", ended_by)
        return self._hear(judge)

    def _hear(self, judge: Child) -> dict[str, Any]:
        said: list[str] = []
        judge.tell("go on")

        def ended() -> bool:
            said.extend(judge.heard())
            return judge.ended

        self._until(ended, "the judge comes to no verdict", time.time() + _SEALED_WITHIN_S)
        said += judge.heard()
        if not said:
            raise Stuck("the judge could not judge")
        return dict(json.loads(said[-1]))

    def _until(self, done: Callable[[], bool], otherwise: str, by: float) -> None:
        """Goes on until `done`, noting reports. Raises `Stuck` some time after `by` (seconds since the epoch)."""
        while not done():
            if self._stage.is_down or time.time() > by + _ENDED_WITHIN_S:
                raise Stuck("the system ended" if self._stage.is_down else otherwise)
            self._listen()
            self._screen.show(self._journal)
            time.sleep(_STEP_S)
        self._listen()

    def _listen(self) -> None:
        for line in self._crowd.heard():
            self._journal.take(line)
        for line in self._watch.heard():
            self._journal.take_look(line)


def _has_ended(child: Child, who: str) -> bool:
    if child.ended:
        raise Stuck(f"{who} ended before its time")
    return False
