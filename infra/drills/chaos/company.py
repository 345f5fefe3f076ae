"""The processes of a run: started in order, each with its orders, ended in reverse order."""

import json
import time
from pathlib import Path
from typing import Any

from infra.drills.chaos.children import Child

_START_S = 60.0


class NotStarted(Exception):
    """A part didn't come up; the text says which."""


class Company:
    """Children whose words of complaint go to one log."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._children: list[Child] = []

    def start(
        self,
        module: str,
        *arguments: str,
        environment: dict[str, str] | None = None,
        orders: dict[str, Any] | None = None,
    ) -> Child:
        """A module in a process of its own; `orders` are its first line on stdin, as JSON."""
        child = Child(module, *arguments, environment=environment, log=self.log)
        self._children.append(child)
        if orders is not None:
            child.tell(json.dumps(orders))
        return child

    def wait_for(self, child: Child, word: str) -> None:
        """Returns when the child has said a line with `word`. Raises `NotStarted`."""
        deadline = time.monotonic() + _START_S
        while not any(word in line for line in child.heard()):
            if child.ended or time.monotonic() > deadline:
                raise NotStarted(f"the run did not start; {self.log} says:\n{self.log.read_text('utf-8')[-2000:]}")
            time.sleep(0.02)

    def end(self) -> None:
        """Ends them all."""
        for child in reversed(self._children):
            child.end()
