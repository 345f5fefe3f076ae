"""What `make chaos` reads from the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_RESPONSES = 20_000
_SECONDS_PER_RESPONSE = 0.0115
"""Six minutes for the default, with what comes after the close; a run with more of them takes longer."""
_SECONDS_PER_FURTHER_RESPONSE = 0.03
_SECONDS_PER_FAULT = 3.0
_SHORTEST_LOAD_S = 60.0


class OptionWrong(Exception):
    """A variable can't be read; the text names it."""


@dataclass(frozen=True)
class Options:
    """The contract's inputs, typed."""

    responses: int
    """How many acknowledged responses to reach before the close."""
    faults: int
    seed: int
    settle_s: float
    folder: Path
    """Where `chaos.json` and `chaos-receipts.txt` go: the current folder."""

    @property
    def longest_load_s(self) -> float:
        """A slow machine closes after this with fewer responses, so that a run ends in its time."""
        further = max(0, self.responses - _RESPONSES)
        by_responses = (self.responses - further) * _SECONDS_PER_RESPONSE + further * _SECONDS_PER_FURTHER_RESPONSE
        return max(_SHORTEST_LOAD_S, by_responses, self.faults * _SECONDS_PER_FAULT)


def read_options(environment: Mapping[str, str] = os.environ) -> Options:
    """The options, with the contract's defaults and a random seed. Raises `OptionWrong`."""
    return Options(
        responses=whole(environment, "RESPONSES", _RESPONSES, 1),
        faults=whole(environment, "FAULTS", 40, 0),
        seed=whole(environment, "SEED", secrets.randbelow(10**9), 0),
        settle_s=float(whole(environment, "SETTLE_S", 10, 5)),
        folder=Path.cwd(),
    )


def whole(environment: Mapping[str, str], name: str, default: int, least: int) -> int:
    """A variable that is a whole number from `least` up. Raises `OptionWrong`."""
    text = environment.get(name) or str(default)
    if not text.isdecimal() or int(text) < least:
        raise OptionWrong(f"{name}={text} is not a whole number from {least} up.")
    return int(text)


def web_address(environment: Mapping[str, str], name: str) -> str:
    """A variable that is the address of a running system, its path included. Raises `OptionWrong`."""
    text = environment.get(name, "").rstrip("/")
    if not text.startswith(("http://", "https://")):
        raise OptionWrong(
            f"{name}={text} is not an absolute http(s) URL: the address of the system, its path included."
        )
    return text
