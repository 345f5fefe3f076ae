"""Everything a run consists of, started in order and ended in order."""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self

from infra.drills.chaos.children import Child
from infra.drills.chaos.company import Company
from infra.drills.chaos.disk import make_disk
from infra.drills.chaos.options import Options
from infra.drills.chaos.receipts import now
from infra.drills.chaos.targets import family
from infra.local.ports import free_port

THREADS = 16
"""Netizens at a time."""
WORKERS = 2
"""Web workers: at least two, so that one can be paused until the seal and the other still answers."""
_STEADY = {"PUMP_REDELIVER": "0.2", "PUMP_DELAY_MS": "200"}
"""All along: a fifth of what is read of the stream is delivered again, cut elsewhere, and deliveries are late."""
_UNSET = dict.fromkeys(("HOST", "DYNAMODB_ENDPOINT", "TABLE_PREFIX", "AWS_REGION"), "")


class Stage:
    """The system under test, the proxy before its engine, the load and the judge."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.receipts = options.folder / "chaos-receipts.txt"
        self.keep = True
        """Whether logs and data are left for somebody to look at; to be cleared by a run without objections."""
        self.scratch = Path(tempfile.mkdtemp(prefix="minsheng-chaos-"))
        self.log = self.scratch / "run.log"
        self._company = Company(self.log)
        self.disk = make_disk(self.scratch, options.responses, lambda: family(self.runner.process.pid))

    def __enter__(self) -> Self:
        try:
            self._bring_up()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._company.end()
        if kind is KeyboardInterrupt:
            self.keep = False
        if self.keep:
            shutil.copytree(self.disk.path, self.scratch / "kept", ignore=shutil.ignore_patterns("*-shm"))
        self.disk.remove()
        if not self.keep:
            shutil.rmtree(self.scratch)

    def note(self, line: str) -> None:
        """Writes a line into the log, among what the processes say."""
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"chaos: {now()} {line}\n")

    def summon_judge(self) -> Child:
        """The close is set: from now on the judge watches."""
        units = {unit["code"]: unit["key"] for unit in self._demo["units"]}
        orders = {"key": self.key, "campaign": self.campaign, "units": units}
        return self._start("infra.drills.chaos.judge", orders)

    def _bring_up(self) -> None:
        self.receipts.unlink(missing_ok=True)
        self.receipts.touch()
        port, proxy_port = free_port(), free_port()
        self.base_url = f"http://127.0.0.1:{port}"
        self.proxy = self._company.start("infra.drills.chaos.proxy", str(proxy_port), str(self.options.seed))
        self._company.wait_for(self.proxy, "ready")
        self.runner = self._company.start("infra.local", environment=self._settings(port, proxy_port))
        self._company.wait_for(self.runner, "mailbox")
        self._demo = json.loads((self.disk.path / "demo.json").read_text("utf-8"))
        self.campaign, self.key = self._demo["campaign"], self._demo["secretariat_key"]
        self.load = self._start("infra.drills.chaos.load", self._crowd())

    def _settings(self, port: int, proxy_port: int) -> dict[str, str]:
        own = {
            "PORT": str(port),
            "BASE_URL": self.base_url,
            "DATA_DIR": str(self.disk.path),
            "WORKERS": str(WORKERS),
            "SETTLE_S": str(self.options.settle_s),
            "ENGINE_PROXY": f"http://127.0.0.1:{proxy_port}",
        }
        return _UNSET | _STEADY | own

    def _crowd(self) -> dict[str, Any]:
        """Netizens who come unevenly over all links, as units differ in size (Zipf's law)."""
        rng = Random(self.options.seed)
        links = [link["code"] for unit in self._demo["units"] for link in unit["links"]]
        rng.shuffle(links)
        weighted = [(code, 1 / rank**0.7) for rank, code in enumerate(links, start=1)]
        return {"links": weighted, "seed": self.options.seed, "threads": THREADS}

    def _start(self, module: str, orders: dict[str, Any]) -> Child:
        return self._company.start(module, orders=orders | {"base_url": self.base_url, "receipts": str(self.receipts)})
