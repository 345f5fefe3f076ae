"""Units of an earlier release get their associations: after a copy, whatever is killed, or not at all."""

import gzip
import json
from contextlib import suppress

import pytest

from chalicelib.access.store.keys import KeyItem
from chalicelib.access.usecases.authenticate import authenticate
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import associations, registrations, units
from chalicelib.associations.usecases.found_associations import FOUND, order
from chalicelib.associations.usecases.register_units import lock_key
from chalicelib.campaigns import campaigns
from chalicelib.jobs.job import LEASE_MS
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.gateways import files
from tests import stage
from tests.integration.dying import Killed, dying

UNITS = 5


@pytest.fixture(scope="module")
def tables(engine: str) -> None:
    """Tables and a signing key."""
    stage.prepare()


@pytest.fixture
def keys(tables: None) -> dict[str, str]:
    """The keys of a campaign's units as release 0.1.0 has stored them, by code; `campaign` is its id."""
    campaign = stage.make_campaign()
    made = {"campaign": campaign}
    for number in range(UNITS):
        code, key = f"44-{number:02d}", new_key()
        unit = Unit(campaign=campaign, code=code, name=f"单位{number}", province="44", key_hash=key_hash(key))
        units.item_of(unit).save()
        KeyItem(key_hash(key), role="unit", campaign=campaign, unit=code).save()
        made[code] = key
    return made


@pytest.mark.parametrize(("place", "name"), [(registrations, "commit"), (Lease, "save"), (files, "put")])
def test_a_kill_after_any_write_is_resumed(
    keys: dict[str, str], place: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every key opens what it opened, before, in between and after; the copy holds what was there before."""
    campaign, kills, real = keys.pop("campaign"), 0, getattr(place, name)
    before = [json.loads(unit.model_dump_json()) for unit in units.of_campaign(campaign)]
    order(campaigns.read(campaign), now_ms())
    for at in (1, 2, 1) if name != "put" else (1,):
        with monkeypatch.context() as patched, suppress(Killed):
            patched.setattr(place, name, dying(real, at))
            take_up(FOUND, FOUND.id_of(campaign), now_ms() + kills * LEASE_MS * 2)
            pytest.fail("it was not killed")
        kills += 1
        assert {code: authenticate(key).taking_part for code, key in keys.items()} == {
            code: {campaign: code} for code in keys
        }
    take_up(FOUND, FOUND.id_of(campaign), now_ms() + kills * LEASE_MS * 2)

    assert FOUND.find(campaign).job.done
    for code, key in keys.items():
        unit = units.read(campaign, code)
        assert unit.association is not None
        assert associations.read(unit.association).key_hash == key_hash(key)
        assert authenticate(key).taking_part == {campaign: code}
    copied = gzip.decompress(files.read(f"{campaign}/migrated/units.jsonl.gz")).decode().splitlines()
    assert list(map(json.loads, copied)) == before


def test_a_campaign_that_cannot_be_read_is_refused_whole(
    keys: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """And says why; a locked key is a good one."""
    campaign = keys["campaign"]
    lock_key(campaign, "44-01", now_ms(), "test", locked=True)
    KeyItem(key_hash(keys["44-02"]), role="unit", campaign=campaign, unit="44-03").save()
    KeyItem(key_hash(keys["44-04"])).delete()
    before = units.of_campaign(campaign)

    order(campaigns.read(campaign), now_ms())
    take_up(FOUND, FOUND.id_of(campaign), now_ms())

    said = FOUND.find(campaign).progress.refused
    assert units.of_campaign(campaign) == before
    assert "44-02: its key opens" in said
    assert "44-04: its key is not there" in said
    assert "44-01" not in said
    assert said in caplog.text
    assert not files.exists(f"{campaign}/migrated/units.jsonl.gz")


def test_a_campaign_of_this_release_needs_none(tables: None) -> None:
    """The order is done from the start."""
    campaign = stage.make_campaign()
    units.UnitItem(campaign, "u1").delete()

    order(campaigns.read(campaign), now_ms())

    assert FOUND.find(campaign).job.done
