"""Planning an occasion's mails: the figures that the next one will be held against, and who gets one."""

from collections.abc import Collection
from typing import Any

from chalicelib.associations.store import contacts
from chalicelib.counting.usecases.snapshot import Readings
from chalicelib.jobs import jobs
from chalicelib.jobs.job import Job
from chalicelib.jobs.jobs import Lease
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import random_code
from chalicelib.mail.domain.outgoing import SECRETARIAT, Occasion, Outgoing
from chalicelib.mail.store import outbox
from chalicelib.mail.usecases.order_mail import KIND
from chalicelib.sealing.export import request_export

WHO = "tick"


def plan_mail(lease: Lease, readings: Readings) -> None:
    """Notes what was counted now and at the occasion before, and puts a mail for each addressee into the outbox.

    It can be run twice: what is noted first, stays.
    """
    job, campaign, occasion = lease.job, readings.campaign, Occasion(lease.job.data["occasion"])
    if occasion in {Occasion.DIGEST, Occasion.FINAL} and "figures" not in job.data:
        job.data |= _before(campaign.id, job.data["at"]) | {"figures": readings.snapshot()}
        job.data["export"] = f"{campaign.id}.final" if occasion is Occasion.FINAL else random_code(12)
        lease.save(now_ms())
    if occasion is Occasion.DIGEST and campaign.recipients:
        request_export(campaign.id, now_ms(), WHO, job.data["export"])
    for addressee, to in _addressees(readings, _only(job)):
        outbox.create(Outgoing(campaign=campaign.id, occasion=occasion, at=job.data["at"], addressee=addressee, to=to))
    job.data["planned"] = True
    lease.save(now_ms())


def _only(job: Job) -> Collection[str] | None:
    """The units that a mail is for alone: the one that asked for a link, those that are reminded; None: a digest."""
    return [job.data["unit"]] if "unit" in job.data else job.data.get("missing")


def _addressees(readings: Readings, only: Collection[str] | None) -> list[tuple[str, tuple[str, ...]]]:
    """Who gets a digest; or `only` some units, as far as they can be reached."""
    campaign = readings.campaign
    reachable = {
        code: (contact, (contact.email,))
        for code, contact in contacts.of_campaign(campaign.id).items()
        if contact.email and code in readings.units
    }
    if only is not None:
        return [(code, reachable[code][1]) for code in only if code in reachable]
    secretariat = [(SECRETARIAT, campaign.recipients)] if campaign.recipients else []
    return secretariat + [(code, to) for code, (contact, to) in reachable.items() if contact.wants_digest]


def _before(campaign: str, at_ms: int) -> dict[str, Any]:
    """The figures of the last occasion, and when they were taken."""
    earlier = [
        job
        for job in jobs.of_kind(KIND)
        if job.campaign == campaign and "figures" in job.data and job.data["at"] < at_ms
    ]
    last = max(earlier, key=lambda job: job.data["at"], default=None)
    return {"before": last.data["figures"], "since": last.data["at"]} if last else {"before": {}, "since": None}
