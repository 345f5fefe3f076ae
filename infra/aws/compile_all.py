"""Compiles a folder of modules as Lambda will find them: checked against no source, and naming no path but Lambda's.

python -S compile_all.py FOLDER
"""

import sys
from pathlib import Path
from py_compile import PycInvalidationMode, compile  # noqa: A004 - its own name

TASK = "/var/task"
"""Where Lambda unpacks the package."""


def compile_all(folder: Path) -> None:
    """Writes a `.pyc` beside each module. Raises `py_compile.PyCompileError`."""
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        compile(str(path), dfile=f"{TASK}/{name}", doraise=True, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)


if __name__ == "__main__":
    compile_all(Path(sys.argv[1]))
