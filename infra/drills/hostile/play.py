"""Asking: `python -m infra.drills.hostile.play HOW_MANY SEED`, on the engine that the environment names."""

import sys
import time
from collections import Counter
from random import Random

from app import app
from chalicelib.access.store import keys
from chalicelib.access.usecases import sessions
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.usecases.register_units import register_unit
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import new_key
from chalicelib.kernel.gateways.secrets import add_ticket_key
from chalicelib.links.domain.link import Edition
from chalicelib.links.usecases.issue_links import issue_links
from chalicelib.tables import create_missing_tables
from infra.drills.events import api_event, lambda_context
from infra.drills.hostile.requests import WHO, Doors, nothing_known, request

MOST_CPU_S = 0.25


def doors() -> Doors:
    """A campaign, a unit and a member of the secretariat."""

    create_missing_tables()
    at_ms = now_ms()
    add_ticket_key(at_ms)
    campaigns.create(
        Campaign(
            id="2026", title="民声", opens_at=at_ms - 1, closes_at=at_ms + 10**9, questionnaires=questionnaires.newest()
        )
    )
    unit_key, member_key = (
        register_unit(Unit(campaign="2026", code="u1", name="青禾会", province="44"), at_ms, "drill"),
        new_key(),
    )
    keys.give_secretariat(member_key)
    (link,) = issue_links("2026", "u1", "海报", Edition.PUBLIC, [""], at_ms, "drill")

    def session(key: str) -> dict[str, str]:
        token = sessions.sign_in(key, at_ms)[0]
        return {"cookie": f"minsheng_session={token}", "x-csrf-token": sessions.csrf_token(token)}

    own: tuple[dict[str, str], ...] = (
        {},
        {"x-api-key": "wrong"},
        {"x-api-key": unit_key},
        session(unit_key),
        {"x-api-key": member_key},
    )
    headers = dict(zip(WHO, (*own, session(member_key)), strict=True))
    routes = sorted((method, path) for path, methods in app.routes.items() for method in methods)
    return Doors(
        routes,
        headers,
        ("2026", "u1", link.code),
    )


def play(how_many: int, rng: Random) -> int:
    """Asks, and tells what was answered and spent; gives the number of faults."""
    there, statuses, most, faults = doors(), Counter[str](), dict.fromkeys(WHO, 0.0), 0
    for method, route in there.routes:  # what is loaded and compiled at the first touch is no request's cost
        app(api_event(method, route, parameters=nothing_known(route)), lambda_context())
    for number in range(how_many):
        who = WHO[number % len(WHO)]
        method, route, event = request(rng, there, who)
        began = time.thread_time()
        status = app(api_event(method, route, **event), lambda_context())["statusCode"]
        took = time.thread_time() - began
        statuses[f"{status // 100}xx"] += 1
        most[who] = max(most[who], took)
        if status == 500 or (who in WHO[:2] and took > MOST_CPU_S):
            faults += 1
            print(f"FAULT {who}: {method} {route} {status}, {took:.3f} s of CPU", flush=True)
    print(f"{how_many} requests on {len(there.routes)} routes: {dict(sorted(statuses.items()))}, {faults} faults")
    print("most CPU: " + ", ".join(f"{who} {1000 * spent:.0f} ms" for who, spent in most.items()))
    return faults


if __name__ == "__main__":
    sys.exit(1 if play(int(sys.argv[1]), Random(sys.argv[2])) else 0)
