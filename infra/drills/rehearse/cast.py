"""Registering who takes part, as a secretariat does it: a campaign of its own, 135 units, their links."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.drills.chaos.client import Client, Unanswered
from infra.drills.chaos.company import NotStarted
from infra.drills.rehearse.curve import Course

_PROVINCES = ("11", "31", "42", "44", "50", "62", "65", "81")
_CHANNELS = {"public": "演练海报", "practitioner": "演练公众号"}
_LEAD_S = 12.0
"""The contract's ten seconds before a window takes effect, and a little."""
_TIMEOUT_S = 30.0
_TRIES = 3


@dataclass(frozen=True)
class Cast:
    """Who plays, and when."""

    campaign: str
    keys: dict[str, str]
    """The units' keys, by code."""
    links: dict[str, dict[str, str]]
    """By unit, by edition."""
    opens_at: float
    """Seconds since the epoch, like `closes_at`."""
    closes_at: float


class Secretariat:
    """Its routes, by its key."""

    def __init__(self, base_url: str, key: str) -> None:
        self._client = Client(base_url, {"X-Api-Key": key})

    def register(self, course: Course, seconds: float) -> Cast:
        """Sets everything up; collection opens in a moment and lasts `seconds`. Raises `NotStarted`."""
        campaign = f"rehearsal-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        self._set_window(campaign, tomorrow, tomorrow + timedelta(days=1), title="演练 · Rehearsal")
        keys = self._import_units(campaign, course.units)
        links = {unit: self._links(campaign, unit) for unit in keys}
        opens = datetime.now(UTC) + timedelta(seconds=_LEAD_S)
        opens = opens.replace(microsecond=0)
        closes = opens + timedelta(seconds=seconds)
        self._set_window(campaign, opens, closes)
        return Cast(campaign, keys, links, opens.timestamp(), closes.timestamp())

    def _set_window(self, campaign: str, opens: datetime, closes: datetime, **also: str) -> None:
        window = {"opens_at": opens.isoformat(), "closes_at": closes.isoformat(timespec="milliseconds")}
        self._ask("PUT", f"/api/v1/campaigns/{campaign}", json.dumps(window | also).encode())

    def _import_units(self, campaign: str, how_many: int) -> dict[str, str]:
        rows = (
            f"U{number:03d},演练单位{number:03d},{_PROVINCES[number % len(_PROVINCES)]}"
            for number in range(1, how_many + 1)
        )
        table = "\n".join(["code,name,province", *rows]).encode()
        said = self._ask("POST", f"/api/v1/units/import?campaign={campaign}", table, "text/csv")
        if len(said["keys"]) != how_many:
            raise NotStarted(f"{len(said['keys'])} of {how_many} units were imported: {said['rejected'][:3]}")
        return dict(said["keys"])

    def _links(self, campaign: str, unit: str) -> dict[str, str]:
        path = f"/api/v1/units/{unit}/links?campaign={campaign}"
        return {
            edition: self._ask("POST", path, json.dumps({"channel": channel, "edition": edition}).encode())["links"][0][
                "code"
            ]
            for edition, channel in _CHANNELS.items()
        }

    def _ask(self, method: str, path: str, body: bytes, kind: str = "application/json") -> Any:
        """The answer's JSON; asked again where none came. Raises `NotStarted`."""
        self._client.headers["Content-Type"] = kind
        came = ""
        for _ in range(_TRIES):
            try:
                reply = self._client.ask(method, path, body, timeout_s=_TIMEOUT_S)
            except Unanswered as silence:
                came = str(silence)
                continue
            if reply.status in {200, 201}:
                return reply.json
            came = f"{reply.status} {reply.body[:300]!r}"
        raise NotStarted(f"{method} {path}: {came}")
