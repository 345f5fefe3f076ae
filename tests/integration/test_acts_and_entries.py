"""An act at a desk and its entry in the audit log are stored both, or neither, wherever the worker is killed."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import botocore.client
import pytest

from chalicelib.access.domain.roles import Rank
from chalicelib.access.store import sign_ins
from chalicelib.access.store.keys import KeyItem
from chalicelib.access.store.sign_ins import SignIn, SignInItem
from chalicelib.access.usecases import manage_members
from chalicelib.access.usecases.rotate_ticket_key import rotate_ticket_key
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store.contacts import ContactItem
from chalicelib.associations.store.units import UnitItem
from chalicelib.associations.usecases.register_units import lock_key, register_unit, rotate_key
from chalicelib.associations.usecases.set_contact import set_contact
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.campaigns.campaigns import CampaignItem
from chalicelib.campaigns.set_campaign import set_campaign
from chalicelib.counting.usecases.recount import request_recount
from chalicelib.gifts.divide_gifts import set_gifts
from chalicelib.gifts.gifts import GiftsItem
from chalicelib.gifts.shares import Gift
from chalicelib.jobs.job import LEASE_MS
from chalicelib.jobs.jobs import JobItem
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash
from chalicelib.kernel.errors import RequestInvalid
from chalicelib.kernel.gateways import secrets
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.audit import AuditItem
from chalicelib.kernel.store.dynamodb import Table, client
from chalicelib.links.domain.link import Edition
from chalicelib.links.store.links import LinkItem
from chalicelib.links.usecases.issue_links import issue_links, label_link, replace_link, revoke_link
from chalicelib.links.usecases.issue_missing_links import order_links
from chalicelib.links.usecases.pack_kits import order_kits
from chalicelib.mail.kinds import sign_in
from chalicelib.materials import manage_materials
from chalicelib.materials.material import MaterialKind
from chalicelib.materials.materials import MaterialItem
from chalicelib.sealing import close_collection as closing
from chalicelib.sealing.export import request_export
from tests import stage

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
CHANGED: tuple[type[Table], ...] = (
    JobItem,
    CampaignItem,
    UnitItem,
    ContactItem,
    KeyItem,
    LinkItem,
    GiftsItem,
    MaterialItem,
    SignInItem,
)
WHO = "test"


class Killed(BaseException):
    """No code of ours may catch it."""


@dataclass(frozen=True)
class Scene:
    """A campaign with a unit that has a key, a link and a contact, a material and a member."""

    campaign: str
    code: str
    material: str
    member: str


@pytest.fixture(autouse=True, scope="module")
def _prepared(engine: str) -> None:
    stage.prepare()


def scene() -> Scene:
    """A fresh one."""
    stage.forget_members()
    campaign = stage.make_campaign(opens_in_ms=stage.DAY_MS)
    code = stage.make_link(campaign)
    rotate_key(campaign, "u1", 1, WHO)
    sign_ins.put(key_hash(campaign), SignIn(campaign, "u1"), now_ms() + 60_000)
    set_contact(campaign, "u1", Contact(name="林青"), 1, WHO)
    slogan = manage_materials.add_material(campaign, MaterialKind.SLOGAN, "标语", "网络安全".encode(), None, 1, WHO)
    stage.secretariat_key()
    member, _ = stage.new_member()
    return Scene(campaign, code, slogan.id, member.id)


ACTS: dict[str, Callable[[Scene], Any]] = {
    "set up": lambda s: set_campaign(
        f"next-{s.campaign}", now_ms(), WHO, title="下一次", opens_at=now_ms() + 60_000, closes_at=now_ms() + 120_000
    ),
    "change": lambda s: set_campaign(s.campaign, now_ms(), WHO, title="另一次"),
    "register": lambda s: register_unit(
        Unit(campaign=s.campaign, code="u2", name="青禾会", province="44"), 2, WHO, Contact(name="王敏")
    ),
    "contact": lambda s: set_contact(s.campaign, "u1", Contact(name="王敏"), 2, WHO),
    "no contact": lambda s: set_contact(s.campaign, "u1", Contact(), 2, WHO),
    "new key": lambda s: rotate_key(s.campaign, "u1", 2, WHO),
    "lock": lambda s: lock_key(s.campaign, "u1", 2, WHO, locked=True),
    "sign in": lambda s: sign_in.enter(s.campaign, now_ms()),
    "issue": lambda s: issue_links(s.campaign, "u1", "海报", Edition.PUBLIC, ["大厅"], 2, WHO),
    "issue many": lambda s: issue_links(s.campaign, "u1", "海报", Edition.PUBLIC, [""] * 120, 2, WHO),
    "label": lambda s: label_link(s.code, "大厅", 2, WHO),
    "revoke": lambda s: revoke_link(s.code, 2, WHO),
    "replace": lambda s: replace_link(s.code, 2, WHO),
    "gifts": lambda s: set_gifts(s.campaign, [Gift(name="雨伞", quantity=9)], 2, WHO),
    "material": lambda s: manage_materials.add_material(
        s.campaign, MaterialKind.SLOGAN, "又一句", "民生".encode(), None, 2, WHO
    ),
    "version": lambda s: manage_materials.add_version(s.campaign, s.material, "更安全".encode(), None, 2, WHO),
    "withdraw": lambda s: manage_materials.withdraw(s.campaign, s.material, 2, WHO, withdrawn=True),
    "add member": lambda s: manage_members.add_member(f"又{s.campaign}"[-40:], Rank.READER, 2, WHO),
    "promote": lambda s: manage_members.change_member(s.member, None, Rank.OPERATOR, 2, WHO),
    "member's key": lambda s: manage_members.replace_key(s.member, 2, WHO),
    "remove": lambda s: manage_members.remove_member(s.member, 2, WHO),
    "order kits": lambda s: order_kits(s.campaign, 2, WHO),
    "order links": lambda s: order_links(campaigns.read(s.campaign), "海报", Edition.PUBLIC, 3, 2, WHO),
    "order an export": lambda s: request_export(s.campaign, 2, WHO),
    "order a recount": lambda s: request_recount(s.campaign, 2, WHO),
}


@contextmanager
def killed_after(writes: int, monkeypatch: pytest.MonkeyPatch, table: type[Table] | None = None) -> Iterator[list[str]]:
    """Has the worker die as soon as it has written so often (to a table); gives what it wrote to."""
    every_call = "_make_api_call"
    real, made = getattr(botocore.client.BaseClient, every_call), list[str]()

    def call(self: Any, operation: str, given: dict[str, Any]) -> Any:
        answer = real(self, operation, given)
        if operation in WRITES and (table is None or table.Meta.table_name in str(given)):
            made.append(operation)
            if len(made) == writes:
                raise Killed
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(botocore.client.BaseClient, every_call, call)
        yield made


def stored(tables: tuple[type[Table], ...]) -> dict[str, list[str]]:
    """All that is in these tables."""
    raw = {one: client(one).scan(TableName=one.Meta.table_name, ConsistentRead=True)["Items"] for one in tables}
    return {one.__name__: sorted(json.dumps(item, sort_keys=True) for item in items) for one, items in raw.items()}


@pytest.mark.parametrize("act", ACTS)
def test_whenever_it_is_killed_both_are_there_or_neither(act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each write of the act; an act that is larger than a transaction has an entry in each."""
    steps = 0
    while True:
        steps += 1
        on = scene()
        before, told = stored(CHANGED), stored((AuditItem,))
        with killed_after(steps, monkeypatch) as made, suppress(Killed):
            ACTS[act](on)
        changed, noted = stored(CHANGED) != before, stored((AuditItem,)) != told

        assert (changed, noted) == (bool(made), bool(made))
        assert _entries(told) == len(made)
        if len(made) < steps:
            break
    assert steps > 1


