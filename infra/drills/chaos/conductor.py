"""The course of a run: faults while the load grows, the close moved into the middle of it, faults until the seal."""

import json
import time
from collections.abc import Callable
from random import Random
from typing import Any

from infra.drills.chaos.children import Child
from infra.drills.chaos.faults import Faults
from infra.drills.chaos.plan import plan
from infra.drills.chaos.progress import Progress
from infra.drills.chaos.stage import Stage
from infra.drills.chaos.strikes import Strikes
from infra.drills.chaos.targets import ALL, is_paused, parts
from infra.drills.chaos.window import Window

_STEP_S = 0.02
_LOOK_S = 1.0
_FAR_S = 60.0
_SEALED_WITHIN_S = 180.0
_ENDED_WITHIN_S = 60.0
_MENDED_WITHIN_S = 15.0


class Stuck(Exception):
    """The run can't go on, so nothing is proved; the text says why."""


class Conductor:
    """One thread, a step every few milliseconds; nothing in it waits long. `say` prints for the person who watches."""

    def __init__(self, stage: Stage, say: Callable[[str], None]) -> None:
        options = stage.options
        rng = Random(f"{options.seed}-strikes")
        self._stage, self._say = stage, say
        self._window = Window(stage.base_url, stage.key, stage.campaign, rng)
        faults = Faults(
            stage.runner.process.pid, stage.base_url, stage.disk, stage.proxy, self._window.move_far_off, rng
        )
        self.strikes = Strikes(faults.strike, stage.note)
        self._during, self._around = plan(options.seed, options.faults, options.settle_s)
        self.progress = Progress(stage.receipts, options.responses, options.longest_load_s)
        self._closes_at = 0.0
        self._look_again = 0.0

    def grow(self) -> None:
        """The load, and the faults during it. Raises `Stuck`."""
        self._until(self._is_grown, "the load stands still", self._stage.options.longest_load_s + 60)
        self._say(f"{self.progress.acknowledged} acknowledged, {self.progress.rate:.0f}/s: the close is moved here")

    def close(self) -> Child:
        """Moves the close, and goes on to the seal; returns the judge, who has watched. Raises `Stuck`."""
        self._until(self._set_close, "the close can't be moved", _ENDED_WITHIN_S)
        for fault in self._around:
            self.strikes.add(fault, self._closes_at + (fault.after_close_s or 0.0))
        judge = self._stage.summon_judge()
        self._until(lambda: self._is_sealed(judge), "there is no seal", _SEALED_WITHIN_S)
        self._say(f"sealed {time.time() - self._closes_at:.1f} s after the close")
        self.strikes.end_those_until_sealed()
        return judge

    def settle(self) -> dict[str, Any]:
        """Lets the clients ask once more, and ends all faults; returns what the clients saw. Raises `Stuck`."""
        said: list[str] = []
        load = self._stage.load
        load.tell("sealed")

        def ended() -> bool:
            said.extend(load.heard())
            return load.ended and self.strikes.idle

        self._until(ended, "the load doesn't end", _ENDED_WITHIN_S)
        self._until(self._is_mended, "a part was not started again", _MENDED_WITHIN_S)
        if not said:
            raise Stuck("the load ended without a word")
        return dict(json.loads(said[-1]))

    def ask_proxy(self) -> dict[str, Any]:
        """What the proxy carried and what it struck. Raises `Stuck`."""
        said: list[str] = []
        self._stage.proxy.tell("report")

        def answered() -> bool:
            said.extend(self._stage.proxy.heard())
            return bool(said)

        self._until(answered, "the proxy doesn't answer", _MENDED_WITHIN_S)
        return dict(json.loads(said[0]))

    def hear(self, judge: Child) -> dict[str, Any]:
        """The verdict. Raises `Stuck`."""
        said: list[str] = []
        judge.tell("go on")

        def ended() -> bool:
            said.extend(judge.heard())
            return judge.ended

        self._until(ended, "the judge comes to no verdict", _ENDED_WITHIN_S + _SEALED_WITHIN_S)
        if not said:
            raise Stuck("the judge could not judge")
        return dict(json.loads(said[-1]))

    def _is_grown(self) -> bool:
        done = self.progress.look()
        while self._during and (self._during[0].progress or 0.0) <= done:
            self.strikes.add(self._during.pop(0), time.time())
        return done >= 1 and not self.strikes.waiting and self._window.is_settled

    def _set_close(self) -> bool:
        self._closes_at = self._window.close_soon() or 0.0
        return self._closes_at > 0

    def _is_sealed(self, judge: Child) -> bool:
        """Also follows the close: a try to set it that got no answer may come after the one that did."""
        now = time.time()
        if self._look_again < now < self._closes_at - _LOOK_S:
            self._look_again = now + _LOOK_S
            found = self._window.closes_at() or self._closes_at
            if found > now + _FAR_S:
                raise Stuck("the close was moved away again")
            self.strikes.postpone(found - self._closes_at)
            self._closes_at = found
        if judge.ended:
            raise Stuck("the judge ended before the seal")
        return "sealed" in judge.heard()

    def _is_mended(self) -> bool:
        running = parts(self._stage.runner.process.pid)
        return running.keys() >= ALL and not any(is_paused(pid) for pid in running.values())

    def _until(self, done: Callable[[], bool], otherwise: str, within_s: float) -> None:
        deadline = time.monotonic() + within_s
        while not done():
            self._stage.runner.heard()
            if self._stage.runner.ended or time.monotonic() > deadline:
                raise Stuck("the system ended" if self._stage.runner.ended else otherwise)
            self.strikes.step()
            time.sleep(_STEP_S)
