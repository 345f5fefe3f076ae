"""Verifies a part of the audit log offline: `make verify LOG=log.jsonl [HEAD=<number>:<SHA-256>]`.

A line for each entry, as the desk's page of the log hands them out: each has the next number and the SHA-256 of the
line before it. Who holds the number and hash that a digest named, or that the page showed, sees with `HEAD` that none
was changed, put in, taken out or cut off up to there. Standard library alone, so that it can be handed to anybody.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

_NOTHING = "0" * 64


def verify_log(lines: Iterable[bytes], head: tuple[int, str] | None = None) -> list[str]:
    """What is wrong with the lines of one log; empty where all is right. They may begin behind the first, and the
    `head` that was noted down may be any of them."""
    wrong, scope, number, before = list[str](), None, None, _NOTHING
    hashes: dict[int, str] = {}
    for place, line in enumerate(lines, 1):
        told = json.loads(line)
        if number is None and told["number"] > 1:
            number, before = told["number"] - 1, told["previous"]
        scope = scope or told["scope"]
        if told["number"] != (number or 0) + 1:
            wrong.append(f"line {place}: number {told['number']} comes after {number or 0}")
        elif told["previous"] != before:
            wrong.append(f"line {place}: the entry before number {told['number']} is not what it was")
        if told["scope"] != scope:
            wrong.append(f"line {place}: of another log, {told['scope']}")
        number, before = told["number"], hashlib.sha256(line.rstrip(b"\n")).hexdigest()
        hashes[told["number"]] = before
    if head and head[0] not in hashes:
        wrong.append(f"there is no number {head[0]}")
    elif head and hashes[head[0]] != head[1].lower():
        wrong.append(f"number {head[0]} is not the one that was noted down: its SHA-256 differs")
    return wrong


def _head(text: str) -> tuple[int, str]:
    number, _, sha256 = text.partition(":")
    return int(number), sha256


def main() -> int:
    """The command."""
    arguments = argparse.ArgumentParser(description="Verifies the audit log offline.")
    arguments.add_argument("log", type=Path, help="its lines; parts in their order make a whole")
    arguments.add_argument("--head", type=_head, help="an entry as it was noted down, <number>:<SHA-256>")
    given = arguments.parse_args()
    with given.log.open("rb") as lines:
        wrong = verify_log(lines, given.head)
    sys.stdout.write("".join(f"wrong: {one}\n" for one in wrong) or "Each entry follows the one before it.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
