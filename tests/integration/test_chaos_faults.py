"""The faults of `make chaos`, each on real processes: a proxied engine, a small disk, a paused child."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import TypedDict

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.drills.chaos.children import Child
from infra.drills.chaos.disk import WAYS, FileLimit, can_mount
from infra.drills.chaos.plan import MISCHIEFS
from infra.drills.chaos.targets import Target, children, find, identify, is_paused
from infra.local import ROOT
from infra.local.ports import free_port

TABLE = "proxied"
MANY_WRITES = 500


class Report(TypedDict):
    """What the proxy says it did."""

    requests: int
    struck: dict[str, int]


class Proxied:
    """An engine behind the fault proxy, and a table in it."""

    def __init__(self, engine: str, proxy: Child, port: int) -> None:
        self.proxy = proxy
        around = {"http": f"http://127.0.0.1:{port}"}
        config = Config(proxies=around, retries={"total_max_attempts": 1})
        self.client = boto3.client("dynamodb", endpoint_url=engine, config=config)
        self.direct = boto3.client("dynamodb", endpoint_url=engine)

    def put(self, key: str) -> None:
        """A write through the proxy."""
        self.client.put_item(TableName=TABLE, Item={"id": {"S": key}})

    def holds(self, key: str) -> bool:
        """Whether it was done, seen past the proxy."""
        return "Item" in self.direct.get_item(TableName=TABLE, Key={"id": {"S": key}}, ConsistentRead=True)

    def report(self) -> Report:
        """What the proxy says it did; earlier orders are then in force."""
        self.proxy.tell("report")
        while not (said := self.proxy.heard()):
            time.sleep(0.005)
        report: Report = json.loads(said[0])
        return report


@pytest.fixture(scope="module")
def proxied(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """An engine, a proxy before it, a table."""
    port = free_port()
    proxy = Child("infra.drills.chaos.proxy", str(port), "3", log=tmp_path_factory.mktemp("proxy") / "log")
    while "ready" not in proxy.heard():
        time.sleep(0.005)
    found = Proxied(engine, proxy, port)
    key = {"AttributeName": "id"}
    found.direct.create_table(
        TableName=TABLE,
        KeySchema=[key | {"KeyType": "HASH"}],
        AttributeDefinitions=[key | {"AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield found
    found.direct.delete_table(TableName=TABLE)
    proxy.end()


def test_without_a_mischief_the_proxy_is_not_noticed(proxied: Proxied) -> None:
    """Requests and answers pass, and are counted."""
    before = proxied.report()["requests"]

    proxied.put("plain")

    assert proxied.holds("plain")
    assert proxied.client.get_item(TableName=TABLE, Key={"id": {"S": "plain"}})["Item"] == {"id": {"S": "plain"}}
    assert proxied.report()["requests"] == before + 2


@pytest.mark.parametrize("kind", MISCHIEFS)
def test_a_mischief_says_no_before_or_after_the_write(proxied: Proxied, kind: str) -> None:
    """The client can't tell which; a write that was refused beforehand was not done, the others were. It strikes one
    write of five at least, and which is the dice's business: there are writes until it has."""
    proxied.proxy.tell(f"on {kind}")
    proxied.report()

    failed, done, codes = [], [], set()
    for number in range(MANY_WRITES):
        key = f"{kind}-{number}"
        began = time.monotonic()
        try:
            proxied.put(key)
        except ClientError as error:
            codes.add(error.response["Error"]["Code"])
            failed.append(key)
        except BotoCoreError as error:
            codes.add(type(error).__name__)
            failed.append(key)
        if proxied.holds(key):
            done.append(key)
        is_slow = kind == "slow-answers" and time.monotonic() - began > 0.5
        if is_slow or len(failed) == 3:
            break
    else:
        pytest.fail(f"{kind} doesn't strike")
    proxied.proxy.tell(f"off {kind}")
    assert proxied.report()["struck"][kind] >= len(failed)

    assert (
        codes
        <= {
            "throttling": {"ProvisionedThroughputExceededException"},
            "errors": {"InternalServerError"},
            "errors-after-write": {"InternalServerError"},
            "drops-after-write": {"ConnectionClosedError", "ProxyConnectionError"},
            "slow-answers": set[str](),
        }[kind]
    )
    assert set(failed) & set(done) == (set(failed) if kind.endswith("after-write") else set())


