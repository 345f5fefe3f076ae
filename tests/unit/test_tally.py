"""The pure core of counting."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION, Counted, after, hour_of, increments, rows_of, total, watermark_of

records = st.builds(
    Counted,
    campaign=st.just("c"),
    unit=st.sampled_from(["u1", "u2"]),
    link=st.sampled_from(["L1", "L2", "L3"]),
    edition=st.sampled_from(["public", "practitioner"]),
    hour=st.sampled_from(["2021080309", "2021080323", "2021080400"]),
    valid=st.booleans(),
    residence=st.sampled_from(["44", "81", None]),
    sequence=st.integers(1, 10**40),
)
batches = st.lists(records, max_size=30)


@given(batches)
def test_every_record_is_in_its_units_row_and_in_the_nations(batch: list[Counted]) -> None:
    """Each batch falls apart into rows without loss, in order."""
    rows = rows_of(batch)

    assert rows.get(("c", NATION), []) == batch
    assert sum(len(row) for (_, unit), row in rows.items() if unit != NATION) == len(batch)


@given(batches)
def test_increments_add_up(batch: list[Counted]) -> None:
    """Links, hours and editions each sum to the whole, for all and for the valid."""
    local, nation = increments(batch, national=False), increments(batch, national=True)

    for tally, dimensions in ((local, "lhLH"), (nation, "ehEH")):
        for dimension in dimensions:
            whole = tally.get("n" if dimension.islower() else "v", 0)
            assert sum(n for name, n in tally.items() if name.startswith(f"{dimension}:")) == whole
    assert all(n > 0 for n in local.values())


@given(batches, st.integers(0, 10**40))
def test_a_row_takes_exactly_what_lies_behind_its_watermark(batch: list[Counted], mark: int) -> None:
    """As numbers, however many digits they have; and having taken it, it takes nothing again."""
    fresh = after(str(mark), batch)

    assert fresh == [record for record in batch if record.sequence > mark]
    if fresh:
        assert after(watermark_of(fresh), batch) == []


@given(batches, st.integers(0, 30))
def test_summing_parts_gives_the_whole(batch: list[Counted], cut: int) -> None:
    """However the stream was cut, the sum of the rows is the same."""
    parts = [increments(part, national=True) for part in (batch[:cut], batch[cut:])]

    assert total(parts) == Counter(increments(batch, national=True))


def test_hours_and_days_are_shanghais() -> None:
    """23:59:59.999 belongs to its day, midnight to the next."""
    midnight = 1_628_006_400_000  # 2021-08-04T00:00+08:00
    tally = {f"h:{hour_of(midnight - 1)}": 2, f"h:{hour_of(midnight)}": 3}

    assert hour_of(midnight) == "2021080400"
    assert counts.day(tally, "20210803").collected == 2
    assert counts.by(tally, "day") == {"20210803": 2, "20210804": 3}
    assert counts.start_of("20210804").timestamp() * 1000 == midnight
