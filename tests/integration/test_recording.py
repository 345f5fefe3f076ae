"""Recording a response, against the real engine: once, in time, one write unit, or a clear refusal."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import CHANGE_LEAD_MS, Phase, Seal
from chalicelib.collection import members, responses
from chalicelib.collection import record_response as recording
from chalicelib.collection import ticket as tickets
from chalicelib.collection.issue_ticket import IssuedTicket, issue_ticket
from chalicelib.collection.record_response import Recorded, record_response
from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import (
    AnswerConflict,
    AnswersInvalid,
    CollectionClosed,
    CollectionNotOpen,
    LinkRevoked,
    TicketInvalid,
    TooLate,
)
from chalicelib.kernel.gateways.secrets import add_ticket_key, ticket_keys
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import dynamodb
from chalicelib.links.usecases.issue_links import revoke_link
from infra.drills.players import random_answers
from tests import stage
from tests.plain import chosen_answers

pytestmark = pytest.mark.usefixtures("prepared")


@pytest.fixture(scope="module")
def prepared(engine: str) -> None:
    """Tables and a signing key."""
    stage.prepare()


EVERY_TOPIC = [(edition, topic) for edition in questionnaires.EDITIONS for topic in questionnaires.load(edition).topics]


def ticket_that_drew(topic: str, code: str) -> IssuedTicket:
    """A ticket of the link, to which this topic fell."""
    while (ticket := issue_ticket(code, now_ms())).topics != (topic,):
        pass
    return ticket


def answers_for(ticket: IssuedTicket, seed: int = 1) -> dict[str, Any]:
    """Valid answers, without an opinion."""
    definition = questionnaires.load(ticket.edition, ticket.questionnaire).published("en")
    return random_answers(definition, ticket.topics, Random(seed), opinions=0)


def record(ticket: IssuedTicket, arrived_ms: int | None = None, seed: int = 1) -> Recorded:
    """Sends valid answers under a ticket."""
    return record_response(ticket.ticket, None, answers_for(ticket, seed), arrived_ms or now_ms())


def test_a_retry_gets_the_same_receipt_and_instant() -> None:
    """However often it is sent, a response is stored once."""
    code = stage.make_link()
    ticket = issue_ticket(code, now_ms())

    first = record(ticket)
    again = record(ticket, now_ms() + 5000)

    assert first.created
    assert again == replace(first, created=False)
    assert len(stage.stored(code)) == 1


@pytest.mark.parametrize(("edition", "topic"), EVERY_TOPIC)
def test_whichever_topic_was_drawn_is_answered(edition: str, topic: str) -> None:
    """Where no topics are named the ticket's is meant, and its questions have to be answered."""
    code = stage.make_link(edition=edition)
    ticket = ticket_that_drew(topic, code)
    answers = chosen_answers(questionnaires.load(edition).published("en"), [topic], Random(1))
    common = {name: answer for name, answer in answers.items() if not name.startswith(f"{topic}_")}

    with pytest.raises(AnswersInvalid) as refused:
        record_response(ticket.ticket, None, common, now_ms())
    record_response(ticket.ticket, None, answers, now_ms())

    assert {error.pointer.partition("_")[0] for error in refused.value.errors} == {f"/answers/{topic}"}
    assert [one.answers for one in stage.stored(code)] == [answers]


def test_a_receipt_leads_to_its_response() -> None:
    """By one read, without an index; and it is stored under nothing that tells the receipt."""
    code = stage.make_link()
    recorded = record(issue_ticket(code, now_ms()))

    found = responses.find(tickets.id_of(recorded.receipt))

    assert found is not None
    assert (found.receipt, found.link) == (recorded.receipt, code)
    assert recorded.receipt.replace("-", "") not in found.id


def test_other_answers_under_a_used_ticket_are_refused() -> None:
    """What is stored stays as it is."""
    code = stage.make_link()
    ticket = issue_ticket(code, now_ms())
    first = record(ticket)
    before = stage.stored(code)

    with pytest.raises(AnswerConflict):
        record(ticket, seed=2)

    assert stage.stored(code) == before
    assert before[0].response.receipt == first.receipt


def test_an_ordinary_response_costs_one_write_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the engine itself reports it, whatever the topic; the table's floor."""
    spent = []
    put = dynamodb.client(responses.ResponseItem).put_item

    def spy(**arguments: Any) -> Any:
        answer = put(**arguments, ReturnConsumedCapacity="TOTAL")
        if arguments["TableName"] == responses.ResponseItem.Meta.table_name:
            spent.append(answer["ConsumedCapacity"]["CapacityUnits"])
        return answer

    monkeypatch.setattr(dynamodb.client(responses.ResponseItem), "put_item", spy)
    for edition, topic in EVERY_TOPIC:
        for seed in range(10):
            record(ticket_that_drew(topic, stage.make_link(edition=edition)), seed=seed)

    assert spent == [1.0] * 10 * len(EVERY_TOPIC)


