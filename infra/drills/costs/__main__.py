"""`python -m infra.drills.costs`: the bills, the alternative, and the limits.

Reads RESPONSES, CACHED and WAF (0: without the rate rule).
"""

import os
import sys
from collections.abc import Mapping

from infra.drills.chaos.options import OptionWrong, whole
from infra.drills.costs.assumptions import assumptions
from infra.drills.costs.report import bills, limits
from infra.drills.costs.usage import Load
from infra.drills.rehearse.curve import course
from infra.drills.rehearse.timetable import sizes


def main() -> int:
    """Prints everything."""
    try:
        campaign = read_load()
    except OptionWrong as wrong:
        print(wrong)
        return 1
    million = Load(
        1e6, campaign.seconds, campaign.page_hits, campaign.polls_per_s, campaign.sizes, campaign.cached_share
    )
    waf = os.environ.get("WAF") != "0"
    print(bills(campaign, million, assumptions(), waf=waf))
    print(limits(campaign, assumptions()))
    return 0


def read_load(environment: Mapping[str, str] = os.environ) -> Load:
    """2021's campaign, or as many responses as asked for in the same time. Raises `OptionWrong`."""
    played, given = course(), assumptions()
    cached = environment.get("CACHED") or str(given.load["cached_share"].value)
    try:
        share = float(cached)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise OptionWrong(f"CACHED={cached} is not a share from 0 to below 1.")
    return Load(
        responses=whole(environment, "RESPONSES", played.responses, 1),
        seconds=played.length_h * 3600,
        page_hits=given.load["page_hits_per_response"].value,
        polls_per_s=played.units / played.poll_every_s,
        sizes=sizes(played, seed=1),
        cached_share=share,
    )


if __name__ == "__main__":
    sys.exit(main())
