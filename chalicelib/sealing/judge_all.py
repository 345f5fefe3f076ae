"""Judging all responses of a campaign: gather → split by unit → judge unit by unit.

Every step can be run twice and gives the same; one that is killed goes on at the next bucket of units. What is learnt
is kept for whoever goes on (docs/adr/0044).
"""

from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from zlib import crc32

from pydantic import Field

from chalicelib.instrument.usecases.find_questionnaire import load
from chalicelib.jobs.job import Progress
from chalicelib.kernel.gateways import files
from chalicelib.quality.domain.fitted import Learnt
from chalicelib.quality.domain.judge import Copies, Fits, Version, fit_all
from chalicelib.quality.usecases.freeze_rules import freeze
from chalicelib.sealing import segments
from chalicelib.sealing.gather import Gathered, read_keys, read_lines, read_records, read_samples
from chalicelib.sealing.outcome import Outcome, judge_into

BUCKET = 50_000
"""Responses of a bucket of units, about; a unit is never cut."""
_MOST_BUCKETS = 64
_EVERY = 2_000
GoingOn = Callable[[], None]


class JudgingProgress(Progress):
    """How far a judging has come."""

    segments: int = 0
    parts: list[str] = Field(default_factory=list)
    """What was gathered, once all is."""
    rows: int = 0
    buckets: int = 0
    """0: not split yet."""
    judged: int = 0
    """Buckets."""

    def position(self) -> int:
        """By what was gathered, then by buckets."""
        return self.rows + self.buckets + self.judged


class Judging:
    """One judging, by one worker. `save` stores the progress, and `going_on` tells that it moves."""

    def __init__(self, campaign: str, folder: str, progress: JudgingProgress, going_on: GoingOn, save: GoingOn) -> None:
        self._campaign, self._folder, self._rules = campaign, folder, freeze(campaign)
        self._progress, self._going_on, self._save = progress, going_on, save

    def run(self) -> Outcome | None:
        """What was found; None where other workers still gather."""
        if not self._progress.parts and not self._gather():
            return None
        fits = self._learn()
        if not self._progress.buckets:
            self._split(fits)
        while self._progress.judged < self._progress.buckets:
            self._judge(self._progress.judged, fits)
            self._progress.judged += 1
            self._save()
        whole = Outcome()
        for number in range(self._progress.buckets):
            whole.merge(Outcome.model_validate_json(files.read(f"{self._bucket(number)}.json")))
        return whole

    def _learn(self) -> Fits:
        """Once: whoever goes on finds what was learnt."""
        found = fit_all(read_samples(self._progress.parts, self._rules), load, self._rules, self._known)
        for version, fitted in found.items():
            if not files.exists(self._learnt(version)):
                files.put(self._learnt(version), fitted.learnt.json())
        return found

    def _known(self, version: Version) -> Learnt | None:
        name = self._learnt(version)
        return Learnt.of_json(files.read(name)) if files.exists(name) else None

    def _learnt(self, version: Version) -> str:
        """Named by a part, whose name is new whenever responses are gathered anew."""
        return f"{self._progress.parts[0]}.{'-'.join(version)}.json"

    def _gather(self) -> bool:
        progress = self._progress
        progress.segments = progress.segments or segments.how_many()
        self._save()
        found = segments.read_all(self._campaign, self._folder, progress.segments, self._going_on, segments.RECORDS)
        progress.rows = sum(one.progress.rows for one in found)
        if all(one.job.done for one in found):
            progress.parts = [one.progress.part for one in found]
            self._save()
        return bool(progress.parts)

    def _split(self, fits: Fits) -> None:
        """Tells copies among all, in the order of arrival, and lays each unit's responses together."""
        copies, keys = Copies(fits), read_keys(self._progress.parts)
        for some in keys:
            copies.meet(some)
            self._going_on()
        buckets = min(_MOST_BUCKETS, max(1, -(-self._progress.rows // BUCKET)))
        with ExitStack() as opened:
            outs = [opened.enter_context(files.writing(f"{self._bucket(n)}.records")) for n in range(buckets)]
            for at, one in enumerate(read_records(self._progress.parts, keys, self._rules)):
                told = one if one.withdrawn else one._replace(share=copies.share(one.record, one.keys))
                outs[crc32(one.record.unit.encode()) % buckets].write(told.line())
                self._beat(at)
        self._progress.buckets = buckets
        self._save()

    def _judge(self, bucket: int, fits: Fits) -> None:
        of_unit: dict[str, list[Gathered]] = defaultdict(list)
        for one in read_lines(f"{self._bucket(bucket)}.records"):
            of_unit[one.record.unit].append(one)
        found = Outcome()
        for unit, responses in sorted(of_unit.items()):
            judge_into(found, self._campaign, unit, responses, fits)
            self._going_on()
        files.put(f"{self._bucket(bucket)}.json", found.model_dump_json().encode())

    def _bucket(self, number: int) -> str:
        return f"{self._folder}/bucket-{number:02d}"

    def _beat(self, at: int) -> None:
        if at % _EVERY == 0:
            self._going_on()
