"""A process that dies right after a write, as far as the code can tell."""

from collections.abc import Callable
from itertools import count


class Killed(BaseException):
    """What nothing in the product catches."""


def dying(real: Callable[..., object], at: int) -> Callable[..., object]:
    """Does what `real` does, and dies after the call of this number."""
    calls = count(1)

    def dies(*args: object, **more: object) -> object:
        done = real(*args, **more)
        if next(calls) == at:
            raise Killed
        return done

    return dies
