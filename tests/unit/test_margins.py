"""The margins that weights are made from are those that their sources print, in the questionnaire's own options."""

import pytest

from chalicelib.instrument.domain.question import Single
from chalicelib.instrument.questionnaires import load
from chalicelib.results.domain.margins import margins

PERSON = {"q18": "44", "q13": "b", "q14": "e", "q19": "d"}


def test_each_option_has_a_share_or_is_left_out_knowingly() -> None:
    """Only those who tell no sex, and the regions outside the mainland's census, are unknown to the sources."""
    asked = {question.id: question for question in load("public", "2026.1").questions()}
    unknown = {
        (margin.question, option.id)
        for margin in margins().margins
        if isinstance(question := asked[margin.question], Single)
        for option in question.options
        if margin.value(option.id) is None
    }

    assert unknown == {("q13", "c")}
    assert [code for code in ("71", "81", "82", "99") if margins().kind(PERSON | {"q18": code})] == []


def test_sums_are_the_sources() -> None:
    """The census's 31 totals add up to the one that it prints; the netizens' shares to 100."""
    census, *netizens = margins().margins

    assert len(census.shares) == 31
    assert sum(census.shares.values()) == 1_409_778_724
    for margin in netizens:
        assert sum(margin.shares.values()) == pytest.approx(100)
        assert "CNNIC" in margin.source


def test_a_person_is_placed_by_joined_bands() -> None:
    """Who left a question out, or answers what no source knows, isn't weighted."""
    assert margins().kind(PERSON) == ("44", "b", "25-44", "rural")
    assert margins().kind(PERSON | {"q13": "c"}) is None
    assert margins().kind({"q18": "44"}) is None
