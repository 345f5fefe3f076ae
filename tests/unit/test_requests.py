"""What may be asked for at once: the bounds of requests, on both of their sides."""

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.web.rim.schemas import LinksRequest, WantedRequest

LINKS = {"channel": "海报", "edition": "public"}


@pytest.mark.parametrize(
    "asked",
    [{"count": 1}, {"count": 200}, {"labels": ["厅"] * 200}, {"labels": ["x" * 40]}, {"channel": "x" * 40}],
)
def test_links_that_may_be_asked_for(asked: dict[str, Any]) -> None:
    """One to two hundred, each with a name of forty characters."""
    LinksRequest.model_validate(LINKS | asked)


@pytest.mark.parametrize(
    "asked",
    [
        {"count": 0},
        {"count": -1},
        {"count": 201},
        {"labels": [""] * 201},
        {"labels": ["x" * 41]},
        {"channel": ""},
        {"channel": "x" * 41},
        {"edition": "other"},
    ],
)
def test_links_that_may_not_be_asked_for(asked: dict[str, Any]) -> None:
    """None, or more than a page of them."""
    with pytest.raises(ValidationError):
        LinksRequest.model_validate(LINKS | asked)


@pytest.mark.parametrize(("otherwise", "good"), [(-1, False), (0, True), (200, True), (201, False)])
def test_how_many_links_a_unit_gets_that_named_no_number(otherwise: int, good: bool) -> None:
    """From none to two hundred."""
    if good:
        assert WantedRequest.model_validate(LINKS | {"otherwise": otherwise}).otherwise == otherwise
    else:
        with pytest.raises(ValidationError):
            WantedRequest.model_validate(LINKS | {"otherwise": otherwise})
