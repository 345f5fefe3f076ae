"""What crowd and watchers have reported so far."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from infra.drills.rehearse.crowd import Refusals, Visited
from infra.drills.rehearse.watch import Look


@dataclass(slots=True)
class Journal:
    """Everything that was reported, in the order of arrival."""

    visits: list[Visited] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    refusals: Refusals | None = None
    notes: dict[str, Any] | None = None
    """What the netizens noted, summed up; the crowd's last word."""

    def take(self, line: str) -> None:
        """Notes a line of the crowd's."""
        [(kind, told)] = json.loads(line).items()
        match kind:
            case "Visited":
                self.visits.append(Visited(**told))
            case "Refusals":
                self.refusals = Refusals(**told)
            case _:
                self.notes = told

    def take_look(self, line: str) -> None:
        """Notes a line of the watchers'."""
        self.looks.append(Look(**json.loads(line)))

    def received(self) -> dict[str, list[float]]:
        """When receipts came, by unit."""
        instants: dict[str, list[float]] = defaultdict(list)
        for visit in self.visits:
            if visit.received is not None:
                instants[visit.unit].append(visit.received)
        return instants

    @property
    def acknowledged(self) -> int:
        """How many visits ended with a receipt."""
        return sum(visit.received is not None for visit in self.visits)

    @property
    def counted(self) -> int:
        """The nation's count, as last shown."""
        return self.looks[-1].national_collected if self.looks else 0
