"""The secretariat's route to the audit log."""

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from chalicelib.access.domain.roles import Act
from chalicelib.kernel.instants import rfc3339
from chalicelib.kernel.store import audit
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import operation
from chalicelib.web.rim.replies import Reply, reply_of

_MOST_ENTRIES = 500


@with_config(ConfigDict(extra="allow"))
class AuditEntry(TypedDict):
    """Who did what and when."""

    at: str
    who: str
    action: str
    subject: str


class AuditReply(Reply):
    """The audit log, newest first."""

    entries: list[AuditEntry]


@operation("GET", "/api/v1/audit", who=Act.LOOK, gives=AuditReply, query=("campaign", "limit"))
def get_audit(call: Call) -> AuditReply:
    """Who did what and when."""
    asked = call.query("limit") or "100"
    limit = min(int(asked), _MOST_ENTRIES) if asked.isdecimal() and int(asked) > 0 else 100
    entries = audit.latest(call.campaign.id, limit)
    return {"entries": [reply_of(AuditEntry, entry, at=rfc3339(entry["at"])) for entry in entries]}
