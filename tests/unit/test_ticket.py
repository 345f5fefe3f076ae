"""Tickets: what is signed comes back, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import TicketInvalid
from chalicelib.domain.ticket import NONCE_BYTES, Ticket, sign, verify

SECRETS = {"k1": b"one" * 8, "k2": b"two" * 8}
tickets = st.builds(
    Ticket,
    campaign=st.text(min_size=1, max_size=20),
    unit=st.text(max_size=10),
    link=st.text(max_size=8),
    edition=st.sampled_from(["public", "practitioner"]),
    version=st.just("2026.1"),
    topics=st.lists(st.text(max_size=10), max_size=3).map(tuple),
    issued_at=st.integers(0, 2**45),
    nonce=st.binary(min_size=NONCE_BYTES, max_size=NONCE_BYTES),
)


@given(tickets, st.sampled_from(sorted(SECRETS)))
def test_what_is_signed_comes_back(ticket: Ticket, key_id: str) -> None:
    """Either key's signature verifies: an older key goes on verifying beside a newer one."""
    assert verify(sign(ticket, key_id, SECRETS[key_id]), SECRETS) == ticket


@given(tickets, st.data())
def test_a_changed_ticket_is_refused(ticket: Ticket, data: st.DataObject) -> None:
    """Any single changed character spoils the signature."""
    token = sign(ticket, "k1", SECRETS["k1"])
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=0x4E10).filter(lambda c: c != token[place]))

    with pytest.raises(TicketInvalid):
        verify(token[:place] + other + token[place + 1 :], SECRETS)


@given(st.text(max_size=300) | st.just("k1..") | st.just("k1.e30.") | st.just("k1"))
def test_an_invented_ticket_is_refused(token: str) -> None:
    """Whatever is sent, the refusal is the same word."""
    with pytest.raises(TicketInvalid):
        verify(token, SECRETS)


@given(tickets, tickets)
def test_the_response_id_is_the_nonce_and_campaign_alone(one: Ticket, other: Ticket) -> None:
    """The same nonce in the same campaign is the same response; another is another."""
    same = (one.nonce, one.campaign) == (other.nonce, other.campaign)

    assert (one.response_id == other.response_id) == same
    assert len(one.response_id) == 22
