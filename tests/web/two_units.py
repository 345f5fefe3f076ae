"""Two units of one campaign, and all that one of them must never get to see of the other."""

from dataclasses import dataclass

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import contacts, registrations, units
from chalicelib.campaigns import campaigns
from chalicelib.counting.store import tallies
from chalicelib.jobs import jobs
from chalicelib.jobs.job import Job
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.gateways import files
from chalicelib.kernel.store import audit
from chalicelib.links.domain.link import Edition, Link, new_code
from chalicelib.links.gateways.sheet_pdf import SheetText, sheet_pdf
from chalicelib.links.store import links
from chalicelib.materials import manage_materials
from chalicelib.materials.material import MaterialKind, Spot
from tests import stage

OWN, OTHER = "own-1", "other-1"
COLLECTED, VALID, PLAN = 7_654_321, 6_543_219, 87_654_329


@dataclass(frozen=True)
class TwoUnits:
    """Their campaign, their links, and the key of the one that asks."""

    campaign: str
    key: str
    own_link: str
    other_link: str
    export: str
    poster: str
    """A material of theirs all, with a place for a code."""
    foreign_material: str
    """Of another campaign."""

    @property
    def marks(self) -> tuple[bytes, ...]:
        """What stands in an answer only where it shows something of the other unit."""
        numbers = [text for n in (COLLECTED, VALID, PLAN) for text in (str(n), f"{n:,}")]
        words = [
            "别家安宁协会",
            "别家海报",
            "别家大厅",
            "other-contact@",
            "13800000042",
            "联系人",
            "别处的标语",
            *numbers,
        ]
        return tuple(word.encode() for word in words)

    def state(self) -> tuple[object, ...]:
        """All that the other unit, and the secretariat, have put down; answers aside."""
        of_other = {link.code: link for link in links.of_unit(self.campaign, OTHER)}
        return (
            units.of_campaign(self.campaign),
            of_other,
            contacts.of_campaign(self.campaign),
            campaigns.read(self.campaign),
            [entry for entry in audit.newest(self.campaign, 1000) if entry["who"] != OWN],
        )


def make_two_units() -> TwoUnits:
    """Both in the current campaign, the other with figures, a contact and a part in an export."""
    campaign = stage.make_campaign()
    made = [_unit(campaign, OWN, "自家远帆协会", 5000), _unit(campaign, OTHER, "别家安宁协会", PLAN)]
    own_key = new_key()
    for unit, key in zip(made, (own_key, new_key()), strict=True):
        registrations.give_key(registrations.association_of(unit), key_hash(key))
    own, other = _link(campaign, OWN, "自家海报", "自家大厅"), _link(campaign, OTHER, "别家海报", "别家大厅")
    figures = {"n": COLLECTED, "v": VALID, f"l:{other}": COLLECTED, f"L:{other}": VALID}
    tallies.add((tallies.owner(campaign, OTHER), "shard-1"), None, "1", figures)
    contacts.item_of(
        campaign, OTHER, Contact(name="联系人", email="other-contact@minsheng.example", phone="13800000042")
    ).save()
    audit.note(campaign, now_ms(), "secretariat", "unit.change", OTHER, after={"name": "别家安宁协会"})
    return TwoUnits(campaign, own_key, own, other, _export(campaign), _poster(campaign), _foreign_material())


def _unit(campaign: str, code: str, name: str, plan: int) -> Unit:
    unit = Unit(campaign=campaign, code=code, name=name, province="44", plan=plan)
    units.item_of(unit).save()
    return unit


def _link(campaign: str, unit: str, channel: str, label: str) -> str:
    code = new_code()
    links.create(Link(code=code, campaign=campaign, unit=unit, channel=channel, edition=Edition.PUBLIC, label=label))
    return code


def _poster(campaign: str) -> str:
    spot = Spot(x=10, y=10, size=30)
    pdf = sheet_pdf(new_code(), SheetText(stage.TITLE, "", "", ""))
    return manage_materials.add_material(campaign, MaterialKind.POSTER, "海报", pdf, spot, now_ms(), "test").id


def _foreign_material() -> str:
    content = "别处的标语".encode()
    other = stage.make_campaign(opens_in_ms=-2 * stage.HOUR_MS)
    return manage_materials.add_material(other, MaterialKind.SLOGAN, "别处的标语", content, None, now_ms(), "test").id


def _export(campaign: str) -> str:
    name = f"EXPORT{campaign[-4:]}"
    files.put(f"{campaign}/{name}/responses.csv.gz", "别家安宁协会".encode())
    listed = [{"name": "responses.csv.gz", "sha256": "0" * 64, "rows": COLLECTED, "bytes": 18}]
    jobs.create(
        Job(
            id=f"export#{name}",
            kind="export",
            campaign=campaign,
            created_at=now_ms(),
            done=True,
            data={"files": listed},
        )
    )
    return name
