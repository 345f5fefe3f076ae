"""What a netizen reads after the receipt: round figures that are true, and nothing where they can't be had."""

import json
from random import Random
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynamodb.exceptions import QueryError

from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.links.usecases.open_link import open_link
from chalicelib.web.netizen import echo
from chalicelib.web.netizen.plain_form import show_form, take_form
from chalicelib.web.rim.language import languages
from tests import stage
from tests.plain import asked, chosen_answers, fields_of, hidden_fields

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("collected", "zh", "en"),
    [
        (100, "", ""),
        (101, "您是 100多位", "more than 100 "),
        (1_000, "您是 900多位", "more than 900 "),
        (9_999, "您是 9,000多位", "more than 9,000 "),
        (412_006, "您是 41 万多位参与者之一。", "more than 410,000 "),
        (12_345_678, "您是 1,234 万多位", "more than 12,340,000 "),
    ],
)
def test_the_count_is_told_in_round_figures(collected: int, zh: str, en: str) -> None:
    """As each language counts."""
    for tag, words in (("zh-Hans", zh), ("en", en)):
        told = echo.among(languages()[tag], collected)
        assert words in told
        assert bool(words) == bool(told)


@given(st.integers(echo.FEWEST + 1, 2_000_000_000))
def test_more_than_is_always_true(collected: int) -> None:
    """Strictly fewer are told than have answered, and never less than half of them."""
    told = echo.among(languages()["en"], collected)
    number = int("".join(filter(str.isdecimal, told)))
    assert collected / 2 <= number < collected


@pytest.mark.parametrize("fails", [False, True])
def test_the_plain_forms_receipt_has_it(monkeypatch: pytest.MonkeyPatch, *, fails: bool) -> None:
    """Thanks and the link with the unit's code; where the count can't be read, the receipt alone."""
    code = stage.make_link()
    asked_for = questionnaires.load("public")
    definition, topics = asked_for.published("zh-Hans"), asked_for.topics[:1]
    filled = fields_of(definition, topics, chosen_answers(definition, topics, Random(5)))
    fields = hidden_fields(show_form(asked(now_ms()), code).body) + filled

    def broken(*_: object) -> None:
        raise QueryError("no answer")

    if fails:
        monkeypatch.setattr(echo, "tally_of", broken)
    reply = take_form(asked(now_ms(), headers=FORM, body=urlencode(fields).encode()), code)

    assert reply.status_code == 201
    assert stage.stored(code)[0].response.receipt in reply.body
    for words in (f"{stage.UNIT_NAME}谢谢您的参与", "data-address", "data:image/png;base64,"):
        assert (words in reply.body) is not fails


def test_it_is_cached_with_the_page_and_gone_with_the_link() -> None:
    """A minute at most; after the close nothing is passed on, and a revoked link is refused."""
    code = stage.make_link()
    reply = echo.show_echo(asked(now_ms(), {"lang": "en"}), code)
    assert reply.headers["Cache-Control"] == "public, max-age=60, s-maxage=60"
    assert "thanks you" in json.dumps(reply.body)

    closes_at = open_link(code).campaign.closes_at
    late = json.dumps(echo.show_echo(asked(closes_at), code).body, ensure_ascii=False)
    assert "谢谢您的参与" in late
    assert "data-share" not in late
    stage.revoke(code)
    assert echo.show_echo(asked(now_ms()), code).status_code == 410
