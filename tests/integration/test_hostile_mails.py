"""Mails of a campaign into which an earlier release let words that no mail can carry: all others leave, to the last."""

import pytest

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import contacts, units
from chalicelib.campaigns import campaigns
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.settings import settings
from chalicelib.mail.domain.outgoing import SECRETARIAT, Delivery
from chalicelib.mail.kinds.reminder import KIND as REMINDER
from chalicelib.mail.kinds.sign_in import KIND as SIGN_IN
from chalicelib.mail.kinds.sign_in import ask_for_link
from chalicelib.mail.usecases import send_mail
from chalicelib.mail.usecases.order_mail import MAILS, name_of, order_mail
from chalicelib.mail.usecases.remind_units import remind_units
from chalicelib.sealing import close_collection
from tests import stage
from tests.integration.test_mails import OFFICE, SECRETARY, PostOffice, make_campaign, outgoing, post

__all__ = ["post"]
TITLE = "标题\r\nBcc: v@x.example\0\u202e"
NO_ADDRESSES = ["a@[b.example", "a;b@c.example", "a@b\0.example", "a@b\r\n.example", "青@b.example"]


@pytest.fixture
def campaign(post: PostOffice) -> str:
    """Its title breaks a line, one of its recipients is no address, and neither is that of the unit mailed first."""
    name = make_campaign(recipients=(NO_ADDRESSES[0], SECRETARY))
    due = {"title": TITLE, "units_due": "2021-07-16", "supporters_due": "2021-07-16"}
    campaigns.change(name, lambda one: one.model_copy(update=due))
    for place, address in enumerate(NO_ADDRESSES):
        units.item_of(Unit(campaign=name, code=f"a{place}", name=TITLE, province="44")).save()
        contacts.item_of(name, f"a{place}", Contact(email=address, wants_digest=True)).save()
    return name


def mailed(post: PostOffice, campaign: str, words: str) -> set[str]:
    """Who got a mail with these words in its subject, and what its outbox says of those who didn't."""
    mails = [one for one in post.mails() if words in one["Subject"]]
    assert all(one["Bcc"] is None and "\n" not in one["Subject"] for one in mails)
    waiting = [one for one in outgoing(campaign) if one.progress is Delivery.WAITING]
    assert all("no mail address" in one.problem for one in waiting)
    return {str(one["To"]) for one in mails}


def test_everybody_else_gets_every_mail(post: PostOffice, campaign: str) -> None:
    """The digest, a sign-in link, a reminder, and after the close the final one."""
    at_ms = now_ms()
    send_mail.run(order_mail(campaigns.read(campaign), "digest", at_ms))
    ask_for_link(OFFICE, at_ms)
    sign_in = name_of(campaign, SIGN_IN.name, at_ms - at_ms % SIGN_IN.once_in_ms, "u1")
    send_mail.run(MAILS.id_of(sign_in))
    remind_units(campaigns.read(campaign), at_ms, "test")
    send_mail.run(MAILS.id_of(name_of(campaign, REMINDER.name, at_ms - at_ms % REMINDER.once_in_ms)))
    stage.move_close(campaign, -settings().settle_s * 1000 - 1)
    close_collection.close_collection(campaign, send_mail.announce_seal)

    assert mailed(post, campaign, "采集已结束并封存") == {SECRETARY, OFFICE}
    assert mailed(post, campaign, "一次性链接") == {OFFICE}
    assert mailed(post, campaign, "请提交") == {OFFICE}
    assert mailed(post, campaign, "标题 Bcc") == {SECRETARY, OFFICE}


def test_who_was_left_out_is_seen_at_the_desk(post: PostOffice, campaign: str) -> None:
    """Of one mail to several, and of one that nobody could get."""
    send_mail.run(order_mail(campaigns.read(campaign), "digest", now_ms()))

    by_addressee = {one.addressee: one for one in outgoing(campaign)}
    assert by_addressee[SECRETARIAT].progress is Delivery.SENT
    assert NO_ADDRESSES[0] in by_addressee[SECRETARIAT].refused
    assert {by_addressee[f"a{place}"].progress for place in range(len(NO_ADDRESSES))} == {Delivery.WAITING}
    assert by_addressee["u1"].progress is Delivery.SENT
