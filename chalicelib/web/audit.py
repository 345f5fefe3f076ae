"""The secretariat's route to the audit log."""

from chalice.app import Request, Response

from chalicelib.domain.instants import rfc3339
from chalicelib.domain.roles import Act
from chalicelib.store import audit
from chalicelib.usecases.authenticate import secretariat
from chalicelib.web import caller
from chalicelib.web.asked import asked_campaign
from chalicelib.web.problems import answered

_MOST_ENTRIES = 500


@answered
def get_audit(request: Request) -> Response:
    """`GET /api/v1/audit?limit=100`: newest first."""
    secretariat(caller.key(request), Act.LOOK)
    asked = caller.query(request, "limit") or "100"
    limit = min(int(asked), _MOST_ENTRIES) if asked.isdecimal() and int(asked) > 0 else 100
    entries = audit.latest(asked_campaign(request).id, limit)
    return caller.reply({"entries": [{**entry, "at": rfc3339(entry["at"])} for entry in entries]})
