"""Entering by a one-time link: whoever asks learns nothing, and a link lets in once."""

import re

import pytest

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.store import associations, contacts, units
from chalicelib.associations.store.registrations import association_of
from chalicelib.associations.usecases.register_units import lock_key, rotate_key
from chalicelib.jobs import jobs
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import ALPHABET
from chalicelib.kernel.store import audit
from chalicelib.mail.gateways import mail
from chalicelib.mail.kinds import sign_in
from chalicelib.mail.store import outbox
from chalicelib.mail.usecases import send_mail
from chalicelib.web.unit import link_door
from tests import stage
from tests.web.test_sessions import Reply, call

OFFICE = "Office@unit.example"


@pytest.fixture
def campaign() -> str:
    """An open campaign, the current one, whose unit has a key and an address."""
    campaign = stage.make_campaign(opens_in_ms=-1)
    rotate_key(campaign, "u1", now_ms(), "test")
    contacts.item_of(campaign, "u1", Contact(email=OFFICE)).save()
    return campaign


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[mail.Mail]:
    """What was mailed; a real server takes it in the mails' own tests."""
    sent: list[mail.Mail] = []

    def take(message: mail.Mail) -> tuple[str, ...]:
        sent.append(message)
        return ()

    monkeypatch.setattr(mail, "send", take)
    return sent


def ask(address: str = OFFICE) -> Reply:
    """Asks for a link at the door."""
    return call("POST", "/desk/link", form={"email": address})


def deliver(campaign: str) -> None:
    """What the next tick does."""
    for job in jobs.unfinished():
        if job.campaign == campaign:
            send_mail.run(job.id)


def mailed_token(sent: list[mail.Mail]) -> str:
    """What stands in the latest link."""
    found = re.search(r"/enter/(\S+)", sent[-1].text)
    assert found is not None
    return found.group(1)


def test_a_mailed_link_opens_the_unit_s_desk_once(campaign: str, sent: list[mail.Mail]) -> None:
    """Looking at it uses nothing up; going in does, and the audit log knows."""
    ask(OFFICE.lower())
    deliver(campaign)
    token = mailed_token(sent)
    assert list(sent[0].to) == [OFFICE]

    for _ in range(2):
        looked = call("GET", "/enter/{token}", parameters={"token": token})
        assert (looked.status, "set-cookie" in looked.headers) == (200, False)
    entered = call("POST", "/enter/{token}", parameters={"token": token}, form={"enter": "1"})
    again = call("POST", "/enter/{token}", parameters={"token": token}, form={"enter": "1"})

    assert (entered.status, entered.headers["location"]) == (303, "../desk")
    cookie = re.match(r"minsheng_session=(\S+);", entered.headers["set-cookie"])
    assert cookie is not None
    session = cookie.group(1)
    assert stage.UNIT_NAME in call("GET", "/desk", session).body
    assert (again.status, "set-cookie" in again.headers) == (404, False)
    assert audit.newest(campaign, 1)[0]["action"] == "unit.sign-in"
    rotate_key(campaign, "u1", now_ms(), "test")
    assert stage.UNIT_NAME not in call("GET", "/desk", session).body


def test_whoever_asks_learns_nothing(campaign: str, sent: list[mail.Mail]) -> None:
    """The answer is the same, to the byte, whether the address is known or not; only the known one is mailed."""
    known, unknown = ask(), ask("nobody@unit.example")
    deliver(campaign)

    assert (known.status, known.body) == (unknown.status, unknown.body) == (200, known.body)
    assert "set-cookie" not in known.headers
    assert len(sent) == 1


def test_a_unit_is_mailed_one_link_in_five_minutes(campaign: str, sent: list[mail.Mail]) -> None:
    """However often somebody asks."""
    five_minutes = 5 * 60_000
    at_ms = now_ms() - now_ms() % five_minutes
    for after in (0, 1, five_minutes - 1, five_minutes):
        sign_in.ask_for_link(OFFICE, at_ms + after)
    deliver(campaign)

    assert len(sent) == 2


def test_the_mailbox_does_not_show_the_link(campaign: str, sent: list[mail.Mail]) -> None:
    """Only its addressee may see it; stored is nothing that opens anything."""
    ask()
    deliver(campaign)

    (kept,) = outbox.newest(campaign, 5)
    assert (kept.occasion, kept.text) == ("sign-in", "")
    assert mailed_token(sent) not in kept.model_dump_json()


