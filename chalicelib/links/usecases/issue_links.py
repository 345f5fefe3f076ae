"""Issuing links to units, naming their collecting points, and revoking them."""

from collections.abc import Sequence

from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.store import audit
from chalicelib.links.domain.link import LABEL_LENGTH, Edition, Link, new_code, read_code
from chalicelib.links.store import links

MOST_AT_ONCE = 200


def issue_links(
    campaign: str, unit: str, channel: str, edition: Edition, labels: Sequence[str], now_ms: int, who: str
) -> list[Link]:
    """One new link for each label (which may be empty). Raises `NotFound` where there is no such unit."""
    units.read(campaign, unit)
    issued = [new_link(campaign, unit, channel, edition, label, now_ms) for label in labels]
    codes = [link.code for link in issued]
    audit.note(
        campaign,
        now_ms,
        who,
        "link.issue",
        unit,
        after={"codes": codes, "channel": channel, "edition": edition},
    )
    return issued


def label_link(code: str, label: str, now_ms: int, who: str) -> Link:
    """Names a link's collecting point. Raises `LinkUnknown`."""
    before = links.read(read_code(code))
    after = before.model_copy(update={"label": label[:LABEL_LENGTH]})
    links.replace(after)
    audit.note(before.campaign, now_ms, who, "link.label", before.code, before=before.label, after=after.label)
    return after


def revoke_link(code: str, now_ms: int, who: str) -> Link:
    """Revokes a link for good; its responses stay. Doing it again changes nothing. Raises `LinkUnknown`."""
    link = links.read(read_code(code))

    def revoked(campaign: Campaign) -> Campaign:
        return campaign.model_copy(update={"revoked": campaign.revoked | {link.code}})

    before, after = campaigns.change(link.campaign, revoked)
    if after != before:
        audit.note(
            link.campaign, now_ms, who, "link.revoke", link.code, before=link.model_dump(mode="json"), after=None
        )
    return link


def new_link(campaign: str, unit: str, channel: str, edition: Edition, label: str, now_ms: int) -> Link:
    """Stores a link under a code that nobody had, which the caller notes in the audit."""
    while True:
        link = Link(
            code=new_code(),
            campaign=campaign,
            unit=unit,
            channel=channel,
            edition=edition,
            label=label,
            created_at=now_ms,
        )
        if links.create(link):
            return link


def caption(link: Link) -> str:
    """What stands under a link's code: the unit's name."""
    return units.read(link.campaign, link.unit).name


def is_revoked(link: Link) -> bool:
    """Whether a link was revoked, as of a moment ago."""
    return link.code in campaigns.cached(link.campaign, 1.0).revoked
