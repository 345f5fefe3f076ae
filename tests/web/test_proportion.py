"""429: for a link or a stage with far too many requests, a key that fails again and again, and nothing else."""

import timeit
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel import rate_limits
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.rate_limiter import Limiter
from tests import stage
from tests.web.test_api import call, check_problem, valid_response
from tests.web.test_sessions import call as visit

FOREVER_S = 1e-3
Narrow = Callable[..., None]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Narrow:
    """Lets only so many pass, and the next in a quarter of an hour."""

    def make(name: str, burst: int) -> None:
        limiter: Limiter[Any] = Limiter(FOREVER_S, burst)
        monkeypatch.setattr(rate_limits, name, lambda: limiter)

    return make


def test_a_link_out_of_proportion_waits(narrow: Narrow) -> None:
    """With `Retry-After`, before anything is written; another link's netizens notice nothing, from the same address."""
    code, other = stage.make_link(), stage.make_link()
    body = valid_response(code)
    narrow("_links", 2)
    tickets = [call("POST", "/api/v1/tickets", {"link": code}) for _ in range(3)]

    refused = call("POST", "/api/v1/responses", body)

    assert [reply.status for reply in tickets] == [201, 201, 429]
    for reply in (tickets[2], refused):
        check_problem(reply, 429, "too-many-requests")
        assert 900 < int(reply.headers["retry-after"]) <= 1000
    assert stage.stored(code) == []
    assert call("POST", "/api/v1/tickets", {"link": other}).status == 201


def test_a_retry_after_the_close_is_never_too_many(narrow: Narrow) -> None:
    """Whose response is stored gets the receipt."""
    campaign = stage.make_campaign()
    code = stage.make_link(campaign)
    body = valid_response(code)
    first = call("POST", "/api/v1/responses", body)
    stage.move_close(campaign, -1)
    narrow("_links", 1)

    again = [call("POST", "/api/v1/responses", body) for _ in range(3)]

    assert [reply.status for reply in again] == [200] * 3
    assert again[0].body == first.body


def test_a_stage_out_of_proportion_waits(narrow: Narrow) -> None:
    """Whatever links it comes through; pages, desks and the units' polls go on."""
    codes, key = [stage.make_link() for _ in range(3)], rotate_key(stage.make_campaign(), "u1", now_ms(), "test")
    narrow("_stage", 2)

    statuses = [call("POST", "/api/v1/tickets", {"link": code}).status for code in codes]

    assert statuses == [201, 201, 429]
    assert visit("GET", "/s/{code}", parameters={"code": codes[2]}).status == 200
    assert {call("GET", "/api/v1/counts", key=key).status for _ in range(9)} == {200}


def test_the_plain_form_says_so_too(narrow: Narrow) -> None:
    """In words, with 429 and `Retry-After`."""
    code = stage.make_link()
    narrow("_links", 1)

    first, second = (visit("GET", "/s/{code}/form", parameters={"code": code}) for _ in range(2))

    assert (first.status, second.status) == (200, 429)
    assert int(second.headers["retry-after"]) > 900


def test_a_key_that_fails_again_and_again_waits(narrow: Narrow) -> None:
    """That key alone: another, wrong or right, is looked at from the same address."""
    right = rotate_key(stage.make_campaign(), "u1", now_ms(), "test")
    wrong = new_key()
    narrow("_failures", 3)

    tries = [call("GET", "/api/v1/counts", key=wrong) for _ in range(5)]
    spelt = call("GET", "/api/v1/overview", key=wrong.lower().replace("-", " "))

    assert [reply.status for reply in tries] == [401] * 3 + [429] * 2
    for reply in (*tries[3:], spelt):
        check_problem(reply, 429, "too-many-requests")
        assert int(reply.headers["retry-after"]) > 900
    check_problem(call("GET", "/api/v1/counts", key=new_key()), 401, "key-invalid")
    assert call("GET", "/api/v1/counts", key=right).status == 200


def test_a_good_key_is_never_counted(narrow: Narrow) -> None:
    """However often it is shown, and whatever is refused to it."""
    key = rotate_key(stage.make_campaign(), "u1", now_ms(), "test")
    narrow("_failures", 1)

    for _ in range(5):
        assert call("GET", "/api/v1/counts", key=key).status == 200
        assert call("GET", "/api/v1/overview", key=key).status == 403


def test_the_door_says_so_too(narrow: Narrow) -> None:
    """A page with the form again, the time to wait, and nothing of the key."""
    narrow("_failures", 2)

    replies = [visit("POST", "/secretariat", form={"key": "2222-2222-2222-2222-2222-2222"}) for _ in range(3)]

    assert [reply.status for reply in replies] == [401, 401, 429]
    assert int(replies[2].headers["retry-after"]) > 900
    assert "这把密钥试得太多了" in replies[2].body
    assert "2222" not in replies[2].body


def test_looking_costs_next_to_nothing() -> None:
    """Microseconds, without input or output: a hundred times less than the fastest answer."""
    code, hashed = "7KQ2M4TR", key_hash("x")

    for act in (lambda: rate_limits.admit(code), lambda: rate_limits.refuse_repeated(hashed)):
        best = min(timeit.repeat(act, number=1_000, repeat=7)) / 1_000
        assert best < 20e-6
