"""`python -m infra.drills.seal`: reads RESPONSES (3,000,000), SLOW_STEP (members), EVERY_S (15) and SCRATCH."""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from infra.drills.chaos.options import OptionWrong, whole
from infra.local import ROOT, engine
from infra.local.ports import free_port

_LEASE_S = 30
_PATIENCE_S = 3_600
_MOST_MB = 512


@contextmanager
def refusing(engine_: str) -> Iterator[str]:
    """The engine as AWS limits it; gives its address."""
    port = free_port()
    argv = [sys.executable, "-m", "infra.drills.chaos.proxy", str(port), "1", engine_]
    with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as proxy:
        assert proxy.stdin is not None
        assert proxy.stdout is not None
        proxy.stdout.readline()
        proxy.stdin.write("on limits\n")
        proxy.stdin.flush()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            proxy.stdin.write("report\n")
            proxy.stdin.flush()
            print(f"engine: {proxy.stdout.readline().strip()}")
            proxy.stdin.close()


def ticks(notes: Path, slow_step: str, every_s: float, sealed: Callable[[], bool]) -> None:
    """Starts ticks, every third twice at once, until the campaign is sealed and all have ended."""
    argv = [sys.executable, "-m", "infra.drills.seal.tick", str(notes), slow_step, str(2 * _LEASE_S)]
    running: list[subprocess.Popen[bytes]] = []
    deadline, number = time.monotonic() + _PATIENCE_S, 0
    while not sealed() and time.monotonic() < deadline:
        running += [subprocess.Popen(argv, cwd=ROOT) for _ in range(2 if number % 3 == 2 else 1)]
        number += 1
        _wait(every_s, sealed)
    for process in running:
        process.wait()
    print(f"ticks: {len(running)}")


def _wait(seconds: float, sealed: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not sealed():
        time.sleep(1)


def main() -> int:
    """Returns the exit code: 0 where everything holds."""
    try:
        how_many = whole(os.environ, "RESPONSES", 3_000_000, 1)
        every_s = whole(os.environ, "EVERY_S", 15, 1)
    except OptionWrong as wrong:
        print(wrong, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(dir=os.environ.get("SCRATCH")) as scratch, ExitStack() as opened:
        folder, port = Path(scratch), free_port()
        os.environ |= {
            "DYNAMODB_ENDPOINT": engine.endpoint(port),
            "FILES_DIR": f"{folder}/exports",
            "SECRETS_FILE": f"{folder}/secrets.json",
        }
        os.environ.setdefault("AWS_ACCESS_KEY_ID", "local")
        os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "local")
        began = time.monotonic()
        from infra.drills.seal import scene  # noqa: PLC0415 - reads the settings, which were made just now

        truth, database = scene.make(folder, how_many)
        opened.enter_context(engine.running(database, port))
        scene.set_up(truth)
        print(f"{how_many:,} responses stored in {time.monotonic() - began:.0f} s")
        notes = folder / "notes"
        notes.touch()
        began = time.monotonic()
        with refusing(engine.endpoint(port)) as refused:
            os.environ["DYNAMODB_ENDPOINT"] = refused
            ticks(notes, os.environ.get("SLOW_STEP", "members"), every_s, scene.Sealed())
        took = time.monotonic() - began
        return report(notes, took, how_many, scene.objections(truth))


def report(notes: Path, took: float, how_many: int, wrong: list[str]) -> int:
    """Prints what was seen; 1 where anything doesn't hold."""
    lines = [line.split() for line in notes.read_text().splitlines()]
    made = Counter(line[1] for line in lines if line[0] == "made")
    memory = max((int(line[1]) for line in lines if line[0] == "memory"), default=0)
    for step, times in made.items():
        print(f"{step:<14}{times}")
    print(f"sealed in {took:.0f} s, {1e6 * took / how_many:.0f} µs a response; {memory} MB at most")
    wrong += [f"{step} was made {times} times" for step, times in made.items() if times > 2]
    if memory > _MOST_MB:
        wrong.append(f"{memory} MB of memory")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
