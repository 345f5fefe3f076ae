"""Tickets: what is signed comes back, and nothing else does."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.collection.ticket import NONCE_BYTES, Ticket, id_of, sign, verify
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import TicketInvalid

SECRETS = {"k1": b"one" * 8, "k2": b"two" * 8}
MOST_CHARACTERS = 1024
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


def encoded(raw: bytes) -> str:
    """URL-safe Base64 without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@given(tickets)
def test_a_signature_is_128_bits_of_an_hmac_over_all_that_stands_before_it(ticket: Ticket) -> None:
    """As the form says, worked out beside the product; fewer bits could be guessed."""
    signed, _, signature = sign(ticket, "k1", SECRETS["k1"]).rpartition(".")

    assert signature == encoded(hmac.new(SECRETS["k1"], signed.encode(), hashlib.sha256).digest()[:16])
    assert len(signature) == 22


@given(tickets, st.integers(0, 21))
def test_a_part_of_a_signature_signs_nothing(ticket: Ticket, kept: int) -> None:
    """However much of it was found out."""
    signed, _, signature = sign(ticket, "k1", SECRETS["k1"]).rpartition(".")

    with pytest.raises(TicketInvalid):
        verify(f"{signed}.{signature[:kept]}", SECRETS)


@pytest.mark.parametrize(("longer_by", "good"), [(0, True), (1, False)])
def test_a_ticket_has_at_most_1024_characters(longer_by: int, good: bool) -> None:
    """What is longer isn't even reckoned with, though its signature were right."""
    room = MOST_CHARACTERS + longer_by - len("k1..") - 22
    signed = f"k1.{encoded(_payload_of(room))}"
    token = f"{signed}.{encoded(hmac.digest(SECRETS['k1'], signed.encode(), 'sha256')[:16])}"
    assert len(token) == MOST_CHARACTERS + longer_by

    if good:
        assert verify(token, SECRETS).link == "ABCDEFGH"
    else:
        with pytest.raises(TicketInvalid):
            verify(token, SECRETS)


def _payload_of(characters: int) -> bytes:
    """A payload that is so long once it is encoded; its campaign's name is stretched until it is."""
    fields = '["%s","u1","ABCDEFGH","public","2026.1",[],1627952400000,"AAAAAAAAAAAAAAAAAAAAAA"]'
    return next(raw for n in range(characters) if len(encoded(raw := (fields % ("c" * n)).encode())) == characters)


@pytest.mark.parametrize("edition", questionnaires.EDITIONS)
def test_the_longest_ticket_of_ours_fits(edition: str) -> None:
    """A campaign and a unit with the longest names that there are, and every topic."""
    questionnaire = questionnaires.load(edition)
    longest = Ticket(
        "c" * 64, "u" * 32, "ABCDEFGH", edition, questionnaire.version, questionnaire.topics, 2**41, b"n" * 16
    )

    assert verify(sign(longest, "k" * 12, SECRETS["k1"]), {"k" * 12: SECRETS["k1"]}) == longest


def test_a_ticket_and_its_response_id_outlive_a_release() -> None:
    """Written down here as they were first handed out: a retry may come to the next release, and must not be new."""
    payload = (
        "WyJjLTEiLCJ1MSIsIkFCQ0RFRkdIIiwicHVibGljIiwiMjAyNi4xIixbInByaXZhY3kiXSwxNjI3OTUyNDAwMDAwLCJibTV1Ym01dWJtNXVi"
        "bTV1Ym01dWJnIl0"
    )

    ticket = verify(f"k1.{payload}.xgjDT3jiMtsEOE9IyenXKA", SECRETS)

    assert ticket == Ticket("c-1", "u1", "ABCDEFGH", "public", "2026.1", ("privacy",), 1_627_952_400_000, b"n" * 16)
    assert ticket.response_id == "uMorjYSkaj-RqdqumcxmhQ"


@given(tickets)
def test_a_ticket_leads_to_its_receipt_and_the_receipt_to_the_response(ticket: Ticket) -> None:
    """The same each time, by the key that signed the ticket, whatever other keys there are by then."""
    token = sign(ticket, "k1", SECRETS["k1"])

    found, rotated = verify(token, SECRETS), verify(token, {**SECRETS, "k0": b"new" * 8})

    assert re.fullmatch(r"([2-9A-HJKMNP-TV-Z]{4}-){3}[2-9A-HJKMNP-TV-Z]{4}", found.receipt)
    assert (found.receipt, found.response_id) == (rotated.receipt, rotated.response_id)
    assert found.response_id == id_of(found.receipt)
    assert found.response_id != ticket.response_id


@given(tickets)
def test_only_who_holds_the_key_can_tell_a_receipt(ticket: Ticket) -> None:
    """Another key gives the same nonce another receipt, and so does another campaign."""
    receipts = {
        verify(sign(one, key_id, SECRETS[key_id]), SECRETS).receipt
        for one in (ticket, replace(ticket, campaign=ticket.campaign + "x"))
        for key_id in SECRETS
    }

    assert len(receipts) == 4


def test_a_receipt_and_its_response_id_outlive_a_release() -> None:
    """As they were first given; a retry must find them again."""
    ticket = Ticket("c-1", "u1", "ABCDEFGH", "public", "2026.1", ("privacy",), 1_627_952_400_000, b"n" * 16)

    found = verify(sign(ticket, "k1", SECRETS["k1"]), SECRETS)

    assert (found.receipt, found.response_id) == ("52K8-VCP9-R3FJ-D5QK", "BsIBUpm2xB8QuZ7qIDoGVQ")
