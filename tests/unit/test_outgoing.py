"""A mail on its way: its patience, its doubts, its name."""

import pytest

from chalicelib.mail.domain.outgoing import PATIENCE_MS, Delivery, Outgoing

FRESH = Outgoing(campaign="c", occasion="digest", at=1_627_952_400_000, addressee="u1", to=("a@unit.example",))


def test_a_key_sorts_by_time_and_can_stand_in_a_path() -> None:
    """Whatever the addressee; the secretariat's too."""
    assert FRESH.key == "001627952400000-digest-u1"
    assert FRESH.model_copy(update={"addressee": "~"}).key == "001627952400000-digest-~"
    assert FRESH.name == "c#001627952400000-digest-u1"


def test_patience_grows_until_it_ends() -> None:
    """Each failed try waits longer than the one before; the last leaves nothing to wait for."""
    mail, waits = FRESH, []
    while mail.progress is Delivery.WAITING:
        mail = mail.trying(0, "s", "t", ()).failed(0, "450 later", doubtful=False)
        waits.append(mail.due_at)

    assert waits[:-1] == sorted(set(waits[:-1])) == list(PATIENCE_MS)
    assert (mail.progress, mail.tries, mail.problem) == (Delivery.FAILED, len(PATIENCE_MS) + 1, "450 later")


def test_what_is_interrupted_is_doubtful() -> None:
    """From before the try until its outcome is known, and for ever where it isn't."""
    tried = FRESH.trying(1000, "s", "t", ["w.xlsx"])

    assert tried.doubtful
    assert tried.due_at == 1000 + PATIENCE_MS[0]
    assert not tried.sent(2000).doubtful
    assert not tried.failed(2000, "refused", doubtful=False).doubtful
    assert tried.failed(2000, "timed out", doubtful=True).doubtful


@pytest.mark.parametrize("doubtful", [True, False])
def test_another_round_begins_afresh_and_keeps_its_doubts(doubtful: bool) -> None:
    """Who asks for it again may still get it twice."""
    failed = FRESH.model_copy(update={"progress": Delivery.FAILED, "tries": 8, "doubtful": doubtful})

    again = failed.again()

    assert (again.progress, again.tries, again.due_at, again.doubtful) == (Delivery.WAITING, 0, 0, doubtful)