def _entries(told: dict[str, list[str]]) -> int:
    """How many entries have come."""
    return len(stored((AuditItem,))["AuditItem"]) - len(told["AuditItem"])


def test_the_seal_is_never_without_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker dies just when the campaign is sealed; whoever goes on finds it told, and tells it once."""
    campaign = stage.make_campaign(opens_in_ms=-2 * stage.DAY_MS, closes_in_ms=-stage.DAY_MS)

    with killed_after(3, monkeypatch, CampaignItem), pytest.raises(Killed):
        closing.close_collection(campaign, lambda _: None)
    phase, told = campaigns.read(campaign).phase, [entry["action"] for entry in audit.newest(campaign, 9)]
    monkeypatch.setattr(closing, "now_ms", lambda: now_ms() + 2 * LEASE_MS)
    closing.close_collection(campaign, lambda _: None)

    assert (phase, told) == (Phase.SEALED, ["campaign.seal", "rules.freeze"])
    assert [entry["action"] for entry in audit.newest(campaign, 9)] == told


def test_a_rotation_is_told_before_and_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys lie in no table: who is killed between has been told of as having begun."""
    campaign = stage.make_campaign()

    def killed(_: int) -> str:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(secrets, "add_ticket_key", killed)
        with pytest.raises(Killed):
            rotate_ticket_key(campaign, 1, WHO)
    begun = audit.newest(campaign, 9)
    made = rotate_ticket_key(campaign, 2, WHO)

    assert [(entry["action"], entry.get("begun")) for entry in begun] == [("ticket-key.rotate", True)]
    assert sorted(entry.get("after", "") for entry in audit.newest(campaign, 9)) == ["", "", made]


def test_of_two_who_register_the_same_unit_one_is_told_that_it_is_taken() -> None:
    """And nothing is left of the second, neither a key nor an entry."""
    on = scene()
    unit = Unit(campaign=on.campaign, code="u7", name="青禾会", province="44")
    register_unit(unit, 2, WHO)
    before = stored((*CHANGED, AuditItem))

    with pytest.raises(RequestInvalid, match="code_taken"):
        register_unit(unit, 3, WHO)

    assert stored((*CHANGED, AuditItem)) == before
