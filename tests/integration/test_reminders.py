"""Reminders of annexes, through the outbox and a real SMTP server: to whom, of what, and once."""

from email.message import EmailMessage

import pytest

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.hand_in import Annex
from chalicelib.associations.domain.supporter import Supporter, SupporterKind
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.gateways.sheets import read_sheet
from chalicelib.associations.store import contacts, units
from chalicelib.associations.store.supporters import write_together
from chalicelib.associations.usecases.fill_in_annex import send_back
from chalicelib.campaigns import campaigns
from chalicelib.jobs import jobs
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.audit import entry
from chalicelib.mail.kinds.reminder import KIND
from chalicelib.mail.usecases import send_mail
from chalicelib.mail.usecases.order_mail import MAILS, name_of
from chalicelib.mail.usecases.remind_units import remind_units
from tests import stage
from tests.integration.test_mails import PostOffice, post

__all__ = ["post"]
DUE = {"units_due": "2021-07-16", "supporters_due": "2021-07-20"}


@pytest.fixture
def campaign(engine: str) -> str:
    """`u1` misses both annexes, `u2` the second, `u3` nothing; `u4` misses both and can't be reached."""
    stage.prepare()
    name = stage.make_campaign(recipients=("office@minsheng.example",))
    campaigns.change(name, lambda campaign: campaign.model_copy(update=DUE))
    for code, plan in (("u2", 5), ("u3", 5), ("u4", None)):
        units.item_of(Unit(campaign=name, code=code, name=f"{code}协会", province="44", plan=plan)).save()
    for code in ("u1", "u2", "u3"):
        contacts.item_of(name, code, Contact(email=f"{code}@units.example")).save()
    supporter = Supporter(campaign=name, name="晚报", kind=SupporterKind.MEDIA, unit="u3")
    write_together([(None, supporter, entry(name, 1, "test", "supporter.create", "晚报"))])
    return name


def remind(campaign: str, at_ms: int) -> int:
    """Orders reminders and sends them as a tick does."""
    reminded = remind_units(campaigns.read(campaign), at_ms, "test")
    send_mail.run(MAILS.id_of(name_of(campaign, "reminder", at_ms - at_ms % KIND.once_in_ms)))
    return reminded


def by_addressee(office: PostOffice) -> dict[str, EmailMessage]:
    """The mails that came, each to one."""
    return {str(message["To"]): message for message in office.mails()}


def test_who_misses_something_is_reminded_of_it(post: PostOffice, campaign: str) -> None:
    """With the day it is due and the table to fill in; nobody sees another's address."""
    assert remind(campaign, now_ms()) == 2

    mails = by_addressee(post)
    assert set(mails) == {"u1@units.example", "u2@units.example"}
    both, second = mails["u1@units.example"], mails["u2@units.example"]
    for mail in (both, second):
        plain = mail.get_body(("plain",))
        assert plain is not None
        assert "2021-07-20" in plain.get_content()
        assert ("2021-07-16" in plain.get_content()) == (mail is both)
        assert "office@minsheng.example" in plain.get_content()
    attached = {part.get_filename(): part.get_content() for part in both.iter_attachments()}
    assert set(attached) == {"units.xlsx", "supporters.xlsx"}
    assert "单位名称" in [cell.text for cell in read_sheet(attached["units.xlsx"])[0].cells]
    assert [part.get_filename() for part in second.iter_attachments()] == ["supporters.xlsx"]


def test_who_was_sent_one_back_reads_why(post: PostOffice, campaign: str) -> None:
    """And where to mend it: it counts as missing again."""
    send_back(campaigns.read(campaign), "u3", Annex.SUPPORTERS, "请补奖品数量", now_ms(), "test")

    assert remind(campaign, now_ms()) == 3
    body = by_addressee(post)["u3@units.example"].get_body(("plain",))
    assert body is not None
    assert "已退回：请补奖品数量" in body.get_content()
    assert f"/desk/{campaign}/annexes" in body.get_content()


def test_an_order_is_sent_once(post: PostOffice, campaign: str) -> None:
    """A second click, and a tick that comes twice, remind nobody again; a later order does."""
    at_ms = now_ms()
    at_ms -= at_ms % KIND.once_in_ms

    remind(campaign, at_ms)
    remind(campaign, at_ms + KIND.once_in_ms - 1)
    once = len(post.mails())
    remind(campaign, at_ms + KIND.once_in_ms)

    assert (once, len(post.mails())) == (2, 4)
    told = [entry for entry in audit.newest(campaign, 20) if entry["action"] == "annex.remind"]
    assert [entry["units"] for entry in told] == [["u1", "u2"]] * 2


def test_nobody_is_reminded_where_nothing_is_missing(engine: str) -> None:
    """Nothing is ordered."""
    stage.prepare()
    campaign, at_ms = stage.make_campaign(plan=5), now_ms()

    assert remind_units(campaigns.read(campaign), at_ms, "test") == 0
    assert jobs.find(MAILS.id_of(name_of(campaign, "reminder", at_ms - at_ms % KIND.once_in_ms))) is None
