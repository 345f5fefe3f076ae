"""A questionnaire as a table: whatever people write into it is read, or refused by its row; and nothing is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.content_place import place_in
from chalicelib.instrument.domain.read_sheet_form import read_sheet
from chalicelib.instrument.domain.sheet_form import COLUMNS, KINDS, write_sheet
from chalicelib.instrument.usecases.bring_version import check_content
from chalicelib.kernel.errors import FieldError, QuestionnaireInvalid

WORDS = st.sampled_from(["", "q1", "a", "题", "public", "1", "是", "否", "q1=a", "scale.min=1", "version=2"])
ODD = ["questions=1", "options=[]", "scale=5", "scale.labels=3", "rows.a=1", "=", "a.b.c={}", "title=x", "id=[1]"]
MORE = st.sampled_from([*ODD, "topics=1", "topics.assign=x", "quality.too_fast=1", "scale.min={}"])
KIND = st.sampled_from([kind.name for kind in KINDS.values()])
LINES = st.lists(st.tuples(KIND, *[WORDS] * 5, WORDS | MORE).map(list), max_size=12)


@given(LINES)
def test_any_table_is_read_or_refused(lines: list[list[str]]) -> None:
    """Each fault names a row, or a place in what was read; nothing else happens."""
    read = read_sheet(COLUMNS, enumerate(lines, 2))

    assert all(2 <= int(fault.pointer[1:]) < len(lines) + 2 for fault in read.faults)
    for fault in faults_in(read.content):
        place_in(read.content, fault.pointer)


def faults_in(content: Any) -> tuple[FieldError, ...]:
    """What is wrong in a content."""
    try:
        check_content(content)
    except QuestionnaireInvalid as invalid:
        return invalid.errors
    return ()


@pytest.mark.parametrize(
    ("edition", "version"),
    [(edition, version) for edition in questionnaires.EDITIONS for version in questionnaires.versions(edition)],
)
def test_the_table_says_all_that_the_files_say(edition: str, version: str) -> None:
    """And the other way round."""
    content: dict[str, Any] = questionnaires.content(edition, version)

    read = read_sheet(COLUMNS, enumerate(write_sheet(content), 2))

    assert (read.faults, read.content) == ([], content)
