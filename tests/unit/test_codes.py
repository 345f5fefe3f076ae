"""Codes that people read aloud, type and scan."""

import hashlib
import re
import secrets
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel import codes
from chalicelib.kernel.errors import LinkUnknown
from chalicelib.links.domain.link import CODE_LENGTH, new_code, read_code

letters = st.sampled_from(codes.ALPHABET)
bodies = st.text(letters, min_size=CODE_LENGTH - 1, max_size=CODE_LENGTH - 1)


@given(bodies, st.integers(0, CODE_LENGTH - 1), letters)
def test_every_single_mistake_is_noticed(body: str, place: int, other: str) -> None:
    """One wrong character anywhere makes the code none of ours, without a look-up."""
    code = codes.with_check(body)
    mistaken = code[:place] + other + code[place + 1 :]

    assert codes.has_check(code)
    assert codes.has_check(mistaken) == (mistaken == code)


def test_swapped_neighbours_are_noticed() -> None:
    """Of the swaps of two different neighbours, at least 99 in 100 make the code none of ours."""
    rng, swaps, missed = Random(7), 0, 0
    for _ in range(3000):
        code = codes.with_check("".join(rng.choice(codes.ALPHABET) for _ in range(CODE_LENGTH - 1)))
        for place in range(CODE_LENGTH - 1):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            swaps += swapped != code
            missed += swapped != code and codes.has_check(swapped)

    assert missed < swaps / 100


@given(st.text(max_size=12))
def test_no_text_breaks_reading_a_code(text: str) -> None:
    """Whatever is typed is a code of ours or refused."""
    try:
        code = read_code(text)
    except LinkUnknown:
        return
    assert codes.has_check(code)


@pytest.mark.parametrize("write", [str.lower, codes.grouped, lambda code: f" {code[:4]} {code[4:]}"])
def test_a_code_is_read_however_it_is_written(write: Callable[[str], str]) -> None:
    """Lower case, hyphens and spaces don't matter."""
    code = new_code()

    assert read_code(write(code)) == code


def test_keys_are_stored_only_as_hashes_of_what_matters() -> None:
    """A key opens with or without its hyphens, in either case; its hash doesn't hold it."""
    key = codes.new_key()

    assert codes.key_hash(key) == codes.key_hash(key.replace("-", "").lower()) == codes.key_hash(key.replace("-", " "))
    assert key.replace("-", "") not in codes.key_hash(key).upper()
    assert len({codes.new_key() for _ in range(1000)}) == 1000


def test_what_was_printed_goes_on_being_read() -> None:
    """On posters and slips: the alphabet, the check character and the hash of a key are for good."""
    assert codes.with_check("2345678") == "23456789"
    assert read_code("23456789") == "23456789"
    assert codes.key_hash("2345-6789-ABCD-EFGH-JKMN-PQRS") == hashlib.sha256(b"23456789ABCDEFGHJKMNPQRS").hexdigest()


def test_nothing_in_the_alphabet_is_mistaken_for_something_else() -> None:
    """Thirty characters, capitals and digits, none of a pair that looks or sounds alike."""
    assert len(set(codes.ALPHABET)) == len(codes.ALPHABET) == 30
    assert set(codes.ALPHABET).isdisjoint("01ILOU")
    assert codes.ALPHABET.upper() == codes.ALPHABET


@given(st.text(letters, min_size=1, max_size=12).filter(lambda body: len(body) != CODE_LENGTH - 1))
def test_a_code_has_eight_characters(body: str) -> None:
    """A shorter or a longer one is none of ours, though its check character is right."""
    with pytest.raises(LinkUnknown):
        read_code(codes.with_check(body))


def test_a_code_is_drawn_evenly_from_all_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each number that may be drawn is another code, and every code is one of them."""
    bounds, draws = set(), iter(range(30**2))

    def draw(bound: int) -> int:
        bounds.add(bound)
        return next(draws)

    monkeypatch.setattr(secrets, "randbelow", draw)

    assert len({codes.random_code(2) for _ in range(30**2)}) == 30**2
    assert bounds == {30**2}


def test_how_long_keys_and_receipts_are() -> None:
    """117 and 78 random bits, in groups of four."""
    group = f"[{codes.ALPHABET}]{{4}}"

    assert re.fullmatch(f"{group}(-{group}){{5}}", codes.new_key())
    assert re.fullmatch(f"{group}(-{group}){{3}}", codes.new_receipt())


@pytest.mark.parametrize("code", ["11-01", "44-09", "2345678", "5E234567", "MAR12345", "sep-2", "JUNE26", "3.4", "1/2"])
def test_what_a_spreadsheet_takes_for_a_date_or_a_number_is_known(code: str) -> None:
    """Opened in one and saved again, it would be another."""
    assert not codes.is_plain(code)


def test_no_link_has_such_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever chance offers."""
    offered = iter(["2345678", "5E23456", "MAR2345", "MAR2346", "7KQ2M4T", "8KQ2M4T"])
    monkeypatch.setattr("chalicelib.links.domain.link.random_code", lambda _: next(offered))

    made = new_code()

    assert codes.is_plain(made)
    assert codes.has_check(made)
