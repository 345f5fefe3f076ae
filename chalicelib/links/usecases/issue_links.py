"""Issuing links to units, naming their collecting points, revoking and replacing them."""

from collections.abc import Sequence
from functools import partial

from chalicelib.associations.store import supporters, units
from chalicelib.campaigns import campaigns
from chalicelib.kernel.errors import FieldError, LinkRevoked, RequestInvalid
from chalicelib.kernel.seen import ANYTHING, Seen
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import MOST_TOGETHER, commit, until_not_overtaken
from chalicelib.links.domain.link import LABEL_LENGTH, Edition, Link, new_code, read_code
from chalicelib.links.store import links, revocations

MOST_AT_ONCE = 200
_TOGETHER = MOST_TOGETHER - 1
"""Beside the entry that tells of them."""


def issue_links(
    campaign: str, unit: str, channel: str, edition: Edition, labels: Sequence[str], now_ms: int, who: str
) -> list[Link]:
    """One new link for each label (which may be empty). Raises `NotFound` where there is no such unit.

    Some ninety at a time with their entry in the audit log; ended halfway, those that are issued are told of.
    """
    units.read(campaign, unit)

    def issue(some: Sequence[str]) -> list[Link]:
        issued = [fresh_link(campaign, unit, channel, edition, label, now_ms) for label in some]
        seen = {"codes": [link.code for link in issued], "channel": channel, "edition": edition}
        entry = audit.entry(campaign, now_ms, who, "link.issue", unit, after=seen)
        commit(*map(links.creating, issued), entry)
        return issued

    groups = [labels[start : start + _TOGETHER] for start in range(0, len(labels), _TOGETHER)]
    issued = [link for some in groups for link in until_not_overtaken(partial(issue, some))]
    for link in issued[:1]:
        links.forget(link)
    return issued


def label_link(code: str, label: str, now_ms: int, who: str, seen: Seen = ANYTHING) -> Link:
    """Names a link's collecting point. Raises `LinkUnknown` and `PreconditionFailed`."""
    return _change(code, "label", label[:LABEL_LENGTH], now_ms, who, seen)


def support_link(code: str, supporter: str | None, now_ms: int, who: str, seen: Seen = ANYTHING) -> Link:
    """Says which supporter of its unit collects with a link; None: none.

    Raises `LinkUnknown`, `RequestInvalid` where the unit has no such supporter, and `PreconditionFailed`.
    """
    link = links.read(read_code(code))
    own = {one.key for one in supporters.of_campaign(link.campaign) if one.unit == link.unit}
    if supporter is not None and supporter not in own:
        raise RequestInvalid([FieldError("/supporter", "no_supporter")])
    return _change(code, "supporter", supporter, now_ms, who, seen)


def _change(code: str, field: str, value: str | None, now_ms: int, who: str, seen: Seen) -> Link:
    def attempt() -> Link:
        before = links.read(read_code(code))
        seen.check(getattr(before, field))
        after = before.model_copy(update={field: value})
        told = {"before": getattr(before, field), "after": value}
        links.replace(before, after, audit.entry(before.campaign, now_ms, who, f"link.{field}", before.code, **told))
        return after

    return until_not_overtaken(attempt)


def revoke_link(code: str, now_ms: int, who: str) -> Link:
    """Revokes a link permanently; its responses stay. Doing it again changes nothing. Raises `LinkUnknown`."""
    link = links.read(read_code(code))
    seen = {"before": link.model_dump(mode="json"), "after": None}
    told = audit.entry(link.campaign, now_ms, who, "link.revoke", link.code, **seen)
    until_not_overtaken(lambda: revocations.revoke(link.campaign, link.code, told))
    return link


def replace_link(code: str, now_ms: int, who: str) -> Link:
    """A new link with the channel, edition and label of the old one, which stops permanently; its responses stay.

    Of two who replace a link at once, one does. Raises `LinkUnknown`, and `LinkRevoked` where it had stopped before.
    """
    old = links.read(read_code(code))

    def attempt() -> Link:
        new = fresh_link(old.campaign, old.unit, old.channel, old.edition, old.label, now_ms)
        seen = {"before": old.model_dump(mode="json"), "after": {"code": new.code}}
        told = audit.entry(old.campaign, now_ms, who, "link.replace", old.code, **seen)
        if not revocations.revoke(old.campaign, old.code, links.creating(new), told):
            raise LinkRevoked("link_revoked_before", link=old.code)
        links.forget(new)
        return new

    return until_not_overtaken(attempt)


def fresh_link(campaign: str, unit: str, channel: str, edition: Edition, label: str, now_ms: int) -> Link:
    """A link under a code that hardly anybody has, which is not stored yet."""
    return Link(
        code=new_code(),
        campaign=campaign,
        unit=unit,
        channel=channel,
        edition=edition,
        label=label,
        created_at=now_ms,
    )


def is_revoked(link: Link) -> bool:
    """Whether a link was revoked, as of a moment ago."""
    return revocations.is_revoked(campaigns.cached(link.campaign, 1.0), link.code, 1.0)
