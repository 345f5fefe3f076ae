"""One-time links in the real engine: each lets one in, once, and until it runs out."""

import pytest

from chalicelib.access.store import sign_ins
from chalicelib.access.store.sign_ins import SignIn, SignInItem
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, random_code
from chalicelib.kernel.instants import to_ms
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.dynamodb import ConditionFailed
from chalicelib.kernel.store.writes import Write, commit
from chalicelib.mail.kinds import sign_in
from tests import stage

ENDS = 4_083_930_000_000
HOLDER = SignIn("c", "u1")


@pytest.fixture
def link(engine: str) -> str:
    """The hash of a link that was not used yet."""
    stage.prepare()
    hashed = f"{random_code(12)}-{now_ms()}"
    sign_ins.put(hashed, HOLDER, ENDS)
    return hashed


def test_a_link_lets_in_once(link: str) -> None:
    """To its last millisecond; looking at it uses nothing up."""
    assert [sign_ins.find(link, ENDS - 1) for _ in range(2)] == [HOLDER, HOLDER]

    commit(sign_ins.using_up(link))

    assert sign_ins.find(link, ENDS - 1) is None
    with pytest.raises(ConditionFailed):
        commit(sign_ins.using_up(link))


def test_a_link_that_has_run_out_lets_nobody_in(link: str) -> None:
    """From the instant on at which it does, though DynamoDB may keep it for days."""
    assert sign_ins.find(link, ENDS) is None


def test_of_two_who_enter_at_once_one_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other comes between what the first has read and what it writes; the log tells of one."""
    token, at, others = random_code(26), now_ms(), list[str | None]()
    campaign = stage.make_campaign()
    rotate_key(campaign, "u1", at, "test")
    sign_ins.put(key_hash(token), SignIn(campaign, "u1"), at + 60_000)

    def overtaken(*writes: Write) -> None:
        monkeypatch.setattr(sign_in, "commit", commit)
        others.append(sign_in.enter(token, at))
        commit(*writes)

    monkeypatch.setattr(sign_in, "commit", overtaken)

    assert sign_in.enter(token, at) is None
    assert len(others) == 1
    assert others[0]
    assert [entry["action"] for entry in audit.newest(campaign, 9)].count("unit.sign-in") == 1


def test_the_database_forgets_a_link_no_sooner_than_it_runs_out(link: str) -> None:
    """And not much later."""
    assert 0 <= to_ms(SignInItem.get(link).gone_at) - ENDS < 86_400_000
