"""What `make rehearse` reads from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.drills.chaos.options import OptionWrong, web_address, whole
from infra.drills.rehearse.curve import course
from infra.local.ports import free_port

_RESPONSES, _MINUTES, _SETTLE_S = 1000, 2.0, 10
_SHORTEST_MIN, _LONGEST_MIN = 0.05, 14_400.0


@dataclass(frozen=True)
class Options:
    """The inputs, typed."""

    responses: int
    """How many netizens answer."""
    minutes: float
    """How long collection takes, in real minutes."""
    seed: int
    span: str
    """Which part of the campaign is played: `campaign`, `first-minute`, `opening` or `last-hour`."""
    port: int
    data_dir: Path | None
    """Where the system's data go, to be looked at afterwards; none: nothing is left."""
    settle_s: float
    url: str
    """A running system to play against; none means to start one here."""
    key: str
    """The secretariat's key there."""
    folder: Path
    """Where `rehearsal.json` goes: the current folder."""

    @property
    def seconds(self) -> float:
        """How long collection takes."""
        return self.minutes * 60


def read_options(environment: Mapping[str, str] = os.environ) -> Options:
    """The options, with their defaults. Raises `OptionWrong`."""
    url, key = web_address(environment, "URL") if environment.get("URL") else "", environment.get("SECRETARIAT_KEY", "")
    if url and not key:
        raise OptionWrong("SECRETARIAT_KEY is missing: the key of the secretariat at URL.")
    span = environment.get("SPAN") or "campaign"
    if span not in course().spans:
        raise OptionWrong(f"SPAN={span} is not one of {', '.join(course().spans)}.")
    data_dir = environment.get("DATA_DIR")
    return Options(
        responses=whole(environment, "RESPONSES", _RESPONSES, 1),
        minutes=_minutes(environment),
        seed=whole(environment, "SEED", 1, 0),
        span=span,
        port=whole(environment, "PORT", 0, 1) if environment.get("PORT") else free_port(),
        data_dir=Path(data_dir).expanduser().absolute() if data_dir else None,
        settle_s=float(whole(environment, "SETTLE_S", _SETTLE_S, 5)),
        url=url,
        key=key,
        folder=Path.cwd(),
    )


def _minutes(environment: Mapping[str, str]) -> float:
    text = environment.get("MINUTES") or str(_MINUTES)
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not _SHORTEST_MIN <= minutes <= _LONGEST_MIN:
        raise OptionWrong(f"MINUTES={text} is not a number of minutes from {_SHORTEST_MIN} to {_LONGEST_MIN:.0f}.")
    return minutes
