"""Lists that grow: pages of links, one sheet to print, and “whose code is this?”."""

import base64
import io
import re

import pytest
from pypdf import PdfReader

from chalicelib.access.domain.roles import Rank
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import contacts, units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel.clock import now_ms
from chalicelib.links.domain.link import Edition
from chalicelib.links.usecases import issue_links
from chalicelib.web.desk.link_rows import PAGE
from tests import stage
from tests.web.test_sessions import call
from tests.web.visiting import Session

DESK = "/desk/{campaign}"
CARD = re.compile(r'<li class="card" id="link-(\w+)"')
HREF = re.compile(r'rel="next" href="\?([^#"]*)')


@pytest.fixture
def campaign() -> str:
    """With a second unit, whose contact is known."""
    stage.prepare()
    name = stage.make_campaign()
    units.item_of(Unit(campaign=name, code="u2", name="澄明信息协会", province="12")).save()
    known = Contact(name="何苗", email="he@chenlu.example", phone="138 0013 8000")
    contacts.item_of(name, "u2", known).save()
    return name


def issued(campaign: str, unit: str, *labels: str) -> list[str]:
    """Links with these labels."""
    some = issue_links.issue_links(campaign, unit, "学校", Edition.PUBLIC, labels, now_ms(), "test")
    return [link.code for link in some]


def test_links_come_in_pages(campaign: str) -> None:
    """Each once; a named one keeps its page; found by what it is called."""
    codes = set(issued(campaign, "u1", *[f"{number} 号点" for number in range(2 * PAGE + 5)]))
    desk = Session(rotate_key(campaign, "u1", now_ms(), "test"))

    seen, query = list[str](), dict[str, str]()
    for _ in range(3):
        page = desk.get(DESK, query, campaign=campaign).body
        seen += CARD.findall(page)
        query = dict(part.split("=") for found in HREF.findall(page) for part in found.split("&amp;"))
    assert (len(seen), set(seen)) == (len(codes), codes)
    assert query == {}

    form = {"act": "label", "link": seen[-1], "label": "南门"}
    named = desk.post_from({"page": "3"}, DESK, form, campaign=campaign)
    assert str(named.headers["location"]).endswith(f"?page=3#link-{seen[-1]}")
    assert CARD.findall(desk.get(DESK, {"find": "学校 南门"}, campaign=campaign).body) == [seen[-1]]
    assert CARD.findall(desk.get(DESK, {"find": seen[0].lower()}, campaign=campaign).body) == [seen[0]]
    assert CARD.findall(desk.get(DESK, {"find": "没有这个点"}, campaign=campaign).body) == []
    assert len(CARD.findall(desk.get(DESK, {"page": "99"}, campaign=campaign).body)) == 5


def test_a_sheet_is_one_tap_away(campaign: str) -> None:
    """With the dates; of one's own links alone."""
    own, other = issued(campaign, "u1", "南门")[0], issued(campaign, "u2", "北门")[0]
    key = rotate_key(campaign, "u1", now_ms(), "test")
    path = "/api/v1/links/{code}/sheet.pdf"

    sheet = call("GET", path, headers={"x-api-key": key}, parameters={"code": own})
    foreign = call("GET", path, headers={"x-api-key": key}, parameters={"code": other})

    assert (sheet.status, foreign.status) == (200, 403)
    assert f"api/v1/links/{own}/sheet.pdf" in Session(key).get(DESK, campaign=campaign).body
    words = PdfReader(io.BytesIO(base64.b64decode(sheet.body))).pages[0].extract_text()
    assert "南门" in words
    assert "24:00" in words or re.search(r"\d 月 \d+ 日 \d\d:\d\d 至", words)


@pytest.mark.parametrize("asked", ["{code}", "{lower}", "https://minsheng.example/s/{code}", "东门小学"])
def test_whose_code_is_this(campaign: str, asked: str) -> None:
    """One search leads to the unit and to the link: by a code, its address, or the point's name."""
    [code] = issued(campaign, "u2", "东门小学")
    issued(campaign, "u1", "西门小学")

    table = found(campaign, stage.secretariat_key(), asked.format(code=code, lower=f"{code[:4]}-{code[4:]}".lower()))

    assert ("澄明信息协会" in table, stage.UNIT_NAME in table) == (True, False)
    assert f"find={code}#links" in table


@pytest.mark.parametrize("asked", ["何苗", "he@chenlu", "13800138000", "0013-8000"])
def test_whose_number_is_this(campaign: str, asked: str) -> None:
    """By a person, a mail address or a telephone number, for those who may see these."""
    tables = [found(campaign, key, asked) for key in (stage.secretariat_key(), stage.member_key(Rank.READER))]

    assert ["澄明信息协会" in table for table in tables] == [True, False]
    assert all(stage.UNIT_NAME not in table for table in tables)


def test_a_code_of_another_campaign_is_not_found(campaign: str) -> None:
    """It belongs to that one's pages."""
    code = stage.make_link(stage.make_campaign())

    table = found(campaign, stage.secretariat_key(), code)

    assert "没有" in table
    assert stage.UNIT_NAME not in table


def found(campaign: str, key: str, words: str) -> str:
    """The table of units after a search."""
    page = Session(key).get("/secretariat/{campaign}", {"q": words}, campaign=campaign).body
    return page.partition('id="table"')[2].partition("</table>")[0]
