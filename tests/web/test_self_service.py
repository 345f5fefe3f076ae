"""Annexes that a unit fills in at its own desk, through the Lambda entry point."""

import pytest

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.hand_in import Annex, Standing
from chalicelib.associations.domain.unit import LinksWanted, Unit
from chalicelib.associations.store import contacts, hand_ins, supporters, units
from chalicelib.associations.store.registrations import Registration, association_of, write_together
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.associations.usecases.watch_annexes import missing_annexes
from chalicelib.campaigns import campaigns
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import audit
from chalicelib.links.domain.link import Edition, Link
from chalicelib.links.store import links
from chalicelib.links.usecases.issue_missing_links import missing
from tests import stage
from tests.web.test_sessions import Reply
from tests.web.visiting import Session

PAGE = "/desk/{campaign}/annexes"
ONE = {
    "annex": "units",
    "plan": "1.2万",
    "person": "林青",
    "phone": "138 0013 8000",
    "email": "mailto:lin@units.example",
}
WANTED = {
    "edition-0": "public",
    "channel-0": "学校",
    "count-0": "12",
    "edition-2": "practitioner",
    "channel-2": "企业",
    "count-2": "3",
}
TWO = {
    "annex": "supporters",
    "name-0": "青禾中学",
    "kind-0": "school",
    "prizes-0": "保温杯 50 个\n书签 × 1,200",
    "local_only-0": "yes",
    "name-2": "澄明报社",
    "kind-2": "media",
}


@pytest.fixture
def campaign() -> str:
    """Open, its unit known by name alone."""
    stage.prepare()
    return stage.make_campaign(plan=None)


@pytest.fixture
def desk(campaign: str) -> Session:
    """The unit's."""
    return Session(rotate_key(campaign, "u1", now_ms(), "test"))


@pytest.fixture
def office() -> Session:
    """The secretariat's."""
    return Session(stage.secretariat_key())


def send(desk: Session, campaign: str, act: str, form: dict[str, str]) -> Reply:
    """The form, as the unit sends it."""
    return desk.post(PAGE, form | {"act": act}, campaign=campaign)


def lacks(campaign: str) -> list[tuple[bool, bool]]:
    """Which annexes the secretariat misses."""
    return [(one.annex_1, one.annex_2) for one in missing_annexes(campaigns.read(campaign))]


def actions(campaign: str) -> list[str]:
    """The log, oldest first."""
    return [entry["action"] for entry in reversed(audit.newest(campaign, 50)) if entry["action"].startswith("annex.")]


def test_from_a_draft_to_what_is_registered(desk: Session, campaign: str) -> None:
    """A draft changes nothing; handed in, it is read as a table would be, and stands."""
    kept = send(desk, campaign, "draft", ONE | WANTED)
    before = units.read(campaign, "u1").plan
    page = desk.get(PAGE, campaign=campaign).body
    done = send(desk, campaign, "hand-in", ONE | WANTED)

    assert (kept.status, before, done.status) == (303, None, 303)
    assert 'value="1.2万"' in page
    assert 'value="学校"' in page
    unit = units.read(campaign, "u1")
    assert (unit.plan, unit.links_wanted) == (12_000, 15)
    assert unit.links_by == (
        LinksWanted(edition="public", channel="学校", count=12),
        LinksWanted(edition="practitioner", channel="企业", count=3),
    )
    assert contacts.read(campaign, "u1") == Contact(name="林青", phone="138 0013 8000", email="lin@units.example")
    assert lacks(campaign) == [(False, True)]
    assert actions(campaign) == ["annex.draft", "annex.hand-in"]
    assert "<form" not in desk.get(PAGE, campaign=campaign).body.partition('id="units"')[2].partition("</section>")[0]


def test_supporters_and_their_prizes(desk: Session, campaign: str) -> None:
    """Prizes stand one below the other; rows between may be empty."""
    assert send(desk, campaign, "hand-in", TWO).status == 303

    press, school = supporters.of_campaign(campaign)
    assert [(prize.name, prize.quantity) for prize in school.prizes] == [("保温杯", 50), ("书签", 1200)]
    assert (school.unit, school.local_only, press.name, press.local_only) == ("u1", True, "澄明报社", False)


