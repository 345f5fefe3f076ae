"""Reading ahead by one."""

from collections.abc import Iterator

import pytest

from chalicelib.kernel.store.prefetch import one_ahead


def test_the_next_is_asked_for_while_one_is_used() -> None:
    """Never more than one ahead, in order, to the end."""
    asked = []

    def items() -> Iterator[int]:
        for number in range(5):
            asked.append(number)
            yield number

    ahead = [len(asked) - 1 - item for item in one_ahead(items())]

    assert asked == [0, 1, 2, 3, 4]
    assert set(ahead) <= {0, 1}


def test_a_failure_comes_in_its_place() -> None:
    """What was read before it is still given out."""

    def items() -> Iterator[int]:
        yield 1
        raise OSError("the line is down")

    reading = one_ahead(items())

    assert next(reading) == 1
    with pytest.raises(OSError, match="the line is down"):
        next(reading)
