"""Dividing the fund's gifts over units in proportion to their plans, by largest remainder, with floor and cap.

The method of Hamilton (largest remainder) on bounded shares: each unit's share is `plan × rate`, but no less than the
floor and no more than the cap, and the rate is the one at which the shares come to what there is.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from fractions import Fraction

from pydantic import BaseModel, ConfigDict, Field

NAME_LENGTH = 40
MOST_GIFTS = 10_000_000
MOST_KINDS = 20


class Gift(BaseModel):
    """Gifts of one kind that the fund gives."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(min_length=1, max_length=NAME_LENGTH)
    quantity: int = Field(ge=0, le=MOST_GIFTS)
    floor: int = Field(default=0, ge=0, le=MOST_GIFTS)
    """No unit gets fewer, as long as there are enough for all."""
    cap: int | None = Field(default=None, ge=0, le=MOST_GIFTS)
    """No unit gets more."""


def divide(gift: Gift, plans: Mapping[str, int | None]) -> dict[str, int]:
    """How many each unit gets, by code. All are given away, unless caps and missing plans leave some with the fund.

    A larger plan never gets fewer. Of equal remainders the larger plan comes first, then the code. A unit without a
    plan gets the floor. Where there are too few for all floors, the floor is lowered until there are.
    """
    if not plans:
        return {}
    floor = min(gift.floor, gift.quantity // len(plans))
    cap = gift.quantity if gift.cap is None else max(gift.cap, floor)
    shares = _shares(gift.quantity, {code: plan or 0 for code, plan in plans.items()}, floor, cap)
    whole = {code: int(share) for code, share in shares.items()}
    left = round(sum(shares.values())) - sum(whole.values())
    by_remainder = sorted(plans, key=lambda code: (whole[code] - shares[code], -(plans[code] or 0), code))
    return {code: count + (code in by_remainder[:left]) for code, count in whole.items()}


def _shares(quantity: int, plans: Mapping[str, int], floor: int, cap: int) -> dict[str, Fraction]:
    """Bounded shares that come to `quantity`, or to the most that the bounds allow."""

    def at(rate: Fraction) -> dict[str, Fraction]:
        return {
            c: min(max(plan * rate, Fraction(floor)), Fraction(cap if plan else floor)) for c, plan in plans.items()
        }

    def total(rate: Fraction) -> Fraction:
        return sum(at(rate).values(), Fraction())

    rates = sorted({Fraction(bound, plan) for plan in plans.values() if plan for bound in (floor, cap)})
    return at(_rate(quantity, rates, [total(rate) for rate in rates])) if rates else at(Fraction())


def _rate(quantity: int, rates: Sequence[Fraction], totals: Sequence[Fraction]) -> Fraction:
    """The rate at which the total is `quantity`: between its neighbours the total grows evenly."""
    place = bisect_left(totals, quantity)
    if place == len(rates):
        return rates[-1]
    if place == 0 or totals[place] == quantity:
        return rates[place]
    span = totals[place] - totals[place - 1]
    return rates[place - 1] + (rates[place] - rates[place - 1]) * (quantity - totals[place - 1]) / span
