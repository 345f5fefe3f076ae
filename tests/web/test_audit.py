"""Every change leaves an entry in the audit log: who, when, what, before and after.

Generated over all routes that change something: one that is added fails here until it is said how it is done.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest

from chalicelib.access.store import sign_ins
from chalicelib.access.store.sign_ins import SignIn
from chalicelib.access.usecases import manage_members
from chalicelib.access.usecases.sessions import sign_in
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.hand_in import Annex, HandIn
from chalicelib.associations.store import contacts
from chalicelib.associations.usecases.fill_in_annex import hand_in, send_back
from chalicelib.associations.usecases.register_units import lock_key, rotate_key
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase, Seal
from chalicelib.counting.usecases.recount import request_recount
from chalicelib.instrument import questionnaires
from chalicelib.instrument.store.versions import VersionItem
from chalicelib.instrument.usecases.bring_version import bring_version
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, random_code
from chalicelib.kernel.gateways import files
from chalicelib.kernel.instants import rfc3339
from chalicelib.kernel.store import audit
from chalicelib.links.usecases.pack_kits import order_kits
from chalicelib.mail.domain.mail_progress import MailProgress
from chalicelib.mail.domain.outgoing import PATIENCE_MS, SECRETARIAT, Outgoing
from chalicelib.mail.store import outbox
from chalicelib.mail.usecases.order_mail import MAILS, name_of
from chalicelib.mail.usecases.unsubscribe import unsubscribe_url
from chalicelib.materials import manage_materials
from chalicelib.materials.material import MaterialKind
from chalicelib.results.usecases.prepare_tables import TABLE_JOBS, Hidden, TablesProgress
from chalicelib.sealing.export import request_export
from chalicelib.years.take_over import PARTS, order_take_over
from tests import stage
from tests.web.route_rules import ANYBODY, RULES
from tests.web.test_sessions import Reply, call
from tests.web.visiting import Session

ORDERS = {"annex.remind", "export.request", "kits.order", "recount.request", "mail.again", "unit.sign-in"}
"""What is asked for and done by a job later, or changes nothing that is kept: there is nothing before it."""


@dataclass(frozen=True)
class Scene:
    """A campaign with a unit and a link, and those who act."""

    campaign: str
    code: str
    unit_key: str
    administrator: str
    member: str

    def api(self, method: str, path: str, body: Any = None, media: str = "application/json", **names: str) -> Reply:
        """A request of the administrator's."""
        headers = {"x-api-key": self.administrator, "content-type": media}
        query = {"campaign": [self.campaign]}
        return call(method, path, body=body, headers=headers, query=query, parameters=names or None)

    def form(self, path: str, fields: Mapping[str, str], **names: str) -> Reply:
        """A form that the administrator sends."""
        return Session(self.administrator).post(path, fields, **names)

    def upload(self, path: str, fields: Mapping[str, str], **files: str) -> Reply:
        """A form with parts."""
        sent = [(name, "f", content.encode()) for name, content in files.items()]
        return Session(self.administrator).upload(path, fields.items(), sent)

    def material(self, *, withdrawn: bool = False) -> str:
        """The id of a slogan that was put up earlier."""
        content = "标语".encode()
        made = manage_materials.add_material(
            self.campaign, MaterialKind.SLOGAN, "标语", content, None, 1, "secretariat"
        ).id
        if withdrawn:
            manage_materials.withdraw(self.campaign, made, 1, "secretariat", withdrawn=True)
        return made

    def locked(self) -> dict[str, str]:
        """What the form that unlocks the unit's key sends, the key being locked."""
        lock_key(self.campaign, "u1", 1, "secretariat", locked=True)
        return {"confirmed": "1", "present": stage.unit_key_hash(self.campaign)[:12]}

    def to_cancel(self, kind: str) -> dict[str, str]:
        """What the form sends that stops an order, which was placed earlier."""
        orders = {"kits": order_kits, "export": request_export, "recount": request_recount}
        return {"act": "cancel", "kind": kind, "order": orders[kind](self.campaign, 1, "secretariat"), "confirmed": "1"}

    def handed_in(self) -> str:
        """The unit, which handed in annex 2 earlier."""
        rows = ({"name": "青禾", "kind": "school"},)
        said = {"annex": Annex.SUPPORTERS, "rows": rows, "at": 1, "by": "u1"}
        hand_in(campaigns.read(self.campaign), HandIn(campaign=self.campaign, unit="u1", **said))
        return "u1"

    def sent_back(self) -> "Scene":
        """The same, the secretariat having sent that back."""
        send_back(campaigns.read(self.campaign), self.handed_in(), Annex.SUPPORTERS, "请更正", 1, "secretariat")
        return self

    def earlier(self) -> str:
        """A campaign to take over from."""
        return stage.make_campaign(opens_in_ms=-9 * stage.HOUR_MS)

    def taking_over(self) -> dict[str, str]:
        """What the form sends that stops taking over."""
        order = order_take_over(campaigns.read(self.campaign), self.earlier(), PARTS, (), 1, "secretariat")
        return {"act": "cancel", "kind": "take-over", "order": order, "confirmed": "1"}

    def about_draft(self, act: str) -> Reply:
        """A form about a draft that was brought earlier."""
        digest = bring_version(self.campaign, json.loads(QUESTIONNAIRE), 1, "secretariat").digest
        path, names = QUESTIONNAIRES + "/{edition}/{version}", {"edition": "public", "version": "9001.1"}
        return self.form(path, {"act": act, "confirmed": "1", "digest": digest}, **names)

    def given_up(self) -> str:
        """The key of a mail that wasn't sent after all its tries."""
        mail = Outgoing(campaign=self.campaign, occasion="digest", at=1, addressee=SECRETARIAT, to=("a@b.example",))
        outbox.create(mail)
        ordered = MailProgress(occasion=mail.occasion, at=mail.at)
        MAILS.create(name_of(self.campaign, mail.occasion, mail.at), self.campaign, 1, ordered)
        for _ in range(len(PATIENCE_MS) + 1):
            mail = mail.trying(0, "s", "t", ()).failed(0, "550", doubtful=False)
        outbox.replace(mail)
        return mail.key

    def sealed(self) -> str:
        """The campaign, sealed a moment ago."""
        seal = Seal(sealed_at=now_ms(), manifest="m", manifest_sha256="0", members=0)
        campaigns.change(self.campaign, lambda c: c.model_copy(update={"phase": Phase.SEALED, "seal": seal}))
        return self.campaign

    def tabled(self) -> str:
        """The campaign, sealed, with tables to publish."""
        manifest = b'{"collected": 1, "valid": 1, "questionnaires": []}'
        seal = Seal(sealed_at=now_ms(), manifest="m.json", manifest_sha256=sha256(manifest).hexdigest(), members=0)
        files.put(seal.manifest, manifest)
        campaigns.change(self.campaign, lambda c: c.model_copy(update={"phase": Phase.SEALED, "seal": seal}))
        ready = TablesProgress(folder="f", hidden={"public": Hidden(1, 1, 0, ())})
        TABLE_JOBS.create(f"{self.campaign}.1", self.campaign, now_ms(), ready, done=True)
        return self.campaign

    def later(self) -> "Scene":
        """The same, the campaign being about to open, and no draft there."""
        opens = {"opens_at": now_ms() + stage.HOUR_MS}
        campaigns.change(self.campaign, lambda c: c.model_copy(update=opens))
        VersionItem("public", "9001.1").delete()
        return self

    def with_mail(self) -> "Scene":
        """The same, the unit having an address to which it wants its mails."""
        contacts.item_of(self.campaign, "u1", Contact(email="a@b.example", wants_digest=True)).save()
        return self

    def token_of_mail(self) -> str:
        """What a mail to the unit carries, with which it can be stopped."""
        return unsubscribe_url(self.with_mail().campaign, "u1").rpartition("/")[2]

    def other_session(self) -> str:
        """The id of another session of the administrator's."""
        return sign_in(self.administrator, now_ms())[0].split(".")[3]

    def token_of_link(self) -> str:
        """A fresh one-time link's, as it would be mailed to the unit."""
        token = random_code(26)
        sign_ins.put(key_hash(token), SignIn(self.campaign, "u1"), now_ms() + 60_000)
        return token


