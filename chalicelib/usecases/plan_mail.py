"""Planning an occasion's mails: the figures that the next one will be held against, and who gets one."""

from typing import Any

from chalicelib.clock import now_ms
from chalicelib.domain.codes import random_code
from chalicelib.domain.outgoing import SECRETARIAT, Occasion, Outgoing
from chalicelib.store import contacts, jobs, outbox
from chalicelib.store.jobs import Lease
from chalicelib.usecases.export import request_export
from chalicelib.usecases.order_mail import KIND
from chalicelib.usecases.readings import Readings

WHO = "tick"


def plan_mail(lease: Lease, readings: Readings) -> None:
    """Notes what was counted now and at the occasion before, and puts a mail for each addressee into the outbox.

    It can be run twice: what is noted first, stays.
    """
    job, campaign = lease.job, readings.campaign
    if "figures" not in job.data:
        job.data |= _before(campaign.id, job.data["at"]) | {"figures": readings.snapshot()}
        job.data["export"] = f"{campaign.id}.final" if job.data["occasion"] == Occasion.FINAL else random_code(12)
        lease.save(now_ms())
    if job.data["occasion"] == Occasion.DIGEST and campaign.recipients:
        request_export(campaign.id, now_ms(), WHO, job.data["export"])
    for addressee, to in _addressees(readings):
        occasion = Occasion(job.data["occasion"])
        outbox.create(Outgoing(campaign=campaign.id, occasion=occasion, at=job.data["at"], addressee=addressee, to=to))
    job.data["planned"] = True
    lease.save(now_ms())


def _addressees(readings: Readings) -> list[tuple[str, tuple[str, ...]]]:
    campaign = readings.campaign
    secretariat = [(SECRETARIAT, campaign.recipients)] if campaign.recipients else []
    return secretariat + [
        (code, (contact.email,))
        for code, contact in contacts.of_campaign(campaign.id).items()
        if contact.wants_digest and contact.email and code in readings.units
    ]


def _before(campaign: str, at_ms: int) -> dict[str, Any]:
    """The figures of the last occasion, and when they were taken."""
    earlier = [
        job
        for job in jobs.of_kind(KIND)
        if job.campaign == campaign and "figures" in job.data and job.data["at"] < at_ms
    ]
    last = max(earlier, key=lambda job: job.data["at"], default=None)
    return {"before": last.data["figures"], "since": last.data["at"]} if last else {"before": {}, "since": None}
