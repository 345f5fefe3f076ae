"""Judges a file of responses as the seal does: `make judge SAMPLE=in.jsonl OUT=out.jsonl RULES=rules.json`.

A line of SAMPLE is `{"link", "unit", "edition", "version", "topics", "started_at", "accepted_at", "answers",
"paradata"}`; `version` (the edition's first) and `paradata` may be missing. A line of OUT is `{"index", "valid",
"reasons", "figures"}`, in the order of SAMPLE; `figures` gives the figure of each reason. RULES names the rules, such
as those that lie beside a seal's manifest; without it, the newest are taken, which may be others.

Exit codes: 0, all judged; 1, lines are wrong, each is named and nothing is written; 2, SAMPLE can't be read, or RULES
aren't rules.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chalicelib.collection.paradata import pack, seconds
from chalicelib.instrument.domain.answers import answer_sheet
from chalicelib.instrument.questionnaires import load, versions
from chalicelib.kernel.errors import AnswersInvalid, QuestionnaireUnknown
from chalicelib.quality.domain.judge import judge
from chalicelib.quality.domain.record import Record, Verdict
from chalicelib.quality.domain.rules import Rules, newest
from chalicelib.verdicts import acceptance

_NAMED = 20
"""Wrong lines that are named; of the others, the number."""
Instant = Annotated[int, Field(ge=0, le=10**14, strict=True)]


class Line(BaseModel):
    """A response of the sample. `paradata` is a claim of the page: what is odd in it is ignored, never refused."""

    model_config = ConfigDict(strict=True)

    link: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    edition: str
    version: str | None = None
    topics: list[str] = Field(default_factory=list)
    started_at: Instant
    accepted_at: Instant
    answers: dict[str, Any]
    paradata: Any = None


class WrongLines(Exception):
    """Lines that can't be judged, each with what is wrong."""

    def __init__(self, wrong: list[str]) -> None:
        super().__init__(f"{len(wrong)} wrong lines")
        self.wrong = wrong


def read(lines: Iterator[bytes]) -> list[Record]:
    """The records of a sample. Raises `WrongLines`."""
    records, wrong = [], []
    for number, line in enumerate(lines, 1):
        try:
            records.append(record_of(Line.model_validate_json(line)))
        except (ValidationError, AnswersInvalid, QuestionnaireUnknown) as e:
            wrong.append(f"line {number}: {_told(e)}")
    if wrong:
        raise WrongLines(wrong)
    return records


def record_of(line: Line) -> Record:
    """As the scoring reads it. Raises `AnswersInvalid` and `QuestionnaireUnknown`."""
    q = load(line.edition, line.version or versions(line.edition)[0])
    device = line.paradata.get("device") if isinstance(line.paradata, dict) else None
    took_ms = line.accepted_at - line.started_at
    dwell = seconds(pack(line.paradata, len(q.section_ids), took_ms))  # as exact as it would be stored
    return Record(
        accepted_at=line.accepted_at,
        started_at=line.started_at,
        link=line.link,
        unit=line.unit,
        edition=q.edition,
        version=q.version,
        packed=answer_sheet(q).pack(line.answers, line.topics),
        dwell=dwell,
        device=device if isinstance(device, str) else "",
        broken=acceptance.judge(q, line.answers, took_ms, dwell),
    )


def told(verdicts: list[Verdict]) -> Iterator[str]:
    """The lines of OUT."""
    for index, verdict in enumerate(verdicts):
        found: Mapping[str, object] = {
            "index": index,
            "valid": verdict.valid,
            "reasons": list(verdict.reasons),
            "figures": dict(verdict.reasons),
        }
        yield json.dumps(found) + "\n"


def rules_in(path: Path | None) -> Rules:
    """Those of a file, or the newest. Raises `OSError` and `ValidationError`."""
    return Rules.model_validate_json(path.read_bytes()) if path else newest()


def main() -> int:
    """Returns the exit code."""
    given = _arguments()
    try:
        rules = rules_in(given.rules)
    except OSError as e:
        sys.stderr.write(f"{given.rules}: {e.strerror}\n")
        return 2
    except ValidationError as e:
        sys.stderr.write(f"{given.rules}: {_told(e)}\n")
        return 2
    return _judge(given.sample, given.out, rules)


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description="Judges a file of responses as the seal does.")
    arguments.add_argument("sample", type=Path, help="a response a line, as JSON")
    arguments.add_argument("out", type=Path, help="the verdicts, a line each")
    arguments.add_argument("--rules", type=Path, help="the rules to judge by; without it, the newest")
    return arguments.parse_args()


def _judge(sample: Path, where: Path, rules: Rules) -> int:
    try:
        with sample.open("rb") as lines:
            records = read(iter(lines))
    except OSError as e:
        sys.stderr.write(f"{sample}: {e.strerror}\n")
        return 2
    except WrongLines as e:
        sys.stderr.writelines(f"{sample}, {one}\n" for one in islice(e.wrong, _NAMED))
        sys.stderr.write(f"{len(e.wrong)} lines are wrong; nothing was judged.\n")
        return 1
    part = where.with_name(f"{where.name}.part")
    with part.open("w", encoding="utf-8") as out:
        out.writelines(told(judge(records, load, rules)))
    part.replace(where)
    return 0


def _told(e: ValidationError | AnswersInvalid | QuestionnaireUnknown) -> str:
    if isinstance(e, ValidationError):
        return "; ".join(f"{'/'.join(map(str, one['loc']))}: {one['msg']}".removeprefix(": ") for one in e.errors())
    return str(e)


if __name__ == "__main__":
    sys.exit(main())
