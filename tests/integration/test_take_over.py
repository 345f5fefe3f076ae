"""Taking over from an earlier campaign: everything comes once, whatever is killed; the earlier one doesn't change."""

from contextlib import suppress

import pytest

from chalicelib.access.usecases.authenticate import authenticate
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import associations, contacts, registrations, units
from chalicelib.associations.usecases.register_units import register_unit, rotate_key
from chalicelib.campaigns import campaigns
from chalicelib.jobs.job import LEASE_MS
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.links.domain.link import Edition
from chalicelib.links.store import links
from chalicelib.links.usecases.issue_links import issue_links, revoke_link
from chalicelib.links.usecases.lead_on import lead_on
from chalicelib.mail.usecases import send_mail
from chalicelib.materials import manage_materials, materials
from chalicelib.materials.material import MaterialKind
from chalicelib.sealing.close_collection import close_collection
from chalicelib.years import last_year, taken
from chalicelib.years.last_year import LAST_YEAR
from chalicelib.years.take_over import PARTS, TAKE_OVER, order_take_over
from tests import stage
from tests.integration.dying import Killed, dying

UNITS = 7
NEXT = 400 * stage.DAY_MS


pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture(scope="module")
def tables(engine: str) -> None:
    """Tables and a signing key."""
    stage.prepare()


@pytest.fixture
def years() -> tuple[str, str]:
    """Last year's campaign with units, links, contacts and a material, and this year's, with nothing yet."""
    earlier = stage.make_campaign(recipients=("office@minsheng.example",))
    later = stage.make_campaign(opens_in_ms=NEXT, closes_in_ms=NEXT + stage.DAY_MS)
    units.UnitItem(later, "u1").delete()
    for number in range(UNITS):
        contact = Contact(name="林青", email=f"u{number}@units.example")
        unit = Unit(campaign=earlier, code=f"44-{number:02d}", name=f"青禾会{number}", province="44", plan=9)
        register_unit(unit, now_ms(), "test", contact)
        issue_links(earlier, unit.code, "海报", Edition.PUBLIC, ["大厅", "校门"], now_ms(), "test")
    manage_materials.add_material(earlier, MaterialKind.SLOGAN, "标语", "网络安全".encode(), None, now_ms(), "test")
    return earlier, later


def state(campaign: str) -> tuple[object, ...]:
    """What is stored of a campaign, its log included; units without how they belong to associations."""
    own = units.of_campaign(campaign)
    known = [unit.model_copy(update={"association": None, "key_hash": None}) for unit in own]
    return (
        campaigns.read(campaign),
        known,
        [links.of_unit(campaign, unit.code) for unit in own],
        contacts.of_campaign(campaign),
        audit.newest(campaign, 1000),
        materials.of_campaign(campaign),
    )


def order(years: tuple[str, str], without: tuple[str, ...] = ()) -> str:
    """Orders everything; gives the job's id."""
    earlier, later = years
    return TAKE_OVER.id_of(order_take_over(campaigns.read(later), earlier, PARTS, without, now_ms(), "secretariat"))


def test_everything_comes_once_and_the_earlier_year_stays(years: tuple[str, str]) -> None:
    """Units keep their key and get codes that no spreadsheet bends; revoked links stay behind."""
    earlier, later = years
    key = rotate_key(earlier, "44-03", now_ms(), "test")
    dead = links.of_unit(earlier, "44-03")[0]
    revoke_link(dead.code, now_ms(), "test")
    before = state(earlier)

    for _ in range(2):
        take_up(TAKE_OVER, order(years, without=("44-01",)), now_ms())

    assert state(earlier) == before
    own = units.of_campaign(later)
    assert [unit.code for unit in own] == [*(f"GD0{n}" for n in range(1, UNITS)), "u1"]
    assert sorted(unit.name for unit in own if unit.code != "u1") == [f"青禾会{n}" for n in range(UNITS) if n != 1]
    assert {unit.plan for unit in own} == {None}
    assert authenticate(key).taking_part == {earlier: "44-03", later: "GD03"}
    assert contacts.of_campaign(later)["GD03"].email == "u3@units.example"
    fresh = links.of_unit(later, "GD03")
    alive = next(link for link in links.of_unit(earlier, "44-03") if link.code != dead.code)
    assert [(link.label, link.follows) for link in fresh] == [(alive.label, (alive.code,))]
    assert dead.code not in fresh[0].follows
    assert [one.name for one in materials.of_campaign(later)] == ["标语"]
    assert campaigns.read(later).recipients == ("office@minsheng.example",)
    assert sum(entry["action"] == "unit.take-over" for entry in audit.newest(later, 1000)) == UNITS


@pytest.mark.parametrize(("place", "name"), [(taken, "commit"), (registrations, "commit"), (Lease, "save")])
def test_a_kill_after_any_write_is_resumed(
    years: tuple[str, str], place: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is missing, and no unit or link is there twice."""
    job, kills, real = order(years), 0, getattr(place, name)
    for at in (1, 2, 1, 3):
        with monkeypatch.context() as patched, suppress(Killed):
            patched.setattr(place, name, dying(real, at))
            take_up(TAKE_OVER, job, now_ms() + kills * LEASE_MS * 2)
            pytest.fail("it was not killed")
        kills += 1
    take_up(TAKE_OVER, job, now_ms() + kills * LEASE_MS * 2)

    later = years[1]
    assert TAKE_OVER.find(job.partition("#")[2]).job.done
    own = [unit for unit in units.of_campaign(later) if unit.code != "u1"]
    assert sorted(unit.name for unit in own) == [f"青禾会{n}" for n in range(UNITS)]
    followed = [link.follows for unit in own for link in links.of_unit(later, unit.code)]
    assert len(followed) == len(set(followed)) == 2 * UNITS


def test_an_old_poster_leads_on_and_last_years_count_is_the_sealed_one(years: tuple[str, str]) -> None:
    """After the seal, to the link in its place, as long as the secretariat allows it and the other survey is open."""
    earlier, later = years
    take_up(TAKE_OVER, order(years), now_ms())
    old = links.of_unit(earlier, "44-02")[1]
    opened = campaigns.read(later)
    assert lead_on(old, campaigns.read(earlier), now_ms()) is None

    stage.move_close(earlier, -settings().settle_s * 1000 - 1)
    close_collection(earlier, send_mail.announce_seal)
    sealed, at_ms = campaigns.read(earlier), opened.opens_at + 1
    found = lead_on(old, sealed, at_ms)
    last_year.order(sealed, now_ms())
    take_up(LAST_YEAR, LAST_YEAR.id_of(f"{later}.{earlier}.1"), now_ms())

    assert found is not None
    assert (found.campaign, found.unit, found.label) == (later, "GD03", old.label)
    assert lead_on(old, sealed, now_ms()) is None
    assert lead_on(old, sealed.model_copy(update={"leads_on": False}), at_ms) is None
    assert {unit.last_year for unit in units.of_campaign(later) if unit.code != "u1"} == {0}


def test_a_unit_of_an_earlier_release_gets_its_association(years: tuple[str, str]) -> None:
    """Its key goes on opening, from then on every year."""
    earlier, later = years
    take_up(TAKE_OVER, order(years), now_ms())

    unit = units.read(earlier, "u1")

    assert unit.association == f"{earlier}.u1"
    assert associations.read(unit.association).taking_part == {earlier: "u1", later: "u1"}
