"""One cold start of a function, and its first answer: prints CPU seconds of each, and what the start imported.

python -I -S starting.py PACKAGE ENTRY EVENT

`PACKAGE` is an unpacked zip, `ENTRY` the function's name in `app.py`, `EVENT` a file with what it is asked first. What
it runs while it starts is named by `LOAD_AT_START`, as on AWS.
"""

import sys
import time


def main(package: str, entry: str, event: str) -> None:
    """Starts as Lambda does: the standard library, the package, and nothing else to import from."""
    sys.path.insert(0, package)
    own = set(sys.modules)
    began = time.process_time()
    import app

    started = time.process_time()
    # Asking a module that waits for its file would run it.
    ran = [module for name, module in sys.modules.items() if name not in own and type(module) is type(sys)]
    files = [getattr(module, "__file__", None) for module in ran]
    import json
    from pathlib import Path

    asked = json.loads(Path(event).read_text("utf-8"))
    answering = time.process_time()
    reply = getattr(app, entry)(asked, None)
    answered = time.process_time()
    assert reply.get("statusCode", 200) < 300, reply
    sources = [Path(name).stat().st_size for name in files if name]
    found = {"start": started - began, "answer": answered - answering, "modules": len(sources), "bytes": sum(sources)}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