def test_a_link_runs_out(campaign: str, sent: list[mail.Mail], monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an hour after it was written it opens nothing."""
    # The log of the other tests isn't told of a refusal in half an hour.
    monkeypatch.setattr(link_door, "note_refusal", lambda *_: None)
    ask()
    before = now_ms()
    deliver(campaign)
    after, token, half_an_hour = now_ms(), mailed_token(sent), 30 * 60_000

    assert "30 分钟" in sent[0].text
    assert sign_in.years_of(token, before + half_an_hour - 1)
    named, late = {"token": token}, after + half_an_hour
    assert call("GET", "/enter/{token}", parameters=named, arrived_ms=late).status == 404
    assert call("POST", "/enter/{token}", form={}, parameters=named, arrived_ms=late).status == 404


def test_a_link_cannot_be_guessed(campaign: str, sent: list[mail.Mail]) -> None:
    """It is made of more than 120 random bits, and never the same."""
    tokens = set()
    for slot in range(3):
        sign_in.ask_for_link(OFFICE, now_ms() + slot * sign_in.KIND.once_in_ms)
        deliver(campaign)
        tokens.add(mailed_token(sent))

    assert len(tokens) == 3
    assert all(set(token) <= set(ALPHABET) and len(ALPHABET) ** len(token) > 2**120 for token in tokens)


@pytest.mark.parametrize("how", ["locked", "gone"])
def test_a_link_opens_nothing_that_the_key_does_not(campaign: str, sent: list[mail.Mail], how: str) -> None:
    """While the unit's key is locked, or where it has none; and nobody is said to have signed in."""
    ask()
    deliver(campaign)
    if how == "locked":
        lock_key(campaign, "u1", now_ms(), "test", locked=True)
    else:
        association = association_of(units.read(campaign, "u1"))
        associations.item_of(association.model_copy(update={"key_hash": None})).save()

    reply = call("POST", "/enter/{token}", parameters={"token": mailed_token(sent)}, form={})

    assert (reply.status, "set-cookie" in reply.headers) == (404, False)
    assert "unit.sign-in" not in [entry["action"] for entry in audit.newest(campaign, 9)]


def test_another_site_cannot_use_a_link_up(campaign: str, sent: list[mail.Mail]) -> None:
    """Nor sign somebody in with it."""
    ask()
    deliver(campaign)
    token, foreign = mailed_token(sent), {"sec-fetch-site": "cross-site"}

    reply = call("POST", "/enter/{token}", parameters={"token": token}, form={}, headers=foreign)

    assert (reply.status, "set-cookie" in reply.headers) == (403, False)
    assert "其他网站" in reply.body
    assert call("POST", "/enter/{token}", parameters={"token": token}, form={}).status == 303


def test_another_site_cannot_ask_for_a_link(campaign: str, sent: list[mail.Mail]) -> None:
    """Else it could have its visitors flood a unit with mails."""
    reply = call("POST", "/desk/link", form={"email": OFFICE}, headers={"sec-fetch-site": "cross-site"})
    deliver(campaign)

    assert (reply.status, sent) == (403, [])
    assert "其他网站" in reply.body


@pytest.mark.parametrize("token", ["x", "k1.u1.00", "密", "A" * 300, ".."])
def test_a_made_up_link_opens_nothing(campaign: str, token: str) -> None:
    """And says no more than a used one does."""
    assert call("POST", "/enter/{token}", parameters={"token": token}, form={}).status == 404


@pytest.mark.parametrize("address", ["", "office", "a@b", "a@@b.example", "a b@c.example", "x" * 260 + "@b.example"])
def test_what_is_no_address_is_said_so(campaign: str, address: str) -> None:
    """At its field."""
    reply = ask(address)

    assert reply.status == 422
    assert "请填写邮箱地址" in reply.body


def test_units_that_share_an_address_are_each_mailed(campaign: str, sent: list[mail.Mail]) -> None:
    """One link for each, and each opens its own."""
    units.item_of(
        units.read(campaign, "u1").model_copy(update={"code": "u2", "name": "晨星协会", "association": None})
    ).save()
    rotate_key(campaign, "u2", now_ms(), "test")
    contacts.item_of(campaign, "u2", Contact(email=OFFICE.lower())).save()

    ask()
    deliver(campaign)

    assert sorted(stage.UNIT_NAME in one.text for one in sent) == [False, True]
    assert len({mailed_token([one]) for one in sent}) == 2
