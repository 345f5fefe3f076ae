"""The outbox in the real engine: an occasion has one mail for each addressee, and each is found where it belongs."""

import pytest

from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import random_code
from chalicelib.mail.domain.outgoing import Outgoing
from chalicelib.mail.store import outbox
from tests import stage

SLOT = 1_627_952_400_000


@pytest.fixture
def campaign(engine: str) -> str:
    """The name of a campaign of which nothing was mailed yet."""
    stage.prepare()
    return f"mails-{random_code(8)}-{now_ms()}"


def wanted(campaign: str, addressee: str = "u1", at_ms: int = SLOT, occasion: str = "digest") -> Outgoing:
    """A mail that nobody has tried to send yet."""
    return Outgoing(campaign=campaign, occasion=occasion, at=at_ms, addressee=addressee, to=("a@unit.example",))


def test_a_mail_that_was_sent_is_not_wanted_again(campaign: str) -> None:
    """Planning a slot once more, as after a crash, leaves it as it is: sent."""
    assert outbox.create(wanted(campaign))
    sent = wanted(campaign).sent(SLOT + 1)
    outbox.replace(sent)

    assert not outbox.create(wanted(campaign))

    assert outbox.read(campaign, sent.key) == sent


def test_each_slot_addressee_and_occasion_has_its_own(campaign: str) -> None:
    """And an occasion finds its own alone."""
    others = [
        wanted(campaign, "u2"),
        wanted(campaign, at_ms=SLOT + 1),
        wanted(campaign, occasion="reminder"),
        wanted(f"{campaign}x"),
    ]

    assert all(outbox.create(one) for one in [wanted(campaign), *others])

    assert outbox.of_occasion(campaign, "digest", SLOT) == [wanted(campaign), others[0]]
    assert outbox.of_occasion(campaign, "reminder", SLOT) == [others[2]]


def test_the_mailbox_is_turned_page_by_page(campaign: str) -> None:
    """Newest first, none twice and none left out."""
    made = [wanted(campaign, at_ms=SLOT + number) for number in range(5)]
    for one in made:
        outbox.create(one)

    first = outbox.newest(campaign, 2)
    second = outbox.newest(campaign, 2, first[-1].key)
    rest = outbox.newest(campaign, 2, second[-1].key)

    assert [*first, *second, *rest] == made[::-1]


def test_only_what_was_given_up_has_failed(campaign: str) -> None:
    """Neither what is sent nor what still waits, tried or not."""
    given_up = wanted(campaign, "u1").model_copy(update={"tries": 99}).failed(SLOT, "no", doubtful=False)
    waiting = wanted(campaign, "u2").trying(SLOT, "s", "t", ()).failed(SLOT, "later", doubtful=False)
    for one in (given_up, waiting, wanted(campaign, "u3").sent(SLOT), wanted(campaign, "u4")):
        outbox.create(one)

    assert outbox.failed(campaign) == [given_up]
