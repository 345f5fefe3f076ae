"""What is written together in the real engine: all of it, or nothing; and documents, which are known again."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from pydantic import BaseModel

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.supporter import Supporter, SupporterKind
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import contacts, supporters, units
from chalicelib.associations.store.contacts import ContactItem
from chalicelib.associations.store.supporters import SupporterItem
from chalicelib.associations.usecases.set_contact import set_contact
from chalicelib.gifts import gifts
from chalicelib.gifts.gifts import GiftsItem
from chalicelib.gifts.shares import Gift
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import NotFound, TooLate
from chalicelib.kernel.store import audit, writes
from chalicelib.kernel.store.dynamodb import ConditionFailed
from chalicelib.kernel.store.writes import check, commit, delete, put, until_not_overtaken, update
from chalicelib.links.store import links
from chalicelib.mail.domain.outgoing import Outgoing
from chalicelib.mail.store import outbox
from chalicelib.mail.store.outbox import OutgoingItem
from tests import stage

if TYPE_CHECKING:
    from botocore.exceptions import _ClientErrorResponseTypeDef as Refusal


@pytest.fixture(autouse=True, scope="module")
def _prepared(engine: str) -> None:
    stage.prepare()


@pytest.fixture
def campaign() -> str:
    """One with a unit."""
    return stage.make_campaign()


def item(campaign: str, unit: str = "x", document: str = "{}") -> ContactItem:
    """Any item: the contacts are as good a table as another."""
    return ContactItem(campaign, unit, document=document)


def held(campaign: str) -> dict[str, str]:
    """The documents of a campaign in that table."""
    return {one.unit: one.document for one in ContactItem.query(campaign, consistent_read=True)}


def test_all_are_written(campaign: str) -> None:
    """Puts, updates, deletions; what is only checked stays as it is."""
    for unit in ("gone", "changed", "checked"):
        item(campaign, unit).save()

    commit(
        put(item(campaign, "new", "[1]"), ContactItem.unit.does_not_exist()),
        update(item(campaign, "changed"), [ContactItem.document.set("[2]")]),
        delete(item(campaign, "gone"), ContactItem.unit.exists()),
        check(item(campaign, "checked"), ContactItem.document == "{}"),
    )

    assert held(campaign) == {"new": "[1]", "changed": "[2]", "checked": "{}"}


@pytest.mark.parametrize("failing", range(4))
def test_nothing_is_written_where_one_condition_fails(campaign: str, failing: int) -> None:
    """Whichever of them it is; and it is told apart from all other failures."""
    for unit in ("gone", "changed", "checked"):
        item(campaign, unit).save()
    before, holds = held(campaign), ContactItem.document == "{}"
    conditions = [ContactItem.unit.does_not_exist(), holds, holds, holds]
    conditions[failing] = ContactItem.document == "another"

    with pytest.raises(ConditionFailed):
        commit(
            put(item(campaign, "new"), conditions[0]),
            update(item(campaign, "changed"), [ContactItem.document.set("[2]")], conditions[1]),
            delete(item(campaign, "gone"), conditions[2]),
            check(item(campaign, "checked"), conditions[3]),
        )

    assert held(campaign) == before


@pytest.mark.parametrize("write", [put, delete, lambda one, held: update(one, [ContactItem.document.set("[]")], held)])
def test_a_single_write_needs_no_transaction(campaign: str, write: Callable[..., writes.Write]) -> None:
    """It is half as dear, and fails in the same word."""
    item(campaign).save()

    with pytest.raises(ConditionFailed):
        commit(write(item(campaign), ContactItem.document == "another"))
    commit(write(item(campaign), ContactItem.document == "{}"))


def test_nothing_to_write_is_written() -> None:
    """DynamoDB would refuse a transaction of nothing."""
    commit()


def refusing(error: "Refusal") -> Callable[..., Any]:
    """A client that answers every write with an error, as the engine can't be made to."""

    class Client:
        """Its two ways to write."""

        def put_item(self, **_: Any) -> None:
            """Refuses."""
            raise ClientError(error, "PutItem")

        def transact_write_items(self, **_: Any) -> None:
            """Likewise."""
            raise ClientError(error, "TransactWriteItems")

    return lambda _table: Client()


