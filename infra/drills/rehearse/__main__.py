"""`python -m infra.drills.rehearse`: from the curve to the table.

The exit code is 0 only where every count is right.
"""

import sys

from infra.drills.chaos.company import NotStarted
from infra.drills.chaos.endings import INTERRUPTED, end_when_told
from infra.drills.chaos.options import OptionWrong
from infra.drills.rehearse.curve import course
from infra.drills.rehearse.options import read_options
from infra.drills.rehearse.play import Play
from infra.drills.rehearse.report import table, write
from infra.drills.rehearse.stage import Stage


def main() -> int:
    """Plays a rehearsal and reports the result."""
    end_when_told()
    try:
        options = read_options()
        begins, ends = course().span(options.span)
        say(f"{options.span}: {_long(ends - begins)} in {options.minutes:g} minutes, {options.responses:,} responses")
        with Stage(options) as stage:
            say(f"{stage.base_url}: registering units")
            outcome = Play(stage, say).run()
            found = outcome.as_json()
            stage.keep = bool(found["objections"])
            write(found, options.folder / "rehearsal.json")
            say(table(found, outcome.journal))
            if stage.keep:
                say(f"log and receipts: {stage.scratch}")
            elif options.data_dir and not options.url:
                say(f"to look at it: DATA_DIR={options.data_dir} make run")
    except (OptionWrong, NotStarted) as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 1 if found["objections"] else 0


def _long(hours: float) -> str:
    return f"{hours:g} hours" if hours >= 1 else f"{hours * 60:g} minutes"


def say(line: str) -> None:
    """Prints a line for the person who watches."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
