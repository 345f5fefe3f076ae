"""Signing out where several workers answer."""

import re
from contextlib import ExitStack

from infra.drills.running import RunningSystem

CONNECTIONS = 24
"""Kept open, so that both workers hold some, whichever of them took the sign-out."""


def test_a_session_is_over_in_all_workers_at_once(running_system: RunningSystem) -> None:
    """A copied cookie that was good everywhere is refused everywhere by the time that the sign-out is answered."""
    with ExitStack() as opened, running_system.client() as person:
        person.post("/desk", data={"key": running_system.demo["units"][0]["key"]})
        page = person.get("/desk", follow_redirects=True)
        thieves = [opened.enter_context(running_system.client()) for _ in range(CONNECTIONS)]
        copied = {"cookie": "; ".join(f"{name}={value}" for name, value in person.cookies.items())}
        for thief in thieves:
            assert thief.get("/api/v1/counts", headers=copied).status_code == 200
        token = re.search(r'name="_csrf" value="(\w+)"', page.text)
        assert token is not None

        left = person.post(page.url, data={"_csrf": token[1], "act": "sign-out"})

        assert left.status_code == 303
        refused = [thief.get("/api/v1/counts", headers=copied).status_code for thief in thieves]
        assert refused == [401] * CONNECTIONS
