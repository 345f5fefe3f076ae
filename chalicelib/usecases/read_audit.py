"""The audit log as the secretariat reads it: a campaign's acts, and those that concern the secretariat itself."""

from typing import Any

from chalicelib.store import audit


def read_audit(campaign: str, limit: int) -> list[dict[str, Any]]:
    """The latest entries, newest first."""
    entries = [*audit.newest(campaign, limit), *audit.newest(audit.OFFICE, limit)]
    return sorted(entries, key=lambda entry: -int(entry["at"]))[:limit]
