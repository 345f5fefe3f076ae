"""Who asks: data of the campaign, which the secretariat writes and respondents read on its pages."""

import json

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.clock import now_ms
from chalicelib.web.netizen.home import show_home, show_privacy
from chalicelib.web.netizen.link_page import show_link
from chalicelib.years.taken import take_recipients
from tests import stage
from tests.plain import asked
from tests.web.test_sessions import call
from tests.web.visiting import Session

PATH = "/api/v1/campaigns/{campaign}"
WHO = {
    "organiser": "澄明网络社会组织联盟",
    "organiser_contact": "feedback@minsheng.example",
    "icp_number": "冀ICP备00000000号-1",
    "police_number": "冀公网安备00000000000000号",
}


@pytest.fixture
def campaign() -> str:
    """One that has just opened, and so is the current one."""
    return stage.make_campaign(opens_in_ms=-1)


def identify(campaign: str, **given: str) -> None:
    """As if the secretariat had said who asks."""
    campaigns.change(campaign, lambda before: Campaign.model_validate(before.model_dump() | given))


def test_the_secretariat_says_who_asks(campaign: str) -> None:
    """On the campaign's page; the change is shown before it is made, and what isn't touched stays."""
    secretary = Session(stage.secretariat_key())
    title = campaigns.read(campaign).title

    shown = secretary.post("/secretariat/campaign", WHO)
    assert all(value in shown.body for value in WHO.values())
    assert campaigns.read(campaign).organiser == ""
    assert secretary.post("/secretariat/campaign", WHO | {"confirmed": "1"}).status == 303

    after = campaigns.read(campaign)
    assert {name: getattr(after, name) for name in WHO} == WHO
    assert after.title == title


def test_respondents_read_who_asks(campaign: str) -> None:
    """Home, privacy and the first page of a questionnaire name the organiser; each has the filings at its foot."""
    identify(campaign, **WHO)
    code = stage.make_link(campaign)

    pages = [show_home(asked(now_ms())), show_privacy(asked(now_ms())), show_link(asked(now_ms()), code)]

    for page in pages:
        assert all(WHO[name] in page.body for name in ("organiser", "icp_number", "police_number"))
    assert WHO["organiser_contact"] in pages[1].body


def test_what_is_not_said_leaves_no_gap(campaign: str) -> None:
    """No heading without words, no link without a number."""
    privacy, home = show_privacy(asked(now_ms())).body, show_home(asked(now_ms())).body

    assert "谁负责" not in privacy
    assert "主办" not in home
    assert "beian" not in privacy + home


def test_hostile_words_stay_words(campaign: str) -> None:
    """Whatever the secretariat pastes."""
    identify(campaign, organiser="<script>alert(1)</script>", organiser_contact='"><img src=x>')

    assert "<script>alert" not in show_privacy(asked(now_ms())).body
    assert "<img src=x" not in show_privacy(asked(now_ms())).body


def test_a_program_says_who_asks(campaign: str) -> None:
    """By `PUT`, each field by itself; what is too long is refused by its name, and nothing changes."""
    key = stage.secretariat_key()

    def put(**sent: str) -> tuple[int, dict[str, object]]:
        reply = call("PUT", PATH, parameters={"campaign": campaign}, body=sent, headers={"x-api-key": key})
        return reply.status, json.loads(reply.body)

    assert put(**WHO)[1].items() >= WHO.items()
    status, problem = put(icp_number="9" * 41, organiser="别人")
    assert (status, [error["pointer"] for error in problem["errors"]]) == (422, ["/icp_number"])  # type: ignore[attr-defined]
    assert put(organiser="")[1].items() >= (WHO | {"organiser": ""}).items()


def test_it_is_taken_over_where_nothing_is_said(campaign: str) -> None:
    """From an earlier year; what the new one says already stays."""
    identify(campaign, **WHO)
    following = stage.make_campaign(opens_in_ms=stage.HOUR_MS)
    identify(following, organiser="另一家协会")

    take_recipients(campaigns.read(following), campaigns.read(campaign), now_ms(), "test")

    after = campaigns.read(following)
    assert {name: getattr(after, name) for name in WHO} == WHO | {"organiser": "另一家协会"}
