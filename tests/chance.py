"""Chance that can be had again: `SEED` decides it, and without one it is the same each time."""

import os
from random import Random

from chalicelib.kernel.codes import ALPHABET, with_check
from chalicelib.links.domain.link import CODE_LENGTH


def dice(purpose: str) -> Random:
    """Dice for one purpose: however often others throw theirs, these fall the same."""
    return Random(f"{os.environ.get('SEED', '1')}-{purpose}")


def link_codes(count: int, purpose: str) -> list[str]:
    """Codes of links, any of which the product could have drawn."""
    rng = dice(purpose)
    return [with_check("".join(rng.choices(ALPHABET, k=CODE_LENGTH - 1))) for _ in range(count)]