def test_no_response_is_put_without_a_condition() -> None:
    """IAM can't require one, so the helper does."""
    with pytest.raises(ValueError, match="without a condition"):
        dynamodb.write_if(responses.ResponseItem, "put_item", {"TableName": "x", "Item": {}})


@pytest.mark.parametrize(("offset", "refusal"), [(-1, CollectionNotOpen), (0, None)])
def test_the_gate_opens_to_the_millisecond(offset: int, refusal: type[Exception] | None) -> None:
    """A response that arrives a millisecond early isn't stored; at `opens_at` it is."""
    opens_at = now_ms() + 2000
    campaign = stage.make_campaign(opens_in_ms=-1000)
    ticket = issue_ticket(stage.make_link(campaign), now_ms())
    campaigns.change(campaign, lambda c: c.model_copy(update={"opens_at": opens_at}))

    if refusal:
        with pytest.raises(refusal):
            record(ticket, opens_at + offset)
    else:
        assert record(ticket, opens_at + offset).accepted_at == opens_at


def test_the_gate_shuts_to_the_millisecond() -> None:
    """The last millisecond counts, `closes_at` itself doesn't."""
    campaign = stage.make_campaign(closes_in_ms=1500)
    closes_at = campaigns.read(campaign).closes_at
    one, other = (issue_ticket(stage.make_link(campaign), now_ms()) for _ in range(2))

    assert record(one, closes_at - 1).created
    with pytest.raises(CollectionClosed):
        record(other, closes_at)


def test_after_closing_what_is_stored_keeps_its_receipt() -> None:
    """A late retry learns that it was counted; other answers conflict; a new response is refused."""
    campaign = stage.make_campaign()
    ticket, unused = (issue_ticket(stage.make_link(campaign), now_ms()) for _ in range(2))
    first = record(ticket)
    stage.move_close(campaign, -1)

    assert record(ticket) == replace(first, created=False)
    with pytest.raises(AnswerConflict):
        record(ticket, seed=2)
    with pytest.raises(AnswerConflict):
        record_response(ticket.ticket, None, {"q1": "nonsense"}, now_ms())
    with pytest.raises(CollectionClosed):
        record(unused)


def test_a_revoked_link_takes_nothing_new_and_keeps_what_it_has() -> None:
    """Its stored responses keep their receipts."""
    campaign = stage.make_campaign()
    code = stage.make_link(campaign)
    ticket, unused = issue_ticket(code, now_ms()), issue_ticket(code, now_ms())
    first = record(ticket)
    revoke_link(code, now_ms(), "test")

    assert record(ticket) == replace(first, created=False)
    with pytest.raises(LinkRevoked):
        record(unused)


def test_a_stale_or_foreign_ticket_is_refused() -> None:
    """Signed by us for a campaign that isn't there, or not signed by us."""
    ticket = issue_ticket(stage.make_link(), now_ms())
    keys = ticket_keys()
    stale = replace(tickets.verify(ticket.ticket, keys.secrets), campaign="gone")

    with pytest.raises(TicketInvalid):
        record(replace(ticket, ticket=tickets.sign(stale, keys.signing, keys.secrets[keys.signing])))
    with pytest.raises(TicketInvalid):
        record(replace(ticket, ticket=tickets.sign(stale, keys.signing, b"another key")))


def test_tickets_outlive_a_rotation_of_the_signing_key() -> None:
    """An older key goes on verifying, the new one signs."""
    code = stage.make_link()
    before = issue_ticket(code, now_ms())
    key_id = add_ticket_key(now_ms())
    after = issue_ticket(code, now_ms())

    assert after.ticket.startswith(f"{key_id}.")
    assert record(before).created
    assert record(after).created


