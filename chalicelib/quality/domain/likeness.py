"""Copies: answers that an earlier response has too, weighed by how rare they are. Of two the earlier stands."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from math import log2
from typing import Any, NamedTuple

from chalicelib.quality.domain.layout import ABOUT, Layout, Parts
from chalicelib.quality.domain.rules import Rules

_SLOTS = 1 << 27


class Items(NamedTuple):
    """The answers of one response, one after the other; two are compared that were asked the same."""

    values: tuple[int, ...]
    bits: tuple[float, ...]
    """How rare each is."""


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

    def keys(self, parts: Parts, rules: Rules) -> Iterator[int]:
        """See `keys_of`."""
        return keys_of(self.items(parts).values, rules)

    def items(self, parts: Parts) -> Items:
        """What a person says about themselves isn't looked at: families and classes share it."""
        values: list[int] = []
        bits: list[float] = []
        for token, value in self._layout.asked(parts):
            if token.block == ABOUT:
                continue
            whole = self._bits(self._seen[token.first, _whole(value)])
            if isinstance(value, list):
                rows = [self._bits(self._rows[token.first, n, star]) for n, star in enumerate(value)]
                fair = min(1.0, whole / (sum(rows) or 1.0))
                values += [token.first * 100 + star for star in value]
                bits += [fair * bit for bit in rows]
            else:
                values.append(token.first * 100_000 + value)
                bits.append(whole)
        return Items(tuple(values), tuple(bits))

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

    def __contains__(self, key: int) -> bool:
        """Whether more than one response has it, or may have."""
        return bool(self._again[(key % _SLOTS) >> 3] & 1 << (key & 7))


class Likeness:
    """Tells of one response after the other, in the order of arrival, how like an earlier one it is."""

    def __init__(self, rarity: Rarity, rules: Rules, shared: Sieve) -> None:
        """`shared`: has met the keys of all responses. What a single one has can't be met again, and isn't kept."""
        self._rarity, self._rules, self._shared = rarity, rules, shared
        self._earlier: dict[int, deque[tuple[int, ...]]] = {}

    def share(self, parts: Parts) -> float:
        """The share of its bits that the likest earlier response has too; 0.0 where they are too few to tell."""
        items = self._rarity.items(parts)
        candidates: dict[tuple[int, ...], None] = {}
        for key in keys_of(items.values, self._rules):
            if key in self._shared:
                kept = self._earlier.setdefault(key, deque(maxlen=self._rules.copy_kept))
                candidates.update(dict.fromkeys(kept))
                if items.values not in kept:
                    kept.append(items.values)
        total, best = sum(items.bits), 0.0
        for other in candidates:
            if len(other) == len(items.values):
                same = sum([bit for a, b, bit in zip(items.values, other, items.bits, strict=True) if a == b])
                best = max(best, same)
        enough = best >= self._rules.copy_bits and best >= self._rules.copy_share * total
        return best / total if enough else 0.0


def keys_of(values: tuple[int, ...], rules: Rules) -> Iterator[int]:
    """One for each part of the answers: an earlier response with an equal one is looked at."""
    for n in range(rules.copy_keys):
        part = values[len(values) * n // rules.copy_keys : len(values) * (n + 1) // rules.copy_keys]
        yield hash((n, len(values), part))  # of integers: the same in each process


def _whole(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