CANCELLED = {"Error": {"Code": "TransactionCanceledException"}}


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (CANCELLED | {"CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}]}, ConditionFailed),
        (CANCELLED | {"CancellationReasons": [{"Code": "ConditionalCheckFailed"}]}, ConditionFailed),
        (CANCELLED | {"CancellationReasons": [{"Code": "ProvisionedThroughputExceeded"}]}, ClientError),
        ({"Error": {"Code": "TransactionConflictException"}}, ConditionFailed),
        ({"Error": {"Code": "InternalServerError"}}, ClientError),
    ],
)
@pytest.mark.parametrize("many", [1, 2])
def test_others_who_write_the_same_are_told_from_real_failures(
    monkeypatch: pytest.MonkeyPatch, error: "Refusal", raised: type[Exception], many: int
) -> None:
    """A transaction that meets another ends at once on AWS, and is to be tried again; a failure isn't."""
    monkeypatch.setattr(writes, "client", refusing(error))
    monkeypatch.setattr("chalicelib.kernel.store.dynamodb.client", refusing(error))

    with pytest.raises(raised):
        commit(*[put(item("nowhere"), ContactItem.unit.does_not_exist())] * many)


def test_who_is_overtaken_tries_again_but_not_for_ever() -> None:
    """In the end somebody is told to come again; until then each try reads anew."""
    tries = []

    def at_last() -> int:
        tries.append(1)
        if len(tries) < 5:
            raise ConditionFailed(None)
        return len(tries)

    def never() -> None:
        raise ConditionFailed(None)

    assert until_not_overtaken(at_last) == 5
    with pytest.raises(TooLate):
        until_not_overtaken(never)


SUPPORTER = Supporter(campaign="c", name="晚报", kind=SupporterKind.MEDIA)
OUTGOING = Outgoing(campaign="c", occasion="digest", at=1, addressee="u1", to=("a@b.example",))


@pytest.mark.parametrize(
    ("item", "value"),
    [
        (contacts.item_of("c", "u1", Contact(name="林")), Contact(name="林")),
        (supporters._documents.item(SUPPORTER, "c", SUPPORTER.key), SUPPORTER),
        (outbox._item(OUTGOING), OUTGOING),
    ],
    ids=lambda one: type(one).__name__,
)
def test_a_document_is_stored_as_earlier_releases_did(item: Any, value: BaseModel) -> None:
    """Whole and compact, in the order of its fields; another process may compare it byte for byte."""
    assert item.document == value.model_dump_json()
    assert type(item) in {ContactItem, SupporterItem, OutgoingItem}


def test_a_unit_says_only_what_was_said_of_it() -> None:
    """Fields of which nothing was said are not there."""
    unit = Unit(campaign="c", code="u1", name="青禾会", province="44")

    assert units.item_of(unit).document == '{"campaign":"c","code":"u1","name":"青禾会","province":"44"}'
    assert units.item_of(unit).document == unit.document()


def test_what_was_stored_before_a_field_was_known_can_be_changed(campaign: str) -> None:
    """Its text is compared as it was stored, not as this release would write it."""
    item(campaign, "u1", '{"name":"林青"}').save()
    GiftsItem(campaign, document='[{"name":"雨伞","quantity":9}]').save()

    set_contact(campaign, "u1", Contact(name="王敏"), now_ms(), "test")
    gifts.replace(campaign, gifts.read(campaign), (Gift(name="书", quantity=1),))

    assert contacts.read(campaign, "u1") == Contact(name="王敏")
    assert gifts.read(campaign) == (Gift(name="书", quantity=1),)


def test_a_change_of_what_others_changed_is_refused(campaign: str) -> None:
    """A later hand doesn't undo an earlier one that it hasn't seen."""
    code = stage.make_link(campaign)
    seen = links.read(code)
    links.replace(seen, seen.model_copy(update={"label": "大厅"}))

    with pytest.raises(ConditionFailed):
        links.replace(seen, seen.model_copy(update={"label": "学校"}))

    assert links.read(code).label == "大厅"


def test_every_table_has_its_word_for_what_is_not_there(campaign: str) -> None:
    """As its readers have always been told."""
    with pytest.raises(NotFound, match=r"no_unit.*u9"):
        units.read(campaign, "u9")
    with pytest.raises(NotFound, match=r"no_mail.*x"):
        outbox.read(campaign, "x")
    assert (contacts.read(campaign, "u9"), gifts.read("none"), units.find(campaign, "u9")) == (None, None, None)


def test_an_entry_of_the_audit_log_can_go_along(campaign: str) -> None:
    """Stored with what it tells of, and not without."""
    entry = audit.entry(campaign, 1, "test", "contact", "u1", after="x")

    with pytest.raises(ConditionFailed):
        commit(contacts.changing(campaign, "u1", Contact(name="无"), Contact()), entry)
    without = audit.newest(campaign, 9)
    commit(contacts.changing(campaign, "u1", None, Contact()), entry)

    assert without == []
    assert [told["action"] for told in audit.newest(campaign, 9)] == ["contact"]
