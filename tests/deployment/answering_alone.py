"""A function of Lambda in an interpreter that knows the standard library and an unpacked package, and nothing else.

python -I -S answering_alone.py PACKAGE FUNCTION EVENTS PROHIBITED

`FUNCTION` is its name in `app.py`, `EVENTS` a file with a JSON list of what it is called with, in turn, and
`PROHIBITED` names top-level packages, with commas between them, that importing ends it. Prints the answers as JSON.
"""

import json
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import SimpleNamespace


class _Prohibiting(MetaPathFinder):
    """Notices an import that is guarded against failing, too."""

    def __init__(self, prohibited: Sequence[str]) -> None:
        self.prohibited = set(prohibited)

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """Finds nothing, so that others may."""
        if fullname.partition(".")[0] in self.prohibited:
            print(f"{fullname} was left out, and is imported", file=sys.stderr)
            sys.exit(1)


def main(package: str, function: str, events: str, prohibited: str) -> None:
    """Answers each event."""
    sys.path.insert(0, package)
    sys.meta_path.insert(0, _Prohibiting(prohibited.split(",")))
    answer = getattr(import_module("app"), function)
    context = SimpleNamespace(aws_request_id="alone", get_remaining_time_in_millis=lambda: 20_000)
    json.dump([answer(event, context) for event in json.loads(Path(events).read_text())], sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
