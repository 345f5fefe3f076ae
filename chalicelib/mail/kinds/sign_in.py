"""Signing in without the key: a one-time link, mailed to the address that the secretariat keeps for the unit.

Whoever asks learns nothing: an address that nobody knows costs the same read and the same write as one that somebody
does, and gets the same answer. The mail itself is written by a tick.
"""

from chalicelib.access.store import sign_ins
from chalicelib.access.store.sign_ins import SignIn
from chalicelib.access.usecases.sessions import open_session
from chalicelib.associations.store import associations, contacts, units
from chalicelib.associations.usecases.register_units import key_of
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.usecases.snapshot import Readings
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, random_code
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import commit, until_not_overtaken
from chalicelib.kernel.texts import chinese
from chalicelib.mail.domain.mail_progress import MailProgress
from chalicelib.mail.domain.outgoing import MINUTE_MS, Outgoing
from chalicelib.mail.gateways.mail import Mail
from chalicelib.mail.kind import MailKind, compose
from chalicelib.mail.usecases.order_mail import order_once

LASTS_MS = 30 * MINUTE_MS
_LENGTH = 26
"""127 random bits."""
_NOBODY = "~"
"""Stands for the unit of an address that is not known; no unit's code can be this."""


def _write(outgoing: Outgoing, _noted: MailProgress, readings: Readings) -> Mail:
    """With a fresh link. An earlier one of the same mail, if it got through after all, stays good too."""
    token = random_code(_LENGTH)
    sign_ins.put(key_hash(token), SignIn(outgoing.campaign, outgoing.addressee), now_ms() + LASTS_MS)
    values = {
        "campaign": readings.campaign,
        "unit": readings.units[outgoing.addressee],
        "link": f"{settings().public_url}/enter/{token}",
        "minutes": LASTS_MS // MINUTE_MS,
    }
    subject = chinese("mail")("subject_sign_in", campaign=readings.campaign.title)
    return compose(outgoing, readings.at_ms, "sign_in", subject, values)


KIND = MailKind(
    "sign-in", lambda noted, _: [str(noted.unit)], _write, once_in_ms=5 * MINUTE_MS, by_unit=True, keeps_text=False
)


def ask_for_link(address: str, at_ms: int) -> None:
    """Orders a link for each association whose contact of any year has this address: of the last such year."""
    wanted, known = address.strip().lower(), dict[str, tuple[str, str]]()
    everything = campaigns.all_campaigns()
    for campaign in everything:
        for code, contact in contacts.of_campaign(campaign.id).items():
            if contact.email and contact.email.lower() == wanted:
                unit = units.find(campaign.id, code)
                known.setdefault((unit and unit.association) or f"{campaign.id}.{code}", (campaign.id, code))
    for name, code in known.values():
        order_once(KIND, name, at_ms, unit=code)
    if everything and not known:
        order_once(KIND, everything[0].id, at_ms, unit=_NOBODY, done=True)


def years_of(token: str, at_ms: int) -> list[Campaign]:
    """The campaigns to which a link would let somebody in now, the latest first; none where it isn't good. Looking uses
    nothing up, since mail programs look by themselves."""
    found = sign_ins.find(key_hash(token), at_ms)
    if found is None:
        return []
    unit = units.read(found.campaign, found.unit)
    part = associations.read(unit.association).taking_part if unit.association else {}
    return [one for one in campaigns.all_campaigns() if one.id in part or one.id == found.campaign]


def enter(token: str, at_ms: int) -> str | None:
    """The token of a new session, as the unit's key would open it, so that a new key ends it too. None where the link
    was used before, has run out, or the unit's key is locked."""

    def attempt() -> str | None:
        found = sign_ins.find(key_hash(token), at_ms)
        if found is None:
            return None
        hashed = key_of(units.read(found.campaign, found.unit))
        opened = open_session(hashed, at_ms) if hashed else None
        if opened is None:
            commit(sign_ins.using_up(key_hash(token)))
            return None
        session, written = opened
        told = audit.entry(found.campaign, at_ms, found.unit, "unit.sign-in", found.unit)
        commit(sign_ins.using_up(key_hash(token)), written, told)
        return session

    return until_not_overtaken(attempt)
