"""`python -m infra.drills.chaos`: one run, from the seed to the table. The exit code is 0 only for a clean one."""

import sys

from infra.drills.chaos.company import NotStarted
from infra.drills.chaos.conductor import Conductor, Stuck
from infra.drills.chaos.disk import enter_own_namespace
from infra.drills.chaos.endings import INTERRUPTED, end_when_told
from infra.drills.chaos.options import Options, OptionWrong, read_options
from infra.drills.chaos.report import Outcome, table, write
from infra.drills.chaos.stage import Stage

_GAP = "STREAM GAP"


def main() -> int:
    """Plays a run and reports the result."""
    end_when_told()
    try:
        options = read_options()
        enter_own_namespace()
        say(f"seed {options.seed}: {options.responses} responses, {options.faults} faults")
        with Stage(options) as stage:
            say(f"{stage.base_url}, on {stage.disk.kind}")
            outcome = play(stage, options)
            stage.keep = not outcome.is_clean
            write(outcome, options.folder / "chaos.json")
            say(table(outcome))
            if stage.keep:
                say(f"logs and data: {stage.scratch}")
    except (OptionWrong, NotStarted) as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0 if outcome.is_clean else 1


def play(stage: Stage, options: Options) -> Outcome:
    """One run on a stage that is set up."""
    conductor = Conductor(stage, say)
    outcome = Outcome(options.seed, conductor.strikes.struck)
    try:
        conductor.grow()
        judge = conductor.close()
        outcome.clients = conductor.settle()
        outcome.proxy = conductor.ask_proxy()
        outcome.verdict = conductor.hear(judge)
        outcome.objections += outcome.verdict["objections"]
        outcome.objections += outcome.clients["wrong"]
        if outcome.clients["given_up"]:
            outcome.objections.append(f"{outcome.clients['given_up']} clients got no definite answer after the seal")
        if not outcome.proxy["requests"]:
            outcome.objections.append("nothing went through the fault proxy")
    except Stuck as reason:
        outcome.objections.append(f"{reason}, so nothing is proved")
    finally:
        conductor.strikes.end_all()
    outcome.objections += conductor.strikes.missed
    if _GAP in stage.log.read_text("utf-8", errors="replace"):
        outcome.objections.append("the pump met a gap in the stream")
    return outcome


def say(line: str) -> None:
    """Prints a line for the person who watches."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
