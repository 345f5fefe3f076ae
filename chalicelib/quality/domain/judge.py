"""Judges the responses of a campaign together: the same verdicts on every run, whatever their order.

What is learnt is the nation's, from a bounded sample (`fitted`), and copies are looked for in the whole nation; then
each unit is judged by itself, so that no more than one unit's responses need be at hand.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from heapq import nsmallest

from chalicelib.instrument.domain.questionnaire import Questionnaire
from chalicelib.quality.domain.fitted import Fitted, Learnt
from chalicelib.quality.domain.layout import layout_of
from chalicelib.quality.domain.likeness import Sieve, keys_of
from chalicelib.quality.domain.record import Record, Verdict
from chalicelib.quality.domain.rules import Rules
from chalicelib.verdicts.acceptance import STRAIGHT_LINING, TOO_FAST

Find = Callable[[str, str], Questionnaire]
Version = tuple[str, str]
"""Edition and version."""
Known = Callable[[Version], Learnt | None]
"""What was learnt before of the same sample, if it was."""
Fits = Mapping[Version, Fitted]
"""Of the versions that enough people answered."""


def judge(records: Sequence[Record], find: Find, rules: Rules) -> list[Verdict]:
    """A verdict for each. `find` gives the questionnaire of an edition and version."""
    of_version: dict[Version, list[Record]] = defaultdict(list)
    of_unit: dict[str, list[int]] = defaultdict(list)
    order = sorted(range(len(records)), key=records.__getitem__)
    for at in order:
        of_version[records[at].asked].append(records[at])
        of_unit[records[at].unit].append(at)
    fits = fit_all({version: sample_of(group, rules) for version, group in of_version.items()}, find, rules)
    copies, keys = Copies(fits), [keys_of(layout_of(find(*one.asked)), one.packed, rules) for one in records]
    for some in keys:
        copies.meet(some)
    shares = {at: copies.share(records[at], keys[at]) for at in order}
    verdicts: list[Verdict] = [Verdict({})] * len(records)
    for places in of_unit.values():
        found = judge_unit([records[at] for at in places], [shares[at] for at in places], fits)
        for at, verdict in zip(places, found, strict=True):
            verdicts[at] = verdict
    return verdicts


def sample_of(records: Iterable[Record], rules: Rules) -> list[Record]:
    """Those of a version that the fit reads, drawn by hash among what breaks no rule at acceptance, in its order. The
    sample of several samples is the sample of all."""
    return nsmallest(rules.sample, (record for record in records if not record.broken), key=_hash)


def fit_all(
    samples: Mapping[Version, Sequence[Record]], find: Find, rules: Rules, known: Known = lambda _: None
) -> Fits:
    """What is learnt of each version from its sample, where that is large enough."""
    enough = sorted(version for version, sample in samples.items() if len(sample) >= rules.least)
    return {one: Fitted(layout_of(find(*one)), samples[one], rules, known(one)) for one in enough}


class Copies:
    """How like an earlier one each response of the nation is: first all are met, in any order, then each is asked
    about, in the order of arrival; each by its keys, see `likeness`."""

    def __init__(self, fits: Fits) -> None:
        self._shared = Sieve()
        self._likeness = {version: fitted.likeness(self._shared) for version, fitted in fits.items()}

    def meet(self, keys: Iterable[int]) -> None:
        """Notes the keys of one response, or of several."""
        self._shared.add(keys)

    def share(self, record: Record, keys: Iterable[int]) -> float:
        """The share of its answers, by their rarity, that an earlier one has too; 0.0 where that is nothing unusual."""
        likeness = self._likeness.get(record.asked)
        return likeness.share(record.packed, keys) if likeness else 0.0


def judge_unit(records: Sequence[Record], shares: Sequence[float], fits: Fits) -> list[Verdict]:
    """The verdicts on all responses of one unit, given in the order of arrival; `shares` by `Copies`."""
    groups: dict[Version, list[int]] = defaultdict(list)
    for at, record in enumerate(records):
        groups[record.asked].append(at)
    found = [_at_acceptance(record) for record in records]
    for version, places in groups.items():
        if fitted := fits.get(version):
            reasons = fitted.judge([records[at] for at in places], [shares[at] for at in places])
            for at, more in zip(places, reasons, strict=True):
                found[at] |= more
    return [Verdict(reasons) for reasons in found]


def _at_acceptance(record: Record) -> dict[str, float]:
    figures = {TOO_FAST: round(record.took_s, 3), STRAIGHT_LINING: 1.0}
    return {reason: figures.get(reason, 1.0) for reason in record.broken}


def _hash(record: Record) -> bytes:
    told = f"{record.link} {record.accepted_at} {record.started_at} {record.packed}"
    return blake2b(told.encode(), digest_size=8).digest()
