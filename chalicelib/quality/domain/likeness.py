"""Copies: answers that an earlier response has too, weighed by how rare they are. Of two the earlier stands."""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from math import log2
from typing import Any

from chalicelib.instrument.domain.answers import parts_of
from chalicelib.quality.domain.layout import ABOUT, Layout, Parts
from chalicelib.quality.domain.rules import Rules

_SLOTS = 1 << 27


class Rarity:
    """How rare answers are, learnt from a sample."""

    def __init__(self, layout: Layout, sample: Sequence[Parts]) -> None:
        self._layout, self._total = layout, len(sample)
        self._seen = Counter((token.first, _whole(value)) for parts in sample for token, value in layout.asked(parts))
        self._rows = Counter(
            (token.first, n, star)
            for parts in sample
            for token, value in layout.asked(parts)
            if isinstance(value, list)
            for n, star in enumerate(value)
        )

    def values(self, packed: str) -> tuple[int, ...]:
        """The answers that are compared, one after the other; two are compared that were asked the same."""
        return _compared(self._layout, parts_of(packed))

    def bits(self, packed: str) -> list[float]:
        """How rare each of them is."""
        bits: list[float] = []
        for token, value in self._layout.asked(parts_of(packed)):
            if token.block == ABOUT:
                continue
            whole = self._bits(self._seen[token.first, _whole(value)])
            if isinstance(value, list):
                rows = [self._bits(self._rows[token.first, n, star]) for n, star in enumerate(value)]
                fair = min(1.0, whole / (sum(rows) or 1.0))
                bits += [fair * bit for bit in rows]
            else:
                bits.append(whole)
        return bits

    def _bits(self, seen: int) -> float:
        return -log2((seen + 0.5) / (self._total + 1))


class Sieve:
    """Keys that were met before. It may take one for another, and never forgets one; 32 MB, whatever their number."""

    def __init__(self) -> None:
        self._met, self._again = bytearray(_SLOTS // 8), bytearray(_SLOTS // 8)

    def add(self, keys: Iterable[int]) -> None:
        """Meets the keys of one response."""
        for key in keys:
            byte, bit = (key % _SLOTS) >> 3, 1 << (key & 7)
            if self._met[byte] & bit:
                self._again[byte] |= bit
            else:
                self._met[byte] |= bit

    def shared(self, keys: Iterable[int]) -> list[int]:
        """Those that more than one response has, or may have."""
        again = self._again
        return [key for key in keys if again[(key % _SLOTS) >> 3] & 1 << (key & 7)]


class Likeness:
    """Tells of one response after the other, in the order of arrival, how like an earlier one it is."""

    def __init__(self, rarity: Rarity, rules: Rules, shared: Sieve) -> None:
        """`shared`: has met the keys of all responses. What a single one has can't be met again, and isn't kept."""
        self._rarity, self._rules, self._shared = rarity, rules, shared
        self._earlier: dict[int, deque[tuple[int, ...]]] = {}

    def share(self, packed: str, keys: Iterable[int]) -> float:
        """The share of its bits that the likest earlier response has too; 0.0 where they are too few to tell. What
        shares no key with others isn't even read."""
        met = self._shared.shared(keys)
        values = self._rarity.values(packed) if met else ()
        candidates: dict[tuple[int, ...], None] = {}
        for key in met:
            kept = self._earlier.setdefault(key, deque(maxlen=self._rules.copy_kept))
            candidates.update(dict.fromkeys(kept))
            if values not in kept:
                kept.append(values)
        return self._likest(packed, values, candidates) if candidates else 0.0

    def _likest(self, packed: str, values: tuple[int, ...], candidates: Iterable[tuple[int, ...]]) -> float:
        bits = self._rarity.bits(packed)
        total, best = sum(bits), 0.0
        for other in candidates:
            if len(other) == len(values):
                same = sum([bit for a, b, bit in zip(values, other, bits, strict=True) if a == b])
                best = max(best, same)
        enough = best >= self._rules.copy_bits and best >= self._rules.copy_share * total
        return best / total if enough else 0.0


def keys_of(layout: Layout, packed: str, rules: Rules) -> tuple[int, ...]:
    """One for each part of the answers: an earlier response with an equal one is looked at."""
    values, of = _compared(layout, parts_of(packed)), rules.copy_keys
    cuts = [len(values) * n // of for n in range(of + 1)]
    # A hash of integers is the same in each process.
    return tuple([hash((n, len(values), values[cuts[n] : cuts[n + 1]])) for n in range(of)])


def _compared(layout: Layout, parts: Parts) -> tuple[int, ...]:
    """What a person says about themselves isn't looked at: families and classes share it."""
    values: list[int] = []
    for token, value in layout.asked(parts):
        if token.block == ABOUT:
            continue
        if isinstance(value, list):
            first = token.first * 100
            values += [first + star for star in value]
        else:
            values.append(token.first * 100_000 + value)
    return tuple(values)


def _whole(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
