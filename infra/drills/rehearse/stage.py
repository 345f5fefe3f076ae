"""The system to play against, started here or found at `URL`, and everything that plays."""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.drills.chaos.children import Child
from infra.drills.chaos.company import Company
from infra.drills.rehearse.cast import Cast, Secretariat
from infra.drills.rehearse.curve import course
from infra.drills.rehearse.options import Options
from infra.drills.rehearse.timetable import sizes

THREADS = 16
"""Netizens at a time."""
_UNSET = dict.fromkeys(("HOST", "DYNAMODB_ENDPOINT", "TABLE_PREFIX", "AWS_REGION"), "")


class Stage:
    """A context manager: within it the system runs; `register` sets the campaign up."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.keep = True
        """Whether log and receipts are left for somebody to look at; to be cleared by a run without objections."""
        self.scratch = Path(tempfile.mkdtemp(prefix="minsheng-rehearse-"))
        self.log = self.scratch / "run.log"
        self.log.touch()
        self.receipts = self.scratch / "receipts.txt"
        self.receipts.touch()
        self.base_url = options.url or f"http://127.0.0.1:{options.port}"
        self._key = options.key
        self._company = Company(self.log)
        self._runner: Child | None = None

    def __enter__(self) -> Self:
        try:
            if not self.options.url:
                self._start_system()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._company.end()
        if kind is KeyboardInterrupt or not self.keep:
            shutil.rmtree(self.scratch)

    def register(self) -> Cast:
        """The campaign with its units and links, which opens in a moment. Raises `NotStarted`."""
        return Secretariat(self.base_url, self._key).register(course(), self.options.seconds)

    def start_crowd(self, cast: Cast) -> Child:
        """The netizens."""
        options, parts = self.options, sizes(course(), self.options.seed)
        share = {"public": 1 - course().practitioners, "practitioner": course().practitioners}
        links = [
            (code, unit, size * share[edition])
            for (unit, of_unit), size in zip(cast.links.items(), parts, strict=True)
            for edition, code in of_unit.items()
        ]
        orders = {"links": links, "opens_at": cast.opens_at, "seconds": options.seconds, "span": options.span}
        orders |= {"responses": options.responses, "seed": options.seed, "threads": THREADS}
        return self._play("infra.drills.rehearse.crowd", orders)

    def start_watch(self, cast: Cast) -> Child:
        """The units, and the observer."""
        return self._play("infra.drills.rehearse.watch", {"units": cast.keys, "poll_every_s": course().poll_every_s})

    def summon_judge(self, cast: Cast) -> Child:
        """Chaos's judge, who watches from now on."""
        return self._play("infra.drills.chaos.judge", {"key": self._key, "campaign": cast.campaign, "units": cast.keys})

    @property
    def is_down(self) -> bool:
        """Whether the system has ended."""
        if self._runner is not None:
            self._runner.heard()
        return self._runner is not None and self._runner.ended

    def _play(self, module: str, orders: dict[str, Any]) -> Child:
        return self._company.start(module, orders=orders | {"base_url": self.base_url, "receipts": str(self.receipts)})

    def _start_system(self) -> None:
        data_dir = self.options.data_dir or self.scratch / "data"
        own = {"PORT": str(self.options.port), "BASE_URL": self.base_url, "DATA_DIR": str(data_dir)}
        environment = _UNSET | own | {"SETTLE_S": str(self.options.settle_s)}
        self._runner = self._company.start("infra.local", environment=environment)
        self._company.wait_for(self._runner, "mailbox")
        self._key = json.loads((data_dir / "demo.json").read_text("utf-8"))["secretariat_key"]
