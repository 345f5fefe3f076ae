"""Dividing gifts: examples worked out by hand."""

import pytest
from pydantic import ValidationError

from chalicelib.gifts.shares import Gift, divide

PLANS: dict[str, int | None] = {"a": 5000, "b": 3000, "c": 2000}


@pytest.mark.parametrize(
    ("gift", "shares"),
    [
        (Gift(name="杯", quantity=10), {"a": 5, "b": 3, "c": 2}),
        (Gift(name="杯", quantity=11), {"a": 6, "b": 3, "c": 2}),
        (Gift(name="杯", quantity=3), {"a": 1, "b": 1, "c": 1}),
        (Gift(name="杯", quantity=10, floor=3), {"a": 4, "b": 3, "c": 3}),
        (Gift(name="杯", quantity=100, cap=40), {"a": 40, "b": 36, "c": 24}),
        (Gift(name="杯", quantity=100, cap=20), {"a": 20, "b": 20, "c": 20}),
        (Gift(name="杯", quantity=2, floor=3), {"a": 1, "b": 1, "c": 0}),
        (Gift(name="杯", quantity=0), {"a": 0, "b": 0, "c": 0}),
    ],
)
def test_gifts_are_divided_by_plan(gift: Gift, shares: dict[str, int]) -> None:
    """By largest remainder; who is held back by a cap leaves the rest to the others."""
    assert divide(gift, PLANS) == shares


def test_a_unit_without_a_plan_gets_the_floor() -> None:
    """And where nobody has a plan, the rest stays with the fund."""
    gift = Gift(name="杯", quantity=10, floor=2)

    assert divide(gift, {"a": None, "b": 7}) == {"a": 2, "b": 8}
    assert divide(gift, {"a": None, "b": None}) == {"a": 2, "b": 2}
    assert divide(gift, {}) == {}


def test_of_equal_remainders_the_larger_plan_comes_first_then_the_code() -> None:
    """Whatever the units are called."""
    gift = Gift(name="杯", quantity=2)

    assert divide(gift, {"a": 1, "b": 3}) == {"a": 0, "b": 2}
    assert divide(Gift(name="杯", quantity=1), {"b": 5, "a": 5}) == {"b": 0, "a": 1}


@pytest.mark.parametrize(
    "wrong", [{"quantity": 10_000_001}, {"quantity": -1}, {"floor": -1}, {"cap": -1}, {"name": ""}]
)
def test_what_is_no_gift_is_refused(wrong: dict[str, object]) -> None:
    """Fewer than none, or more than anybody gives."""
    most = {"name": "杯", "quantity": 10_000_000, "floor": 0, "cap": 0}

    assert Gift.model_validate(most).quantity == 10_000_000
    with pytest.raises(ValidationError):
        Gift.model_validate(most | wrong)
