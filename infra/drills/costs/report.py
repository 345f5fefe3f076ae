"""The tables."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from infra.drills.costs.assumptions import Assumptions, Prices
from infra.drills.costs.bill import Line, bill, pair, total
from infra.drills.costs.limits import MOST_TIMES, Strain, strains
from infra.drills.costs.usage import Load, usage

MULTIPLES: Mapping[str, float] = {"mean": 1, "20 ×": 20, "200 ×": 200}
_SHOWN_TIMES = 100_000


def bills(campaign: Load, million: Load, given: Assumptions, *, waf: bool) -> str:
    """A campaign and a million responses, at each partition's prices, and the pair of servers beside them."""
    parts = [_bill(campaign, million, given, prices, name, waf=waf) for name, prices in given.prices.items()]
    parts.append(
        "Prices are list prices as published when they were read, see infra/drills/costs/assumptions.toml: check them."
    )
    return "\n\n".join(parts) + "\n"


def _bill(campaign: Load, million: Load, given: Assumptions, prices: Prices, name: str, *, waf: bool) -> str:
    columns = [bill(usage(load, given), given, prices, waf=waf) for load in (campaign, million)]
    heads = (f"{campaign.responses:,.0f} responses", "1,000,000 responses")
    lines = [f"{name} ({prices.region}), {prices.currency}", f"  {'':<44}{heads[0]:>22}{heads[1]:>22}"]
    for service, rows in groupby(zip(*columns, strict=True), key=lambda row: row[0].service):
        several = list(rows)
        lines.append(_row(service, [_sum([row[at] for row in several]) for at in (0, 1)]))
        lines += [
            _row(f"  {first.amount:>13,.1f} {first.what}", [_money(first), _money(second)]) for first, second in several
        ]
    lines.append(_row("altogether", [_total(column) for column in columns]))
    lines += _pair(campaign, given, prices)
    missing = total(columns[0])[1]
    return "\n".join(lines + ([f"  prices not known: {', '.join(missing)}"] if missing else []))


def _pair(campaign: Load, given: Assumptions, prices: Prices) -> list[str]:
    """The alternative, where its prices are known."""
    alternative = pair(usage(campaign, given), given, prices)
    if total(alternative)[1]:
        return [_row("instead: a pair of servers, always on", ["prices not known"])]
    rows = [_row(f"  {line.amount:>13,.1f} {line.what}", [_money(line)]) for line in alternative]
    return [_row("instead: a pair of servers, always on", [_total(alternative)]), *rows]


def _row(name: str, columns: Sequence[str]) -> str:
    return f"  {name:<44}" + "".join(f"{column:>22}" for column in columns)


def _money(line: Line) -> str:
    return "?" if line.cost is None else f"{line.cost:,.2f}"


def _sum(lines: Sequence[Line]) -> str:
    known, missing = total(lines)
    return "" if len(lines) == 1 else f"= {known:,.2f}{' + ?' if missing else ''}"


def _total(lines: Sequence[Line]) -> str:
    known, missing = total(lines)
    return f"{known:,.2f}{' + ?' if missing else ''}"


def limits(load: Load, given: Assumptions) -> str:
    """What is needed of each limit, and when it is reached."""
    found = strains(load, given, list(MULTIPLES.values()))
    lines = [
        f"limits, at {load.responses_per_s:.1f} responses/s on average",
        "  " + f"{'reached at':>14}{'limit':>10}" + "".join(f"{name:>10}" for name in MULTIPLES),
    ]
    for strain in found:
        needed = "".join(f"{_figure(amount):>9}{'!' if amount >= strain.limit else ' '}" for amount in strain.needed)
        lines += [f"  {_times(strain):>14}{_figure(strain.limit):>10}{needed}  {strain.what}"]
        lines += [f"  {'':>54}  → {strain.setting}"]
    first = found[0]
    return "\n".join(
        [*lines, "", f"Reached first: {first.what}, at {_times(first)} the mean. To raise it: {first.setting}."]
    )


def _times(strain: Strain) -> str:
    return "never" if strain.reached_at >= min(_SHOWN_TIMES, MOST_TIMES) else f"{strain.reached_at:,.0f} ×"


def _figure(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 10 else f"{amount:.2f}"
