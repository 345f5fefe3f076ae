"""Laws of dividing gifts, for any plans, floors and caps."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.gifts.shares import Gift, divide

GIFTS = st.builds(
    Gift,
    name=st.just("杯"),
    quantity=st.integers(0, 5_000),
    floor=st.one_of(st.just(0), st.integers(0, 40)),
    cap=st.one_of(st.none(), st.integers(0, 400)),
)
PLANS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3), st.one_of(st.none(), st.integers(1, 10**8)), max_size=25
)


def bounds(gift: Gift, plans: dict[str, int | None]) -> tuple[int, int]:
    """The floor that there is enough for, and the cap."""
    floor = min(gift.floor, gift.quantity // len(plans)) if plans else 0
    return floor, gift.quantity if gift.cap is None else max(gift.cap, floor)


@given(GIFTS, PLANS)
def test_all_are_given_away_that_may_be(gift: Gift, plans: dict[str, int | None]) -> None:
    """The sum is the quantity, or what floors of units without a plan and caps of the others come to."""
    floor, cap = bounds(gift, plans)

    assert sum(divide(gift, plans).values()) == min(
        gift.quantity, sum(cap if plan else floor for plan in plans.values())
    )


@given(GIFTS, PLANS)
def test_floor_and_cap_hold(gift: Gift, plans: dict[str, int | None]) -> None:
    """For every unit."""
    floor, cap = bounds(gift, plans)

    assert all(floor <= count <= cap for count in divide(gift, plans).values())


@given(GIFTS, PLANS)
def test_a_larger_plan_never_gets_fewer(gift: Gift, plans: dict[str, int | None]) -> None:
    """And equal plans differ by one at most."""
    shares = divide(gift, plans)

    ordered = sorted(plans, key=lambda code: (plans[code] or 0, shares[code]))
    assert [shares[code] for code in ordered] == sorted(shares.values())
    for plan in set(plans.values()):
        same = [shares[code] for code in plans if plans[code] == plan]
        assert max(same) - min(same) <= 1


@given(GIFTS, PLANS, st.randoms())
def test_the_order_of_units_does_not_matter(gift: Gift, plans: dict[str, int | None], random: Random) -> None:
    """Ties are broken by plan and code, never by chance."""
    shuffled = list(plans.items())
    random.shuffle(shuffled)

    assert divide(gift, plans) == divide(gift, dict(shuffled))


@given(
    st.integers(0, 5_000), st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 10**8), min_size=1)
)
def test_without_bounds_nobody_is_a_whole_gift_off(quantity: int, plans: dict[str, int]) -> None:
    """The largest remainder's own law: each gets its quota rounded down or up."""
    shares = divide(Gift(name="杯", quantity=quantity), plans)

    total = sum(plans.values())
    assert all(abs(shares[code] * total - quantity * plan) < total for code, plan in plans.items())
