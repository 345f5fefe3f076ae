"""Hostile words, wherever somebody may write some: on no page, in no mail and no file are they anything but words."""

import csv
import gzip
import html
import io
from collections.abc import Mapping, Sequence
from random import Random
from urllib.parse import urlencode

import pytest

from app import app
from chalicelib.access.store import keys
from chalicelib.access.usecases import sessions
from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.campaigns import campaigns
from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import new_key
from chalicelib.kernel.gateways import files
from chalicelib.kernel.settings import settings
from chalicelib.links.domain.link import Edition, Link, new_code
from chalicelib.links.gateways.embed import snippets
from chalicelib.links.store import links
from chalicelib.mail.gateways import mail
from chalicelib.mail.usecases import send_mail
from chalicelib.sealing import close_collection as closing
from infra.drills.events import api_event, lambda_context
from tests import stage
from tests.plain import chosen_answers, fields_of, hidden_fields

SCRIPT = '</textarea><script>alert("1")</script>'
FORMULA = '=HYPERLINK("https://minsheng.example/?"&A1,"13800001111") <img src=x onerror=\'alert(2)\'>'
FORM = {"content-type": "application/x-www-form-urlencoded"}
DESKS = ["", "/campaign", "/new", "/units", "/units/{unit}", "/import", "/exports", "/audit"]


@pytest.fixture
def mails(engine: str, monkeypatch: pytest.MonkeyPatch) -> list[mail.Mail]:
    """What is mailed."""
    stage.prepare()
    sent: list[mail.Mail] = []

    def take(message: mail.Mail) -> tuple[str, ...]:
        sent.append(message)
        return ()

    monkeypatch.setattr(mail, "send", take)
    return sent


@pytest.fixture
def code(mails: list[mail.Mail]) -> str:
    """A link of a campaign in which every name is hostile."""
    campaign = stage.make_campaign(recipients=("secretariat@minsheng.example",))
    campaigns.change(campaign, lambda c: c.model_copy(update={"title": f"调查{SCRIPT}"}))
    units.item_of(units.read(campaign, "u1").model_copy(update={"name": f"协会{SCRIPT}"})).save()
    made = Link(
        code=new_code(),
        campaign=campaign,
        unit="u1",
        channel=SCRIPT,
        edition=Edition.PUBLIC,
        label=f"大厅{SCRIPT}"[:40],
    )
    links.create(made)
    return made.code


def ask(
    method: str,
    route: str,
    body: str | None = None,
    *,
    parameters: Mapping[str, str] | None = None,
    query: Mapping[str, Sequence[str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> str:
    """The page that a request is answered with, which holds hostile words as words at most."""
    event = api_event(method, route, parameters=parameters, query=query, headers=headers, body=body)
    reply = app(event, lambda_context())
    assert reply["statusCode"] in {200, 201, 422}, reply
    assert_words_only(reply["body"])
    return str(reply["body"])


def assert_words_only(page: str) -> None:
    """Nothing hostile stands there as markup."""
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def respond(code: str, opinion: str) -> str:
    """Sends a plain form with an opinion, first with something missing; gives the receipt's page."""
    definition = questionnaires.load("public").published("zh-Hans")
    answers = chosen_answers(definition, ["privacy"], Random(1)) | {"q21": opinion}
    own = hidden_fields(ask("GET", "/s/{code}/form", parameters={"code": code}))
    good = fields_of(definition, ["privacy"], answers)
    again = ask("POST", "/s/{code}/form", urlencode([*own, *good[5:]]), parameters={"code": code}, headers=FORM)
    assert f"{opinion}</textarea>" in html.unescape(again)
    return ask("POST", "/s/{code}/form", urlencode([*own, *good]), parameters={"code": code}, headers=FORM)


def test_hostile_words_stay_words(code: str, mails: list[mail.Mail]) -> None:
    """From the form over the desks and embeds to the sealed export and the mail about it."""
    campaign, parameters = links.read(code).campaign, {"code": code}
    for opinion in (SCRIPT, FORMULA):
        assert "data-receipt" in respond(code, opinion)
    for route in ("/", "/privacy", "/s/{code}", "/s/{code}/form"):
        ask("GET", route, parameters=parameters)

    cookies = [f"minsheng_session={sessions.sign_in(key, now_ms())[0]}" for key in keys_of(campaign)]
    assert html.escape("协会</textarea>") in ask(
        "GET", "/desk/{campaign}", parameters={"campaign": campaign}, headers={"cookie": cookies[0]}
    )
    for page in DESKS:
        own = {"unit": "u1", "campaign": campaign}
        ask(
            "GET", f"/secretariat{'' if page == '/new' else '/{campaign}'}{page}", parameters=own,
            query={"q": [SCRIPT]}, headers={"cookie": cookies[1]},
        )  # fmt: skip
    embedded = snippets(f"https://minsheng.example/s/{code}", code, SCRIPT)
    for snippet in (embedded.banner, embedded.button, embedded.frame):
        assert_words_only(snippet)

    stage.move_close(campaign, -settings().settle_s * 1000 - 1)
    closing.close_collection(campaign, send_mail.announce_seal)
    ask("GET", "/s/{code}", parameters=parameters)
    assert mails
    for message in mails:
        assert_words_only(message.html)
    raw = gzip.decompress(files.read(f"{campaign}/final/responses.csv.gz")).decode("utf-8-sig")
    opinions = {row["q21"] for row in csv.DictReader(io.StringIO(raw, newline=""))}
    assert opinions == {SCRIPT, "'" + FORMULA.replace("13800001111", "138****1111")}


def keys_of(campaign: str) -> list[str]:
    """The unit's and the secretariat's."""
    secretariat = new_key()
    keys.give_secretariat(secretariat)
    return [rotate_key(campaign, "u1", now_ms(), "test"), secretariat]