def test_a_link_is_a_supporter_s(desk: Session, campaign: str) -> None:
    """Whose count stands on the desk; of another unit's supporter it can't be."""
    code = stage.make_link(campaign)
    send(desk, campaign, "hand-in", TWO)
    seen = [links.read(code).supporter]
    for name in ("青禾中学", "别人的学校"):
        form = {"act": "supporter", "link": code, "supporter": name}
        seen.append(str(desk.post("/desk/{campaign}", form, campaign=campaign).status))
        seen.append(links.read(code).supporter)
    page = desk.get("/desk/{campaign}", campaign=campaign).body

    assert seen == [None, "303", "青禾中学", "422", "青禾中学"]
    assert '<th scope="row">青禾中学</th><td class="n">0</td>' in page.partition('id="supported"')[2]
    assert '<option value="青禾中学" selected>' in page


def test_sent_back_it_is_open_again(desk: Session, office: Session, campaign: str) -> None:
    """With its reason on the desk; what is left out the second time is taken out, and one is missed until then."""
    send(desk, campaign, "hand-in", TWO)
    sent = {"act": "send-back", "unit": "u1", "annex": "supporters", "reason": "请核对书签数量"}
    without = office.post("/secretariat/{campaign}/annexes", sent | {"reason": ""}, campaign=campaign)
    back = office.post("/secretariat/{campaign}/annexes", sent, campaign=campaign)

    assert (without.status, back.status) == (422, 303)
    assert lacks(campaign) == [(True, True)]
    assert "请核对书签数量" in desk.get(PAGE, campaign=campaign).body
    assert "附件2" in desk.get("/desk/{campaign}", campaign=campaign).body

    again = {name: value for name, value in TWO.items() if not name.endswith("-2")} | {"prizes-0": "书签 12"}
    assert send(desk, campaign, "draft", again).status == 303
    assert "请核对书签数量" in desk.get(PAGE, campaign=campaign).body
    assert send(desk, campaign, "hand-in", again).status == 303
    assert [(one.name, one.prizes[0].quantity) for one in supporters.of_campaign(campaign)] == [("青禾中学", 12)]
    assert lacks(campaign) == [(True, False)]


