"""Codes that people read aloud, type and scan: link codes, keys, receipts.

The alphabet leaves out what is mistaken for something else (0 and O, 1, I and L, U and V), holds capitals only, so
that a QR code stays in its small alphanumeric mode, and has 30 characters, since 31 is a prime: the check character of
ISO 7064's hybrid system (mod 31, 30) then finds every single mistyped character, and all swaps of two neighbours but
about one in four hundred.
"""

import hashlib
import re
import secrets
import unicodedata

from stdnum.iso7064 import mod_37_36

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_RECEIPT_LENGTH = 16
_MOST_TYPED = 200


def random_code(length: int) -> str:
    """`length` random characters of the alphabet, 4.9 bits each."""
    return _written(secrets.randbelow(len(ALPHABET) ** length), length)  # once: asking the system costs more


_BENT = re.compile(
    r"\d+([-/.,]\d+)*|\d+e\d+"
    r"|(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?"
    r"|dec(ember)?)-?\d+",
    re.IGNORECASE,
)


def is_plain(code: str) -> bool:
    """Whether a spreadsheet leaves a code as it is: `11-01` and `MAR1` become dates there, `5E23` and `007` numbers."""
    return _BENT.fullmatch(code) is None


def _written(number: int, length: int) -> str:
    """The last `length` digits of a number, in the alphabet."""
    characters = []
    for _ in range(length):
        number, place = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[place])
    return "".join(characters)


def with_check(code: str) -> str:
    """`code` with its check character behind it (ISO 7064, hybrid system mod 31, 30)."""
    return code + str(mod_37_36.calc_check_digit(code, alphabet=ALPHABET))


def has_check(code: str) -> bool:
    """Whether `code` ends in its check character. False for any text that isn't made of the alphabet."""
    return bool(code) and set(code) <= set(ALPHABET) and bool(mod_37_36.is_valid(code, alphabet=ALPHABET))


def normalised(typed: str) -> str:
    """What somebody typed or read aloud, in the one way it is stored: capitals, without spaces and hyphens."""
    return typed.upper().replace("-", "").replace(" ", "")


def grouped(code: str, by: int = 4) -> str:
    """`code` in groups, as it is printed: `7KQ2-M4TR`."""
    return "-".join(code[i : i + by] for i in range(0, len(code), by))


def key_hash(key: str) -> str:
    """How a key is stored: SHA-256 in hex. A key is 117 random bits, so nothing slower or salted is needed."""
    return hashlib.sha256(normalised(key).encode()).hexdigest()


def new_key() -> str:
    """A fresh key for a unit or the secretariat, as it is handed out once: 24 characters in groups."""
    return grouped(random_code(24))


def new_receipt() -> str:
    """A fresh receipt: 16 characters in groups, 78 random bits, known to the respondent alone."""
    return grouped(random_code(_RECEIPT_LENGTH))


def receipt_of(raw: bytes) -> str:
    """The receipt that 16 pseudo-random bytes or more make, in the same form."""
    return grouped(_written(int.from_bytes(raw, "big"), _RECEIPT_LENGTH))


def receipt_in(typed: str) -> str | None:
    """The receipt that somebody typed, as it is printed: whatever the case, the width, spaces and dashes of any kind.
    None for what can be none."""
    plain = unicodedata.normalize("NFKC", typed[:_MOST_TYPED]).upper()
    code = "".join(one for one in plain if not one.isspace() and unicodedata.category(one) not in {"Pd", "Cf"})
    return grouped(code) if len(code) == _RECEIPT_LENGTH and set(code) <= set(ALPHABET) else None
