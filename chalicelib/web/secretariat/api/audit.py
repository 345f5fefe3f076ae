"""The secretariat's route to the audit log."""

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.kernel.instants import rfc3339
from chalicelib.kernel.store import audit
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign
from chalicelib.web.rim.problems import answered

_MOST_ENTRIES = 500


@answered
def get_audit(request: Request) -> Response:
    """`GET /api/v1/audit?limit=100`: newest first."""
    secretariat(caller.key(request), Act.LOOK)
    asked = caller.query(request, "limit") or "100"
    limit = min(int(asked), _MOST_ENTRIES) if asked.isdecimal() and int(asked) > 0 else 100
    entries = audit.latest(asked_campaign(request).id, limit)
    return caller.reply({"entries": [{**entry, "at": rfc3339(entry["at"])} for entry in entries]})