def test_the_secretariat_sees_who_has(desk: Session, office: Session, campaign: str) -> None:
    """By unit, with what was said; also what a table had said can be sent back."""
    send(desk, campaign, "draft", TWO)
    units.item_of(Unit(campaign=campaign, code="u2", name="澄明会", province="44", plan=5)).save()

    page = office.get("/secretariat/{campaign}/annexes", campaign=campaign).body
    of_two = office.get("/secretariat/{campaign}/annexes", {"unit": "u2"}, campaign=campaign).body
    sent = {"act": "send-back", "unit": "u2", "annex": "units", "reason": "计划太少"}
    back = office.post("/secretariat/{campaign}/annexes", sent, campaign=campaign)

    assert "草稿" in page.partition('id="filled-in"')[2]
    assert "已由秘书处登记" in of_two
    assert back.status == 303
    stored = hand_ins.find(campaign, "u2", Annex.UNITS)
    assert stored is not None
    assert (stored.standing, stored.values) == (Standing.SENT_BACK, {"plan": "5"})


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"annex": "units"}, "person phone plan"),
        (ONE | {"plan": "5.000"}, "plan"),
        (ONE | {"phone": "1.38E10"}, "phone"),
        (ONE | {"email": "a@b."}, "email"),
        (ONE | {"email": "无", "person": "无"}, "person"),
        (ONE | {"channel-0": "学校"}, "count-0 edition-0"),
        (ONE | {"channel-0": "学校", "edition-0": "all", "count-0": "0"}, "count-0 edition-0"),
        (
            ONE
            | {
                f"{k}-{n}": v for n in (0, 2) for k, v in (("channel", "学校"), ("edition", "public"), ("count", "600"))
            },
            "count-2",
        ),
        ({"annex": "supporters"}, "name-0"),
        ({"annex": "supporters", "name-1": "青禾"}, "kind-1"),
        ({"annex": "supporters", "kind-0": "school", "supports-0": "场地"}, "name-0"),
        (TWO | {"name-2": "青禾 中学"}, "name-2"),
        (TWO | {"prizes-0": "保温杯"}, "prizes-0"),
        (TWO | {"name-0": "青禾???"}, "name-0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_doesn_t_fit_is_named(desk: Session, campaign: str, form: dict[str, str], wrong: str) -> None:
    """At its field and in a list of links to them; nothing is taken, and what was typed stays."""
    before = (units.read(campaign, "u1"), supporters.of_campaign(campaign))

    reply = send(desk, campaign, "hand-in", form)

    assert reply.status == 422
    named = {
        part.partition('"')[0]
        for part in reply.body.partition('id="errors"')[2].partition("</ul>")[0].split('href="#')[1:]
    }
    assert " ".join(sorted(named)) == wrong
    assert all(f'id="{name}-wrong"' in reply.body for name in wrong.split())
    assert (units.read(campaign, "u1"), supporters.of_campaign(campaign)) == before
    assert all(value.splitlines()[0] in reply.body for value in form.values())


def test_nobody_takes_over_another_s_supporter(desk: Session, campaign: str) -> None:
    """Nor one that the secretariat has registered."""
    send(desk, campaign, "hand-in", TWO)
    units.item_of(Unit(campaign=campaign, code="u2", name="澄明会", province="44")).save()
    other = Session(rotate_key(campaign, "u2", now_ms(), "test"))

    reply = send(other, campaign, "hand-in", TWO)

    assert reply.status == 422
    assert "已由别的单位报送" in reply.body
    assert {one.unit for one in supporters.of_campaign(campaign)} == {"u1"}


def test_two_at_once_don_t_overwrite_each_other(desk: Session, campaign: str) -> None:
    """Whoever saved later is told that it was changed meanwhile; what was handed in can't be handed in again."""
    page = desk.get(PAGE, campaign=campaign).body.partition('id="units"')[2]
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    assert send(desk, campaign, "draft", ONE | {"seen": seen}).status == 303

    late = send(desk, campaign, "draft", ONE | {"seen": seen, "plan": "7"})
    done = send(desk, campaign, "hand-in", ONE)
    again = send(desk, campaign, "hand-in", ONE | {"plan": "9"})

    assert (late.status, done.status, again.status) == (412, 303, 412)
    assert units.read(campaign, "u1").plan == 12_000


@pytest.mark.parametrize("act", ["draft", "hand-in"])
def test_after_the_close_nothing_is_handed_in(desk: Session, campaign: str, act: str) -> None:
    """The plan is compared with what came in: it isn't said afterwards."""
    campaigns.change(campaign, lambda c: c.model_copy(update={"closes_at": now_ms() - 1}))

    assert send(desk, campaign, act, ONE).status == 410
    assert units.read(campaign, "u1").plan is None
    assert "不能再提交" in desk.get(PAGE, campaign=campaign).body


def test_last_year_stands_beside() -> None:
    """What the association said in the campaign before, to look at and to take over."""
    stage.prepare()
    old, new = stage.make_campaign(opens_in_ms=-400 * stage.DAY_MS), stage.make_campaign()
    desk = Session(rotate_key(old, "u1", now_ms(), "test"))
    send(desk, old, "hand-in", TWO)
    unit = Unit(campaign=new, code="u7", name=stage.UNIT_NAME, province="44")
    entry = audit.entry(new, 1, "test", "unit.create", "u7")
    write_together([Registration(None, unit, entry, association=association_of(units.read(old, "u1")))])

    page = desk.get(PAGE, campaign=new).body
    taken = send(desk, new, "last-year", {"annex": "supporters"})

    assert "去年填写的内容" in page
    assert 'value="青禾中学"' not in page
    assert 'value="青禾中学"' in taken.body
    assert hand_ins.find(new, "u7", Annex.SUPPORTERS) is None


def test_links_are_issued_of_the_kinds_that_were_wanted() -> None:
    """What is there of a kind counts for it; the rest is of the kind that the secretariat says."""
    kinds = (
        LinksWanted(edition="public", channel="学校", count=3),
        LinksWanted(edition="practitioner", channel="企业", count=2),
    )
    unit = Unit(campaign="c", code="u1", name="青禾会", province="44", links_wanted=6, links_by=kinds)
    school = Link(code="x", campaign="c", unit="u1", channel="学校", edition=Edition.PUBLIC)
    other = school.model_copy(update={"channel": "海报"})
    otherwise = LinksWanted(edition="public", channel="官方网站", count=9)

    assert [(one.channel, one.count) for one in missing(unit, [school, other], otherwise)] == [("学校", 2), ("企业", 2)]
    assert [(one.channel, one.count) for one in missing(unit, [], otherwise)] == [
        ("学校", 3),
        ("企业", 2),
        ("官方网站", 1),
    ]
    assert missing(unit, [other] * 6, otherwise) == []
    free = unit.model_copy(update={"links_wanted": None, "links_by": ()})
    assert [(one.channel, one.count) for one in missing(free, [school], otherwise)] == [("官方网站", 8)]
