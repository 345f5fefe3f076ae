"""Ending a run on a signal: once, with time to clean up."""

import os
import signal

from infra.local.processes import die_with_parent

INTERRUPTED = 130
"""The exit code of a run that a signal ended: nothing is proved."""
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_told: list[int] = []
"""The first signal to end; those after it say nothing new."""


def end_when_told() -> None:
    """From here on a signal to end raises `KeyboardInterrupt`; under `make`, so does its end."""
    if "MAKELEVEL" in os.environ:
        die_with_parent(os.getppid(), signal.SIGTERM)
    for ending in _ENDINGS:
        if signal.getsignal(ending) is not signal.SIG_IGN:  # as `nohup` leaves it
            signal.signal(ending, _interrupt)


def _interrupt(number: int, _frame: object) -> None:
    """Once: a terminal, `make` and a shell may each pass on the same wish to end, and cleaning up takes a moment."""
    if not _told:
        _told.append(number)
        raise KeyboardInterrupt
