"""Answers of each question type: what is taken, and what is refused."""

from typing import Any

import pytest

from tests.answering import GOOD, PRIVACY, SHEET, refused, unpacked


@pytest.mark.parametrize("value", [None, True, 1, 1.5, float("nan"), 10**400, ["a"], {"a": 1}, "", "A", "zz"])
def test_a_single_takes_one_of_its_options(value: Any) -> None:
    """Neither another type nor another id will do."""
    assert refused(GOOD | {"q1": value}).keys() == {"/answers/q1"}


@pytest.mark.parametrize("value", ["a", "a9", "g", ["a1"], 1, None])
def test_a_cascade_takes_a_leaf(value: Any) -> None:
    """A group that has leaves is no answer."""
    assert refused(GOOD | {"q16": value}).keys() == {"/answers/q16"}


@pytest.mark.parametrize(
    "value", [None, "a", [], [None], [["a"]], [True], ["zz"], ["a", "a"], ["a", "j"], ["j", "j"], {"a": True}]
)
def test_a_multiple_takes_options_once_and_exclusive_ones_alone(value: Any) -> None:
    """None, repeated, unknown, or one that excludes the others beside them."""
    assert refused(GOOD | {"q5": value}).keys() == {"/answers/q5"}


def test_a_multiple_takes_all_but_the_exclusive_or_that_alone() -> None:
    """Both ends of what may be chosen, in the order of the options."""
    assert unpacked(GOOD | {"q5": list("ihgfedcba")})["q5"] == list("abcdefghi")
    assert unpacked(GOOD | {"q5": ["j"]})["q5"] == ["j"]


def test_a_limit_on_choices_is_kept() -> None:
    """Three of three are taken, a fourth is not."""
    answers = GOOD | PRIVACY

    assert unpacked(answers | {"privacy_5": ["c", "a", "b"]}, ("privacy",))["privacy_5"] == ["a", "b", "c"]
    assert refused(answers | {"privacy_5": list("abcd")}, ["privacy"]) == {
        "/answers/privacy_5": "choose 1 to 3 options"
    }


@pytest.mark.parametrize("value", [True, "7", 7.0, 7.5, 0, 11, -1, 10**400, float("nan"), None, [7]])
def test_stars_are_whole_numbers_of_the_scale(value: Any) -> None:
    """True is not 1, "7" and 7.0 are not 7; in a rating and in a row alike."""
    rows = GOOD["q9"] | {"weary": value}

    assert refused(GOOD | {"q9": rows}).keys() == {"/answers/q9/weary"}
    assert refused(GOOD | PRIVACY | {"privacy_8": value}, ["privacy"]).keys() == {"/answers/privacy_8"}


def test_a_matrix_takes_every_row_and_no_other() -> None:
    """Each row that is missing, wrong or unknown is named; unknown ones by RFC 6901."""
    rows = {"safe": 7, "in_control": "7", "worried": 3, "weary": 4, "a/b~c": 5}

    assert refused(GOOD | {"q9": rows}) == {
        "/answers/q9/in_control": "expected a whole number from 1 to 10",
        "/answers/q9/supported": "please rate this row (1 to 10)",
        "/answers/q9/a~1b~0c": "this question has no such row",
    }
    assert refused(GOOD | {"q9": 7}).keys() == {"/answers/q9"}
    assert refused(GOOD | {"q9": [7] * 5}).keys() == {"/answers/q9"}
    assert len(refused(GOOD | {"q9": {}})) == 5


@pytest.mark.parametrize("value", [440106, "4401", "440100", "110000", "999999", "", None, "４４０１０６", ["440106"]])
def test_a_region_is_a_county(value: Any) -> None:
    """A number, a city, a province, an unknown code: none of them."""
    assert refused(GOOD | {"q18": value}).keys() == {"/answers/q18"}


@pytest.mark.parametrize(
    ("code", "province"),
    [("440106", "44"), ("441900", "44"), ("710000", "71"), ("810000", "81"), ("820000", "82"), ("990000", "99")],
)
def test_residence_is_the_province_of_the_region(code: str, province: str) -> None:
    """Divisions without counties stand for themselves, and overseas has a code of ours."""
    assert SHEET.residence(unpacked(GOOD | {"q18": code})) == province
    assert SHEET.residence({}) is None


@pytest.mark.parametrize(
    "text", ["\x00", "a\x1bb", "\x7f", "\x85", "\ud800", "a\udfffb", "\ufffe", "字" * 501, 7, None, []]
)
def test_words_that_cant_be_kept(text: Any) -> None:
    """Control characters, halves of surrogate pairs, too many characters, other types."""
    assert refused(GOOD | {"q21": text}).keys() == {"/answers/q21"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("字" * 500, "字" * 500),
        ("😀" * 500, "😀" * 500),
        (" 一\r\n二\r三\t ", "一\n二\n三"),
        ('"; DROP\\ </script>', '"; DROP\\ </script>'),
        ("　\n ", None),
        ("", None),
    ],
)
def test_words_are_kept_but_for_blanks_around(text: str, kept: str | None) -> None:
    """Line ends become one kind, and nothing but blanks is no answer."""
    assert unpacked(GOOD | {"q21": text}).get("q21") == kept
