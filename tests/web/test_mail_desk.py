"""The mailbox on the secretariat's desk, a unit's own switch, and the way out that stands in every mail to a unit."""

from collections.abc import Sequence

import pytest

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.store import contacts, units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.jobs import jobs
from chalicelib.kernel import signed
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways.secrets import ticket_keys
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write
from chalicelib.mail.domain.mail_progress import MailProgress
from chalicelib.mail.domain.outgoing import PATIENCE_MS, SECRETARIAT, Outgoing
from chalicelib.mail.kinds import sign_in
from chalicelib.mail.store import outbox
from chalicelib.mail.usecases.order_mail import MAILS, name_of, order_once
from chalicelib.mail.usecases.send_mail import send_again
from chalicelib.mail.usecases.unsubscribe import unsubscribe_url
from tests import stage
from tests.web.test_sessions import call
from tests.web.visiting import Session

OFFICE = "office@unit.example"


@pytest.fixture
def campaign() -> str:
    """An open campaign whose unit has a contact that wants its mails."""
    campaign = stage.make_campaign(opens_in_ms=-1, recipients=("office@secretariat.example",))
    contacts.item_of(campaign, "u1", Contact(name="联络人", email=OFFICE, wants_digest=True)).save()
    return campaign


@pytest.fixture
def secretary() -> Session:
    """A session of the secretariat's."""
    return Session(stage.secretariat_key())


def wants_digest(campaign: str) -> bool:
    """Whether the unit is mailed."""
    contact = contacts.read(campaign, "u1")
    assert contact is not None
    return contact.wants_digest


def put(campaign: str, at_ms: int, addressee: str, to: Sequence[str] = (OFFICE,)) -> Outgoing:
    """A mail that waits in the outbox."""
    mail = Outgoing(campaign=campaign, occasion="digest", at=at_ms, addressee=addressee, to=tuple(to))
    outbox.create(mail)
    return mail


def give_up(mail: Outgoing) -> Outgoing:
    """The mail after all its tries."""
    for _ in range(len(PATIENCE_MS) + 1):
        mail = mail.trying(0, "采集进度", "正文<b>", ("w.xlsx",)).failed(0, "550 no such user", doubtful=False)
    outbox.replace(mail)
    return mail


def test_the_mailbox_shows_what_became_of_each_mail(campaign: str, secretary: Session) -> None:
    """Waiting, sent, refused in part, given up; the latter on top; names instead of codes."""
    put(campaign, 1000, SECRETARIAT)
    sent = put(campaign, 2000, "u1").trying(0, "采集进度，采集量 7", "七份", ()).sent(now_ms(), ("a@unit.example",))
    outbox.replace(sent)
    give_up(put(campaign, 3000, "gone"))

    body = secretary.get("/secretariat/mail").body

    assert body.index("没有发出") < body.index("等待发送")
    for words in (stage.UNIT_NAME, "采集量 7", "1 个地址被拒收", "已试 8 次", "gone", "09:00 18:00"):
        assert words in body


def test_the_overview_tells_of_mails_that_were_given_up(campaign: str, secretary: Session) -> None:
    """With the way to them; nothing where there are none."""
    give_up(put(campaign, 1000, "u1"))

    assert "有 1 封邮件没有发出" in secretary.get("/secretariat").body
    stage.make_campaign(opens_in_ms=-1)
    assert "没有发出" not in secretary.get("/secretariat").body


def test_older_mails_are_a_page_further(campaign: str, secretary: Session) -> None:
    """A page ends somewhere, and says where the next begins."""
    for at_ms in range(151):
        put(campaign, at_ms, "u1")

    first = secretary.get("/secretariat/mail").body
    second = secretary.get("/secretariat/mail", {"before": f"{1:015d}-digest-u1"}).body

    assert f"before={1:015d}-digest-u1" in first
    assert first.count("<tr><td>") == 150
    assert second.count("<tr><td>") == 1


def test_one_mail_is_shown_as_it_was_written(campaign: str, secretary: Session) -> None:
    """Its text is escaped; what the server said stands beside it."""
    mail = give_up(put(campaign, 1000, "u1"))

    body = secretary.get("/secretariat/mail/{mail}", mail=mail.key).body

    assert "正文&lt;b&gt;" in body
    assert "550 no such user" in body
    assert "w.xlsx" in body
    assert OFFICE in body
    assert secretary.get("/secretariat/mail/{mail}", mail="nothing").status == 404


def test_what_was_given_up_is_tried_again(campaign: str, secretary: Session) -> None:
    """A job finds it again; who asked is in the audit log; a form sent twice asks once."""
    order = MailProgress(occasion="digest", at=1000, planned=True)
    MAILS.create(name_of(campaign, "digest", 1000), campaign, 0, order)
    mail = give_up(put(campaign, 1000, "u1"))

    for _ in range(2):
        assert secretary.post("/secretariat/mail/{mail}", {"act": "again"}, mail=mail.key).status == 303

    assert outbox.failed(campaign) == []
    assert outbox.read(campaign, mail.key).tries == 0
    assert [entry["action"] for entry in audit.newest(campaign, 9)] == ["mail.again"]
    assert len([job for job in jobs.unfinished() if job.campaign == campaign]) == 2


def test_what_was_ordered_too_long_ago_is_not_tried_again(campaign: str, secretary: Session) -> None:
    """Where the job was swept, who asks is told so; nothing waits for ever, and nothing is said to have been done."""
    mail = give_up(put(campaign, 1000, "u1"))

    reply = secretary.post("/secretariat/mail/{mail}", {"act": "again"}, mail=mail.key)

    assert (reply.status, outbox.failed(campaign), audit.newest(campaign, 9)) == (404, [mail], [])


