"""`python -m infra.drills.smoke`: the journey, a line for each step. Reads URL, SECRETARIAT_KEY, OPEN_S and MAIL_TO."""

import os
import sys
import time
from collections.abc import Mapping

from infra.drills.chaos.options import OptionWrong, web_address, whole
from infra.drills.smoke.door import Failed
from infra.drills.smoke.journey import Journey

_OPEN_S = 60


def main() -> int:
    """Goes through the steps until one fails; 0 if none does."""
    try:
        journey = read_journey(os.environ)
    except OptionWrong as wrong:
        print(wrong)
        return 1
    print(f"{journey.base_url}: about {journey.open_s + 100:.0f} s, most of them waiting for the close and the seal")
    for name, step in journey.steps():
        began = time.monotonic()
        try:
            seen = step()
        except Failed as failure:
            print(f"✗ {name}: {failure}", flush=True)
            return 1
        print(f"✓ {name:<32}{time.monotonic() - began:7.1f} s   {seen}", flush=True)
    if journey.mail_to:
        print(f"To see for yourself: {journey.mail_to} is to get the mail of the seal within a minute or two.")
    return 0


def read_journey(environment: Mapping[str, str]) -> Journey:
    """The journey that is asked for. Raises `OptionWrong`."""
    url, key = web_address(environment, "URL"), environment.get("SECRETARIAT_KEY", "")
    if not key:
        raise OptionWrong("SECRETARIAT_KEY is missing: a key of the secretariat at URL.")
    open_s = whole(environment, "OPEN_S", _OPEN_S, 15)
    return Journey(url, key, open_s=open_s, mail_to=environment.get("MAIL_TO", ""))


if __name__ == "__main__":
    sys.exit(main())