UNIT = {"code": "44-09", "name": "青禾会", "province": "广东"}
WINDOW = {"opens_at": "2099-01-01T09:00:00+08:00", "closes_at": "2099-01-11T00:00:00+08:00"}
TABLE = "单位名称,单位代码,省份,指标\n晨星协会,44-10,广东,500\n"
QUESTIONNAIRE = json.dumps(questionnaires.content("public", "2026.1")).replace('"2026.1"', '"9001.1"')
QUESTIONNAIRES = "/secretariat/{campaign}/questionnaires"
WANTED = {"channel": "poster", "edition": "public"}
UNIT_PAGE, MEMBERS = "/secretariat/{campaign}/units/{unit}", "/secretariat/members"
DEEDS: dict[tuple[str, str, str], Callable[[Scene], Reply]] = {
    ("POST", "/desk/{campaign}", "label"): lambda s: Session(s.unit_key).post(
        "/desk", {"act": "label", "link": s.code, "label": "大厅"}
    ),
    ("POST", "/desk/{campaign}/annexes", "draft"): lambda s: Session(s.unit_key).post(
        "/desk/annexes", {"act": "draft", "annex": "supporters", "name-0": "青禾"}
    ),
    ("POST", "/desk/{campaign}/annexes", "hand-in"): lambda s: Session(s.sent_back().unit_key).post(
        "/desk/annexes", {"act": "hand-in", "annex": "supporters", "name-0": f"青禾{s.code}", "kind-0": "school"}
    ),
    ("POST", "/desk/{campaign}", "supporter"): lambda s: Session(s.unit_key).post(
        "/desk", {"act": "supporter", "link": s.code, "supporter": s.handed_in() and "青禾"}
    ),
    ("POST", "/desk/{campaign}", "digest"): lambda s: Session(s.with_mail().unit_key).post(
        "/desk", {"act": "digest", "wanted": "0"}
    ),
    ("PATCH", "/api/v1/links/{code}", ""): lambda s: s.api(
        "PATCH", "/api/v1/links/{code}", {"label": "大厅"}, code=s.code
    ),
    ("POST", "/secretariat/{campaign}/campaign", ""): lambda s: s.form(
        "/secretariat/campaign", {"title": "新名称", "confirmed": "1"}
    ),
    ("POST", "/api/v1/campaigns/{campaign}/take-over", ""): lambda s: s.api(
        "POST", "/api/v1/campaigns/{campaign}/take-over", {"from": s.earlier()}, campaign=s.campaign
    ),
    ("POST", QUESTIONNAIRES, ""): lambda s: s.later().upload(
        "/secretariat/questionnaires", {}, questionnaire_file=QUESTIONNAIRE
    ),
    ("POST", QUESTIONNAIRES + "/{edition}/{version}", "choose"): lambda s: s.later().about_draft("choose"),
    ("POST", QUESTIONNAIRES + "/{edition}/{version}", "remove"): lambda s: s.later().about_draft("remove"),
    ("POST", "/secretariat/{campaign}/take-over", "take"): lambda s: s.form(
        "/secretariat/take-over", {"act": "take", "from": s.earlier(), "units": "1", "unit": "u1"}
    ),
    ("POST", "/secretariat/{campaign}/take-over", "cancel"): lambda s: s.form(
        "/secretariat/take-over", s.taking_over()
    ),
    ("POST", "/secretariat/new", ""): lambda s: s.form(
        "/secretariat/new",
        {
            "id": f"next-{s.campaign}",
            "title": "下一次",
            "opens_at": "2030-01-01T09:00",
            "closes_at": "2030-01-11T00:00",
            "schedule": "10:00",
        },
    ),
    ("POST", "/secretariat/{campaign}/units", ""): lambda s: s.form("/secretariat/units", UNIT),
    ("POST", UNIT_PAGE, "issue"): lambda s: s.form(
        UNIT_PAGE, {"act": "issue", "channel": "学校", "edition": "public"}, unit="u1"
    ),
    ("POST", UNIT_PAGE, "label"): lambda s: s.form(
        UNIT_PAGE, {"act": "label", "link": s.code, "label": "厅"}, unit="u1"
    ),
    ("POST", UNIT_PAGE, "revoke"): lambda s: s.form(
        UNIT_PAGE, {"act": "revoke", "link": s.code, "confirmed": "1"}, unit="u1"
    ),
    ("POST", UNIT_PAGE, "rotate"): lambda s: s.form(
        UNIT_PAGE, {"act": "rotate", "confirmed": "1", "present": stage.unit_key_hash(s.campaign)[:12]}, unit="u1"
    ),
    ("POST", UNIT_PAGE, "contact"): lambda s: s.form(UNIT_PAGE, {"act": "contact", "contact_name": "林青"}, unit="u1"),
    ("POST", UNIT_PAGE, "replace"): lambda s: s.form(
        UNIT_PAGE, {"act": "replace", "link": s.code, "confirmed": "1"}, unit="u1"
    ),
    ("POST", "/secretariat/{campaign}/links", "wanted"): lambda s: s.form(
        "/secretariat/links", {"act": "wanted", **WANTED}
    ),
    ("POST", "/secretariat/{campaign}/links", "kits"): lambda s: s.form("/secretariat/links", {"act": "kits"}),
    ("POST", "/secretariat/{campaign}/import", ""): lambda s: s.upload(
        "/secretariat/import", {"checked": b64encode(TABLE.encode()).decode(), "column-3": "plan"}
    ),
    ("PATCH", "/api/v1/units/{unit}", ""): lambda s: s.api("PATCH", "/api/v1/units/{unit}", {"plan": 77}, unit="u1"),
    ("POST", UNIT_PAGE, "change"): lambda s: s.form(
        UNIT_PAGE, {"act": "change", "name": "更名协会", "province": "广东"}, unit="u1"
    ),
    ("POST", UNIT_PAGE, "lock"): lambda s: s.form(
        UNIT_PAGE, {"act": "lock", "confirmed": "1", "present": stage.unit_key_hash(s.campaign)[:12]}, unit="u1"
    ),
    ("POST", UNIT_PAGE, "unlock"): lambda s: s.form(UNIT_PAGE, {"act": "unlock", **s.locked()}, unit="u1"),
    ("POST", "/secretariat/{campaign}/gifts", ""): lambda s: s.form(
        "/secretariat/gifts", {"name": "雨伞", "quantity": "9"}
    ),
    ("PUT", "/api/v1/gifts", ""): lambda s: s.api("PUT", "/api/v1/gifts", {"gifts": [{"name": "雨伞", "quantity": 9}]}),
    ("POST", "/secretariat/{campaign}/annexes", "due"): lambda s: s.form(
        "/secretariat/annexes", {"act": "due", "units_due": "2030-07-16", "supporters_due": "2030-07-20"}
    ),
    ("POST", "/secretariat/{campaign}/annexes", "send-back"): lambda s: s.form(
        "/secretariat/annexes", {"act": "send-back", "unit": s.handed_in(), "annex": "supporters", "reason": "请补数量"}
    ),
    ("POST", "/secretariat/{campaign}/annexes", "remind"): lambda s: s.with_mail().form(
        "/secretariat/annexes", {"act": "remind", "confirmed": "1"}
    ),
    ("POST", "/api/v1/annexes/reminders", ""): lambda s: s.with_mail().api("POST", "/api/v1/annexes/reminders"),
    ("POST", "/secretariat/{campaign}/materials", "add"): lambda s: s.upload(
        "/secretariat/materials", {"act": "add", "kind": "slogan", "name": "标语"}, file="网络安全"
    ),
    ("POST", "/secretariat/{campaign}/materials", "version"): lambda s: s.upload(
        "/secretariat/materials", {"act": "version", "material": s.material()}, file="网络更安全"
    ),
    ("POST", "/secretariat/{campaign}/materials", "withdraw"): lambda s: s.upload(
        "/secretariat/materials", {"act": "withdraw", "material": s.material()}
    ),
    ("POST", "/secretariat/{campaign}/materials", "restore"): lambda s: s.upload(
        "/secretariat/materials", {"act": "restore", "material": s.material(withdrawn=True)}
    ),
    ("POST", "/secretariat/{campaign}/exports", "order"): lambda s: s.form("/secretariat/exports", {"act": "order"}),
    ("POST", "/secretariat/{campaign}/exports", "cancel"): lambda s: s.form(
        "/secretariat/exports", s.to_cancel("export")
    ),
    ("POST", "/secretariat/{campaign}/counting", "cancel"): lambda s: s.form(
        "/secretariat/counting", s.to_cancel("recount")
    ),
    ("POST", "/secretariat/{campaign}/links", "cancel"): lambda s: s.form("/secretariat/links", s.to_cancel("kits")),
    ("POST", "/api/v1/jobs/{kind}/{order}/cancel", ""): lambda s: s.api(
        "POST", "/api/v1/jobs/{kind}/{order}/cancel", kind="export", order=s.to_cancel("export")["order"]
    ),
    ("POST", "/secretariat/{campaign}/mail/{mail}", "again"): lambda s: s.form(
        "/secretariat/mail/{mail}", {"act": "again"}, mail=s.given_up()
    ),
    ("PUT", "/api/v1/campaigns/{campaign}", ""): lambda s: s.api(
        "PUT", "/api/v1/campaigns/{campaign}", {"title": "另一次"}, campaign=s.campaign
    ),
    ("POST", "/secretariat/{campaign}/publish", ""): lambda s: s.form(
        "/secretariat/{campaign}/publish", {"confirmed": "1"}, campaign=s.tabled()
    ),
    ("POST", "/secretariat/{campaign}/unseal", ""): lambda s: s.form(
        "/secretariat/{campaign}/unseal",
        {"reason": "时钟有误，提前封存", "closes_at": "2099-01-01T09:00", "confirmed": "1"},
        campaign=s.sealed(),
    ),
    ("POST", "/api/v1/campaigns/{campaign}/unseal", ""): lambda s: s.api(
        "POST",
        "/api/v1/campaigns/{campaign}/unseal",
        {"reason": "时钟有误，提前封存", "closes_at": rfc3339(now_ms() + stage.HOUR_MS)},
        campaign=s.sealed(),
    ),
    ("POST", "/api/v1/units", ""): lambda s: s.api("POST", "/api/v1/units", UNIT),
    ("POST", "/api/v1/units/import", ""): lambda s: s.api("POST", "/api/v1/units/import", TABLE.encode(), "text/csv"),
    ("POST", "/api/v1/supporters/import", ""): lambda s: s.api(
        "POST", "/api/v1/supporters/import", "name,kind,supports\n晨星公司,企业,印制海报\n".encode(), "text/csv"
    ),
    ("POST", "/enter/{token}", ""): lambda s: call(
        "POST", "/enter/{token}", form={}, parameters={"token": s.token_of_link()}
    ),
    ("POST", "/api/v1/units/{unit}/links", ""): lambda s: s.api(
        "POST", "/api/v1/units/{unit}/links", {"channel": "学校", "edition": "public"}, unit="u1"
    ),
    ("PUT", "/api/v1/units/{unit}/contact", ""): lambda s: s.api(
        "PUT", "/api/v1/units/{unit}/contact", {"name": "林青"}, unit="u1"
    ),
    ("POST", "/api/v1/units/{unit}/key", ""): lambda s: s.api("POST", "/api/v1/units/{unit}/key", unit="u1"),
    ("POST", "/api/v1/links/wanted", ""): lambda s: s.api("POST", "/api/v1/links/wanted", WANTED),
    ("POST", "/api/v1/kits", ""): lambda s: s.api("POST", "/api/v1/kits"),
    ("POST", "/api/v1/links/{code}/replacement", ""): lambda s: s.api(
        "POST", "/api/v1/links/{code}/replacement", code=s.code
    ),
    ("DELETE", "/api/v1/links/{code}", ""): lambda s: s.api("DELETE", "/api/v1/links/{code}", code=s.code),
    ("POST", "/api/v1/exports", ""): lambda s: s.api("POST", "/api/v1/exports"),
    ("POST", "/unsubscribe/{token}", ""): lambda s: call(
        "POST", "/unsubscribe/{token}", form={}, parameters={"token": s.token_of_mail()}
    ),
    ("POST", "/api/v1/recounts", ""): lambda s: s.api("POST", "/api/v1/recounts"),
    ("POST", "/secretariat/sessions", "end"): lambda s: s.form(
        "/secretariat/sessions", {"act": "end", "session": s.other_session()}
    ),
    ("POST", MEMBERS, "add"): lambda s: s.form(MEMBERS, {"act": "add", "name": f"新人{s.code}", "role": "reader"}),
    ("POST", MEMBERS, "change"): lambda s: s.form(MEMBERS, {"act": "change", "member": s.member, "role": "operator"}),
    ("POST", MEMBERS, "key"): lambda s: s.form(
        MEMBERS,
        {
            "act": "key",
            "member": s.member,
            "confirmed": "1",
            "present": manage_members.find_member(s.member).key_hash[:12],
        },
    ),
    ("POST", MEMBERS, "remove"): lambda s: s.form(MEMBERS, {"act": "remove", "member": s.member, "confirmed": "1"}),
    ("POST", "/api/v1/members", ""): lambda s: s.api(
        "POST", "/api/v1/members", {"name": f"新人{s.code}", "role": "reader"}
    ),
    ("PATCH", "/api/v1/members/{member}", ""): lambda s: s.api(
        "PATCH", "/api/v1/members/{member}", {"role": "operator"}, member=s.member
    ),
    ("DELETE", "/api/v1/members/{member}", ""): lambda s: s.api("DELETE", "/api/v1/members/{member}", member=s.member),
    ("POST", "/api/v1/members/{member}/key", ""): lambda s: s.api(
        "POST", "/api/v1/members/{member}/key", member=s.member
    ),
    ("POST", "/api/v1/ticket-keys", ""): lambda s: s.api("POST", "/api/v1/ticket-keys"),
}
CHANGES = sorted(
    (method, path, rule.form)
    for (method, path), rules in RULES.items()
    for rule in rules
    if method != "GET" and rule.opens != ANYBODY and rule.form != "nothing"
)


