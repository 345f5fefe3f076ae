"""`make judge`: a file in, a verdict for each line out, and clear words about what can't be read."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from chalicelib.campaigns.campaign import Campaign
from chalicelib.instrument.questionnaires import load
from chalicelib.quality.domain import rules
from chalicelib.quality.usecases import freeze_rules
from infra.drills.players import random_answers
from infra.local import ROOT


def line(**other: Any) -> dict[str, Any]:
    """Somebody's response."""
    answers = random_answers(load("public", "2026.1").published("en"), ("privacy",), Random(5))
    told = {"link": "L1", "unit": "GD01", "edition": "public", "topics": ["privacy"], "answers": answers}
    return {**told, "started_at": 1_800_000_000_000, "accepted_at": 1_800_000_300_000, **other}


def run(folder: Path, *lines: object, by: Path | None = None) -> tuple[int, str, list[dict[str, Any]] | None]:
    """Exit code, what was said, and the verdicts if a file was written. `by`: the rules."""
    sample, out = folder / "in.jsonl", folder / "out.jsonl"
    sample.write_text("".join(one if isinstance(one, str) else json.dumps(one) + "\n" for one in lines), "utf-8")
    command = [sys.executable, "-m", "infra.judge", str(sample), str(out), *(["--rules", str(by)] if by else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    judged = [json.loads(one) for one in out.read_text("utf-8").splitlines()] if out.exists() else None
    return done.returncode, done.stderr, judged


def test_each_line_gets_its_verdict_in_order(tmp_path: Path) -> None:
    """Paradata may be there, be odd, or be missing; the verdict says the rule and its figure."""
    fast = line(accepted_at=1_800_000_004_000, paradata={"dwell": "?", "edits": -1, "device": 7})

    code, said, judged = run(tmp_path, line(), fast, line(paradata={"dwell": [30, 9.5], "addr": "x"}))

    assert (code, said) == (0, "")
    assert judged is not None
    assert [(one["index"], one["valid"], one["reasons"]) for one in judged] == [
        (0, True, []),
        (1, False, ["too_fast"]),
        (2, True, []),
    ]
    assert judged[1]["figures"] == {"too_fast": 4.0}


def test_wrong_lines_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    """All of them at once, by number."""
    answers = line()["answers"] | {"q1": "zz"}

    code, said, judged = run(
        tmp_path, line(), "{no json\n", line(edition="martian"), line(accepted_at="soon"), line(answers=answers)
    )

    assert (code, judged) == (1, None)
    named = [f"line {number}:" for number in (2, 3, 4, 5)]
    assert all(one in said for one in named)
    assert "line 1:" not in said
    assert "accepted_at" in said
    assert "/answers/q1" in said
    assert "4 lines are wrong; nothing was judged." in said


def test_a_sample_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Exit code 2, without a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "infra.judge", str(tmp_path / "none"), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr == f"{tmp_path / 'none'}: No such file or directory\n"


def test_the_rules_of_a_seal_can_be_named(tmp_path: Path) -> None:
    """By them copies are told among four, which the newest rules don't look at; another line is nobody's copy."""
    file = tmp_path / "rules.json"
    few = {"id": "few", "least": 2, "sample": 100, "trained": 2, "turns": 1, "copy_bits": 0.1, "copy_share": 0.1}
    file.write_text(rules.newest().model_copy(update=few).model_dump_json())
    same = [line(link=f"L{number}", accepted_at=1_800_000_300_000 + number) for number in range(4)]

    _, _, by_newest = run(tmp_path, *same)
    code, said, judged = run(tmp_path, *same, by=file)

    assert (code, said) == (0, "")
    assert by_newest is not None
    assert judged is not None
    assert [one["reasons"] for one in by_newest] == [[]] * 4
    assert ["copy" in one["reasons"] for one in judged] == [False, True, True, True]


def test_make_passes_the_rules_on() -> None:
    """Where they are named, and only there."""
    told = ["make", "-n", "judge", "SAMPLE=in", "OUT=out"]
    plain, named = (
        subprocess.run([*told, *more], capture_output=True, text=True, check=True, cwd=ROOT).stdout
        for more in ([], ["RULES=r.json"])
    )

    assert "-m infra.judge in out --rules r.json" in named
    assert "--rules" not in plain


@pytest.mark.parametrize(
    ("text", "told"), [(None, "No such file or directory"), ("{}", "least: Field required"), ("no", "Invalid JSON")]
)
def test_rules_that_are_none_are_named(tmp_path: Path, text: str | None, told: str) -> None:
    """Exit code 2; nobody is judged by others than were asked for."""
    file = tmp_path / "rules.json"
    if text is not None:
        file.write_text(text)

    code, said, judged = run(tmp_path, line(), by=file)

    assert (code, judged) == (2, None)
    assert said.startswith(f"{file}: ")
    assert told in said


@pytest.mark.parametrize("kind", [rules.INCOHERENT, rules.DRAWN])
def test_the_rules_have_a_hash_and_a_closed_list_of_reasons(kind: str) -> None:
    """Every kind has a handicap and its words; the hash is that of the file."""
    campaign = Campaign(id="c", title="t", opens_at=0, closes_at=1)
    assert freeze_rules.sha256_of(campaign) == sha256(rules.text_of_newest()).hexdigest()
    assert set(rules.newest().handicap) < set(rules.REASONS)
    assert kind in rules.newest().handicap
