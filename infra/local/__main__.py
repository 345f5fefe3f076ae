"""`python -m infra.local`: starts the whole system on one machine, says where its doors are, and ends it all.

Ctrl-C or SIGTERM ends it with 0; whatever else ends it takes every child along.
"""

import io
import os
import signal
import sys

from infra.local import engine
from infra.local.datadir import hold, prepare
from infra.local.doors import describe
from infra.local.failure import StartFailed
from infra.local.options import Options, read_options
from infra.local.ports import free_port, listen
from infra.local.probe import status
from infra.local.processes import Program, die_with_parent, module
from infra.local.scan_index import index_segments
from infra.local.supervisor import Stopped, Supervisor, say


def main() -> int:
    """Runs until a signal stops it. Returns the exit code."""
    for out in (sys.stdout, sys.stderr):  # whatever the terminal says of itself: what we say is Chinese, too
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(encoding="utf-8", errors="replace")
    os.umask(0o077)  # answers and keys lie here: nothing that anybody here writes is for others on this machine
    if "MAKELEVEL" in os.environ:
        die_with_parent(os.getppid(), signal.SIGTERM)
    try:
        options = read_options()
        prepare(options.data_dir)
        lock = hold(options.data_dir)
        listener = listen(options.host, options.port).detach()
        return _run(options, (lock,), listener)
    except StartFailed as reason:
        say(str(reason))
        return 1


def _run(options: Options, inherited: tuple[int, ...], listener: int) -> int:
    supervisor = Supervisor(options.data_dir / "processes.json")
    try:
        _bring_up(supervisor, options, inherited, listener)
        print(*describe(options.data_dir, options.base_url), sep="\n", flush=True)
        supervisor.forever()
    except Stopped:
        return 0
    finally:
        supervisor.stop()


def _bring_up(supervisor: Supervisor, options: Options, inherited: tuple[int, ...], listener: int) -> None:
    data_dir = options.data_dir
    database = data_dir / "engine.db"
    port, smtp_port = free_port(), free_port()
    environment = _environment(options, port, smtp_port)

    def child(name: str, *arguments: str, also: tuple[int, ...] = ()) -> Program:
        return Program(name, module(*arguments), environment, (*inherited, *also))

    if options.engine is None:
        supervisor.add(engine.program(port, database, inherited))
    at = environment["DYNAMODB_ENDPOINT"]
    supervisor.until(lambda: engine.answers(at), f"The engine at {at}", timeout_s=10)
    if supervisor.complete(child("demo", "demo", str(data_dir), *filter(None, [options.demo]))) != 0:
        raise StartFailed("The tables and the demonstration could not be made ready; the reason stands above.")
    responses = f"{os.environ.get('TABLE_PREFIX') or 'minsheng-'}responses"
    if options.engine is None:
        index_segments(database, responses)
    supervisor.add(child("smtp", "smtp", str(smtp_port), str(data_dir / "mailbox")))
    supervisor.add(child("web", "web", str(listener), str(options.workers), also=(listener,)))
    counting = data_dir / "pump.ready"
    counting.unlink(missing_ok=True)
    supervisor.add(child("pump", "pump", str(data_dir)))
    supervisor.add(child("tick", "ticker"))
    supervisor.until(lambda: status(f"{options.near_url}/api/v1/health") == 200, "The web server")
    # Counts are promised within five seconds, also for the very first response.
    supervisor.until(counting.exists, "The pump")
    if options.engine is None:
        supervisor.add(child("trimmer", "trimmer", str(data_dir), str(database), responses))


def _environment(options: Options, port: int, smtp_port: int) -> dict[str, str]:
    """What the children's settings are to be, see `chalicelib/kernel/settings.py`."""
    kept = ("secrets.json",) if options.engine else ("secrets.json", "engine.db")
    environment = {
        "BASE_URL": options.base_url,
        "FILES_DIR": str(options.data_dir / "exports"),
        "SECRETS_FILE": str(options.data_dir / "secrets.json"),
        "DATA_FILES": os.pathsep.join(str(options.data_dir / name) for name in kept),
        "SETTLE_S": str(options.settle_s),
        "SCORE_EVERY_S": str(options.score_every_s),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(smtp_port),
        "DYNAMODB_ENDPOINT": options.engine or engine.endpoint(port),
        "AWS_REGION": os.environ.get("AWS_REGION") or "cn-north-1",
        "STREAM_GAPLESS": "" if options.engine else "1",
    }
    if options.engine is None or not _has_credentials():
        # The engine wants to be shown credentials, and doesn't check them.
        environment |= {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    return environment | {"AWS_DEFAULT_REGION": environment["AWS_REGION"]} | _way_to_the_engine()


def _way_to_the_engine() -> dict[str, str]:
    """Straight, past any proxy of this machine; for rehearsals through `ENGINE_PROXY`, an HTTP proxy that breaks it."""
    if proxy := os.environ.get("ENGINE_PROXY"):
        return {"HTTP_PROXY": proxy, "http_proxy": proxy, "NO_PROXY": "", "no_proxy": ""}
    unproxied = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
    direct = f"{unproxied},127.0.0.1,localhost".lstrip(",")
    return {"NO_PROXY": direct, "no_proxy": direct}


def _has_credentials() -> bool:
    return bool(os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_PROFILE"))


if __name__ == "__main__":
    sys.exit(main())