@pytest.fixture
def scene() -> Scene:
    """All fresh, the campaign being the current one."""
    stage.forget_members()
    campaign = stage.make_campaign()
    unit_key = rotate_key(campaign, "u1", now_ms(), "test")
    return Scene(campaign, stage.make_link(campaign), unit_key, stage.secretariat_key(), stage.new_member()[0].id)


def test_every_change_is_tried() -> None:
    """A route that changes something says here how."""
    assert sorted(DEEDS) == CHANGES


@pytest.mark.parametrize("change", CHANGES, ids=" ".join)
def test_a_change_is_in_the_log(scene: Scene, change: tuple[str, str, str]) -> None:
    """Who, when, and unless it is an order for later, before and after."""
    before, began = _entries(scene), now_ms()

    reply = DEEDS[change](scene)

    assert reply.status in {200, 201, 202, 204, 303}, reply.body
    entries = [entry for entry in _entries(scene) if entry not in before and entry["at"] >= began]
    assert entries, f"{change} left nothing in the log"
    for entry in entries:
        assert entry["who"] in {"u1", "secretariat"}
        assert entry["at"] <= now_ms()
        assert entry["action"] in ORDERS or "before" in entry or "after" in entry
        assert scene.administrator not in str(entry)


def _entries(scene: Scene) -> list[dict[str, Any]]:
    names = (scene.campaign, f"next-{scene.campaign}", audit.OFFICE)
    return [entry for name in names for entry in audit.newest(name, 200)]
