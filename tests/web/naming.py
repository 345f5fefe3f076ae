"""Naming the campaign for tests of what lies in one: the one that is usually meant, unless a test names another."""

from collections.abc import Mapping
from typing import Any

from chalicelib.campaigns.current import current
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import NotFound
from chalicelib.web.openapi.document import operations

ALONE = {"/secretariat/new", "/secretariat/members", "/secretariat/sessions", "/desk/link"}
CHANGES = {(one.method, one.path) for one in operations() if one.changes}


def in_campaign(method: str, resource: str, event: Mapping[str, Any], campaign: str = "") -> tuple[str, dict[str, Any]]:
    """A route and the rest of an event, with the campaign in a desk's address and in the query of what changes one."""
    desk, _, rest = resource.lstrip("/").partition("/")
    of_desk = desk in {"desk", "secretariat"} and resource not in ALONE
    named = "campaign" in (event.get("query") or {})
    if not of_desk and (named or (method, resource) not in CHANGES):
        return resource, dict(event)
    try:
        campaign = campaign or current(now_ms()).id
    except NotFound:
        return resource, dict(event)
    if not of_desk:
        return resource, {**event, "query": {**(event.get("query") or {}), "campaign": [campaign]}}
    parameters = {"campaign": campaign, **(event.get("parameters") or {})}
    rest = rest.removeprefix("{campaign}").lstrip("/")
    return f"/{desk}/{{campaign}}" + (f"/{rest}" if rest else ""), {**event, "parameters": parameters}