def test_a_try_is_ordered_whole_or_not_at_all(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail, job and entry are stored together; whoever was overtaken finds nothing to do any more."""
    MAILS.create(name_of(campaign, "digest", 1000), campaign, 0, MailProgress(occasion="digest", at=1000, planned=True))
    mail, tries, changing = give_up(put(campaign, 1000, "u1")), list[str](), outbox.changing

    def overtaken(before: Outgoing, after: Outgoing) -> Write:
        tries.append(before.progress)
        outbox.replace(before.again())
        return changing(before, after)

    monkeypatch.setattr(outbox, "changing", overtaken)
    send_again(campaign, mail.key, now_ms(), "test")

    assert (tries, audit.newest(campaign, 9)) == (["failed"], [])
    assert len(MAILS.of_campaign(campaign)) == 1


def test_a_one_time_link_is_tried_again_too(campaign: str) -> None:
    """Its job is the unit's own."""
    order_once(sign_in.KIND, campaign, 1000, unit="u1")
    mail = Outgoing(campaign=campaign, occasion="sign-in", at=0, addressee="u1", to=(OFFICE,))
    outbox.create(mail)
    give_up(mail)

    send_again(campaign, mail.key, 2000, "test")

    assert outbox.failed(campaign) == []
    assert {one.progress.unit for one in MAILS.of_campaign(campaign)} == {"u1"}
    assert len(MAILS.of_campaign(campaign)) == 2


def test_a_unit_turns_its_mails_on_and_off(campaign: str) -> None:
    """Where they go is the secretariat's to say; the desk shows it."""
    session = Session(rotate_key(campaign, "u1", now_ms(), "test"))
    assert OFFICE in session.get("/desk").body

    session.post("/desk", {"act": "digest", "wanted": ""})
    assert contacts.read(campaign, "u1") == Contact(name="联络人", email=OFFICE, wants_digest=False)
    session.post("/desk", {"act": "digest", "wanted": "1"})
    assert wants_digest(campaign)
    assert [entry["who"] for entry in audit.newest(campaign, 2)] == ["u1", "u1"]


def test_a_unit_without_an_address_is_told_whom_to_ask(campaign: str) -> None:
    """And a form that is sent all the same changes nothing."""
    contacts.item_of(campaign, "u1", Contact()).save()
    session = Session(rotate_key(campaign, "u1", now_ms(), "test"))

    assert "秘书处没有登记本单位的邮箱" in session.get("/desk").body
    contacts.item_of(campaign, "u1", Contact(phone="010-1234")).save()
    assert session.post("/desk", {"act": "digest", "wanted": "1"}).status == 303


def test_a_mail_s_link_ends_the_mails(campaign: str) -> None:
    """A look changes nothing, since mail programs look by themselves; one POST does, without any session."""
    token = unsubscribe_url(campaign, "u1").rpartition("/")[2]

    asked = call("GET", "/unsubscribe/{token}", parameters={"token": token})
    assert (asked.status, stage.UNIT_NAME in asked.body) == (200, True)
    assert wants_digest(campaign)

    for _ in range(2):
        done = call("POST", "/unsubscribe/{token}", parameters={"token": token}, form={"List-Unsubscribe": "One-Click"})
        assert done.status == 200
    assert contacts.read(campaign, "u1") == Contact(name="联络人", email=OFFICE)
    (entry,) = audit.newest(campaign, 9)
    assert (entry["who"], entry["subject"]) == ("u1", "u1")


def test_a_mail_s_link_outlives_releases_and_longest_names(campaign: str) -> None:
    """Mails lie in mailboxes for years: what was signed stays what it is, and fits whatever is named in it."""
    longest = "c" * 64, "u" * 32
    tokens = [unsubscribe_url(*of).rpartition("/")[2] for of in ((campaign, "u1"), longest)]

    said = [signed.unseal(signed.UNSUBSCRIBE, token, ticket_keys().secrets) for token in tokens]

    assert said == [f"{campaign}.u1", ".".join(longest)]


def test_a_unit_without_a_contact_has_no_mails_to_end(campaign: str) -> None:
    """Its link is good, and changes nothing."""
    units.item_of(units.read(campaign, "u1").model_copy(update={"code": "u2"})).save()
    token = unsubscribe_url(campaign, "u2").rpartition("/")[2]

    assert call("POST", "/unsubscribe/{token}", parameters={"token": token}, form={}).status == 200

    assert contacts.read(campaign, "u2") is None
    assert audit.newest(campaign, 9) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("spoil", ["x", "k1.{campaign}.u1.00", "{token}0", "{other}"])
def test_a_forged_link_ends_nothing(campaign: str, method: str, spoil: str) -> None:
    """Another unit's address ends that unit's mails alone; a made-up one is not known."""
    units.item_of(units.read(campaign, "u1").model_copy(update={"code": "u2"})).save()
    token, other = (unsubscribe_url(campaign, code).rpartition("/")[2] for code in ("u1", "u2"))

    spoilt = spoil.format(campaign=campaign, token=token, other=other)
    form: dict[str, str] | None = {} if method == "POST" else None
    reply = call(method, "/unsubscribe/{token}", parameters={"token": spoilt}, form=form)

    assert reply.status == (200 if spoil == "{other}" else 404)
    assert wants_digest(campaign)
    assert settings().public_url in unsubscribe_url(campaign, "u1")
