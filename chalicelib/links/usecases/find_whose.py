"""“Whose code is this?”: units by what people hold in their hand: a link's code or address, the name of a collecting
point, a person, a mail address, a telephone number."""

import re
from dataclasses import dataclass

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.store import contacts
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.errors import LinkUnknown
from chalicelib.links.domain.link import Link, read_code
from chalicelib.links.store import links

_LEAST = 2
"""Characters of a label that are looked for."""
_LEAST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Whose:
    """What was found."""

    units: frozenset[str] = frozenset()
    """Codes of units whose contact it is."""
    links: tuple[Link, ...] = ()


def find_whose(campaign: Campaign, asked: str, *, with_contacts: bool) -> Whose:
    """A link by its code, else contacts, else links by their labels, which reads all links: some calls for each 20,000,
    and only where nothing else was found."""
    if link := _link(campaign, asked):
        return Whose(links=(link,))
    if with_contacts and (
        found := [code for code, one in contacts.of_campaign(campaign.id).items() if _fits(one, asked)]
    ):
        return Whose(frozenset(found))
    if len(asked) < _LEAST:
        return Whose()
    return Whose(links=tuple(links.labelled(campaign.id, asked)))


def _link(campaign: Campaign, asked: str) -> Link | None:
    try:
        found = links.read(read_code(asked.strip().rstrip("/").rpartition("/")[2]))
    except LinkUnknown:
        return None
    return found if found.campaign == campaign.id else None


def _fits(contact: Contact, asked: str) -> bool:
    words, digits = asked.casefold(), re.sub(r"\D", "", asked)
    if len(digits) >= _LEAST_DIGITS and digits in re.sub(r"\D", "", contact.phone or ""):
        return True
    return any(words in (said or "").casefold() for said in (contact.name, contact.email))
