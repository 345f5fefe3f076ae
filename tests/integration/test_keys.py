"""Keys under many hands at once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.access.store import keys
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, new_key
from tests import stage

THREADS = 8
SECONDS = 1.5


@pytest.fixture(scope="module")
def campaign(engine: str) -> str:
    """A campaign with as many units as threads, beside its first."""
    stage.prepare()
    name = stage.make_campaign()
    for number in range(THREADS):
        units.item_of(Unit(campaign=name, code=f"k{number}", name=f"单位{number}", province="44")).save()
    return name


def found_at(hashed: str, campaign: str) -> str | None:
    """As which unit of the campaign a key lets in."""
    holder = keys.find(hashed)
    return holder.at(campaign).unit if holder else None


def test_keys_shown_at_once_open_each_its_own(campaign: str) -> None:
    """Threads that share a read get what they asked for; an unknown key among them opens nothing, a replaced none."""
    until = time.monotonic() + SECONDS

    def show(number: int) -> int:
        code, rounds = f"k{number}", 0
        while time.monotonic() < until:
            key = rotate_key(campaign, code, now_ms(), "test")
            for _ in range(5):
                assert found_at(key_hash(key), campaign) == code
                assert keys.find(key_hash(new_key())) is None
            rotate_key(campaign, code, now_ms(), "test")
            assert keys.find(key_hash(key)) is None
            rounds += 1
        return rounds

    with ThreadPoolExecutor(THREADS) as threads:
        assert min(threads.map(show, range(THREADS))) > 0
