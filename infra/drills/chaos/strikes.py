"""The faults that wait for their moment and those that last."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from infra.drills.chaos.faults import Undo
from infra.drills.chaos.plan import Fault

_PATIENCE_S = 20.0
"""How long a fault may find nobody to strike: a part that stays away for longer was not started again."""


@dataclass(slots=True)
class _Strike:
    fault: Fault
    due: float
    undo: Undo | None = None


@dataclass
class Strikes:
    """Begins each fault when it is due (seconds since the epoch), and ends it in time."""

    strike: Callable[[Fault], Undo | None]
    note: Callable[[str], None]
    """Writes a line into the run's log."""
    struck: Counter[str] = field(default_factory=Counter)
    """How many were begun, by kind."""
    missed: list[str] = field(default_factory=list)
    """Those that could not be done at all."""
    _waiting: list[_Strike] = field(default_factory=list)
    _lasting: list[_Strike] = field(default_factory=list)

    def add(self, fault: Fault, due: float) -> None:
        """Plans a fault."""
        self._waiting.append(_Strike(fault, due))

    def postpone(self, by_s: float) -> None:
        """The close has moved, and what is planned around it moves along."""
        for one in self._waiting:
            if one.fault.after_close_s is not None:
                one.due += by_s

    def step(self) -> None:
        """Does what is due now."""
        now = time.time()
        self._end([one for one in self._lasting if one.fault.lasts_s <= now - one.due and not one.fault.until_sealed])
        for one in [one for one in self._waiting if one.due <= now]:
            one.undo = self.strike(one.fault)
            if one.undo is not None:
                self._waiting.remove(one)
                self._lasting.append(one)
                self.struck[one.fault.kind] += 1
                self.note(f"{one.fault.kind} for {one.fault.lasts_s:.1f} s")
            elif now - one.due > _PATIENCE_S:
                self._waiting.remove(one)
                self.missed.append(f"{one.fault.kind} found nothing to strike for {_PATIENCE_S:.0f} s")

    def end_all(self) -> None:
        """Ends whatever lasts."""
        self._end(list(self._lasting))

    def end_those_until_sealed(self) -> None:
        """The campaign is sealed."""
        self._end([one for one in self._lasting if one.fault.until_sealed])

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing lasts."""
        return not self._waiting and not self._lasting

    @property
    def waiting(self) -> bool:
        """Whether any still waits for its moment or its victim."""
        return bool(self._waiting)

    def _end(self, strikes: list[_Strike]) -> None:
        for one in strikes:
            assert one.undo is not None
            one.undo()
            self.note(f"{one.fault.kind} is over")
            self._lasting.remove(one)
