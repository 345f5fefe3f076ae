"""One-time links in the real engine: each lets one in, once, and until it runs out."""

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.access.store import sign_ins
from chalicelib.access.store.sign_ins import SignIn, SignInItem
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import random_code
from chalicelib.kernel.instants import to_ms
from chalicelib.kernel.store.dynamodb import write_if
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
    assert [sign_ins.is_good(link, ENDS - 1) for _ in range(2)] == [True, True]

    assert sign_ins.take(link, ENDS - 1) == HOLDER
    assert sign_ins.take(link, ENDS - 1) is None
    assert not sign_ins.is_good(link, ENDS - 1)


def test_a_link_that_has_run_out_lets_nobody_in(link: str) -> None:
    """From the instant on at which it does, though DynamoDB may keep it for days; trying uses it up."""
    assert not sign_ins.is_good(link, ENDS)

    assert sign_ins.take(link, ENDS) is None
    assert sign_ins.take(link, ENDS - 1) is None


def test_of_two_who_try_at_once_one_gets_in(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other comes between what the first has read and what it removes."""
    others = []

    def overtaken(*arguments: Any) -> Mapping[str, Any]:
        monkeypatch.setattr(sign_ins, "write_if", write_if)
        others.append(sign_ins.take(link, ENDS - 1))
        return write_if(*arguments)

    monkeypatch.setattr(sign_ins, "write_if", overtaken)

    assert sign_ins.take(link, ENDS - 1) is None
    assert others == [HOLDER]


def test_the_database_forgets_a_link_no_sooner_than_it_runs_out(link: str) -> None:
    """And not much later."""
    assert 0 <= to_ms(SignInItem.get(link).gone_at) - ENDS < 86_400_000
