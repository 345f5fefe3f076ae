"""Judges a file of responses as the seal does: `make judge SAMPLE=in.jsonl OUT=out.jsonl`.

A line of SAMPLE is `{"link", "unit", "edition", "version", "topics", "started_at", "accepted_at", "answers",
"paradata"}`; `version` (the edition's first) and `paradata` may be missing. A line of OUT is `{"index", "valid",
"reasons", "figures"}`, in the order of SAMPLE; `figures` gives the figure of each reason.

Exit codes: 0, all judged; 1, lines are wrong, each is named and nothing is written; 2, SAMPLE can't be read.
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
from chalicelib.quality.domain.rules import newest
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


def main() -> int:
    """Returns the exit code."""
    arguments = argparse.ArgumentParser(description="Judges a file of responses as the seal does.")
    arguments.add_argument("sample", type=Path, help="a response a line, as JSON")
    arguments.add_argument("out", type=Path, help="the verdicts, a line each")
    given = arguments.parse_args()
    try:
        with given.sample.open("rb") as lines:
            records = read(iter(lines))
    except OSError as e:
        sys.stderr.write(f"{given.sample}: {e.strerror}\n")
        return 2
    except WrongLines as e:
        sys.stderr.writelines(f"{given.sample}, {one}\n" for one in islice(e.wrong, _NAMED))
        sys.stderr.write(f"{len(e.wrong)} lines are wrong; nothing was judged.\n")
        return 1
    part = given.out.with_name(f"{given.out.name}.part")
    with part.open("w", encoding="utf-8") as out:
        out.writelines(told(judge(records, load, newest())))
    part.replace(given.out)
    return 0


def _told(e: ValidationError | AnswersInvalid | QuestionnaireUnknown) -> str:
    if isinstance(e, ValidationError):
        return "; ".join(f"{'/'.join(map(str, one['loc']))}: {one['msg']}".removeprefix(": ") for one in e.errors())
    return str(e)


if __name__ == "__main__":
    sys.exit(main())
