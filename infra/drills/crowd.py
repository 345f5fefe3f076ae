"""A crowd of netizens over HTTP, as a command: `python -m infra.drills.crowd DATA_DIR [NETIZENS]`.

It knows what anybody knows: the demonstration's links and the published definitions. It imports nothing of the product.
Responses are spread unevenly over all links; every tenth netizen sends again under the same ticket, every twentieth
sends something malformed first. It ends with what was acknowledged, by link, and whether the counts say the same.
"""

import json
import sys
import threading
import time
from bisect import bisect_right
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx

from infra.drills.players import random_answers

PROMISED_S = 5.0
_MALFORMED: tuple[Any, ...] = (
    [],
    {"ticket": "forged", "answers": {}},
    {"ticket": None},
    {"answers": {"q1": "a"}},
)
_BUSY = {429, 500, 502, 503, 504}


@dataclass
class Acknowledged:
    """The receipts that the crowd got."""

    receipts: dict[str, str] = field(default_factory=dict)
    """Receipt → link."""
    instants: list[float] = field(default_factory=list)
    """When each was received (monotonic seconds), in order."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, receipt: str, link: str) -> None:
        """Notes a receipt, which nobody else has."""
        with self.lock:
            assert receipt not in self.receipts
            self.receipts[receipt] = link
            self.instants.append(time.monotonic())

    def before(self, instant: float) -> int:
        """How many had been received by then."""
        with self.lock:
            return bisect_right(self.instants, instant)

    def by_link(self) -> Counter[str]:
        """Distinct receipts by link."""
        return Counter(self.receipts.values())


class Netizen:
    """One respondent: a ticket, answers, a receipt."""

    def __init__(self, client: httpx.Client, definitions: dict[str, Any], rng: Random) -> None:
        self._client, self._definitions, self._rng = client, definitions, rng

    def answer(self, link: dict[str, Any], told: Acknowledged) -> None:
        """Answers once; a share tries again, a share blunders first."""
        if self._rng.random() < 0.05:
            blunder = self._post("responses", self._rng.choice(_MALFORMED))
            assert blunder.status_code in {400, 401}, blunder.text
        ticket = self._post("tickets", {"link": link["code"]}).raise_for_status().json()
        definition = self._definitions[ticket["edition"]]
        body = {
            "ticket": ticket["ticket"],
            "topics": ticket["topics"],
            "answers": random_answers(definition, ticket["topics"], self._rng),
        }
        first = self._post("responses", body)
        assert first.status_code in {200, 201}, first.text
        told.add(first.json()["receipt"], link["code"])
        if self._rng.random() < 0.1:
            again = self._post("responses", body)
            assert (again.status_code, again.json()) == (200, first.json())

    def _post(self, route: str, body: Any) -> httpx.Response:
        """Like a page's script: it tries again while the service can't answer; the ticket makes that safe."""
        for pause in (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 0):
            try:
                reply = self._client.post(f"/api/v1/{route}", json=body)
                if reply.status_code not in _BUSY:
                    return reply
            except httpx.TransportError:
                if not pause:
                    raise
            time.sleep(pause)
        return reply


def play(demo: dict[str, Any], netizens: int, told: Acknowledged, seed: int = 1, clients: int = 8) -> None:
    """Lets that many netizens answer; the receipts that they get go into `told`."""
    rng = Random(seed)
    links = [link for unit in demo["units"] for link in unit["links"]]
    weights = [1 / (rank + 1) for rank in range(len(links))]
    rng.shuffle(weights)
    chosen = rng.choices(links, weights, k=netizens)
    with httpx.Client(base_url=demo["base_url"], timeout=20) as client:
        names = ("public", "practitioner")
        definitions = {name: client.get(f"/api/v1/questionnaires/{name}").raise_for_status().json() for name in names}
        with ThreadPoolExecutor(clients) as crowd:
            visits = [
                crowd.submit(Netizen(client, definitions, Random(seed * 1_000_003 + number)).answer, link, told)
                for number, link in enumerate(chosen)
            ]
            for visit in visits:
                visit.result()


def watch(demo: dict[str, Any], told: Acknowledged, stop: threading.Event) -> list[str]:
    """Polls the national count until `stop`: what was received over five seconds before a poll must be in it."""
    broken = []
    with httpx.Client(base_url=demo["base_url"], timeout=20) as client:
        while not stop.wait(0.25):
            due, asked = told.before(time.monotonic() - PROMISED_S), time.monotonic()
            shown = client.get("/api/v1/counts", headers={"X-Api-Key": demo["units"][0]["key"]}).raise_for_status()
            if shown.json()["national"]["collected"] < due:
                broken.append(f"at {asked:.1f}: {shown.json()['national']['collected']} counted, {due} were due")
    return broken


def shown_by_link(demo: dict[str, Any]) -> Counter[str]:
    """What every link has brought in so far."""
    shown = Counter[str]()
    with httpx.Client(base_url=demo["base_url"], timeout=20) as client:
        for unit in demo["units"]:
            reply = client.get("/api/v1/counts", headers={"X-Api-Key": unit["key"]}).raise_for_status().json()
            shown.update({link["code"]: link["collected"] for link in reply["links"]})
    return shown


def differences(demo: dict[str, Any], expected: Counter[str], within_s: float = PROMISED_S) -> list[str]:
    """Where counts of links, units or the nation differ from `expected` (by link), once the promised time is over."""
    deadline = time.monotonic() + within_s
    while (wrong := _wrong(demo, expected)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return wrong


def _wrong(demo: dict[str, Any], expected: Counter[str]) -> list[str]:
    wrong = []
    with httpx.Client(base_url=demo["base_url"], timeout=20) as client:
        for unit in demo["units"]:
            shown = client.get("/api/v1/counts", headers={"X-Api-Key": unit["key"]}).raise_for_status().json()
            wrong += [
                f"link {link['code']}: {link['collected']} for {expected[link['code']]}"
                for link in shown["links"]
                if link["collected"] != expected[link["code"]]
            ]
            total = sum(expected[link["code"]] for link in unit["links"])
            if shown["unit"]["collected"] != total:
                wrong.append(f"unit {unit['code']}: {shown['unit']['collected']} for {total}")
            if shown["national"]["collected"] != expected.total():
                wrong.append(f"nation: {shown['national']['collected']} for {expected.total()}")
    return wrong


def main(data_dir: str, netizens: str = "2000") -> int:
    """Plays a crowd against a running system and says what came of it."""
    demo = json.loads((Path(data_dir) / "demo.json").read_text("utf-8"))
    began = time.monotonic()
    told, before = Acknowledged(), shown_by_link(demo)
    play(demo, int(netizens), told)
    took = time.monotonic() - began
    wrong = differences(demo, before + told.by_link())
    print(f"{len(told.receipts)} receipts in {took:.1f} s over {len(told.by_link())} links; {len(wrong)} counts differ")
    print(*wrong[:20], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
