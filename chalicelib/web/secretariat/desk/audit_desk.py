"""`…/audit`: who did what and when, what it was before and after, and a filter for each of these."""

import json
from collections.abc import Mapping
from typing import Any

from chalice.app import Response

from chalicelib.kernel.store import audit
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller

_PAGE = 100
_MOST = 1_000
_FILTERS = ("who", "action", "subject")
_COMMON = ("at", "who", "action", "subject", "before", "after", "scope", "number", "previous")
_A_FILE = 10_000
"""Entries in a file; Lambda answers with 6 MB at most."""
_DIGITS = 9
"""Of a number; there will be no more."""


@at_desk("secretariat")
def audit_page(visitor: Visitor) -> Response:
    """`GET …/audit?limit=&who=&action=&subject=`; a filter looks through the latest thousand entries.

    `?log=office` or `campaign` gives the lines of that log to save, from behind number `after` (`infra/verify_log.py`).
    """
    if log := caller.query(visitor.request, "log"):
        return _lines(visitor, audit.OFFICE if log == "office" else visitor.campaign.id)
    asked = {name: (caller.query(visitor.request, name) or "").strip() for name in _FILTERS}
    wanted = caller.query(visitor.request, "limit") or ""
    limit = min(int(wanted), _MOST) if wanted.isdecimal() and int(wanted) else _PAGE
    entries = audit.latest(visitor.campaign.id, _MOST if any(asked.values()) else limit)
    found = [entry for entry in entries if _fits(entry, asked)]
    more = limit * 5 if len(found) >= limit and limit < _MOST else None
    shown = [_entry(entry) for entry in found[:limit]]
    context: dict[str, Any] = {"entries": shown, "more": more, "asked": asked, "filtered": any(asked.values())}
    heads = {"campaign": audit.head(visitor.campaign.id), "office": audit.head(audit.OFFICE)}
    return visitor.page("secretariat/audit.html", heads=heads, a_file=_A_FILE, **context)


def _lines(visitor: Visitor, scope: str) -> Response:
    asked = caller.query(visitor.request, "after") or ""
    after = int(asked) if asked.isdecimal() and len(asked) <= _DIGITS else 0
    text = "".join(f"{line}\n" for line in audit.lines(scope, after, _A_FILE))
    name = f"audit-{'office' if scope == audit.OFFICE else scope}-{after + 1}.jsonl"
    return caller.file(text, "application/jsonl", name)


def _fits(entry: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    """The act exactly; of whom and what, a part is enough, in either case."""
    if asked["action"] and entry["action"] != asked["action"]:
        return False
    return all(asked[name].lower() in str(entry[name]).lower() for name in ("who", "subject"))


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with its changes field by field, and the rest of it as one line of JSON."""
    details = {name: value for name, value in entry.items() if name not in _COMMON}
    common = {name: entry[name] for name in ("at", "who", "action", "subject")}
    changes = _changes(entry.get("before"), entry.get("after"))
    return common | {"changes": changes, "details": _plain(details) if details else ""}


def _changes(before: object, after: object) -> list[tuple[str, str, str]]:
    """The fields that differ, each before and after; `-` where there was, or is, none."""
    if not isinstance(before, Mapping) and not isinstance(after, Mapping):
        return [("", _plain(before), _plain(after))] if before != after else []
    was, now = (part if isinstance(part, Mapping) else {} for part in (before, after))
    names = [*now, *(name for name in was if name not in now)]
    return [(name, _plain(was.get(name)), _plain(now.get(name))) for name in names if was.get(name) != now.get(name)]


def _plain(value: object) -> str:
    if value is None or value == "":
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
