"""Leave to answer once: signed, and nothing stored."""

import secrets
from dataclasses import dataclass

from chalicelib.campaigns.campaign import Campaign, State
from chalicelib.collection import ticket as tickets
from chalicelib.instrument.usecases import find_questionnaire
from chalicelib.kernel.errors import CollectionClosed, CollectionNotOpen
from chalicelib.kernel.gateways.secrets import ticket_keys
from chalicelib.kernel.rate_limits import admit
from chalicelib.links.usecases.open_link import resolve


@dataclass(frozen=True, slots=True)
class IssuedTicket:
    """A ticket and what its holder should know. Instants in ms since the epoch."""

    ticket: str
    edition: str
    questionnaire: str
    topics: tuple[str, ...]
    opens_at: int
    closes_at: int


def issue_ticket(code: str, arrived_ms: int) -> IssuedTicket:
    """A ticket for a link. Writes nothing.

    Raises `LinkUnknown`, `LinkRevoked`, `CollectionNotOpen`, `CollectionClosed`, `TooManyRequests`.
    """
    link, campaign = resolve(code)
    refuse_unless_open(campaign, arrived_ms)
    admit(link.code)
    questionnaire = find_questionnaire.load(link.edition, campaign.version_of(link.edition))
    nonce = secrets.token_bytes(tickets.NONCE_BYTES)
    topics = questionnaire.assign_topics(nonce)
    ticket = tickets.Ticket(
        campaign=link.campaign,
        unit=link.unit,
        link=link.code,
        edition=link.edition,
        version=questionnaire.version,
        topics=topics,
        issued_at=arrived_ms,
        nonce=nonce,
    )
    token = tickets.sign(ticket, *ticket_keys().newest)
    window = campaign.window_at(arrived_ms)
    return IssuedTicket(token, link.edition, questionnaire.version, topics, window.opens_at, window.closes_at)


def refuse_unless_open(campaign: Campaign, arrived_ms: int) -> None:
    """The gate. Raises `CollectionNotOpen` or `CollectionClosed`."""
    state = campaign.state_at(arrived_ms)
    if state is State.SCHEDULED:
        raise CollectionNotOpen("not_open", at=campaign.window_at(arrived_ms).opens_at)
    if state is not State.OPEN:
        raise CollectionClosed("ended_at", at=campaign.window_at(arrived_ms).closes_at)
