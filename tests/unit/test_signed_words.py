"""Sessions and other words that we sign: each for one purpose, whole, and no longer than agreed."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.domain import session
from chalicelib.access.domain.session import Session
from chalicelib.kernel import signed
from chalicelib.kernel.signed import Purpose

SECRETS = {"k1": b"one" * 8, "k2": b"two" * 8}
SECRET = SECRETS["k1"]
NOW = 1_627_952_400_000
hashes = st.text("0123456789abcdef", min_size=1, max_size=64)
sessions = st.builds(Session, key_hash=hashes, id=hashes, expires_at=st.integers(NOW - 10, NOW + 10))
purposes = st.sampled_from([purpose for purpose in signed.PURPOSES if purpose is not signed.TICKET])
words = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60)


def by_hand(purpose: str, said: str) -> str:
    """The signature as it is described, worked out beside the product: all 256 bits."""
    return hmac.new(SECRET, f"{purpose}\0{said}".encode(), hashlib.sha256).hexdigest()


@given(sessions)
def test_a_session_is_good_to_its_last_millisecond(made: Session) -> None:
    """By either key; not at the instant at which it ends."""
    for key_id, secret in SECRETS.items():
        token = session.seal(made, key_id, secret)
        assert session.unseal(token, SECRETS, NOW) == (made if made.expires_at > NOW else None)


@given(sessions)
def test_what_signs_a_session(made: Session) -> None:
    """All of it, for this purpose; the token of its changes is signed for another."""
    token = session.seal(made, "k1", SECRET)
    said, _, signature = token.rpartition(".")

    assert signature == by_hand("session", said)
    assert session.csrf_token(token, SECRETS) == by_hand("csrf", token)


@given(sessions, st.data())
def test_a_changed_session_is_none(made: Session, data: st.DataObject) -> None:
    """Any single changed character spoils it: whose it is, how long it lasts, which key signed it."""
    token = session.seal(Session(made.key_hash, NOW + 1, "a"), "k1", SECRET)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=0x4E10).filter(lambda c: c != token[place]))

    assert session.unseal(token[:place] + other + token[place + 1 :], SECRETS, NOW) is None


@pytest.mark.parametrize(("characters", "good"), [(256, True), (257, False)])
def test_a_session_has_at_most_256_characters(characters: int, good: bool) -> None:
    """A longer one isn't even reckoned with, though its signature were right."""
    room = characters - len(session.seal(Session("", NOW + 1, "a"), "k1", SECRET))
    token = session.seal(Session("a" * room, NOW + 1, "a"), "k1", SECRET)

    assert len(token) == characters
    assert (session.unseal(token, SECRETS, NOW) is not None) == good


@given(purposes, words)
def test_words_come_back_for_their_purpose(purpose: Purpose, said: str) -> None:
    """By either key, whatever stands in them, signed as it is described."""
    for key_id, secret in SECRETS.items():
        assert signed.unseal(purpose, signed.seal(purpose, said, key_id, secret), SECRETS) == said
    assert signed.seal(purpose, said, "k1", SECRET) == f"k1.{said}.{by_hand(purpose.name, f'k1.{said}')}"


@pytest.mark.parametrize("other", signed.PURPOSES, ids=lambda purpose: purpose.name)
@pytest.mark.parametrize("one", signed.PURPOSES, ids=lambda purpose: purpose.name)
@given(said=words)
def test_words_for_one_purpose_are_none_for_another(one: Purpose, other: Purpose, said: str) -> None:
    """Else a link that ends mails might open a file, or a file's mark answer the questionnaire."""
    token, mark = (make(one, said, "k1", SECRET) for make in (signed.seal, signed.mark))

    assert (signed.unseal(other, token, SECRETS) == said) == (one == other)
    assert signed.bears(other, said, mark, SECRETS) == (one == other)


def test_no_two_purposes_sign_alike() -> None:
    """Each has a name of its own, and none could be mistaken for another's words, nor for a key's id."""
    names = [purpose.name for purpose in signed.PURPOSES]

    assert len(set(names)) == len(names)
    assert not [name for name in names if "\0" in name or "." in name]


@given(purposes, words, st.data())
def test_a_mark_is_of_these_words_alone(purpose: Purpose, said: str, data: st.DataObject) -> None:
    """By either key, so that a newer one ends nothing; a changed character in either spoils it."""
    for key_id, secret in SECRETS.items():
        assert signed.bears(purpose, said, signed.mark(purpose, said, key_id, secret), SECRETS)
    mark = signed.mark(purpose, said, "k1", SECRET)
    place = data.draw(st.integers(0, len(mark) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=0x4E10).filter(lambda c: c != mark[place]))

    assert not signed.bears(purpose, said, mark[:place] + other + mark[place + 1 :], SECRETS)
    assert not signed.bears(purpose, f"{said}x", mark, SECRETS)
    assert not signed.bears(purpose, said, mark, {"k2": SECRETS["k2"]})


@given(sessions)
def test_a_session_says_nothing_for_another_purpose(made: Session) -> None:
    """Though both are signed with the same key."""
    assert signed.unseal(signed.UNSUBSCRIBE, session.seal(made, "k1", SECRET), SECRETS) is None
    assert session.unseal(signed.seal(signed.UNSUBSCRIBE, f"{NOW + 1}.ab", "k1", SECRET), SECRETS, NOW) is None


@given(words, st.data())
def test_changed_words_are_none(said: str, data: st.DataObject) -> None:
    """Any single changed character spoils them."""
    token = signed.seal(signed.FILE, said, "k1", SECRET)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=0x4E10).filter(lambda c: c != token[place]))

    assert signed.unseal(signed.FILE, token[:place] + other + token[place + 1 :], SECRETS) is None


@pytest.mark.parametrize(("characters", "good"), [(512, True), (513, False)])
def test_words_have_at_most_512_characters(characters: int, good: bool) -> None:
    """Longer ones aren't even reckoned with."""
    said = "a" * (characters - len(signed.seal(signed.FILE, "", "k1", SECRET)))
    token = signed.seal(signed.FILE, said, "k1", SECRET)

    assert len(token) == characters
    assert (signed.unseal(signed.FILE, token, SECRETS) == said) == good
