"""Mailing figures to the secretariat: at the set times, and once more when all is sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.clock import now_ms
from chalicelib.domain import counts
from chalicelib.domain.campaign import Campaign, Phase
from chalicelib.domain.counts import Figures
from chalicelib.domain.instants import shanghai, to_ms
from chalicelib.domain.job import Job
from chalicelib.domain.tally import NATION
from chalicelib.domain.unit import Unit, progress
from chalicelib.gateways import mail
from chalicelib.gateways.mail import Mail
from chalicelib.settings import settings
from chalicelib.store import audit, jobs, units
from chalicelib.store.jobs import Lease
from chalicelib.usecases.read_counts import tally_of

_MOST_REPAIRS = 1_000
_UNIT = {NATION: "全国"}


@dataclass(frozen=True, slots=True)
class Row:
    """A unit's line in a digest."""

    unit: Unit
    figures: Figures
    percent: str


def due_slot(campaign: Campaign, at_ms: int) -> int | None:
    """The latest digest time that has come (ms); none before the first. Missed earlier ones are not made up for.

    A time counts if it lies within the window and after the campaign was set up.
    """
    today = shanghai(at_ms).replace(hour=0, minute=0, second=0, microsecond=0)
    slots = [
        to_ms(today - timedelta(days=back) + timedelta(hours=int(time[:2]), minutes=int(time[3:])))
        for back in (0, 1)
        for time in campaign.digest_times
    ]
    first = max(campaign.opens_at, campaign.created_at)
    return max((slot for slot in slots if first < slot <= min(at_ms, campaign.closes_at)), default=None)


def send_digest(campaign: Campaign, slot_ms: int) -> None:
    """Mails the digest of a slot, once. Raises what the mail server raises; the next tick tries again."""
    job_id = f"digest#{campaign.id}#{slot_ms}"
    if campaign.recipients:
        jobs.create(Job(id=job_id, kind="digest", campaign=campaign.id, created_at=now_ms()))
    lease = jobs.take(job_id, now_ms())
    if lease is None:
        return
    try:
        send_once(lease, _mail(campaign, job_id, "采集进度", _repairs(campaign, slot_ms)))
        lease.job.done = True
    finally:
        lease.release()


def send_once(lease: Lease, message: Mail) -> None:
    """Sends a job's mail. Where an earlier try may have got through, it says that it is a repeat."""
    if not message.to:
        return
    tried = lease.job.data.get("mail_tried", False)
    lease.job.data["mail_tried"] = True
    lease.save(now_ms())
    mail.send(message.as_repeat() if tried else message)


def final_mail(campaign: Campaign) -> Mail:
    """The mail that tells of the seal."""
    assert campaign.phase is Phase.SEALED
    assert campaign.seal is not None
    notes = [f"封存清单 manifest.json 的 SHA-256:{campaign.seal.manifest_sha256}"]
    return _mail(campaign, f"final#{campaign.id}", "采集已结束并封存", notes)


def _mail(campaign: Campaign, key: str, headline: str, notes: Sequence[str]) -> Mail:
    at_ms = now_ms()
    nation = tally_of(campaign, NATION, 0)
    sealed = campaign.phase is Phase.SEALED
    values = {
        "campaign": campaign,
        "headline": headline,
        "as_of": shanghai(at_ms).strftime("%Y-%m-%d %H:%M"),
        "nation": counts.overall(nation),
        "today": None if sealed else counts.day(nation, shanghai(at_ms).strftime("%Y%m%d")),
        "rows": [_row(campaign, unit) for unit in units.of_campaign(campaign.id)],
        "notes": notes,
        "link": settings().public_url + (f"/exports/{campaign.id}.final" if sealed else "/secretariat"),
    }
    subject = f"{campaign.title}:{headline},采集量 {counts.overall(nation).collected}"
    text, html = mail.render("digest.txt", **values), mail.render("digest.html", **values)
    return Mail(key=key, to=campaign.recipients, subject=subject, text=text, html=html, at_ms=at_ms)


def _repairs(campaign: Campaign, slot_ms: int) -> list[str]:
    """A line for each repair of the counts since the digest before."""
    since = due_slot(campaign, slot_ms - 1) or 0
    entries = audit.newest(campaign.id, _MOST_REPAIRS)
    return [
        f"更正:{_UNIT.get(e['subject'], e['subject'])} {e['hour'][:8]} {e['hour'][8:]} 时"
        f"由 {e['before'][0]} 更正为 {e['after'][0]}(两次复核结果一致)"
        for e in entries
        if e["action"] == "recount.repair" and since < e["at"] <= slot_ms
    ]


def _row(campaign: Campaign, unit: Unit) -> Row:
    figures = counts.overall(tally_of(campaign, unit.code, 0))
    share = progress(figures.collected, unit.plan)
    return Row(unit, figures, "" if share is None else f"{share:.1%}")