@pytest.mark.parametrize(("waited_ms", "sent"), [(3_000, True), (3_001, False), (10_001, False)])
def test_nothing_is_sent_after_its_deadline(waited_ms: int, sent: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was paused between gate and write stores nothing and acknowledges nothing.

    A call may send once more before its seven seconds are over, so the last one begins that much before the ten.
    """
    code = stage.make_link()
    ticket, arrived = issue_ticket(code, now_ms()), now_ms()
    monkeypatch.setattr(recording, "now_ms", lambda: arrived + waited_ms)

    if sent:
        assert record(ticket, arrived).accepted_at == arrived
    else:
        with pytest.raises(TooLate):
            record(ticket, arrived)

    assert len(stage.stored(code)) == sent


def test_the_longest_call_is_as_long_as_its_timeouts_allow() -> None:
    """All attempts, each to its end, and a second between them."""
    seconds = dynamodb.ATTEMPTS * (dynamodb.CONNECT_S + dynamodb.READ_S) + 1

    assert seconds * 1000 == dynamodb.LONGEST_CALL_MS


@pytest.mark.parametrize(("settle_s", "took_ms"), [(60, 30_000), (4, 2_000)])
def test_a_write_that_returns_too_late_is_not_acknowledged(
    settle_s: int, took_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be stored, but it might have landed behind the recount, so it is not acknowledged; a retry in time is.

    Later than 30 s after arrival, or half of a settle time that is set shorter.
    """
    code = stage.make_link()
    late, timely = issue_ticket(code, now_ms()), issue_ticket(code, now_ms())
    arrived, settling = now_ms(), settings().model_copy(update={"settle_s": settle_s})
    instants = iter([arrived, arrived + took_ms, arrived, arrived + took_ms + 1])
    monkeypatch.setattr(recording, "now_ms", lambda: next(instants))
    monkeypatch.setattr(recording, "settings", lambda: settling)

    assert record(timely, arrived).created
    with pytest.raises(TooLate):
        record(late, arrived)
    monkeypatch.undo()

    assert not record(late).created
    assert len(stage.stored(code)) == 2


def seal(campaign: str, ids: list[bytes]) -> None:
    """Seals a campaign with these responses as its members."""
    count = members.write(
        campaign, 1, (members.record(raw, place, valid=True) for place, raw in enumerate(sorted(ids)))
    )
    made = Seal(sealed_at=now_ms(), manifest="m", manifest_sha256="0", members=count)
    campaigns.change(campaign, lambda c: c.model_copy(update={"phase": Phase.SEALED, "seal": made}))


def test_what_landed_behind_the_recount_is_never_acknowledged() -> None:
    """After the seal only its members have receipts; while the recount runs nobody can know."""
    campaign = stage.make_campaign()
    counted, late = (issue_ticket(stage.make_link(campaign), now_ms()) for _ in range(2))
    first = record(counted)
    record(late)
    keys = ticket_keys()
    raw = members.raw_id(tickets.verify(counted.ticket, keys.secrets).response_id)

    campaigns.change(campaign, lambda c: c.model_copy(update={"phase": Phase.CLOSING}))
    with pytest.raises(TooLate):
        record(counted)
    seal(campaign, [raw])

    assert record(counted) == replace(first, created=False)
    with pytest.raises(CollectionClosed):
        record(late)


def test_a_sealed_campaign_takes_no_write_even_if_asked_directly() -> None:
    """The store itself refuses, whoever asks."""
    campaign = stage.make_campaign()
    code = stage.make_link(campaign)
    record(issue_ticket(code, now_ms()))
    found = stage.stored(code)[0].response
    seal(campaign, [members.raw_id(found.id)])

    with pytest.raises(CollectionClosed):
        responses.put_once(replace(found, id="A" * 22), campaigns.read(campaign))

    assert len(stage.stored(code)) == 1


def test_a_change_of_the_window_holds_from_one_instant_on() -> None:
    """Until ten seconds after the change the old window holds, in every worker; then the new one."""
    campaign = stage.make_campaign()
    now = now_ms()
    _, changed = campaigns.change(campaign, lambda c: c.with_window(c.opens_at, now + 3000, now))

    assert changed.admits(now + CHANGE_LEAD_MS - 1)
    assert not changed.admits(now + CHANGE_LEAD_MS)


@pytest.mark.parametrize(
    ("spoil", "pointer"),
    [
        ({"q1": "nonsense"}, "/answers/q1"),
        ({"q4": ["a", "a"]}, "/answers/q4"),
        ({"q8": {"nuisance": 11}}, "/answers/q8/nuisance"),
        ({"q99": 1}, "/answers/q99"),
        ({"q18": "999999"}, "/answers/q18"),
        ({"q21": "x" * 501}, "/answers/q21"),
    ],
)
def test_wrong_answers_are_named_and_nothing_is_stored(spoil: dict[str, Any], pointer: str) -> None:
    """Each wrong field by its pointer."""
    code = stage.make_link()
    ticket = issue_ticket(code, now_ms())

    with pytest.raises(AnswersInvalid) as refused:
        record_response(ticket.ticket, None, answers_for(ticket) | spoil, now_ms())

    assert pointer in [error.pointer for error in refused.value.errors]
    assert stage.stored(code) == []
