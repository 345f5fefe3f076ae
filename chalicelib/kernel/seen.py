"""What somebody saw before they changed it: two people at once don't overwrite each other."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

from chalicelib.kernel.errors import Overtaken, PreconditionFailed


def version_of(value: object) -> str:
    """By what two states of a thing are told apart; `value` is what of it can be changed, as JSON has it."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Seen:
    """The versions, one of which a thing must have to be changed; None: any, and also nothing."""

    versions: Collection[str] | None = None

    def check(self, value: object) -> None:
        """Raises `PreconditionFailed` where a thing is no longer as it was seen; `value` None: there is none."""
        if self.versions is None or (
            value is not None and ("*" in self.versions or version_of(value) in self.versions)
        ):
            return
        raise PreconditionFailed("changed_since")


ANYTHING = Seen()


class Replaced:
    """What an act replaces: what its first try found, however often others are quicker with something else."""

    def __init__(self, reason: str) -> None:
        self._reason, self._found = reason, list[object]()

    def check(self, value: object) -> None:
        """Raises `Overtaken`, for this reason, where somebody else has replaced it since the first look."""
        self._found.append(value)
        if value != self._found[0]:
            raise Overtaken(self._reason)