def test_the_proxy_outlives_its_engine(proxied: Proxied) -> None:
    """Where nobody answers behind it, the client is cut off, as it would be without a proxy."""
    away = boto3.client(
        "dynamodb",
        endpoint_url=f"http://127.0.0.1:{free_port()}",
        config=Config(proxies=proxied.client.meta.config.proxies, retries={"total_max_attempts": 1}),
    )

    with pytest.raises(BotoCoreError):
        away.list_tables()

    proxied.put("after")
    assert proxied.holds("after")


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[bytes]]:
    """A process with one child, named like the pump; both sleep."""
    told = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()', 'infra.local.pump'])"
    with subprocess.Popen([sys.executable, "-c", told], stdin=subprocess.PIPE) as process:
        while not list(children(process.pid)):
            time.sleep(0.005)
        yield process
        process.communicate()


def test_a_target_is_found_paused_and_never_mistaken(parent: subprocess.Popen[bytes]) -> None:
    """A pid that has come to mean another process is left alone."""
    while (target := find(parent.pid, "pump", Random(1))) is None:
        time.sleep(0.005)

    assert target.send(signal.SIGSTOP)
    while not is_paused(target.pid):
        time.sleep(0.005)
    assert not Target(target.pid, "another").send(signal.SIGKILL)
    assert find(parent.pid, "engine", Random(1)) is None
    assert target.send(signal.SIGCONT)

    assert identify(target.pid) == target
    assert not is_paused(target.pid)


_WRITER = """
import sys
for line in sys.stdin:
    try:
        with open(sys.argv[1], "ab", buffering=0) as file:
            file.write(b"x" * 65536)
        print("written", flush=True)
    except OSError:
        print("refused", flush=True)
"""


def test_a_file_limit_refuses_what_is_written_until_it_is_lifted(tmp_path: Path) -> None:
    """Where no small disk is to be had, this stands in for it; no privilege is needed."""
    argv = [sys.executable, "-c", _WRITER, str(tmp_path / "file")]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as writer:
        limit = FileLimit(tmp_path, lambda: [writer.pid])
        assert writer.stdin is not None
        assert writer.stdout is not None
        said = []
        acts: list[Callable[[], None]] = [lambda: None, limit.fill, limit.free]
        for act in acts:
            act()
            writer.stdin.write("go\n")
            said.append(writer.stdout.readline().strip())
        writer.communicate()

    assert said == ["written", "refused", "written"]


_FILLED = """
from pathlib import Path
import sys
from infra.drills.chaos.disk import make_disk, enter_own_namespace
disk = make_disk(Path(sys.argv[1]), 10, lambda: [])
file = disk.path / "file"
def written():
    try:
        with file.open("ab", buffering=0) as out:
            return out.write(b"x" * (1 << 20)) == 1 << 20
    except OSError:
        return False
said = [written()]
disk.fill()
said.append(written())
disk.free()
said.append(written())
disk.remove()
print(said)
"""


@pytest.mark.parametrize("way", WAYS, ids=["as-root", "as-anybody"])
def test_a_small_disk_is_full_at_once_and_free_at_once(way: list[str], tmp_path: Path) -> None:
    """In a mount namespace of its own, of which nothing is left. Where this user may have none, it says so."""
    environment = os.environ | {"CHAOS_OWN_NAMESPACE": "1"}

    argv = [*way, sys.executable, "-c", _FILLED, str(tmp_path)]
    run = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert run.stdout == "[True, False, True]\n" if can_mount(way) else run.returncode != 0
    assert not (tmp_path / "data" / "file").exists()
